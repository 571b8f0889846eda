//! The examples, as tests: what they print is right by figures that the simulation does not make.
//!
//! Statistical tests compare with exact figures at four standard errors; with ten replications that is
//! a false alarm in about 0.3 % of seeds, and the seeds are fixed.

#![allow(dead_code, clippy::duplicate_mod)] // Every example brings its `main` and the shared tables.

#[path = "../examples/billing_cycle.rs"]
mod billing_cycle;
#[path = "../examples/bottlenecks.rs"]
mod bottlenecks;
#[path = "../examples/delay_propagation.rs"]
mod delay_propagation;
#[path = "../examples/engineering_clarification.rs"]
mod engineering_clarification;
#[path = "../examples/quickstart.rs"]
mod quickstart;
#[path = "../examples/report.rs"]
mod report;
#[path = "../examples/run_model.rs"]
mod run_model;

use std::ffi::OsString;

use knockon::analysis::{Fate, Scenario};
use knockon::experiment::Figure;
use knockon::interventions::Intervention;
use knockon::model::Model;
use knockon::results::{ClassTotals, LedgerEntry, Replication, Results, StaffState, What, Whose};
use knockon::stats::Estimate;
use knockon::time::weeks;

fn assert_close(what: &str, estimate: &Estimate, exact: f64) {
    let error = estimate.std_error().expect("there are several replications");
    let off = (estimate.mean - exact) / error;
    assert!(off.abs() < 4.0, "{what}: {estimate}, exact {exact}, {off:.1} standard errors off");
    assert!(error < 0.05 * exact, "{what}: {estimate} says little");
}

#[test]
fn quickstart_agrees_with_the_formulas() {
    let rows = quickstart::compare(10).unwrap();
    let exact: Vec<f64> = rows.iter().map(|row| row.1).collect();
    for (exact, by_hand) in exact.iter().zip([24.0, 30.0, 0.8, 3.2]) {
        assert!((exact - by_hand).abs() < 1e-9, "{exact}, by hand {by_hand}");
    }
    for (name, exact, simulated) in rows {
        assert_close(name, &simulated.unwrap(), exact);
    }
}

/// Expected visits of a case, solved by hand.
///
/// Each service at registration is wrong with probability e, and each error brings the case back from billing:
/// 1 / (1 - e) visits there, and as many bills. The insurer sends r back, and so has an insured case billed
/// r / (1 - r) times more. The patient and collections see p = 1 + c / 2 and c = p / 5 of those who pay for
/// themselves; of the insured who are refused for good, c = a + c / 10.
struct ByHand {
    registration: f64,
    billing: f64,
    insurer: f64,
    patient: f64,
    collections: f64,
}

const REFUSED: f64 = 0.11;
const TO_COLLECTIONS: f64 = 0.05;

fn by_hand(errors: f64) -> ByHand {
    let insurer = 1.0 / (1.0 - REFUSED);
    let collections_insured = TO_COLLECTIONS * insurer / 0.9;
    let (insured, self_pay) = (0.75, 0.25);
    ByHand {
        registration: 1.0 / (1.0 - errors),
        billing: 1.0 / (1.0 - errors) + insured * REFUSED * insurer,
        insurer: insured * insurer,
        patient: insured * collections_insured / 2.0 + self_pay / 0.9,
        collections: insured * collections_insured + self_pay * 0.2 / 0.9,
    }
}

/// Something counted, per case that arrived.
fn per_arrival(results: &Results, count: impl Fn(&Replication) -> f64) -> Estimate {
    let cases =
        |replication: &Replication| replication.classes.iter().map(|class| class.arrived as f64).sum::<f64>();
    let counts: Vec<f64> = results.replications.iter().map(count).collect();
    let cases: Vec<f64> = results.replications.iter().map(cases).collect();
    Estimate::of_ratio(&counts, &cases, 0.95).unwrap()
}

/// Visits to a department per case.
fn visits(results: &Results, department: &str) -> Estimate {
    let at = results.departments.iter().position(|of| of.name == department).unwrap();
    per_arrival(results, |replication| {
        replication.departments[at].classes.iter().map(|class| class.came() as f64).sum()
    })
}

