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
use knockon::results::Replication;
use knockon::stats::Series;

#[path = "shared/story.rs"]
pub mod story;
use story::{Otherwise, Shown};

const QUESTION: &str = "what the caller wants to know";
const HEADER: [&str; 2] = ["calls that are repeats", "customers who stop"];

/// What could be otherwise.
const OTHERWISE: [Otherwise; 4] = [
    ("a share of {} who call again", [0.5, 0.9], |model, share| {
        let retry = &mut model.stream_mut("caller")?.retry;
        retry.iter_mut().for_each(|retry| retry.probability = share);
        Ok(())
    }),
    ("a share of {} who ask what others know", [0.2, 0.6], |model, share| {
        model.request_mut(QUESTION).map(|of| of.probability = Some(share))
    }),
    ("own work of the departments at {} an hour", [4.0, 6.0], |model, rate| {
        model.stream_mut("own work").map(|of| of.arrivals = Arrivals::Poisson { rate: per_hour(rate) })
    }),
    ("callers who hold the line for {} min", [1.0, 10.0], |model, longest| {
        model.request_mut(QUESTION).map(|of| of.longest_wait = Some(Dist::constant(minutes(longest))))
    }),
];

/// A thousand opening hours: half a year.
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

fn figures(results: &Results) -> Result<Vec<Shown>> {
    Ok(vec![story::share_of(&repeats(results)?), story::share_of(&stop(results)?)])
}

/// How many calls, as a share of all, end in a way: by department or by error, the first of each.
fn end(results: &Results, of: impl Fn(&Replication) -> u64) -> Shown {
    let calls = |one: &Replication| one.classes[0].arrived + one.classes[0].returns;
    story::share_of(&story::figure(results, |one| (of(one) as f64, calls(one) as f64)))
}

pub fn answer(study: &Study<'_>) -> Result<String> {
    let base = study.base()?;
    let as_it_is = figures(&base)?;
    let replications = base.manifest.replications.div_ceil(2);
    Ok(format!(
        "How many calls are repeats, and how many customers stop calling?

Of all calls {repeats} are repeats. Of all customers {stop} stop calling without an answer.
Of all calls {hung_up} end because the caller hangs up before anybody takes the call,
{no_answer} because the caller is put off and knows that this was no answer.

{ideas}
(Questions before own work: what has been begun is finished first, and callers do not hold the line for long.)

What hangs on what is assumed:

{otherwise}",
        repeats = as_it_is[0],
        stop = as_it_is[1],
        hung_up = end(&base, |of| of.departments[0].classes[0].reneged.count),
        no_answer = end(&base, |of| of.defects[0].found[0].turned_away),
        ideas = story::by_scenario(study, &HEADER, &ideas(), figures)?,
        otherwise = story::by_assumption(study.model(), &HEADER, &OTHERWISE, |model| {
            figures(&*self::study(model, replications).base()?)
        })?,
    ))
}

fn main() -> Result<()> {
    let model = story::model("reception_without_answers")?;
    let study = study(&model, 20);
    let (base, said) = (study.base()?, answer(&study)?);
    story::tell("reception_without_answers", &said, (&model, &base), &[&study.compare(&ideas())?])
}
