//! What all analyses of a model of ten departments take together: every one of a [`Study`], on one experiment.
//!
//! `cargo bench --bench analyses`, or `cargo bench --bench analyses -- REPLICATIONS WEEKS`. For each analysis: how many
//! replications it made that none before it had made, how many events those of the model as it is have, and how long it
//! took.

use std::io::{IsTerminal, Write, stderr};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Instant;

use knockon::analysis::{Structure, Study};
use knockon::interventions::Intervention;
use knockon::prelude::*;

/// A hospital in office hours, from the front door to the paid bill. The laboratory and imaging share their people; coders
/// ask the doctors, doctors ask for old files; what reception gets wrong, billing finds. Every number is an assumption.
fn model() -> Model {
    let office = |d: knockon::model::DepartmentBuilder| d.shifts("office", |s| s);
    let weekdays = (0..5).flat_map(|day| {
        let at = |hour: f64| hours(24.0 * f64::from(day) + hour);
        [(at(8.0), per_hour(4.5)), (at(16.0), per_hour(0.0))]
    });
    let pattern: Vec<_> = [(hours(0), per_hour(0.0))].into_iter().chain(weekdays).collect();
    Model::builder("a hospital of ten departments")
        .calendar("office", |c| c.shift("mon-fri", "08:00", "17:00"))
        .class("insured", |c| c.delay_cost(0.02))
        .class("self-pay", |c| c.delay_cost(0.05))
        .pool("diagnostics", |p| p.staff(2).shifts("office", |s| s).cost(30.0, 30.0, 45.0))
        .department("reception", |d| {
            office(d).staff(2).service(Dist::lognormal(minutes(20), cv(0.6))).errors(|e| e.probability(0.1))
        })
        .department("triage", |d| office(d).staff(2).service(Dist::gamma(minutes(18), cv(0.8))))
        .department("treatment", |d| office(d).staff(6).service(Dist::gamma(minutes(55), cv(0.8))))
        .department("laboratory", |d| d.pool("diagnostics").service(Dist::lognormal(minutes(25), cv(0.5))))
        .department("imaging", |d| d.pool("diagnostics").service(Dist::lognormal(minutes(35), cv(0.5))))
        .department("pharmacy", |d| office(d).staff(2).service(Dist::gamma(minutes(15), cv(0.7))))
        .department("files", |d| office(d).staff(1).service(Dist::exponential(minutes(6))))
        .department("coding", |d| office(d).staff(3).service(Dist::lognormal(minutes(30), cv(0.7))))
        .department("billing", |d| {
            office(d)
                .staff(3)
                .service(Dist::lognormal(minutes(28), cv(0.8)))
                .detects(|f| f.made_by("reception").probability(1.0))
        })
        .department("collections", |d| office(d).staff(2).service(Dist::gamma(minutes(45), cv(1.0))))
        .handoff("reception", "triage", |h| h)
        .handoff("triage", "treatment", |h| h)
        .handoff("treatment", "laboratory", |h| h.probability(0.3))
        .handoff("treatment", "imaging", |h| h.probability(0.25))
        .handoff("treatment", "pharmacy", |h| h.probability(0.45))
        .handoff("laboratory", "pharmacy", |h| h)
        .handoff("imaging", "pharmacy", |h| h)
        .handoff("pharmacy", "coding", |h| h.transfer(hours(1)))
        .handoff("coding", "billing", |h| h)
        .handoff("billing", "collections", |h| h.probability(0.3))
        .handoff("billing", EXIT, |h| h.probability(0.7))
        .request("coding", "treatment", |r| r.probability(0.1).at(0.5).service(minutes(5)))
        .request("treatment", "files", |r| r.probability(0.5).at(0.2).service(Dist::exponential(minutes(6))))
        .customers("patients", |c| {
            c.pattern(weeks(1), pattern)
                .enter("reception")
                .mix([("insured", 0.8), ("self-pay", 0.2)])
                .promise(days(7))
        })
        .build()
        .expect("a valid model")
}

fn main() -> Result<()> {
    let numbers: Vec<u32> = std::env::args().filter_map(|argument| argument.parse().ok()).collect();
    let (replications, length) =
        if let [replications, length] = numbers[..] { (replications, length) } else { (20, 13) };
    measure(replications, weeks(length))
}

fn measure(replications: u32, length: Span) -> Result<()> {
    let model = model();
    let made = AtomicU32::new(0);
    let experiment = Experiment::new(&model).warm_up(weeks(3)).horizon(length).replications(replications);
    let shown = stderr().is_terminal();
    let study = Study::new(experiment).on_progress(|progress| {
        made.fetch_add(1, Ordering::Relaxed);
        if shown {
            eprint!("\r{} of {} replications ", progress.done, progress.planned);
            let _ = stderr().flush();
        }
    });
    let all = Instant::now();
    let ask = |name: &str, question: &dyn Fn() -> Result<String>| -> Result<()> {
        let (before, started) = (made.load(Ordering::Relaxed), Instant::now());
        let answer = question()?;
        let new = made.load(Ordering::Relaxed) - before;
        println!("{name:14} {new:6} replications  {:6.1} s  {answer}", started.elapsed().as_secs_f64());
        Ok(())
    };
    let outage = Intervention::outage("coding", days(7 * 4 + 1), days(1));
    ask("base", &|| Ok(format!("{} events", study.base()?.manifest.events)))?;
    ask("sensitivity", &|| {
        let best = study.sensitivity()?.ranking().best;
        Ok(format!("more rate does most in {}", best.join(" or ")))
    })?;
    ask("speed_ups", &|| {
        let flat = study.speed_ups()?.iter().filter(|curve| curve.flat).count();
        Ok(format!("{flat} of {} curves are flat", model.departments.len()))
    })?;
    ask("shapley", &|| {
        let shapley = study.shapley()?;
        Ok(format!("{} shares, {} permutations", shapley.shares.len(), shapley.permutations.unwrap_or(0)))
    })?;
    ask("bottlenecks", &|| Ok(format!("{} definitions", study.bottlenecks()?.verdicts.len())))?;
    ask("disturb", &|| {
        let path = study.disturb(std::slice::from_ref(&outage))?.path;
        Ok(format!("{} departments on the path", path.len()))
    })?;
    ask("influence", &|| Ok(format!("{} rows", study.influence(days(7 * 4 + 1), days(1))?.rows.len())))?;
    ask("infinitesimal", &|| {
        let refused = study.infinitesimal().err().map_or(0, |error| error.defects().len());
        Ok(format!("refused for {refused} reasons"))
    })?;
    ask("structure", &|| Ok(format!("{} hold-ups", Structure::of(&model)?.hold_ups.len())))?;
    ask("all of it again", &|| {
        study.sensitivity()?;
        study.speed_ups()?;
        study.shapley()?;
        study.bottlenecks()?;
        study.disturb(std::slice::from_ref(&outage))?;
        study.influence(days(7 * 4 + 1), days(1))?;
        Ok("known already".to_owned())
    })?;
    println!("all analyses: {:.1} s", all.elapsed().as_secs_f64());
    Ok(())
}