#[test]
fn the_billing_cycle_agrees_with_the_traffic_equations() {
    let model = story("billing_cycle");
    let study = billing_cycle::study(&model, 10, weeks(52));
    let now = study.base().unwrap();
    let more = study.with(&[Intervention::add_staff("billing", 1)]).unwrap();
    let expected = by_hand(0.1);
    for results in [&now, &more] {
        for (department, exact) in [
            ("registration", expected.registration),
            ("treatment", 1.0),
            ("coding", 1.0),
            ("billing", expected.billing),
            ("insurer", expected.insurer),
            ("patient", expected.patient),
            ("collections", expected.collections),
        ] {
            assert_close(department, &visits(results, department), exact);
        }
    }

    // Load: 240 patients a week, in minutes of work per case, over the hours of the staff in a week. The window
    // has 40 weeks.
    let load = |first: f64, later: f64, visits: f64, hours: f64| {
        240.0 / 60.0 * (first + later * (visits - 1.0)) / hours
    };
    for (department, hours, work) in [
        ("registration", 4.0 * 45.0, (35.0, 20.0, expected.registration)),
        ("treatment", 10.0 * 60.0, (120.0, 120.0, 1.0)),
        ("coding", 5.0 * 45.0, (40.0, 40.0, 1.0)),
        ("billing", 8.0 * 45.0, (70.0, 45.0, expected.billing)),
        ("collections", 3.0 * 45.0, (210.0, 210.0, expected.collections)),
    ] {
        let exact = load(work.0, work.1, work.2, hours);
        let staff = now.department(department).unwrap().staff_time.as_ref().unwrap();
        let serving = staff.states.iter().find(|of| of.state == StaffState::Serving).unwrap().hours;
        assert_close(department, &serving.times(1.0 / (40.0 * hours)), exact);
        assert!((0.6..0.9).contains(&exact), "{department} is loaded {exact}");
    }

    // What passes outside is the payers' own; one more biller shortens the rest for both classes.
    let outside =
        ["insurer", "patient"].map(|name| now.departments.iter().position(|of| of.name == name).unwrap());
    let hours = per_arrival(&now, |replication| {
        let visits = outside.iter().flat_map(|&at| &replication.departments[at].classes);
        visits.map(|visits| visits.service_hours).sum()
    });
    assert_close("outside", &hours, 24.0 * (10.0 * expected.insurer + 8.0 * expected.patient));
    for class in ["insured", "self-pay"] {
        let [now, more] = [&now, &more].map(|results| Figure::lead_time(class).series(results).unwrap());
        let saved = now.less(&more, 0.95).unwrap();
        assert!(saved.low().unwrap() > 0.0, "{class}: {saved}");
        assert!(saved.high().unwrap() < 6.0, "{class}: {saved}");
    }
    the_ledger_is_the_lead_time(&now);

    // Every error is found at billing, and billed again: e / (1 - e) of them a case.
    let defects = now.defects_of("registration").unwrap();
    let [by_billing] = &defects.found[..] else { panic!("{defects:?}") };
    assert_eq!((&*by_billing.department, defects.reached.mean), ("billing", 0.0));
    assert_close("errors", &per_arrival(&now, |of| of.defects[0].made as f64), 0.1 / 0.9);
}

/// Entries sum to the lead time, own work to the touch time.
fn the_ledger_is_the_lead_time(results: &Results) {
    let ledger = results.ledger.as_ref().unwrap();
    for (class, charged) in results.classes.iter().zip(&ledger.classes) {
        let completed = &charged.completed;
        let sum = |pick: &dyn Fn(&LedgerEntry) -> bool| -> f64 {
            completed.entries.iter().filter(|entry| pick(entry)).map(|entry| entry.amount.time.mean).sum()
        };
        let lead_time = class.lead_time.as_ref().unwrap().mean.mean;
        assert!((sum(&|_| true) - lead_time).abs() < 1e-9 * lead_time, "{}: {lead_time}", class.name);
        let at_work = |entry: &LedgerEntry| entry.whose == Whose::Own && entry.what != What::Transfer;
        let touch_time = class.touch_time.unwrap().mean;
        assert!((sum(&at_work) - touch_time).abs() < 1e-9 * lead_time, "{}: {touch_time}", class.name);
    }
}

