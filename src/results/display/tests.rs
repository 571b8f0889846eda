//! What is displayed is what the results have.

use crate::prelude::*;
use crate::results::{GroupLedger, TimeEstimate};

fn run(text: &str, horizon: Span) -> Results {
    let model = Model::from_toml(text).unwrap();
    Experiment::new(&model).horizon(horizon).replications(2).threads(1).ledger().run().unwrap()
}

fn all() -> Vec<Results> {
    vec![
        run(include_str!("../../../examples/models/billing_cycle.toml"), weeks(4)),
        run(include_str!("../../../examples/models/engineering_clarification.toml"), weeks(2)),
        run(include_str!("../../../examples/models/gown_hoarding.toml"), weeks(1)),
    ]
}

/// Tables are as wide as asked for; with a narrow terminal every column is there all the same.
#[test]
fn a_page_fits_the_terminal() {
    for results in all() {
        let figures = |text: &str| {
            let words =
                text.split_whitespace().filter(|word| word.starts_with(|first: char| first.is_ascii_digit()));
            let mut words: Vec<String> = words.map(str::to_owned).collect();
            words.sort();
            words
        };
        let wide = format!("{results:500}");
        for (width, longest) in [(80, 80), (60, 80)] {
            let page = format!("{results:width$}");
            let tables = page.lines().skip(3).filter(|line| !line.starts_with("Warning"));
            for line in tables {
                assert!(line.chars().count() <= longest, "{width}: {line}\n{page}");
            }
            // No figure is lost.
            let (narrow, all) = (figures(&page), figures(&wide));
            assert!(all.iter().all(|figure| narrow.contains(figure)), "{page}");
        }
        assert_eq!(results.to_string(), format!("{results:80}"));
    }
}

#[test]
fn a_page_says_what_the_results_say() {
    let results = &all()[0];
    let page = format!("{results:200}");
    for class in &results.classes {
        let lead_time = format!("{:#}", class.lead_time.as_ref().unwrap().mean);
        let line = page.lines().find(|line| line.starts_with(&class.name)).unwrap();
        assert!(line.contains(&lead_time), "{line}");
    }
    for department in &results.departments {
        let named = page.lines().filter(|line| line.starts_with(&department.name));
        let joined = format!(" {:.0} ", department.visits.joined.mean);
        assert!(named.into_iter().any(|line| line.contains(&joined)), "{}", department.name);
    }
    let words = page.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(results.warnings.iter().all(|warning| words.contains(warning)), "{page}");
    let text = results.classes[0].to_string();
    let mean: TimeEstimate = results.classes[0].lead_time.as_ref().unwrap().mean;
    let line = text.lines().find(|line| line.contains(": lead_time.mean ")).unwrap();
    assert!(line.starts_with(&results.classes[0].name), "{text}");
    assert!(line.contains(&format!("{:#}", mean.0).split(' ').next().unwrap().to_owned()), "{line}");
}

/// The last line of a matrix has the whole time of a case.
#[test]
fn a_matrix_sums_to_the_time_in_the_system() {
    for results in all() {
        let group: &GroupLedger = &results.ledger.as_ref().unwrap().system.completed;
        let text = format!("{group:500}");
        let last = text.lines().last().unwrap();
        let cells: Vec<&str> = last.split_whitespace().collect();
        let [.., all, share, _] = cells[..] else { panic!("{last}") };
        assert_eq!((all, share), (&*format!("{:.2}", group.time.unwrap().mean), "100.0"), "{text}");
    }
}

/// A rep who works for ten minutes, and half way waits twenty for an engineer's answer: of an hour, a sixth at work, a third
/// held. A model in which nobody is held has no such column.
#[test]
fn people_who_are_held_have_a_column() {
    let model = Model::builder("one question")
        .department("reps", |d| d.staff(1).service(Dist::constant(minutes(10))))
        .department("engineering", |d| d.staff(2))
        .request("reps", "engineering", |r| r.probability(1.0).at(0.5).service(Dist::constant(minutes(20))))
        .customers("order", |c| c.schedule([minutes(0)]).enter("reps"))
        .build()
        .unwrap();
    let results = Experiment::new(&model).horizon(hours(1)).replications(2).run().unwrap();
    let table = format!("{:200}", results.table_of_departments());
    let cells = |start: &str| {
        let line = table.lines().find(|line| line.starts_with(start)).unwrap();
        line.split("  ").map(str::trim).filter(|cell| !cell.is_empty()).map(str::to_owned).collect::<Vec<_>>()
    };
    assert_eq!(cells("department")[3..5], ["utilization", "held, blocked"], "{table}");
    let reps = cells("reps");
    assert!(reps[3].starts_with("16.6") && reps[4].starts_with("33.3"), "{table}");
    let engineering = cells("engineering");
    assert!(engineering[3].starts_with("16.6") && engineering[4].starts_with('0'), "{table}");
    assert!(!all()[0].table_of_departments().to_string().contains("held"), "nobody asks in the hospital");
}
