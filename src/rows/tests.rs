//! Rows are read back with the csv crate and compared with what they were made of.

use super::*;
use crate::analysis::{Scenario, Study};
use crate::experiment::Figure;
use crate::interventions::Intervention;
use crate::prelude::*;
use crate::results::{StaffState, TimeEstimate};
use crate::stats::Estimate;

const DESK: &str = "desk, \"the\" first";
const BACK: &str = "=1+1";

fn model() -> Model {
    Model::builder("two desks")
        .class("visitors", |c| c.delay_cost(3.0))
        .department(DESK, |d| d.staff(2).service(Dist::lognormal(minutes(12), cv(0.6))))
        .department(BACK, |d| d.pool("clerks").service(Dist::gamma(minutes(10), cv(0.8))))
        .pool("clerks", |p| p.staff(1))
        .handoff(DESK, BACK, |h| h.transfer(minutes(5)))
        .customers("visitors", |c| c.poisson(per_hour(4.0)).enter(DESK).promise(hours(1)))
        .build()
        .unwrap()
}

fn experiment(model: &Model) -> Experiment<'_> {
    Experiment::new(model).horizon(days(10)).replications(4).threads(1)
}

/// What a program reads that knows CSV.
fn read(rows: &Rows) -> (Vec<String>, Vec<Row>) {
    let mut text = Vec::new();
    rows.to_csv(&mut text).unwrap();
    let mut reader = csv::Reader::from_reader(&text[..]);
    let header = reader.headers().unwrap().iter().map(str::to_owned).collect();
    (header, reader.deserialize().map(|row| row.unwrap()).collect())
}

/// The one row of a figure.
fn only(rows: &Rows, is: impl Fn(&Row) -> bool) -> &Row {
    let found: Vec<&Row> = rows.iter().filter(|row| is(row)).collect();
    assert_eq!(found.len(), 1, "{found:#?}");
    found[0]
}

fn assert_is(row: &Row, estimate: &Estimate, unit: &str) {
    let interval = estimate.interval.unwrap();
    assert_eq!((row.mean, row.unit.as_str()), (estimate.mean, unit), "{row:?}");
    assert_eq!((row.low, row.high), (Some(interval.low), Some(interval.high)));
    assert_eq!((row.std_error, row.level), (Some(interval.std_error), Some(interval.level)));
    assert_eq!(row.replications, Some(estimate.replications));
}

#[test]
fn every_figure_of_a_run_is_a_row_with_its_names_and_its_unit() {
    let model = model();
    let results = experiment(&model).ledger().run().unwrap();
    let rows = Rows::of(&results);
    let class = |figure: &str| only(&rows, |row| row.table == "classes" && row.figure == figure);
    let visitors = results.class("visitors").unwrap();
    let lead_time = visitors.lead_time.as_ref().unwrap();
    assert_is(class("arrived"), &visitors.arrived, "");
    assert_is(class("lead_time.mean"), &lead_time.mean, "h");
    assert_is(class("promise_kept"), &visitors.promise_kept.unwrap(), "share");
    assert_is(class("throughput"), &visitors.throughput.unwrap(), "per hour");
    assert_is(class("cost.delay"), &visitors.cost.unwrap().delay, "money");
    assert_eq!(class("lead_time.longest").mean, lead_time.longest.unwrap());
    assert_eq!(class("lead_time.longest").unit, "h");
    let percentile = only(&rows, |row| {
        row.table == "classes.lead_time.percentiles" && row.class == "visitors" && row.detail == "0.9"
    });
    assert_is(percentile, &lead_time.percentile(0.9).unwrap(), "h");

    let wait = only(&rows, |row| {
        row.table == "departments" && row.department == DESK && row.figure == "waiting.mean"
    });
    assert_is(wait, &results.departments[0].visits.waiting.as_ref().unwrap().mean, "h");
    let visits = only(&rows, |row| {
        let there = row.table == "departments.classes" && row.department == BACK && row.class == "visitors";
        there && row.figure == "joined"
    });
    assert_is(visits, &results.departments[1].class("visitors").unwrap().joined, "");
    let idle = only(&rows, |row| {
        row.table == "pools.time.states"
            && row.name == "clerks"
            && row.detail == "idle"
            && row.figure == "share"
    });
    assert_is(idle, &results.pools[0].time.share(StaffState::Idle).unwrap(), "share");
    let way = only(&rows, |row| row.table == "handoffs" && row.to == BACK && row.figure == "transfer_time");
    assert_eq!((way.department.as_str(), way.mean), (DESK, results.handoffs[0].transfer_time.unwrap().mean));

    // The cells of the matrix sum to the time in the system.
    let cells =
        rows.iter().filter(|row| row.table == "ledger.classes.completed.propagation" && row.figure == "time");
    let sum: f64 =
        cells.inspect(|row| assert!(!row.who.is_empty() && !row.felt.is_empty())).map(|row| row.mean).sum();
    assert!((sum - lead_time.mean.mean).abs() < 1e-9, "{sum}");
    // No figure is there twice.
    let mut places: Vec<Row> = rows
        .iter()
        .map(|row| Row { mean: 0.0, std_error: None, low: None, high: None, ..row.clone() })
        .collect();
    let count = places.len();
    places.sort_by_key(|row| format!("{row:?}"));
    places.dedup();
    assert_eq!(places.len(), count);
}

