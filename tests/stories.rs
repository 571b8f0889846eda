//! The stories as model files: each can be read and run, its ledger adds up, and what happens in it is what the
//! story tells. Seeds are fixed, and comparisons use the same random numbers on both sides.

use std::fs;
use std::path::{Path, PathBuf};

use knockon::experiment::Experiment;
use knockon::model::{Asking, Model, Policy, Staff};
use knockon::random::Dist;
use knockon::results::{GroupLedger, LatenessResults, Results, RetryResults, What, Whose};
use knockon::time::{Span, hours, minutes, weeks};

const NAMES: [&str; 10] = [
    "barrier_effect",
    "billing_cycle",
    "engineering_clarification",
    "gown_hoarding",
    "it_ticket_blocks_sales",
    "mutual_service",
    "new_hire_computer",
    "purchasing_waits_for_order",
    "reception_without_answers",
    "store_opening",
];

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/models")
}

fn story(name: &str) -> Model {
    Model::read(folder().join(name).with_extension("toml")).unwrap()
}

/// A short experiment, with the self-check and the ledger.
fn experiment(model: &Model, horizon: Span) -> Experiment<'_> {
    Experiment::new(model).horizon(horizon).replications(4).seed(20).self_check().ledger()
}

fn run(model: &Model, horizon: Span) -> Results {
    experiment(model, horizon).run().unwrap()
}

fn priority(model: &mut Model, class: &str, priority: u32) {
    model.class_mut(class).unwrap().priority = priority;
}

fn constant(value: Span) -> Option<Dist> {
    Some(Dist::constant(value))
}

/// The ledger of the cases of a class that were completed, and of those that were lost.
fn ledgers<'r>(results: &'r Results, class: &str) -> (&'r GroupLedger, &'r GroupLedger) {
    let class = results.ledger.as_ref().unwrap().class(class).unwrap();
    (&class.completed, &class.lost)
}

/// Hours per case that were not the case's own work or way.
fn others(group: &GroupLedger, who: Option<&str>) -> f64 {
    let entries = group.entries.iter().filter(|entry| entry.whose != Whose::Own);
    let charged = entries.filter(|entry| who.is_none_or(|name| entry.who.name == name));
    charged.map(|entry| entry.amount.time.mean).sum()
}

fn lost_share(results: &Results, class: &str) -> f64 {
    results.class(class).unwrap().lost_share.as_ref().unwrap().mean
}

fn lateness<'r>(results: &'r Results, class: &str) -> &'r LatenessResults {
    results.class(class).unwrap().lateness.as_ref().unwrap()
}

#[test]
fn there_are_ten_and_they_can_be_read() {
    let mut found: Vec<PathBuf> =
        fs::read_dir(folder()).unwrap().map(|entry| entry.unwrap().path()).collect();
    found.sort();
    let stems: Vec<&str> = found.iter().map(|path| path.file_stem().unwrap().to_str().unwrap()).collect();
    assert_eq!(stems, NAMES);
    for path in &found {
        let text = fs::read_to_string(path).unwrap();
        let model = Model::from_toml(&text).unwrap();
        model.validate().unwrap();
        assert_eq!(Model::from_toml(&model.to_toml().unwrap()).unwrap(), model);
        let stem = model.name.replace(' ', "_").to_lowercase();
        assert_eq!(Some(stem.as_str()), path.file_stem().unwrap().to_str());
        // After the name of the schema, for editors.
        let first = text.lines().find(|line| !line.starts_with("#:"));
        assert!(first.is_some_and(|line| line.starts_with("# ")), "{stem}: the story comes first");
        assert!(text.to_lowercase().contains("assumption"), "{stem}: what is assumed?");
    }
}

#[test]
fn each_runs_and_its_ledger_adds_up() {
    for name in NAMES {
        let results = experiment(&story(name), weeks(10)).replications(2).run().unwrap();
        assert!(results.system.completed.mean > 20.0, "{name}");
        let system = &results.ledger.as_ref().unwrap().system;
        for group in [&system.completed, &system.lost, &system.unfinished] {
            let Some(time) = &group.time else { continue };
            let sum: f64 = group.entries.iter().map(|entry| entry.amount.time.mean).sum();
            assert!((sum - time.mean).abs() < 1e-6 * time.mean.max(1.0), "{name}: {sum}, {}", time.mean);
        }
        let lead_time = results.system.lead_time.as_ref().unwrap().mean.mean;
        let charged = system.completed.time.as_ref().unwrap().mean;
        assert!((charged - lead_time).abs() < 1e-6 * lead_time, "{name}: {charged}, {lead_time}");
    }
}