fn story(name: &str) -> Model {
    billing_cycle::story::model(name).unwrap()
}

fn ideas(name: &str) -> Vec<Scenario> {
    billing_cycle::story::ideas(name).unwrap()
}

/// What is put in place of what is assumed is that: with the file's own numbers the model is that of the file, with others not.
#[test]
fn what_is_otherwise_is_what_is_assumed() {
    for (name, otherwise, own) in [
        ("billing_cycle", &billing_cycle::OTHERWISE[..], &[0.1, 70.0][..]),
        ("engineering_clarification", &engineering_clarification::OTHERWISE, &[1.0, 0.05, 7.0]),
    ] {
        assert_eq!(otherwise.len(), own.len());
        for (&(what, others, set), &own) in otherwise.iter().zip(own) {
            let with = |value| {
                let mut model = story(name);
                set(&mut model, value).unwrap();
                model
            };
            assert_eq!(with(own), story(name), "{what}");
            assert!(others.iter().all(|&other| with(other) != story(name)), "{what}");
        }
    }
}

/// What an idea of the billing cycle has brought once it is in place is what it brings after its introduction.
#[test]
fn ideas_in_place_are_those_introduced() {
    let (model, ideas) = (story("billing_cycle"), ideas("billing_cycle"));
    assert_eq!(ideas.len(), 8);
    for (begun, in_place) in ideas[..4].iter().zip(&ideas[4..]) {
        assert_eq!(in_place.name, format!("{}, in place", begun.name));
        let [begun, in_place] = [begun, in_place].map(|idea| model.with(&idea.changes).unwrap());
        for (begun, in_place) in begun.departments.iter().zip(&in_place.departments) {
            assert_eq!((&begun.staff, &begun.helpers), (&in_place.staff, &in_place.helpers));
            let last = begun.periods.last();
            let [service, error] = last.map_or([1.0, 1.0], |of| [of.service_factor, of.error_factor]);
            let close = |a: f64, b: f64| (a - b).abs() < 1e-9 * b;
            let probability = |of: &knockon::model::Department| of.errors.as_ref()?.probability;
            if let (Some(begun), Some(in_place)) = (probability(begun), probability(in_place)) {
                assert!(close(begun * error, in_place), "{begun} {error} {in_place}");
            }
            let mean = |of: &knockon::model::Department| of.service.as_ref().unwrap().mean();
            assert!(close(mean(begun) * service, mean(in_place)), "{}", begun.name);
        }
    }
}

/// All that is asked is answered: how long, because of whom, and what each idea brings to whom.
#[test]
fn the_billing_cycle_tells_the_story() {
    let model = story("billing_cycle");
    let answer = billing_cycle::answer(&billing_cycle::study(&model, 2, weeks(20)), weeks(20)).unwrap();
    for part in [
        "How long from visit to paid bill, and because of whom?",
        "in working hours",
        "registration: its errors",
        "cross-training",
        "training at registration",
        "the joint team",
        "Best for the insured: ",
        "customers are faster",
        "What hangs on what is assumed",
        "Most hangs on this: with",
    ] {
        assert!(answer.contains(part), "`{part}` is not in\n{answer}");
    }
    // One more biller has no introduction to pay back.
    let row = answer
        .lines()
        .filter(|line| line.starts_with("one more biller "))
        .find(|line| line.contains("weeks"));
    assert!(row.unwrap().ends_with(" 0 weeks"), "{answer}");
    assert_readable(&answer);
}

