//! What models compile to.

mod rules;

use super::*;
use crate::model::{Asking, Crew, Model, ShiftEnd};

#[test]
fn times_are_rounded_to_the_nearest_tick() {
    let longest = (1u64 << 52) - 1;
    for (time, ticks) in [
        (0.0, 0),
        (0.4, 0),
        (0.5, 0),
        (0.6, 1),
        (1.5, 2),
        (2.4, 2),
        (3.6e9, 3_600_000_000),
        (1e300, longest),
        (f64::INFINITY, longest),
        (longest as f64, longest),
    ] {
        assert_eq!(to_ticks(time), ticks, "{time}");
    }
}

/// A model with the file's fields, not validated: what a test leaves out does not matter to it.
fn plan_of(text: &str) -> Plan {
    compile::compile_valid(&toml::from_str::<Model>(text).unwrap()).unwrap()
}

fn full_of(text: &str) -> FullPlan {
    plan_of(text).full.unwrap()
}

const EVERYTHING: &str = r#"
name = "everything"
start = "2026-01-05T00:00"
working_hours = "office"

[[class]]
name = "urgent"
[[class]]
name = "routine"
priority = 5

[[calendar]]
name = "office"
shift = [{ days = "mon-fri", from = "08:00", to = "16:00", staff = 3 }]
holiday = [{ date = "2026-01-06" }]

[[pool]]
name = "experts"
staff = 4
shifts = { calendar = "office", at_end = "finish", crew = "replaced" }

[[department]]
name = "sales"
staff = 2
service = { constant = { value = "10m" } }
absences = [{ who = "all", clock = "working", between = { exponential = { mean = "40h" } }, duration = { constant = { value = "1h" } } }]
errors = { probability = 0.1, probability_for = [{ class = "urgent", probability = 0.3 }], after_guess = 0.5, cost = 20.0, complaint = { probability = 0.25, after = { constant = { value = "3d" } }, enter = "office" } }

[[department]]
name = "design"
staff = { pool = "experts" }
service = { constant = { value = "1h" } }
patience = { constant = { value = "1d" } }
renege_to = "office"
errors = { if_defective = 0.4, complaint = { probability = 1.0, after = { constant = { value = "1d" } }, enter = "sales", class = "urgent" } }
detects = [{ probability = 0.9, back = "along" }]

[[department]]
name = "office"
staff = "infinite"
service = { constant = { value = "5m" } }

[[department]]
name = "build"
staff = 3
staff_needed = 2
ignore_priority = true
service = { constant = { value = "2h" } }
helpers = [{ from = "sales", speed = 0.5 }, { from = "experts", speed = 0.8 }]
detects = [
    { then = { send-to = "office" } },
    { made_by = "design", probability = 0.6, transfer = { constant = { value = "30m" } } },
]

[[department]]
name = "test"
staff = { pool = "experts" }
helpers = [{ from = "build" }, { from = "sales" }]
queue_capacity = 4
service = { constant = { value = "1h" } }
detects = [{ made_by = "sales", then = "turn-away" }]

[[handoff]]
from = "sales"
to = "design"
[[handoff]]
from = "design"
to = "build"
[[handoff]]
from = "build"
to = "test"
[[handoff]]
from = "test"
to = "build"
probability = 0.1
rework = true
[[handoff]]
from = "test"
to = "exit"
probability = 0.9

[[request]]
from = "build"
to = "design"
at = 0.5
probability_for = [{ class = "urgent", probability = 0.2 }]
during = "both"
priority = 2
standard = "4h"
[[request]]
name = "may we?"
from = "build"
to = "sales"
staff = "freed"
class = "urgent"
longest_wait = { constant = { value = "8h" } }
[[request]]
from = "design"
to = "build"
priority = 2
during = "requests"
transfer = { constant = { value = "1m" } }
answer_transfer = { constant = { value = "2m" } }
service = { constant = { value = "3m" } }

[[customers]]
name = "complaints about design"
enter = "sales"
mix = [{ class = "urgent", share = 0.5 }, { class = "routine", share = 0.5 }]
arrivals = { poisson = { rate = "1/h" } }
[[customers]]
name = "more"
class = "routine"
enter = "test"
arrivals = "saturated"

[[initial]]
department = "sales"
class = "routine"
cases = 1
"#;