#[test]
fn the_late_request_makes_the_machine_late() {
    let mut model = story("purchasing_waits_for_order");
    let results = run(&model, weeks(104));
    let (machines, _) = ledgers(&results, "machine");
    let [all, late, purchasing] =
        [None, Some("technical department"), Some("purchasing")].map(|who| others(machines, who));
    assert!(late > 0.5 * all, "{late} of {all}");
    assert!(late > 2.0 * purchasing, "{late}, purchasing {purchasing}");

    priority(&mut model, "machine", 0);
    priority(&mut model, "own work", 1);
    let first = run(&model, weeks(104));
    let [as_it_is, first] = [&results, &first].map(|results| lateness(results, "machine").late_share.mean);
    assert!(as_it_is > 0.4 && first < 0.5 * as_it_is, "{as_it_is}, handed in at once {first}");
}

#[test]
fn missing_tags_make_customers_wait() {
    let mut model = story("store_opening");
    let results = run(&model, weeks(3));
    assert!(lateness(&results, "carton").late_share.mean > 0.5);
    assert!(results.request("what does it cost").unwrap().held_hours.mean > 5.0);
    let (served, lost) = ledgers(&results, "customer");
    assert!(served.charged_to("terminal") > minutes(1).as_hours());
    assert!(lost.charged_to("terminal") > 0.0);

    // With the tags on, hardly anybody asks, and nobody has to tag: the customs delay alone.
    model.request_mut("what does it cost").unwrap().probability = Some(0.02);
    model.department_mut("tagging").unwrap().service = constant(Span::ZERO);
    model.pool_mut("half for the shop").unwrap().staff = 12;
    let tagged = run(&model, weeks(3));
    let [without, with] = [&results, &tagged].map(|results| lost_share(results, "customer"));
    assert!(without > 0.05 && with < 0.2 * without, "{without}, with tags {with}");
}

#[test]
fn the_guard_turns_away_who_comes_before_the_pass() {
    let mut model = story("barrier_effect");
    let turned_away = |model: &Model| {
        let results = run(model, weeks(10));
        let changed = results.fork("host to gate").unwrap().forked.mean;
        let gate = &results.defects_of("journey").unwrap().found[0];
        assert_eq!(gate.department, "gate");
        assert_eq!(gate.found, gate.turned_away);
        assert!(results.costs.is_some());
        gate.turned_away.mean / changed
    };
    let as_it_is = turned_away(&model);
    assert!((0.2..0.6).contains(&as_it_is), "{as_it_is}");
    model.department_mut("journey").unwrap().service = Some(Dist::exponential(hours(6)));
    let told_earlier = turned_away(&model);
    assert!(told_earlier < 0.5 * as_it_is, "{as_it_is}, plans change earlier: {told_earlier}");
    model.department_mut("pass office").unwrap().staff = Staff::Count(2);
    let issued_sooner = turned_away(&model);
    assert!(issued_sooner < told_earlier, "{told_earlier}, passes are issued sooner: {issued_sooner}");
}

#[test]
fn earlier_notice_and_another_model_together_make_the_computer_ready() {
    let late = |weeks_before: u32, flexible: bool| {
        let mut model = story("new_hire_computer");
        model.stream_mut("computer").unwrap().notice = constant(weeks(weeks_before));
        if flexible {
            for handoff in model.handoffs.iter_mut().filter(|handoff| handoff.from == "ordering") {
                handoff.probability = Some(if handoff.to == "dealer" { 0.9 } else { 0.1 });
            }
        }
        let results = run(&model, weeks(52));
        assert!(results.request("which programs").unwrap().answered.mean > 0.0);
        lateness(&results, "computer").late_share.mean
    };
    let [neither, earlier, flexible, both] = [late(1, false), late(3, false), late(1, true), late(3, true)];
    assert!(neither > 0.9, "{neither}");
    assert!(earlier < neither && flexible < neither, "{neither}, {earlier}, {flexible}");
    assert!(both < 0.15 && both < earlier && both < flexible, "{both}, {earlier}, {flexible}");
}