/// The cheapest plan keeps the promises that it should, by the estimate on fresh draws too, and no plan that was run is cheaper
/// and keeps them.
#[test]
fn the_cheapest_plan_keeps_the_promise() {
    let model = story("billing_cycle");
    let study = billing_cycle::study(&model, 2, weeks(24));
    let plan = billing_cycle::cheapest(&study, 0.7).unwrap();
    assert_eq!(plan.plans, 3u64.pow(4) * 2);
    let [kept] = &plan.requirements[..] else { panic!("{plan}") };
    assert!(kept.figure.mean >= 0.7, "{plan}");
    let results = study.with(&plan.changes).unwrap();
    assert_eq!(results.costs.as_ref().unwrap().total, plan.in_search);
    let as_it_is = study.base().unwrap();
    assert!(as_it_is.class("insured").unwrap().promise_kept.unwrap().mean >= 0.7);
    assert!(plan.in_search.mean < as_it_is.costs.as_ref().unwrap().total.mean, "{plan}");
}

/// Intake is busiest by utilization and by load: 30 claims an hour of 21.5 minutes each for twelve clerks. The one physician is
/// where it pays, and the proof is a run.
#[test]
fn the_busiest_department_is_not_the_bottleneck() {
    use knockon::analysis::Definition;
    let model = bottlenecks::model().unwrap();
    let (found, proof) = bottlenecks::run(&model, 8).unwrap();
    assert_eq!(found.by(Definition::Utilization).unwrap().set, ["intake"]);
    assert_eq!(found.by(Definition::LowestCapacity).unwrap().set, ["intake"]);
    assert_eq!(found.by(Definition::Sensitivity).unwrap().set, ["physician"]);
    let load = found.by(Definition::LowestCapacity).unwrap().department("intake").unwrap().figure.mean;
    assert!((load - 30.0 * 21.5 / 60.0 / 12.0).abs() < 1e-9);
    assert_close("utilization", &found.by(Definition::Utilization).unwrap().figures[0].figure, load);
    let saved = |name: &str| proof.iter().find(|(department, _)| department == name).unwrap().1;
    assert!(saved("physician").low().unwrap() > saved("intake").high().unwrap());
    let report = bottlenecks::report(2).unwrap();
    assert!(report.contains("By the turning point: it is no serial line"), "{report}");
    assert_readable(&report);
}

fn assert_readable(report: &str) {
    assert!(report.lines().all(|line| line.chars().count() <= 120 && line == line.trim_end()), "{report}");
}

