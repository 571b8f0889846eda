//! Pages: complete, well-formed, for everybody, and not too large.

use super::*;
use crate::analysis::{
    Allocation, Design, Factor, Goal, Problem, Requirement, Selection, Structure, Study, Uncertain,
};
use crate::experiment::Customers;
use crate::report::{Chart, Report};

/// Everything that can be added, of a small model.
fn everything(model: &Model) -> Report {
    let results = results(model);
    let study = Study::new(experiment(model));
    let lead_time = || Figure::lead_time(Customers::All);
    let factors = [Factor::added_staff("reps", -1..=1), Factor::service(NASTY, [0.9, 1.1])];
    let scenarios = [Scenario::new("a", []), Scenario::new("b", [Intervention::add_staff("reps", 1)])];
    let problem = Problem::new(Goal::least(Figure::cost(Customers::All)))
        .factor(Factor::added_staff("reps", 0..=1))
        .require(Requirement::at_least(Figure::promise_kept("order"), 0.5));
    let outage = [Intervention::outage(NASTY, days(2), hours(4))];
    let worst = &results.worst_cases[0];
    let selection = Selection { first: 4, at_most: 6, ..Selection::new(Goal::least(lead_time()), 0.1) };
    let allocation = Allocation { first: 4, ..Allocation::new(Goal::least(lead_time()), 10) };
    Report::new(NASTY)
        .text(format!("About {NASTY}."))
        .map(model, &results)
        .add(&results)
        .add(&comparison(model))
        .add(&study.disturb(&outage).unwrap())
        .add(&study.influence(days(2), hours(4)).unwrap())
        .add(&study.bottlenecks().unwrap())
        .add(&study.sensitivity().unwrap())
        .add(&study.speed_ups().unwrap())
        .add(&study.shapley().unwrap())
        .add(&study.tornado(&factors, &lead_time()).unwrap())
        .add(&study.explore(&Design::grid(factors.clone()), &[lead_time()]).unwrap())
        .add(&study.optimise(&problem).unwrap())
        .add(&study.capacity(0.5).unwrap())
        .add(&study.best(&scenarios, &selection).unwrap())
        .add(&study.best_within(&scenarios, &allocation).unwrap())
        .add(&study.uncertain(&[lead_time()], &[Uncertain::service("reps", 0.9, 1.1)], 39).unwrap())
        .add(&study.controlled(&lead_time()).unwrap())
        .add(&Structure::of(model).unwrap())
        .add(&experiment(model).timeline(worst.replication, worst.case).unwrap())
        .heading("By itself")
        .chart(Chart::lead_times(&results.system))
}

#[test]
fn everything_makes_a_page() {
    let model = model();
    let page = everything(&model).html().unwrap();
    let document = parsed(&page);
    let all = |name: &'static str| document.descendants().filter(move |node| node.has_tag_name(name));

    // Nothing comes from elsewhere.
    for node in document.descendants() {
        assert!(node.attribute("src").is_none(), "{node:?}");
        let href = node.attribute("href").unwrap_or("#");
        assert!(href.starts_with('#') || href == "data:,", "{href}");
    }
    assert!(!page.contains("url(") && !page.contains("@import") && !page.contains("http"));
    // Every link leads somewhere.
    for link in all("a") {
        let to = &link.attribute("href").unwrap()[1..];
        assert!(document.descendants().any(|node| node.attribute("id") == Some(to)), "{to}");
    }

    // Names are as they are.
    assert_eq!(all("h1").next().unwrap().text(), Some(NASTY));
    assert!(all("li").any(|node| node.text().is_some_and(|text| text.contains(NASTY))));

    // Pictures have words, tables heads and captions, headings no gaps.
    let mut pictures = 0;
    for svg in all("svg") {
        assert_eq!(svg.attribute("role"), Some("img"));
        assert!(svg.attribute("aria-label").is_some_and(|text| text.len() > 10));
        pictures += 1;
    }
    assert_eq!(pictures, 2 * all("figure").count());
    assert!(all("figure").count() > 30);
    for figure in all("figure") {
        assert_eq!(figure.children().filter(|node| node.has_tag_name("figcaption")).count(), 1);
    }
    for table in all("table") {
        let caption = table.first_element_child().unwrap();
        assert!(caption.has_tag_name("caption") && caption.text().is_some());
        assert!(
            table
                .descendants()
                .filter(|node| node.has_tag_name("th"))
                .all(|head| head.attribute("scope").is_some())
        );
        let mut widths =
            table.descendants().filter(|node| node.has_tag_name("tr")).map(|row| row.children().count());
        let first = widths.next().unwrap();
        assert!(widths.all(|width| width == first));
    }
    let levels = document.descendants().filter_map(|node| match node.tag_name().name() {
        "h1" => Some(1),
        "h2" => Some(2),
        "h3" => Some(3),
        _ => None,
    });
    let levels: Vec<i32> = levels.collect();
    assert!(levels.windows(2).all(|pair| pair[1] <= pair[0] + 1), "{levels:?}");

    // No figure of a chart is no number.
    for (name, value, ends) in marks(document.root()) {
        assert!(value.is_finite() && ends.is_none_or(|(low, high)| low <= high), "{name}: {value} {ends:?}");
    }
    assert!(!page.contains("NaN") && !page.contains("inf\""), "numbers that are none");
}