#[test]
fn people_are_numbered_over_departments_then_pools() {
    let plan = plan_of(EVERYTHING);
    assert_eq!((plan.staff, plan.plain), (9, false));
    let own: Vec<_> = plan.departments.iter().map(|of| (of.staff, of.first_slot)).collect();
    assert_eq!(own, [(Some(2), 0), (Some(0), 2), (None, 2), (Some(3), 2), (Some(0), 5)]);
    let full = plan.full.unwrap();
    let homes: Vec<_> = full.homes.iter().map(|of| (&of.name[..], of.department, of.staff)).collect();
    assert_eq!(homes, [("sales", 0, 2), ("build", 3, 3), ("experts", NONE, 4)]);
    let homes: Vec<_> = (0..9).map(|person| full.home_of(person)).collect();
    assert_eq!(homes, [0, 0, 1, 1, 1, 2, 2, 2, 2]);
    let serves = |home: usize| -> Vec<_> {
        full.homes[home].serves.iter().map(|at| (at.department, at.own)).collect()
    };
    assert_eq!(serves(0), [(0, true), (3, false), (4, false)]);
    assert_eq!(serves(1), [(3, true), (4, false)]);
    assert_eq!(serves(2), [(1, true), (4, true), (3, false)]);
    let eligible: Vec<Vec<_>> = full
        .departments
        .iter()
        .map(|at| at.eligible.iter().map(|one| (one.home, one.own, one.speed)).collect())
        .collect();
    assert_eq!(eligible[0], [(0, true, 1.0)]);
    assert_eq!(eligible[1], [(2, true, 1.0)]);
    assert_eq!(eligible[2], []);
    assert_eq!(eligible[3], [(1, true, 1.0), (2, false, 0.8), (0, false, 0.5)]);
    assert_eq!(eligible[4], [(2, true, 1.0), (0, false, 1.0), (1, false, 1.0)]);
    let needed: Vec<_> = full.departments.iter().map(|at| at.needed).collect();
    assert_eq!(needed, [1, 1, 1, 2, 1]);
}

#[test]
fn people_have_shifts_and_absences() {
    let full = full_of(EVERYTHING);
    let experts = &full.homes[2];
    let levels = experts.levels.as_ref().unwrap();
    let hour = 3_600_000_000;
    assert_eq!(levels.next_change(0), Some((8 * hour, 3)));
    // Tuesday is a holiday.
    assert_eq!(levels.next_change(16 * hour), Some((24 * hour, 0)));
    assert_eq!(levels.next_change(48 * hour), Some((56 * hour, 3)));
    assert_eq!((experts.at_end, experts.crew), (ShiftEnd::Finish, Crew::Replaced));
    let sales = &full.homes[0];
    assert!(sales.levels.is_none() && sales.absences.len() == 1);
    assert!(sales.absences[0].all && sales.absences[0].working && experts.absences.is_empty());
}

#[test]
fn requests_come_in_the_order_of_the_work() {
    let plan = plan_of(EVERYTHING);
    let full = plan.full.as_ref().unwrap();
    let asks: Vec<_> = full.departments.iter().map(|at| &at.asks[..]).collect();
    assert_eq!(asks, [&[] as &[u32], &[2], &[], &[1, 0], &[]]);
    let [how, may, known] = &full.asks[..] else { panic!("three requests") };
    assert_eq!((&how.name[..], how.from, how.to, how.at), ("build asks design", 3, 1, 0.5));
    assert_eq!((&how.during_cases[..], &how.during_requests[..]), (&[0.2, 0.0][..], &[0.2, 0.0][..]));
    // Priorities 0, 2 and 5 are ranks 0, 1 and 2, but for who ignores them.
    assert_eq!((how.rank, may.rank, known.rank), (1, NONE, NONE));
    let ranks: Vec<_> = plan.rows.iter().map(|row| row.rank).collect();
    assert_eq!(ranks, [0, 2, 0, 2, 0, 2, 0, 0, 0, 2]);
    let ranks: Vec<_> = plan.departments.iter().map(|of| of.ranks).collect();
    assert_eq!(ranks, [3, 3, 3, 1, 3]);
    assert_eq!((how.staff, how.standard, how.class), (Asking::Held, 4 * 3_600_000_000, NONE));
    assert_eq!((&may.name[..], may.staff, may.standard, may.class), ("may we?", Asking::Freed, Tick::MAX, 0));
    assert_eq!((&may.during_cases[..], &may.during_requests[..]), (&[1.0, 1.0][..], &[0.0, 0.0][..]));
    assert_eq!((&known.during_cases[..], &known.during_requests[..]), (&[0.0, 0.0][..], &[1.0, 1.0][..]));
    assert!(may.longest_wait.is_some() && how.longest_wait.is_none());
    assert!(known.transfer.is_some() && known.answer_transfer.is_some() && known.service.is_some());
    assert!(may.transfer.is_none() && may.answer_transfer.is_none() && may.service.is_none());
    assert_eq!((plan.row_of_request(how, 1), plan.row_of_request(may, 1)), (3, 0));
}

