//! What departments, people, handoffs, customers and stock that follow more rules compile to.

use super::*;
use crate::model::{Beyond, Loss, Preemption};

const MINUTE: Tick = 60_000_000;
const HOUR: Tick = 60 * MINUTE;

const ALL: &str = r#"
name = "all rules"

[[class]]
name = "urgent"
[[class]]
name = "plain"
priority = 7
rise = [{ after = "2h", priority = 3 }, { after = "1h", priority = 5 }]
turns = { after = "1d", into = "urgent" }
[[class]]
name = "part"
priority = 5

[[pool]]
name = "drivers"
staff = 3
outage = [{ at = "3h", lasts = "1h", staff = 5 }]
vacation = { duration = { constant = { value = "10m" } } }
cost = { idle = 10.0, busy = 12.0, overtime = 18.0 }

[[department]]
name = "desk"
staff = 4
outage = [{ at = "1h", lasts = "30m", staff = 1 }, { at = "2h", lasts = "10m" }]
vacation = { kind = "once", duration = { constant = { value = "5m" } } }
service = { constant = { value = "10m" } }
preemption = "resample"
balking = { counts = "waiting", join = [1.0, 0.5], beyond = "harmonic" }
standard = [
    { within = "4h", acts = { before = "1h", priority = 1, compliance = 0.8 } },
    { class = "part", within = "2h" },
    { class = "urgent", within = "30m", acts = { before = "1h", priority = 0 } },
]
use = [
    { stock = "forms", quantity = 2, raids = ["pens"] },
    { stock = "pens", class = "part", hoarding = { extra = 2, most = 9, trust_after = "1d" } },
]

[[department]]
name = "press"
staff = { pool = "drivers" }
ignore_priority = true
service = { constant = { value = "1h" } }
batch = { size = 5, at_least = 2, longest_wait = "90m" }
setup = { time = { constant = { value = "1m" } }, after_idle = { constant = { value = "9m" } }, time_for = [
    { class = "plain", time = { constant = { value = "2m" } } },
    { class = "plain", from = "urgent", time = { constant = { value = "3m" } } },
    { class = "urgent", from = "part", time = { constant = { value = "4m" } } },
    { class = "plain", time = { constant = { value = "5m" } } },
] }
standard = [{ within = "1h", acts = { before = "10m", priority = 2 } }]
use = [{ stock = "pens", class = "urgent" }]

[[department]]
name = "van"
staff = { pool = "drivers" }
service = { constant = { value = "1h" } }
batch = { size = 3 }
setup = { time_for = [{ class = "part", from = "plain", time = { constant = { value = "1m" } } }] }
slots = { times = ["15h", "9h"], sizes = [2, 1] }
period = [
    { from = "1h", until = "2h", service = { constant = { value = "3m" } }, error_factor = 2.0 },
    { from = "5h", service_factor = 0.5 },
]

[[department]]
name = "shop"
staff = 2
discipline = "processor-sharing"
service = { constant = { value = "1h" } }
balking = { join = [] }

[[handoff]]
from = "press"
to = "van"
or_shorter = ["shop", "desk"]
[[handoff]]
from = "van"
to = "shop"
capacity = 6
pickup = { period = "12h", times = ["11h", "10h"] }
probability = 0.5
[[handoff]]
from = "van"
to = "exit"
probability = 0.5
pickup = { times = ["1h"] }

[[fork]]
from = "desk"
join = "shop"
classes = ["plain"]
needed = 1
order = "random"
late = "finished"
[[fork.branch]]
to = "press"
becomes = "part"
transfer = { constant = { value = "1m" } }
[[fork.branch]]
to = "van"
[[fork]]
from = "desk"
join = "shop"
[[fork.branch]]
to = "van"

[[stock]]
name = "forms"
initial = 30
[[stock.supply]]
policy = { reorder = { at = 5, quantity = 20 } }
source = { outside = { lead_time = { constant = { value = "1d" } } } }
[[stock.supply]]
policy = { alert = { at = 2, quantity = 6 } }
source = { department = { department = "press", class = "part", transfer = { constant = { value = "1m" } } } }
[[stock]]
name = "pens"
[[stock.supply]]
policy = { periodic = { every = "6h", up_to = 40 } }
source = { department = { department = "van", class = "urgent", service = { constant = { value = "1m" } } } }
[[stock.supply]]
policy = { periodic = { every = "6h", first = "2h", up_to = 50 } }
source = { outside = { lead_time = { constant = { value = "1d" } } } }