#[test]
fn names_survive_and_formulas_do_not() {
    let model = model();
    let rows = Rows::of(&experiment(&model).run().unwrap());
    let (header, read) = read(&rows);
    assert_eq!(header, Row::COLUMNS);
    let guarded = |name: &str| if name == BACK { format!("'{name}") } else { name.to_owned() };
    let expected: Vec<Row> = rows
        .iter()
        .map(|row| Row { department: guarded(&row.department), to: guarded(&row.to), ..row.clone() })
        .collect();
    assert!(expected.iter().any(|row| row.department == DESK && row.mean < 1.0 && row.low.is_some()));
    assert!(expected.iter().any(|row| row.to == "'=1+1"));
    assert_eq!(read, expected);
    for text in ["=a", "+a", "-a", "@a", "\ta", "\ra"] {
        let mut text = text.to_owned();
        disarm(&mut text);
        assert!(text.starts_with('\''), "{text}");
    }
    // No model has a name with a line break, but rows may come from elsewhere.
    let broken = Rows(vec![Row { name: "two\nlines, \"quoted\"\r\n".into(), ..Row::default() }]);
    assert_eq!(self::read(&broken).1, broken.0);
    // Negative numbers are numbers.
    let row = Row { mean: -1.5, ..Row::default() };
    let mut text = Vec::new();
    Rows(vec![row]).to_csv(&mut text).unwrap();
    assert_eq!(String::from_utf8(text).unwrap().lines().nth(1), Some(",,,,,,,,,,,,,-1.5,,,,,"));
}

#[test]
fn all_results_have_the_same_columns_also_without_rows() {
    let (header, rows) = read(&Rows::default());
    assert_eq!((header.as_slice(), rows.len()), (&Row::COLUMNS.map(str::to_owned)[..], 0));
}

#[test]
fn answers_of_a_study_name_scenarios_and_figures() {
    let model = model();
    let study = Study::new(experiment(&model));
    let faster = Scenario::new("faster", [Intervention::scale_service(DESK, 0.5)]);
    let comparison = study.compare(&[faster]).unwrap();
    let rows = Rows::of(&comparison);
    let lead_time = Figure::lead_time("visitors");
    let change = comparison.scenarios[0].figure(&lead_time).unwrap();
    let row = only(&rows, |row| {
        row.scenario == "faster" && row.figure == "difference" && row.detail == "lead-time of visitors"
    });
    assert_is(row, &change.difference, "h");
    let shapley = study.shapley().unwrap();
    let row = only(&Rows::of(&shapley), |row| row.name == BACK && row.figure == "share").clone();
    assert_is(&row, &shapley.shares[1].share, "h");
}

#[test]
fn times_are_hours_wherever_they_are() {
    let estimate = Estimate::of_means(&[1.0, 2.0], 0.95).unwrap();
    let rows = Rows::of(&(TimeEstimate(estimate), minutes(90), "text", None::<f64>));
    let short: Vec<_> = rows.iter().map(|row| (row.mean, row.unit.as_str())).collect();
    assert_eq!(short, [(1.5, "h"), (1.5, "h")]);
}

#[test]
fn a_table_of_them_is_readable() {
    let estimate = Estimate::of_means(&[1.5, 2.0, 2.5], 0.95).unwrap();
    let row = |name: &str, unit: &str| {
        let mut row = Rows::of(&estimate).0.remove(0);
        (row.name, row.figure, row.unit) = (name.into(), "waiting".into(), unit.into());
        row
    };
    let text = Rows(vec![row("a", "h"), row("b", "")]).to_string();
    assert_eq!(
        text,
        "figure             value\n\
         ------------------------\n\
         a: waiting  2 h (1 to 3)\n\
         b: waiting    2 (1 to 3)\n"
    );
}
