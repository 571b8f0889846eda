//! Two departments serve each other, often and in both directions. Each waits for the other's answer with the work on the desk,
//! and while all of them wait, nobody is there to answer. When does mutual waiting turn into a standstill, and what does
//! freeing staff while they wait change?
//!
//! The departments are described in `models/mutual_service.toml`, with its assumptions.
//!
//! `cargo run --release --example mutual_service`

use knockon::analysis::{Scenario, Study};
use knockon::error::ErrorKind;
use knockon::interventions::Intervention;
use knockon::prelude::*;
use knockon::results::{Replication, RequestTotals};
use knockon::stats::Series;

#[path = "shared/story.rs"]
pub mod story;
use story::Shown;

/// How often work raises a question.
pub const ASKING: [f64; 5] = [0.1, 0.2, 0.3, 0.5, 0.7];

const REQUESTS: [&str; 2] = ["can it be made", "what was meant"];

/// A year of forty hours a week.
const YEAR: u32 = 2000;

/// The model in which so many pieces of work raise a question; how long a wait may last is left as it is, or for ever.
pub fn with(model: &Model, asking: f64, for_ever: bool) -> Result<Model> {
    let mut model = model.clone();
    for request in REQUESTS {
        let request = model.request_mut(request)?;
        request.probability = Some(asking);
        request.longest_wait = request.longest_wait.take().filter(|_| !for_ever);
    }
    Ok(model)
}

/// Whoever asks goes on with other work.
pub fn freed() -> Scenario {
    Scenario::new(
        "freed while they wait",
        REQUESTS.map(|of| Intervention::FreeWhileWaiting { request: of.into() }),
    )
}

/// When each of some years came to a standstill; `None` for those that did not.
pub fn standstills(model: &Model, years: u32) -> Result<Vec<Option<Span>>> {
    let year = |number: u32| {
        let experiment = Experiment::new(model).horizon(hours(YEAR)).first_replication(number.into()).seed(1);
        match experiment.replications(1).run().map_err(Error::from) {
            Ok(_) => Ok(None),
            Err(error) => match error.kind() {
                ErrorKind::Standstill { time, .. } => Ok(Some(*time)),
                _ => Err(error),
            },
        }
    };
    (0..years).map(year).collect()
}

/// The share of years that come to a standstill, and how many hours it takes to one, where ten or more did.
pub fn standstill(model: &Model, years: u32) -> Result<[Shown; 2]> {
    let found = standstills(model, years)?;
    let hours = |time: &Option<Span>| time.map_or(f64::from(YEAR), |time| time.as_hours());
    let came = |time: &Option<Span>| f64::from(u8::from(time.is_some()));
    let many = found.iter().flatten().count() >= 10;
    let share: Series = found.iter().map(|time| (came(time), 1.0)).collect();
    let after: Series = found.iter().map(|time| (hours(time), came(time))).collect();
    Ok([story::share_of(&share), if many { story::number_of(&after) } else { story::text("rare") }])
}

pub fn study(model: &Model, replications: u32) -> Study<'_> {
    let experiment = Experiment::new(model).horizon(hours(YEAR)).warm_up(hours(200)).seed(1);
    Study::new(experiment.replications(replications))
}

pub fn answer(study: &Study<'_>, years: u32) -> Result<String> {
    let (model, replications) = (study.model(), study.base()?.manifest.replications);
    let lead = |results: &Results| story::time(results.system.lead_time.as_ref().map(|times| times.mean.0));
    let requests =
        |of: &Replication, part: fn(&RequestTotals) -> u64| of.requests.iter().map(part).sum::<u64>() as f64;
    let row = |asking: f64| {
        let [share, after] = standstill(&with(model, asking, true)?, years)?;
        let model = with(model, asking, false)?;
        let study = self::study(&model, replications);
        let (held, freed) = (study.base()?, study.with(&freed().changes)?);
        let guesses =
            story::figure(&held, |of| (requests(of, |of| of.given_up), requests(of, |of| of.asked)));
        Ok((
            format!("{:.0} %", 100.0 * asking),
            vec![share, after, story::share_of(&guesses), lead(&held), lead(&freed)],
        ))
    };
    let rows = ASKING.into_iter().map(row).collect::<Result<Vec<_>>>()?;
    Ok(format!(
        "When does mutual waiting turn into a standstill, and what does freeing staff while they wait change?

{rows}
(Of the years in which nothing but an answer ends a wait; then, of questions that wait for four hours at most, how many
end in a guess, and the mean lead time; then that with people who are freed.)
Whoever is freed while waiting cannot be part of a standstill. How often they ask hangs on what is assumed: 50 %.
With that, and waits of four hours at most:

{comparison}",
        rows = story::table(&["ask", "years stand still", "hours to one", "guesses", "held", "freed"], rows),
        comparison = study.compare(&[freed()])?,
    ))
}

fn main() -> Result<()> {
    let model = story::model("mutual_service")?;
    let study = study(&model, 10);
    let (base, said) = (study.base()?, answer(&study, 100)?);
    story::tell("mutual_service", &said, (&model, &base), &[&study.compare(&[freed()])?])
}