[[request]]
from = "van"
to = "desk"
standard = "2h"
acts = { before = "30m", priority = 4, compliance = 0.5 }
[[request]]
from = "van"
to = "press"
standard = "2h"
acts = { before = "30m", priority = 4 }
[[request]]
from = "shop"
to = "desk"
standard = "2h"

[[customers]]
name = "bookings"
class = "plain"
enter = "desk"
from = "2h"
until = "9h"
notice = { constant = { value = "3d" } }
patience = { constant = { value = "8h" } }
retry = { probability = 0.6, after = { constant = { value = "1h" } }, most = 3, on = ["balked", "reneged"] }
arrivals = { poisson = { rate = "1/h" } }
[[customers]]
name = "machines"
class = "urgent"
enter = "van"
arrivals = { population = { customers = 12, away = { exponential = { mean = "1d" } } } }
[[customers]]
name = "walk-in"
class = "urgent"
enter = "shop"
retry = { probability = 1.0, after = { constant = { value = "1h" } } }
arrivals = { poisson = { rate = "1/h" } }
[[customers]]
name = "others"
class = "urgent"
enter = "shop"
arrivals = { poisson = { rate = "1/h" } }

[[initial]]
department = "van"
class = "urgent"
cases = 1
"#;

#[test]
fn ranks_count_what_cases_may_rise_to() {
    // Priorities 0, 1, 2, 3, 4, 5, 7.
    let plan = plan_of(ALL);
    let ranks: Vec<_> = plan.rows.iter().map(|row| row.rank).collect();
    assert_eq!(ranks, [0, 6, 5, 0, 0, 0, 0, 6, 5, 0, 6, 5]);
    let ranks: Vec<_> = plan.departments.iter().map(|of| of.ranks).collect();
    assert_eq!(ranks, [7, 1, 7, 7]);
    let full = plan.full.unwrap();
    let rises = |at: usize| -> Vec<Vec<_>> {
        let rises = full.departments[at].rises.iter();
        rises.map(|of| of.iter().map(|rise| (rise.after, rise.rank, rise.compliance)).collect()).collect()
    };
    let plain = vec![(2 * HOUR, 3, 1.0), (HOUR, 5, 1.0)];
    assert_eq!(rises(0), [vec![(0, 0, 1.0)], [&plain[..], &[(3 * HOUR, 1, 0.8)]].concat(), vec![]]);
    // Where priorities do not count there is one line.
    assert_eq!(rises(1), [vec![], vec![], vec![]]);
    assert_eq!(rises(2), [vec![], plain, vec![]]);
    for department in &full.departments {
        assert_eq!(department.turns, [None, Some((24 * HOUR, 0)), None]);
    }
    let standards: Vec<_> = full.departments.iter().map(|of| &of.standards[..]).collect();
    assert_eq!(standards[0], [HOUR / 2, 4 * HOUR, 2 * HOUR]);
    assert_eq!(standards[1], [HOUR; 3]);
    assert_eq!(standards[2], [Tick::MAX; 3]);
    let of_requests: Vec<_> =
        full.asks.iter().map(|ask| ask.rise.map(|rise| (rise.after, rise.rank, rise.compliance))).collect();
    assert_eq!(of_requests, [Some((90 * MINUTE, 4, 0.5)), None, None]);
}