#[test]
fn defects_are_made_found_and_complained_about() {
    let plan = plan_of(EVERYTHING);
    let full = plan.full.as_ref().unwrap();
    assert_eq!(full.makers, [0, 1]);
    let [sales, design] = [0, 1].map(|at: usize| full.departments[at].errors.as_ref().unwrap());
    assert_eq!((sales.maker, design.maker), (0, 1));
    assert_eq!((&sales.probability[..], &design.probability[..]), (&[0.3, 0.1][..], &[0.0, 0.0][..]));
    assert_eq!((sales.if_defective, sales.after_guess, sales.cost), (None, Some(0.5), 20.0));
    assert_eq!((design.if_defective, design.after_guess, design.cost), (Some(0.4), None, 0.0));
    let found = |at: usize| -> Vec<_> {
        let found = full.departments[at].detects.iter();
        found.map(|one| one.as_ref().map(|one| (one.probability, one.then, one.direct))).collect()
    };
    assert_eq!(found(0), []);
    assert_eq!(found(1), [Some((0.9, FoundPlan::Return, false)); 2]);
    assert_eq!(found(3), [Some((1.0, FoundPlan::SendTo(2), true)), Some((0.6, FoundPlan::Return, true))]);
    assert_eq!(found(4), [Some((1.0, FoundPlan::TurnAway, true)), None]);
    assert!(full.departments[3].detects[1].as_ref().unwrap().transfer.is_some());
    let streams: Vec<_> =
        plan.streams.iter().map(|of| (&of.name[..], of.department, of.sole_class)).collect();
    let expected = [
        ("routine at sales (1)", 0, 1),
        ("complaints about design", 0, NONE),
        ("more", 4, 1),
        ("complaints about sales", 2, NONE),
        ("complaints about design'", 0, 0),
    ];
    assert_eq!(streams, expected);
    let [first, second] = [sales, design].map(|of| of.complaint.as_ref().unwrap());
    assert_eq!((first.probability, first.stream, first.department, first.class), (0.25, 3, 2, NONE));
    assert_eq!((second.probability, second.stream, second.department, second.class), (1.0, 4, 0, 0));
    let saturated: Vec<_> = full.departments.iter().map(|at| &at.saturated[..]).collect();
    assert_eq!(saturated, [&[] as &[u32], &[], &[], &[], &[2]]);
    let renege_to: Vec<_> = full.departments.iter().map(|at| at.renege_to).collect();
    assert_eq!(renege_to, [NONE, 2, NONE, NONE, NONE]);
}

/// Two departments in line, with more fields for `a` and for `b`, and more at the end.
fn pair(a: &str, b: &str, more: &str) -> String {
    format!(
        r#"
name = "pair"
[[class]]
name = "x"
[[calendar]]
name = "never"
[[calendar]]
name = "once"
holiday = [{{ date = "2026-01-06", staff = 1 }}]
[[department]]
name = "a"
{a}
[[department]]
name = "b"
{b}
[[handoff]]
from = "a"
to = "b"
{more}"#
    )
}

#[test]
fn cases_come_back_to_makers_of_defects_and_finders() {
    let looped = |text: &str| -> Vec<bool> {
        plan_of(text).departments.iter().map(|of| of.loop_index != NONE).collect()
    };
    // Through design, which returns cases to sales and to itself, and build and test.
    assert_eq!(looped(EVERYTHING), [true, true, false, true, true]);
    let line = |of_b: &str| {
        pair(
            "staff = 1\nerrors = {}",
            &format!("staff = 1\n{of_b}"),
            "[[department]]\nname = \"c\"\nstaff = 1\n\
             [[handoff]]\nfrom = \"b\"\nto = \"c\"",
        )
    };
    assert_eq!(looped(&line("")), [false; 3]);
    assert_eq!(looped(&line("detects = [{}]")), [true, true, false]);
    assert_eq!(looped(&line("detects = [{ then = \"turn-away\" }]")), [false; 3]);
    assert_eq!(looped(&line("detects = [{ then = { send-to = \"b\" } }]")), [false, true, false]);
    assert_eq!(looped(&line("renege_to = \"a\"")), [true, true, false]);
    // From c, where who loses patience in b is served, it is straight back to b.
    assert_eq!(looped(&line("renege_to = \"c\"\ndetects = [{}]")), [true; 3]);
    assert_eq!(looped(&line("renege_to = \"c\"\ndetects = [{ back = \"along\" }]")), [true, true, false]);
}