#[test]
fn the_engineering_clarification_adds_up() {
    let (model, ideas) = (story("engineering_clarification"), ideas("engineering_clarification"));
    let changed = model.with(&ideas[0].changes).unwrap();
    let study = engineering_clarification::study(&model, 3);
    let before = study.base().unwrap();
    // With a ledger of its own.
    let now = engineering_clarification::study(&changed, 3).base().unwrap();
    assert_eq!(study.with(&ideas[0].changes).unwrap().classes, now.classes);

    for results in [&before, &now] {
        the_ledger_is_the_lead_time(results);
        for year in &results.replications {
            let (asked, answered) = (year.requests[0].asked, year.requests[0].response_time.count);
            assert_eq!(asked, answered + year.requests[0].given_up + year.requests[0].unfinished);
            // Standard, custom, and designs, for which nobody pays.
            let prices = [(5.0, 2500.0), (15.0, 12_000.0), (0.0, 0.0)];
            for (class, (delay, lost)) in year.classes.iter().zip(prices) {
                assert_eq!(class.cost.lost, lost * class.lost() as f64);
                assert!(
                    (class.cost.delay - delay * class.lead_time.sum).abs() < 1e-6 * class.cost.delay + 1e-9
                );
            }
            let wrong: f64 = year.classes.iter().map(|class| class.cost.defects).sum();
            assert_eq!(wrong, 125_000.0 * year.defects[0].reached as f64);
        }
        // In 3 years, 0.03 of standard and 0.45 of custom orders served raise a question.
        let reps = results.department("reps").unwrap();
        let served = |class| 3.0 * reps.class(class).unwrap().served.mean;
        let expected = 0.03 * served("standard") + 0.45 * served("custom");
        let deviation = (0.03 * 0.97 * served("standard") + 0.45 * 0.55 * served("custom")).sqrt();
        let asked = 3.0 * results.request("which part").unwrap().asked.mean;
        assert!((asked - expected).abs() < 4.0 * deviation + 40.0, "{asked}, expected {expected}");
    }

    // A standard is kept the better, the more it is followed; the best, if questions come first.
    let kept = |results: &Results| Figure::standard_kept("which part").series(results).unwrap();
    let [first, acts, half] = [0, 1, 2].map(|at| kept(&study.with(&ideas[at].changes).unwrap()));
    for (worse, better) in [(&kept(&before), &half), (&half, &acts), (&acts, &first)] {
        let more = better.less(worse, 0.95).unwrap();
        assert!(more.low().unwrap() > 0.0, "{more}");
    }

    // Designs, 3.5 hours each, and answers of 20 minutes keep five engineers at work 45 hours a week.
    let engineering = before.department("engineering").unwrap();
    let answered = before.request("which part").unwrap().answered.mean;
    let load = (48.0 * 52.0 * 3.5 + answered / 3.0) / (5.0 * 45.0 * 52.0);
    let utilization = engineering.utilization.unwrap().mean;
    assert!((0.8..0.92).contains(&load) && (utilization / load - 1.0).abs() < 0.05, "{utilization}, {load}");
    let reps = before.department("reps").unwrap().staff_time.as_ref().unwrap();
    let hours = |state| reps.states.iter().find(|of| of.state == state).map_or(0.0, |of| of.hours.mean);
    let busy = (hours(StaffState::Serving) + hours(StaffState::Held))
        / (reps.hours.mean - hours(StaffState::OffShift));
    assert!((0.75..0.9).contains(&busy), "{busy}");

    // The same customers came, of the same classes. Who is won back was lost, but for those still there at the end.
    let comparison = study.compare(&ideas[..1]).unwrap();
    for (at, class) in comparison.scenarios[0].classes.iter().enumerate() {
        let count = |results: &Results, of: &dyn Fn(&ClassTotals) -> u64| -> i64 {
            results.replications.iter().map(|year| of(&year.classes[at])).sum::<u64>() as i64
        };
        for results in [&before, &now] {
            assert_eq!(count(results, &|class| class.arrived), class.all() as i64, "{}", class.class);
        }
        assert!(class.transitions.iter().all(|of| of.without != Fate::Absent && of.with != Fate::Absent));
        let fewer_lost = count(&before, &ClassTotals::lost) - count(&now, &ClassTotals::lost);
        let open =
            count(&before, &|class| class.unfinished.count) + count(&now, &|class| class.unfinished.count);
        let won = class.count(Fate::Lost, Fate::Completed) as i64;
        let net = won - class.count(Fate::Completed, Fate::Lost) as i64;
        assert!((fewer_lost - net).abs() <= open, "{fewer_lost} fewer are lost, {net} by comparison");
        assert_eq!(won > 0, class.class != "design");
    }
}

#[test]
fn the_engineering_clarification_tells_the_story() {
    let model = story("engineering_clarification");
    let answer = engineering_clarification::answer(&engineering_clarification::study(&model, 2)).unwrap();
    for part in [
        "what is a 4-hour standard worth?",
        "engineering: work for others",
        "staff held by engineering, which was working on design ",
        "customers are faster",
        "were lost before and are completed now",
        "held, blocked",
        "a share of 0.1 of guesses wrong",
        "Most hangs on this: with",
    ] {
        assert!(answer.contains(part), "`{part}` is not in\n{answer}");
    }
    assert_readable(&answer);
}

fn run_model(line: &[&str]) -> Result<String, String> {
    run_model::report(line.iter().map(OsString::from))
}

/// Keeps a file for as long as a test needs it.
struct File(std::path::PathBuf);

impl File {
    fn new(name: &str, text: &str) -> File {
        let path = std::env::temp_dir().join(format!("knockon {} {name}", std::process::id()));
        std::fs::write(&path, text).unwrap();
        File(path)
    }

    fn path(&self) -> &str {
        self.0.to_str().unwrap()
    }
}