#[test]
fn departments_serve_by_rules() {
    let full = full_of(ALL);
    let [desk, press, van, shop] = &full.departments[..] else { panic!("four departments") };
    assert_eq!([desk, press, van, shop].map(|of| of.sharing), [false, false, false, true]);
    let none = Preemption::None;
    assert_eq!([desk, press, van, shop].map(|of| of.preemption), [Preemption::Resample, none, none, none]);
    let batch = |of: &FullDepartment| of.batch.as_ref().map(|of| (of.size, of.least, of.longest_wait));
    assert_eq!([desk, press, van].map(batch), [None, Some((5, 2, 90 * MINUTE)), Some((3, 3, Tick::MAX))]);
    let setup = press.setup.as_ref().unwrap();
    let times = setup.times.iter().map(|time| to_ticks(time.draw(words())) / MINUTE);
    assert_eq!(times.collect::<Vec<_>>(), [2, 3, 4, 5, 1]);
    // From urgent, plain and part.
    assert_eq!(setup.change, [[NONE, 1, 4], [4, NONE, 4], [2, 0, NONE]].concat());
    assert!(setup.after_idle.is_some() && desk.setup.is_none());
    let setup = van.setup.as_ref().unwrap();
    assert_eq!(setup.change, [[NONE; 3], [NONE, NONE, 0], [NONE; 3]].concat());
    assert!(setup.after_idle.is_none());
    let slots = van.slots.as_ref().unwrap();
    assert_eq!((slots.times.period, &slots.times.times[..]), (24 * HOUR, &[9 * HOUR, 15 * HOUR][..]));
    assert_eq!(slots.sizes, [1, 2]);
    let balking = |of: &FullDepartment| of.balking.as_ref().map(|of| (of.waiting, of.join.len(), of.beyond));
    let expected = [Some((true, 2, Beyond::Harmonic)), None, Some((false, 0, Beyond::Probability(0.0)))];
    assert_eq!([desk, press, shop].map(balking), expected);
    let periods: Vec<_> = van.periods.iter().map(|of| (of.from, of.until, of.service.is_some())).collect();
    assert_eq!(periods, [(HOUR, 2 * HOUR, true), (5 * HOUR, Tick::MAX, false)]);
    let factors: Vec<_> = van.periods.iter().map(|of| (of.service_factor, of.error_factor)).collect();
    assert_eq!(factors, [(1.0, 2.0), (0.5, 1.0)]);
}

/// Any words: what is drawn is certain.
fn words() -> crate::random::Words {
    crate::random::KeyPair::new(1, 0, 1).words(1, 1)
}

#[test]
fn one_size_or_none_is_for_all_slots() {
    let sizes = |sizes: &str| {
        let slots = format!("staff = 1\nslots = {{ times = [\"1h\", \"2h\", \"3h\"]{sizes} }}");
        full_of(&pair(&slots, "staff = 1", "")).departments[0].slots.as_ref().unwrap().sizes.clone()
    };
    assert_eq!(sizes(""), [u32::MAX; 3]);
    assert_eq!(sizes(", sizes = [4]"), [4; 3]);
    assert_eq!(sizes(", sizes = [4, 5, 6]"), [4, 5, 6]);
}

#[test]
fn people_are_away_for_some_time() {
    let full = full_of(ALL);
    let [desk, shop, drivers] = &full.homes[..] else { panic!("three homes") };
    let outages = |of: &HomePlan| -> Vec<_> {
        of.outages.iter().map(|outage| (outage.first, outage.at, outage.lasts)).collect()
    };
    assert_eq!(outages(desk), [(3, HOUR, 30 * MINUTE), (0, 2 * HOUR, 10 * MINUTE)]);
    assert_eq!((outages(shop), outages(drivers)), (vec![], vec![(0, 3 * HOUR, HOUR)]));
    let repeated = |of: &HomePlan| of.vacation.as_ref().map(|vacation| vacation.repeated);
    assert_eq!([desk, shop, drivers].map(repeated), [Some(false), None, Some(true)]);
}