#[test]
fn gowns_are_hidden_and_raided_until_they_come_more_often() {
    let mut model = story("gown_hoarding");
    let results = run(&model, weeks(10));
    for (stock, ward) in results.stocks.iter().zip(&results.uses) {
        assert!(stock.let_downs.mean > 10.0 && stock.raided.mean > 0.0, "{}", stock.name);
        assert!(stock.hidden.as_ref().unwrap().mean > 2.0 && stock.waits.mean > 0.0, "{}", stock.name);
        assert!(
            ward.lost_trust.mean > 0.0 && ward.mistrust.as_ref().unwrap().mean > 0.5,
            "{}",
            ward.department
        );
    }
    for supply in model.stocks.iter_mut().flat_map(|stock| &mut stock.supplies) {
        if let Policy::Periodic { every, .. } = &mut supply.policy {
            *every = hours(12);
        }
    }
    let often = run(&model, weeks(10));
    for (rare, often) in results.stocks.iter().zip(&often.stocks) {
        assert!(often.let_downs.mean < 0.5 * rare.let_downs.mean, "{}", rare.name);
    }
}

#[test]
fn customers_leave_because_salespeople_wait_inside() {
    let mut model = story("it_ticket_blocks_sales");
    let results = run(&model, weeks(4));
    let (_, lost) = ledgers(&results, "customer");
    let support: f64 = ["IT", "accounting"].map(|name| lost.charged_to(name)).iter().sum();
    let all = lost.time.as_ref().unwrap().mean;
    assert!(support > 0.3 * all, "{support} of {all}");
    for (name, holds) in [
        ("broken computer", true),
        ("at the counter", true),
        ("who is in charge", false),
        ("when can it come", false),
    ] {
        let asked = results.request(name).unwrap();
        assert!(asked.answered.mean > 0.0);
        assert_eq!(asked.held_hours.mean > 0.0, holds, "{name}");
    }
    for request in &mut model.requests {
        request.probability = Some(0.0);
    }
    let undisturbed = run(&model, weeks(4));
    let [waiting, undisturbed] = [&results, &undisturbed].map(|results| lost_share(results, "customer"));
    assert!(waiting > 0.03 && undisturbed < 0.5 * waiting, "{waiting}, without {undisturbed}");
}

#[test]
fn callers_without_an_answer_call_again_or_stop_calling() {
    let mut model = story("reception_without_answers");
    let results = run(&model, weeks(2));
    let question = results.request("what the caller wants to know").unwrap();
    assert!(question.given_up.mean > question.answered.mean);
    let attempts = |results: &Results| -> f64 {
        let RetryResults { attempts, .. } = results.class("caller").unwrap().retries.as_ref().unwrap();
        attempts.mean
    };
    assert!(attempts(&results) > 1.15, "{}", attempts(&results));
    assert!((0.05..0.3).contains(&lost_share(&results, "caller")));

    model.request_mut("what the caller wants to know").unwrap().priority = Some(0);
    priority(&mut model, "own work", 1);
    let first = run(&model, weeks(2));
    assert!(attempts(&first) < attempts(&results));
    assert!(lost_share(&first, "caller") < lost_share(&results, "caller"));
}

#[test]
fn those_who_wait_for_each_other_stand_still_unless_they_are_freed() {
    let mut model = story("mutual_service");
    let results = run(&model, weeks(20));
    let (drawings, _) = ledgers(&results, "drawing");
    let (orders, _) = ledgers(&results, "order");
    assert!(others(drawings, Some("production")) > 0.1 && others(orders, Some("design")) > 0.1);
    let stood_still = |group: &GroupLedger| group.entries.iter().any(|entry| entry.what == What::Standstill);
    assert!(stood_still(drawings) && stood_still(orders));

    // Nothing but an answer ends a wait.
    for request in &mut model.requests {
        request.longest_wait = None;
    }
    let error = experiment(&model, weeks(20)).run().unwrap_err().to_string();
    assert!(error.contains("standstill"), "{error}");

    for request in &mut model.requests {
        request.staff = Asking::Freed;
    }
    let freed = run(&model, weeks(20));
    let [held, freed] =
        [&results, &freed].map(|results| results.system.lead_time.as_ref().unwrap().mean.mean);
    assert!(freed < 0.8 * held, "{held} hours, freed {freed}");
}

#[test]
fn errors_of_registration_reach_the_bill() {
    let results = run(&story("billing_cycle"), weeks(12));
    let (patients, _) = ledgers(&results, "insured");
    let rework = patients.entries.iter().filter(|entry| entry.what == What::Rework);
    assert!(rework.clone().count() > 0 && rework.clone().all(|entry| entry.who.name == "registration"));
}

#[test]
fn reps_guess_when_engineers_have_no_time() {
    let results = run(&story("engineering_clarification"), weeks(8));
    let question = results.request("which part").unwrap();
    assert!(question.given_up.mean > 0.0 && question.held_hours.mean > 0.0);
    let (custom, _) = ledgers(&results, "custom");
    assert!(others(custom, Some("engineering")) > 0.0);
}