impl Drop for File {
    fn drop(&mut self) {
        _ = std::fs::remove_file(&self.0);
    }
}

const COUNTER: &str = r#"
name = "counter"

[[department]]
name = "counter"
staff = 1
service = { exponential = { mean = "6m" } }

[[customers]]
name = "walk-in"
enter = "counter"
arrivals = { poisson = { rate = "5/h" } }
"#;

#[test]
fn run_model_tells_all_wrong_arguments_at_once() {
    let error =
        run_model(&["--horizon", "52", "--warm-up=1d", "--seed", "-1", "--threads", "--replications"]);
    let lines: Vec<String> = error.unwrap_err().lines().map(str::to_owned).collect();
    assert_eq!(lines.len(), 5, "{lines:?}");
    assert!(lines[0].starts_with("--horizon: `52` is not a duration"), "{lines:?}");
    assert_eq!(lines[1], "--warm-up=1d: there is no such option");
    assert!(
        lines[2].starts_with("--seed: `-1` is not a whole number from 0 to 18446744073709551615"),
        "{lines:?}"
    );
    assert!(
        lines[3].starts_with("--threads: `--replications` is not a whole number from 1 to 1024"),
        "{lines:?}"
    );
    assert_eq!(lines[4], "no model file is given; --help tells more");

    for wrong in ["99999999999", "i", "0", "-1", "1.5", ""] {
        let error = run_model(&["a.toml", "--replications", wrong]).unwrap_err();
        assert_eq!(error, format!("--replications: `{wrong}` is not a whole number from 1 to 4294967295"));
    }

    let error = run_model(&["a.toml", "b.toml", "--seed"]).unwrap_err();
    assert_eq!(error, "`b.toml`: there is a model file already\n--seed: its value is missing");
}

#[test]
fn run_model_tells_what_is_wrong_with_files_and_settings() {
    let error = run_model(&["no such file.toml"]).unwrap_err();
    assert!(error.starts_with("no such file.toml: "), "{error}");

    let bad = File::new("bad.toml", &COUNTER.replace("6m", "-6m").replace("enter = \"c", "enter = \"b"));
    let error = run_model(&[bad.path()]).unwrap_err();
    assert!(error.starts_with(&format!("{}: ", bad.path())), "{error}");
    assert!(error.contains("-6m") && error.contains("there is no department `bounter`"), "{error}");

    let good = File::new("settings.toml", COUNTER);
    let error = run_model(&[good.path(), "--horizon", "1d", "--warm-up", "2d"]).unwrap_err();
    assert!(error.contains("warm-up: is 2d, must end before the horizon of 1d"), "{error}");
}

#[test]
fn run_model_runs_a_small_model() {
    let file = File::new("good.toml", COUNTER);
    let line = [file.path(), "--horizon", "6w", "--replications", "10", "--seed", "5"];
    let page = run_model(&line).unwrap();
    for part in ["counter (", "10 replications of 6w", "MSER-5", "seed 5", "walk-in"] {
        assert!(page.contains(part), "`{part}` is not in\n{page}");
    }

    let json = |threads| {
        let text = run_model(&[&line[..], &["--warm-up", "2d", "--json", "--threads", threads]].concat());
        serde_json::from_str::<Results>(&text.unwrap()).unwrap()
    };
    let (one, two) = (json("1"), json("2"));
    assert_eq!(one.replications, two.replications);
    let waiting = one.department("counter").unwrap().visits.waiting.as_ref().unwrap().mean;
    assert_close("wait in hours", &waiting, 0.1); // load / (service rate - arrival rate)
}