#[test]
fn cases_go_on_in_parts_and_with_pickups() {
    let plan = plan_of(ALL);
    let full = plan.full.as_ref().unwrap();
    let forks: Vec<_> = full.forks.iter().map(|of| (of.join, of.needed, of.random, of.finishes)).collect();
    assert_eq!(forks, [(3, 1, true, true), (3, 1, false, false)]);
    assert!(full.forks.iter().all(|of| of.name == "desk to shop"));
    let branches: Vec<Vec<_>> = full
        .forks
        .iter()
        .map(|of| of.branches.iter().map(|to| (to.department, to.class, to.transfer.is_some())).collect())
        .collect();
    assert_eq!(branches, [vec![(1, 2, true), (2, NONE, false)], vec![(2, NONE, false)]]);
    let by_class: Vec<_> = full.departments.iter().map(|of| &of.fork[..]).collect();
    assert_eq!(by_class, [[1, 0, 1], [NONE; 3], [NONE; 3], [NONE; 3]]);
    let joins: Vec<_> = full.departments.iter().map(|of| &of.joins[..]).collect();
    assert_eq!(joins, [&[] as &[u32], &[], &[], &[0, 1]]);
    let ways: Vec<_> = full.ways.iter().map(|way| (way.capacity, &way.shortest[..])).collect();
    assert_eq!(ways, [(u32::MAX, &[2, 3, 0][..]), (6, &[]), (u32::MAX, &[])]);
    let pickups: Vec<_> =
        full.ways.iter().map(|way| way.pickup.as_ref().map(|of| (of.period, &of.times[..]))).collect();
    let (two, one) = (&[10 * HOUR, 11 * HOUR][..], &[HOUR][..]);
    assert_eq!(pickups, [None, Some((12 * HOUR, two)), Some((24 * HOUR, one))]);
    // The handoff out of the press does not always lead to one department.
    assert_eq!([plan.rows[3].way, plan.rows[9].way], [MANY, NONE]);
}

#[test]
fn stock_is_used_and_supplied() {
    let full = full_of(ALL);
    let stocks: Vec<_> = full.stocks.iter().map(|of| (&of.name[..], of.initial)).collect();
    assert_eq!(stocks, [("forms", 30), ("pens", 0)]);
    let [forms, pens] = [0, 1].map(|at: usize| &full.stocks[at].supplies[..]);
    assert!(matches!(forms[0].policy, PolicyPlan::Reorder { at: 5, quantity: 20 }));
    assert!(matches!(forms[0].source, SourcePlan::Outside { .. }));
    assert!(matches!(forms[1].policy, PolicyPlan::Alert { at: 2, quantity: 6 }));
    assert!(matches!(forms[1].source, SourcePlan::Department { row: 5, service: None, transfer: Some(_) }));
    let six = 6 * HOUR;
    assert!(
        matches!(pens[0].policy, PolicyPlan::Periodic { every, first, up_to: 40 } if [every, first] == [six; 2])
    );
    assert!(matches!(pens[0].source, SourcePlan::Department { row: 6, service: Some(_), transfer: None }));
    assert!(
        matches!(pens[1].policy, PolicyPlan::Periodic { every, first, up_to: 50 } if [every, first] == [six, 2 * HOUR])
    );
    let uses = |at: usize| -> Vec<Vec<_>> {
        let uses = full.departments[at].uses.iter();
        uses.map(|of| of.iter().map(|used| (used.index, used.stock, used.quantity)).collect()).collect()
    };
    assert_eq!(uses(0), [vec![(0, 0, 2)], vec![(0, 0, 2)], vec![(0, 0, 2), (1, 1, 1)]]);
    assert_eq!(uses(1), [vec![(2, 1, 1)], vec![], vec![]]);
    assert_eq!((uses(2), uses(3)), (vec![vec![]; 3], vec![vec![]; 3]));
    let [forms, pens] = &full.departments[0].uses[2][..] else { panic!("two uses") };
    assert_eq!((&forms.raids[..], &pens.raids[..]), (&[1][..], &[][..]));
    let hoarding = pens.hoarding.unwrap();
    assert_eq!((hoarding.extra, hoarding.most, hoarding.trust_after), (2, 9, 24 * HOUR));
    assert!(forms.hoarding.is_none());
}