#[test]
fn charts_by_themselves_are_drawings() {
    let model = model();
    let results = results(&model);
    let chart = Chart::map(&model, &results).unwrap().titled(NASTY);
    let svg = chart.svg();
    let document = parsed(&svg);
    let root = document.root_element();
    assert!(root.has_tag_name(("http://www.w3.org/2000/svg", "svg")));
    assert_eq!(root.first_element_child().and_then(|title| title.text()), Some(NASTY));
    assert!(svg.contains("prefers-color-scheme:dark") && !svg.contains("var("));
    let unwritable = chart.write_svg("/no such folder/chart.svg").unwrap_err();
    assert!(unwritable.to_string().contains("no such folder"), "{unwritable}");
}

/// Where nobody came, and where nobody was done, there is a page all the same.
#[test]
fn a_page_of_next_to_nothing() {
    let model = Model::builder("nobody")
        .department("desk", |d| d.staff(1).service(days(30)))
        .customers("late", |c| c.schedule([days(2)]).enter("desk"))
        .build()
        .unwrap();
    for horizon in [days(1), days(3)] {
        let results =
            Experiment::new(&model).horizon(horizon).replications(1).ledger().active_periods().run().unwrap();
        let page = Report::new("nobody").map(&model, &results).add(&results).html().unwrap();
        parsed(&page);
        assert!(page.contains("No case was completed"));
    }
}

#[test]
fn results_of_another_model_have_no_map() {
    let model = model();
    let mut other = model.clone();
    let results = results(&model);
    other.departments[0].name = "clerks".into();
    let error = Chart::map(&other, &results).unwrap_err().to_string();
    assert!(error.contains("must be results of it"), "{error}");
    let error = Report::new("mixed up").map(&other, &results).html().unwrap_err().to_string();
    assert!(error.contains("report `mixed up`, map") && error.contains("must be results of it"), "{error}");
}

/// A line of departments with ways that leave some out, and a way back.
fn large(count: usize) -> Model {
    let name = |at: usize| format!("department {at:04}");
    let mut model = Model::builder("large");
    for at in 0..count {
        let longer = Dist::exponential(minutes(20.0 + (at % 17) as f64));
        model = model.department(name(at), |d| d.staff(1).service(longer));
    }
    for at in 0..count - 20 {
        model = model
            .handoff(name(at), name(at + 10), |h| h.probability(0.6))
            .handoff(name(at), name(at + 20), |h| h.probability(0.3))
            .handoff(name(at), EXIT, |h| h.probability(0.1));
    }
    for at in 0..10 {
        model = model.customers(format!("stream {at}"), |c| c.poisson(per_hour(1.0)).enter(name(at)));
    }
    model.build().unwrap()
}

/// The map summarises, tables are searched and paged, and the page is small enough.
#[test]
fn a_thousand_departments_make_a_page_of_less_than_five_megabytes() {
    let model = large(1000);
    let results = Experiment::new(&model).horizon(hours(30)).replications(2).ledger().run().unwrap();
    let page = Report::new("large").map(&model, &results).add(&results).html().unwrap();
    assert!(page.len() < 5_000_000, "{} bytes", page.len());
    let document = parsed(&page);
    let map =
        document.descendants().find(|node| node.attribute("data-chart") == Some("Map of large")).unwrap();
    let wide = map.descendants().find(|node| node.attribute("class") == Some("wide")).unwrap();
    let places: Vec<_> = wide.descendants().filter(|node| node.attribute("class") == Some("place")).collect();
    assert!((30..=40).contains(&places.len()), "{}", places.len());
    let queues =
        places.iter().filter_map(|place| place.attribute("data-queue")?.parse::<f64>().ok()).sum::<f64>();
    let all: f64 = results.departments.iter().filter_map(|of| Some(of.visits.queue_length?.mean)).sum();
    assert!((queues - all).abs() < 1e-6 * all, "{queues} of {all}");
}

#[test]
fn a_map_of_sixty_shows_each() {
    let model = large(60);
    let results = Experiment::new(&model).horizon(hours(30)).replications(1).run().unwrap();
    let svg = Chart::map(&model, &results).unwrap().svg();
    let document = parsed(&svg);
    let places = document.descendants().filter(|node| node.attribute("class") == Some("place"));
    assert_eq!(places.count(), 62);
    let ways = marks(document.root()).into_iter().filter(|mark| mark.0.contains(" to ")).count();
    // Every handoff, ten ways in, and twenty out of those without.
    assert_eq!(ways, 120 + 10 + 20);
}

#[cfg(feature = "png")]
#[test]
fn pictures_have_their_size_and_their_words() {
    let model = model();
    let results = results(&model);
    let chart = Chart::utilization(&results);
    let picture = chart.png(2.0).unwrap();
    assert!(picture.starts_with(b"\x89PNG\r\n\x1a\n"));
    let side = |at: usize| u32::from_be_bytes(picture[at..at + 4].try_into().unwrap());
    let svg = chart.svg();
    let root = parsed(&svg);
    let length = |name: &str| root.root_element().attribute(name).unwrap().parse::<f64>().unwrap();
    assert_eq!(f64::from(side(16)), (2.0 * length("width")).ceil());
    assert_eq!(f64::from(side(20)), (2.0 * length("height")).ceil());
    // Words are drawn: other words make another picture.
    assert_ne!(
        chart.clone().titled("Load").png(1.0).unwrap(),
        chart.clone().titled("Last").png(1.0).unwrap()
    );
    for scale in [0.0, -1.0, f64::NAN, f64::INFINITY, 1e6] {
        let error = chart.png(scale).unwrap_err().to_string();
        assert!(error.contains("the scale is"), "{error}");
    }
}