#[test]
fn run_model_tells_handoffs_with_the_same_ends_apart() {
    let text = format!(
        "{COUNTER}\n[[department]]\nname = \"back\"\nstaff = 1\nservice = {{ exponential = {{ mean = \"1m\" }} }}\n
        [[class]]\nname = \"known\"\n
        [[handoff]]\nfrom = \"counter\"\nto = \"back\"\nprobability = 0.5\nbecomes = \"known\"\n
        [[handoff]]\nfrom = \"counter\"\nto = \"back\"\nprobability = 0.5\n"
    );
    let file = File::new("same ends.toml", &text);
    let page = run_model(&[file.path(), "--horizon", "1w", "--warm-up", "0s"]).unwrap();
    let count = |start: &str| page.lines().filter(|line| line.starts_with(start)).count();
    assert_eq!((count("counter to back"), count("counter to back, becoming known ")), (2, 1), "{page}");
}

#[test]
fn run_model_prints_the_ledger_and_what_else_there_is() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/examples/models/engineering_clarification.toml");
    let line = [path, "--horizon", "4w", "--warm-up", "1w", "--replications", "3"];
    let plain = run_model(&line).unwrap();
    let page = run_model(&[&line[..], &["--ledger"]].concat()).unwrap();
    for part in ["which part ", "errors of", "cost of"] {
        assert!(plain.contains(part), "`{part}` is not in\n{plain}");
    }
    assert!(page.contains("engineering: closed") && !plain.contains("engineering: closed"), "{page}");
}

/// Scheduled work worked out by hand: three visits of ten minutes, one after the other. All of it is seen.
#[test]
fn run_model_leaves_nothing_out_where_arrivals_end() {
    let arrivals = "{ poisson = { rate = \"5/h\" } }";
    let scheduled = COUNTER
        .replace(arrivals, "{ schedule = { times = [\"1h\", \"1h\", \"1h\"] } }")
        .replace("exponential = { mean = \"6m\"", "constant = { value = \"10m\"");
    let (departments, _) = scheduled.split_once("[[customers]]").unwrap();
    let in_place = format!(
        "{departments}[[class]]\nname = \"walk-in\"\n[[initial]]\ndepartment = \"counter\"\nclass = \"walk-in\"\ncases = 3\n"
    );
    for (name, text) in [("scheduled.toml", scheduled), ("in place.toml", in_place)] {
        let file = File::new(name, &text);
        let json = run_model(&[file.path(), "--horizon", "4h", "--json", "--replications", "2"]).unwrap();
        let results: Results = serde_json::from_str(&json).unwrap();
        assert_eq!(results.manifest.warm_up, 0.0, "{name}");
        assert_eq!(results.system.completed.mean, 3.0, "{name}");
        let waiting = results.department("counter").unwrap().visits.waiting.as_ref().unwrap().mean.mean;
        assert!((waiting - 1.0 / 6.0).abs() < 1e-9, "{name}: {waiting}");
        let page = run_model(&[file.path(), "--horizon", "4h", "--warm-up", "auto"]).unwrap();
        assert!(page.contains("MSER-5"), "{page}");
    }
    // A stream that is limited, and one that is not.
    let limited = File::new("limited.toml", &format!("{COUNTER}limit = 5\n"));
    assert!(run_model(&[limited.path(), "--horizon", "1d"]).unwrap().contains("warm-up 0.0 d (given)"));
    let more = COUNTER.split_once("[[customers]]").unwrap().1.replace("walk-in", "others");
    let both = File::new("both.toml", &format!("{COUNTER}limit = 5\n[[customers]]{more}"));
    assert!(run_model(&[both.path(), "--horizon", "1d"]).unwrap().contains("MSER-5"));
}