#[test]
fn customers_leave_and_come_back() {
    let plan = plan_of(ALL);
    let full = plan.full.as_ref().unwrap();
    let streams: Vec<_> = plan.streams.iter().map(|of| (&of.name[..], of.from, of.until, of.plain)).collect();
    let always = (0, Tick::MAX);
    let expected = [
        ("urgent at van (1)", always.0, always.1, false),
        ("bookings", 2 * HOUR, 9 * HOUR, false),
        ("machines", always.0, always.1, true),
        ("walk-in", always.0, always.1, true),
        ("others", always.0, always.1, true),
    ];
    assert_eq!(streams, expected);
    assert!(matches!(plan.streams[2].arrivals, ArrivalPlan::Population));
    let extras: Vec<_> = full
        .streams
        .iter()
        .map(|of| {
            let retry = of.retry.as_ref().map(|of| (of.probability, of.most, of.on.len()));
            let population = of.population.as_ref().map(|of| (of.customers, of.away.is_some()));
            (of.notice.is_some(), of.patience.is_some(), retry, population)
        })
        .collect();
    let nothing = (false, false, None, None);
    let expected = [
        nothing,
        (true, true, Some((0.6, 3, 2)), None),
        (false, false, None, Some((12, true))),
        (false, false, Some((1.0, u32::MAX, 4)), None),
        nothing,
    ];
    assert_eq!(extras, expected);
    assert_eq!(full.streams[1].retry.as_ref().unwrap().on, [Loss::Balked, Loss::Reneged]);
}

#[test]
fn cases_come_back_when_they_retry_and_round_forks_and_shorter_queues() {
    let looped = |more: &str| -> Vec<bool> {
        let text =
            pair("staff = 1", "staff = 1", &format!("[[department]]\nname = \"c\"\nstaff = 1\n{more}"));
        plan_of(&text).departments.iter().map(|of| of.loop_index != NONE).collect()
    };
    assert_eq!(looped(""), [false; 3]);
    let fork = |from: &str, to: &str, join: &str| {
        format!("[[fork]]\nfrom = \"{from}\"\njoin = \"{join}\"\nbranch = [{{ to = \"{to}\" }}]\n")
    };
    assert_eq!(looped(&fork("a", "c", "b")), [false; 3]);
    assert_eq!(looped(&fork("b", "a", "c")), [true, true, false]);
    assert_eq!(looped(&fork("b", "c", "a")), [true, true, false]);
    let shorter = "[[handoff]]\nfrom = \"b\"\nto = \"c\"\nor_shorter = [\"c\", \"a\"]";
    assert_eq!(looped(shorter), [true, true, false]);
    let customers = |enter: &str, more: &str| {
        let arrivals = "arrivals = { poisson = { rate = \"1/h\" } }";
        format!("[[customers]]\nname = \"x\"\nenter = \"{enter}\"\n{arrivals}\n{more}")
    };
    let retry = "retry = { probability = 0.5, after = { constant = { value = \"1h\" } } }";
    assert_eq!(looped(&customers("a", "")), [false; 3]);
    assert_eq!(looped(&customers("a", retry)), [true, true, false]);
    assert_eq!(looped(&customers("b", retry)), [false, true, false]);
}

#[test]
fn each_rule_alone_needs_the_tables() {
    let needed = |a: &str, more: &str| plan_of(&pair(a, "staff = 1", more)).full.is_some();
    for a in [
        "outage = [{ at = \"1h\", lasts = \"1h\" }]",
        "vacation = { duration = { constant = { value = \"1h\" } } }",
        "cost = { busy = 1.0 }",
        "discipline = \"processor-sharing\"",
        "preemption = \"restart\"",
        "batch = { size = 2 }",
        "setup = { time = { constant = { value = \"1h\" } } }",
        "slots = { times = [\"1h\"] }",
        "balking = { join = [1.0] }",
        "standard = [{ within = \"1h\" }]",
        "use = [{ stock = \"s\" }]",
        "period = [{ from = \"1h\", service_factor = 2.0 }]",
    ] {
        assert!(needed(&format!("staff = 1\n{a}"), ""), "{a}");
    }
    let stream = |more: &str| format!("[[customers]]\nname = \"c\"\nenter = \"a\"\n{more}");
    let poisson = |more: &str| stream(&format!("arrivals = {{ poisson = {{ rate = \"1/h\" }} }}\n{more}"));
    for more in [
        "[[class]]\nname = \"y\"\nrise = [{ after = \"1h\", priority = 0 }]",
        "[[class]]\nname = \"y\"\nturns = { after = \"1h\", into = \"x\" }",
        "[[fork]]\nfrom = \"a\"\njoin = \"b\"\nbranch = [{ to = \"b\" }]",
        "[[stock]]\nname = \"s\"",
        "[[handoff]]\nfrom = \"b\"\nto = \"exit\"\ncapacity = 2",
        "[[handoff]]\nfrom = \"b\"\nto = \"exit\"\npickup = { times = [\"1h\"] }",
        "[[handoff]]\nfrom = \"b\"\nto = \"a\"\nor_shorter = [\"b\"]",
        &stream("arrivals = { population = { customers = 3 } }"),
        &poisson("notice = { constant = { value = \"1h\" } }"),
        &poisson("patience = { constant = { value = \"1h\" } }"),
        &poisson("retry = { probability = 0.5, after = { constant = { value = \"1h\" } } }"),
    ] {
        assert!(needed("staff = 1", more), "{more}");
    }
    // A stream knows itself when it begins and ends, and money that is spent once changes nothing.
    assert!(!needed("staff = 1", &poisson("from = \"1h\"\nuntil = \"2h\"")));
    assert!(!needed("staff = 1", "[[expense]]\nname = \"tools\"\namount = 5.0"));
}

