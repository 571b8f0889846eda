//! A receptionist does not get the answers that callers want: the other departments have no time for questions. Callers call
//! again, or do not. How many calls are repeats, and how many customers stop calling?
//!
//! The reception is described in `models/reception_without_answers.toml`, with its assumptions.
//!
//! `cargo run --release --example reception_without_answers`

use knockon::analysis::{Scenario, Study};
use knockon::interventions::Intervention;
use knockon::model::Arrivals;
use knockon::prelude::*;
use knockon::stats::Series;

#[path = "shared/story.rs"]
pub mod story;
#[path = "shared/tables.rs"]
mod tables;
use story::Otherwise;
use tables::table;

const QUESTION: &str = "what the caller wants to know";
const HEADER: [&str; 4] = ["calls that are repeats", "hung up", "no answer", "customers who stop"];

/// What could be otherwise.
const OTHERWISE: [Otherwise; 4] = [
    ("of those without an answer {} call again", [0.5, 0.9], |model, share| {
        let retry = &mut model.stream_mut("caller")?.retry;
        retry.iter_mut().for_each(|retry| retry.probability = share);
        Ok(())
    }),
    ("of callers {} ask what others know", [0.2, 0.6], |model, share| {
        model.request_mut(QUESTION).map(|of| of.probability = Some(share))
    }),
    ("the departments' own work, {} an hour", [4.0, 6.0], |model, rate| {
        model.stream_mut("own work").map(|of| of.arrivals = Arrivals::Poisson { rate: per_hour(rate) })
    }),
    ("callers hold the line for {} minutes", [1.0, 10.0], |model, longest| {
        model.request_mut(QUESTION).map(|of| of.longest_wait = Some(Dist::constant(minutes(longest))))
    }),
];

/// Two thousand opening hours: a year.
pub fn study(model: &Model, replications: u32) -> Study<'_> {
    let experiment = Experiment::new(model).horizon(hours(1040)).warm_up(hours(40)).seed(1);
    Study::new(experiment.replications(replications))
}

/// What the house could do.
pub fn ideas() -> [Scenario; 4] {
    let first = [
        Intervention::SetRequestPriority { request: QUESTION.into(), priority: 0 },
        Intervention::SetPriority { class: "own work".into(), priority: 1 },
    ];
    let free = Intervention::FreeWhileWaiting { request: QUESTION.into() };
    [
        Scenario::new("questions before own work", first),
        Scenario::new("one more in the departments", [Intervention::add_staff("departments", 1)]),
        Scenario::new("one more receptionist", [Intervention::add_staff("reception", 1)]),
        Scenario::new("another call while one waits", [free]),
    ]
}

/// Calls that are repeats, as a share of all.
pub fn repeats(results: &Results) -> Result<Series> {
    story::class_figure(results, "caller", |of| (of.returns as f64, (of.arrived + of.returns) as f64))
}

/// Customers who stop calling without an answer, as a share of all.
pub fn stop(results: &Results) -> Result<Series> {
    story::class_figure(results, "caller", |of| (of.lost() as f64, of.arrived as f64))
}

/// How calls end, as shares of all: the caller has hung up, or has got no answer.
fn ends(results: &Results) -> [Series; 2] {
    let calls = |of: &knockon::results::Replication| (of.classes[0].arrived + of.classes[0].returns) as f64;
    let hung_up = |of: &knockon::results::Replication| of.departments[0].classes[0].reneged.count as f64;
    [
        story::figure(results, |of| (hung_up(of), calls(of))),
        story::figure(results, |of| (of.defects[0].found[0].turned_away as f64, calls(of))),
    ]
}

pub fn answer(study: &Study<'_>) -> Result<String> {
    let row = |results: &Results| {
        let [hung_up, no_answer] = ends(results);
        let all = [repeats(results)?, hung_up, no_answer, stop(results)?];
        Ok::<_, Error>(all.iter().map(story::share).collect::<Vec<_>>())
    };
    let base = study.base()?;
    let as_it_is = row(&base)?;
    let idea = |idea: &Scenario| {
        Ok([vec![idea.name.clone()], row(&*study.with(&idea.changes)?)?].concat())
    };
    let ideas = [Scenario::new("as it is", [])].iter().chain(&ideas()).map(idea).collect::<Result<Vec<_>>>()?;
    let otherwise = story::by_assumption(study.model(), &HEADER, &OTHERWISE, |model| {
        row(&*self::study(model, base.manifest.replications.div_ceil(2)).base()?)
    })?;
    Ok(format!(
        "How many calls are repeats, and how many customers stop calling?

Of all calls {repeats} are repeats. Of all customers {stop} stop calling without an answer.
{hung_up} of all calls end because the caller hangs up before anybody answers, {no_answer} without the answer.

{ideas}
What hangs on what is assumed:

{otherwise}",
        repeats = as_it_is[0],
        hung_up = as_it_is[1],
        no_answer = as_it_is[2],
        stop = as_it_is[3],
        ideas = table(&[&["if"], &HEADER[..]].concat(), ideas),
    ))
}

fn main() -> Result<()> {
    let model = story::model("reception_without_answers")?;
    let study = study(&model, 20);
    print!("{}", answer(&study)?);
    // The report is written here.
    Ok(())
}