/// The hours of a class in its matrix are its lead time; stock that is used is told of by user.
#[test]
fn run_model_prints_the_ledger_by_class_and_the_uses_of_stock() {
    let text = format!(
        "{COUNTER}\n[[customers]]\nname = \"regular\"\nenter = \"counter\"\narrivals = {{ poisson = {{ rate = \"1/h\" }} }}\n"
    );
    let file = File::new("classes.toml", &text);
    let line = [file.path(), "--horizon", "4w", "--warm-up", "1d", "--replications", "3", "--ledger"];
    let page = run_model(&line).unwrap();
    let json = run_model(&[&line[..], &["--json"]].concat()).unwrap();
    let results: Results = serde_json::from_str(&json).unwrap();
    for class in ["walk-in", "regular"] {
        let (_, rest) = page.split_once(&format!("completed cases of class {class}, by who")).unwrap();
        let all = rest.lines().find(|line| line.starts_with("all ")).unwrap();
        let shown: f64 = all.split_whitespace().nth(2).unwrap().parse().unwrap();
        let exact = results.class(class).unwrap().lead_time.as_ref().unwrap().mean.mean;
        assert!((shown - exact).abs() < 0.006, "{class}: {shown}, {exact}");
    }
    let gowns = concat!(env!("CARGO_MANIFEST_DIR"), "/examples/models/gown_hoarding.toml");
    let page = run_model(&[gowns, "--horizon", "4w", "--warm-up", "0s", "--replications", "2"]).unwrap();
    let model = knockon::model::Model::read(gowns).unwrap();
    for department in &model.departments {
        for usage in &department.uses {
            let start = format!("{} uses {}", department.name, usage.stock);
            assert!(page.lines().any(|line| line.starts_with(&start)), "`{start}` is not in\n{page}");
        }
    }
}

#[test]
fn run_model_helps() {
    for line in [&["--help"][..], &["-h", "model.toml"]] {
        assert!(run_model(line).unwrap().contains("usage: run_model MODEL"));
    }
}

/// Five coders are away for two days of nine hours. Nobody feels it who came to coding more than a working day before, all of
/// it is felt by the two classes, and the report tells how it ends.
#[test]
fn the_outage_of_coding_travels_and_dies_out() {
    let result = delay_propagation::run(&delay_propagation::model().unwrap(), 4, weeks(40)).unwrap();
    assert_eq!(result.department_hours.mean, 5.0 * 2.0 * 9.0);
    let classes: f64 = result.classes.iter().map(|class| class.hours.mean).sum();
    assert!((classes - result.system.hours.mean).abs() < 1e-6);
    // The work on 96 patients is left undone. They lose a day at the least, and others have to wait for them.
    assert!(result.system.hours.low().unwrap() > 96.0 * 24.0, "{}", result.system.hours);
    assert!(result.amplification.unwrap().low().unwrap() > 1.0);
    assert_eq!(result.path[0].department, "coding");
    // It is felt first by those who came to coding on the day before, and were not done.
    assert!(result.path[0].reached.as_hours() > result.begins.as_hours() - 24.0);
    let (peak, died_out) = (result.system.peak.unwrap().from, result.system.died_out.unwrap());
    let last = result.last.as_ref().unwrap();
    assert!(peak < died_out && died_out < last.ended, "{peak} {died_out} {last:?}");
    let report = delay_propagation::report(&result);
    for part in
        ["insured", "self-pay", "coding", "█", "It is worst for those who arrived in", "The last of all"]
    {
        assert!(report.contains(part), "`{part}` is not in\n{report}");
    }
    assert_readable(&report);
    assert!(!format!("{result}").is_empty());
}

/// The page of the hospital has all departments on its map, and the bars of its changes.
#[test]
fn the_report_is_a_page() {
    let model = report::model().unwrap();
    let page = report::report(&model, 2, weeks(11)).unwrap().html().unwrap();
    for department in &model.departments {
        assert!(page.contains(&format!("data-name=\"{}\"", department.name)), "{}", department.name);
    }
    for what in
        ["one more biller", "one more coder", "half the errors", "an outage of all of coding, from 9w 1d"]
    {
        assert!(page.contains(what), "{what}");
    }
    // The pictures that the README shows are those of this model.
    for (name, chart) in report::pictures(&model, 2, weeks(11)).unwrap() {
        let kept = std::fs::read_to_string(format!("{}/docs/{name}", env!("CARGO_MANIFEST_DIR"))).unwrap();
        for text in [chart.svg(), kept] {
            let document = roxmltree::Document::parse(&text).unwrap();
            let told: Vec<_> = document.descendants().filter_map(|node| node.text()).collect();
            for department in ["registration", "treatment", "coding", "billing", "collections"] {
                assert!(told.contains(&department), "{name}: {department}");
            }
        }
    }
}