#[test]
fn people_wait_for_stock_and_batches_only_with_what_they_asked() {
    let may = |a: &str, b: &str, more: &str| {
        let c = "[[department]]\nname = \"c\"\nstaff = 1\n";
        full_of(&pair(a, b, &format!("{c}{more}"))).may_stand_still
    };
    let one = "staff = 1";
    let ask = |from: &str, to: &str| format!("[[request]]\nfrom = \"{from}\"\nto = \"{to}\"\n");
    // b needs what c makes.
    let uses = "staff = 1\nuse = [{ stock = \"s\" }]";
    let stock = |policy: &str, source: &str| {
        format!(
            "[[stock]]\nname = \"s\"\nsupply = [{{ policy = {{ {policy} }}, source = {{ {source} }} }}]\n"
        )
    };
    let reorder = "reorder = { at = 1, quantity = 5 }";
    let outside = "outside = { lead_time = { constant = { value = \"1h\" } } }";
    let from_c = "department = { department = \"c\", class = \"x\" }";
    let from_b = "department = { department = \"b\", class = \"x\" }";
    let asked = ask("a", "b");
    assert!(!may(one, uses, &stock(reorder, from_c)));
    assert!(!may(one, uses, &format!("{}{asked}", stock(reorder, outside))));
    assert!(!may(one, uses, &format!("{}{asked}", stock(reorder, from_c))));
    assert!(may(one, uses, &format!("{}{asked}{}", stock(reorder, from_c), ask("c", "a"))));
    // Nobody makes it, or it takes itself to make it; but nobody waits.
    let alert = "alert = { at = 0, quantity = 1 }";
    for never in [stock(alert, outside), "[[stock]]\nname = \"s\"\n".to_owned(), stock(reorder, from_b)] {
        assert!(may(one, uses, &format!("{never}{asked}")), "{never}");
        assert!(!may(one, uses, &never), "{never}");
    }
    // A batch that may never be full.
    let batch = |more: &str| format!("staff = 1\nbatch = {{ size = 3{more} }}");
    assert!(may(one, &batch(""), &asked));
    assert!(!may(one, &batch(""), ""));
    assert!(!may(one, &batch(", at_least = 1"), &asked));
    assert!(!may(one, &batch(", longest_wait = \"1h\""), &asked));
    // Parts and the shortest queue find no room, and neither do those who hand work back.
    let room = "staff = 1\nqueue_capacity = 0";
    let fork = "[[fork]]\nfrom = \"b\"\njoin = \"c\"\nbranch = [{ to = \"a\" }, { to = \"c\" }]\n";
    assert!(may(room, room, fork) && !may(one, room, fork));
    let shorter = "[[handoff]]\nfrom = \"b\"\nto = \"c\"\nor_shorter = [\"a\"]\n";
    assert!(may(room, room, shorter) && !may(one, room, shorter));
    // Where all are served at once nobody is held.
    let back = format!("{asked}{}", ask("b", "a"));
    assert!(may(one, one, &back));
    assert!(!may(one, "staff = 1\ndiscipline = \"processor-sharing\"", &back));
}