#[test]
fn only_some_models_need_these_tables() {
    let needed = |a: &str, b: &str, more: &str| plan_of(&pair(a, b, more)).full.is_some();
    let one = "staff = 1";
    assert!(!needed(one, one, ""));
    // These alone change nothing about what happens.
    assert!(!needed("staff = 1\nqueue_capacity = 2", one, "[[class]]\nname = \"c\"\ndelay_cost = 3.0"));
    let hours = plan_of(&format!("working_hours = \"once\"\n{}", pair(one, one, "")));
    assert!(hours.full.is_none() && hours.working_hours.is_some());
    for a in [
        "staff = 2\nstaff_needed = 2",
        "staff = { pool = \"p\" }",
        "staff = 1\nshifts = { calendar = \"never\" }",
        "staff = 1\nhelpers = [{ from = \"b\" }]",
        "staff = 1\nrenege_to = \"b\"",
        "staff = 1\nerrors = {}",
        "staff = 1\ndetects = [{}]",
        "staff = 1\nabsences = [{ between = { constant = { value = \"1h\" } }, duration = { constant = { value = \"1h\" } } }]",
    ] {
        assert!(needed(a, one, ""), "{a}");
    }
    assert!(needed(one, "staff = 1\nqueue_capacity = 2", ""));
    for more in [
        "[[pool]]\nname = \"p\"\nstaff = 1",
        "[[request]]\nfrom = \"a\"\nto = \"b\"",
        "[[handoff]]\nfrom = \"b\"\nto = \"exit\"\nrework = true",
        "[[customers]]\nname = \"c\"\nenter = \"a\"\narrivals = \"saturated\"",
    ] {
        assert!(needed(one, one, more), "{more}");
    }
}

#[test]
fn a_standstill_takes_a_circle_of_waits() {
    let may = |a: &str, b: &str, more: &str| {
        let text = format!("start = \"2026-01-05T00:00\"\n{}", pair(a, b, more));
        full_of(&text).may_stand_still
    };
    let one = "staff = 1";
    let room = "staff = 1\nqueue_capacity = 0";
    let shared = "staff = { pool = \"p\" }";
    let pool = "[[pool]]\nname = \"p\"\nstaff = 2\n";
    let ask =
        |from: &str, to: &str, more: &str| format!("[[request]]\nfrom = \"{from}\"\nto = \"{to}\"\n{more}\n");
    let (there, back) = (ask("a", "b", ""), ask("b", "a", ""));
    let back_nested = ask("b", "a", "during = \"requests\"");
    let handoff_back = "[[handoff]]\nfrom = \"b\"\nto = \"a\"\n";
    // Room and answers that wait in one direction only.
    assert!(!may(one, room, ""));
    assert!(!may(one, one, &there));
    assert!(!may(room, room, &there));
    assert!(!may(shared, shared, pool));
    // Two directions.
    assert!(may(one, one, &format!("{there}{back}")));
    assert!(may(room, room, handoff_back));
    assert!(may(one, room, &back));
    assert!(may(room, room, &format!("{handoff_back}rework = true")));
    // People freed do not wait, unless somebody waits for what they asked for.
    assert!(!may(one, one, &format!("{there}{}", ask("b", "a", "staff = \"freed\""))));
    assert!(may(one, one, &format!("{there}{}", ask("b", "a", "staff = \"freed\"\nduring = \"both\""))));
    assert!(may(one, "staff = \"infinite\"", &format!("{there}{back_nested}")));
    assert!(!may(one, "staff = \"infinite\"", &format!("{there}{back}")));
    assert!(!may(one, one, &format!("{there}{}", ask("b", "a", "probability = 0.0"))));
    // Shared people.
    assert!(may(shared, shared, &format!("{pool}{there}")));
    assert!(may(shared, "staff = { pool = \"p\" }\nqueue_capacity = 0", pool));
    assert!(may("staff = 1", "staff = 1\nhelpers = [{ from = \"a\" }]", &there));
    assert!(may("staff = 1\nhelpers = [{ from = \"b\" }]", room, ""));
    // People who gather, and who never come or not again.
    assert!(may("staff = 2\nstaff_needed = 2", one, ""));
    assert!(may("staff = 1\nshifts = { calendar = \"never\" }", one, ""));
    assert!(may("staff = 1\nshifts = { calendar = \"once\" }", one, ""));
    let all_week =
        "[[calendar]]\nname = \"day\"\nshift = [{ days = \"daily\", from = \"08:00\", to = \"16:00\" }]";
    assert!(!may("staff = 1\nshifts = { calendar = \"day\" }", one, all_week));
}
