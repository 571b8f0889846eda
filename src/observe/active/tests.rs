use super::*;
use crate::analysis::{ActivePeriods as Trace, DepartmentTrace, StaffTrace};
use crate::model::Model;
use crate::plan::compile;
use crate::stats::tests::uniforms;
use crate::time::{Span, minutes};

const WHOLE: Window = Window { from: 0, horizon: None, in_week: 0 };

/// Departments of so many people, each with a case; full, as the first has a pool's helpers.
fn plan(staff: &[u32]) -> Plan {
    let mut model = Model::builder("people").pool("pool", |p| p.staff(1));
    for (at, &staff) in staff.iter().enumerate() {
        let name = format!("d{at}");
        model = model
            .department(&name, |d| {
                let d = d.staff(staff).service(minutes(1));
                if at == 0 { d.helpers("pool", 1.0) } else { d }
            })
            .customers(&name, |c| c.schedule([Span::ZERO]).enter(&name));
    }
    compile(&model.build().unwrap()).unwrap()
}

const SERVING: Occupation = Occupation::Serving { item: 0 };

/// What people do, from the latest change on.
type Told = (Tick, u32, Occupation);

/// The same as traces: an active time is one of serving, setting up and absence.
fn traces(staff: &[u32], told: &[Told], end: Tick) -> Vec<DepartmentTrace> {
    let mut person = 0;
    let mut all = Vec::new();
    for (at, &staff) in staff.iter().enumerate() {
        let mut of = DepartmentTrace { department: format!("d{at}"), staff: Vec::new() };
        for _ in 0..staff {
            let own: Vec<&Told> = told.iter().filter(|told| told.1 == person).collect();
            let mut trace = StaffTrace::default();
            for (at, &&(from, _, occupation)) in own.iter().enumerate() {
                let times = (from as f64, own.get(at + 1).map_or(end, |next| next.0) as f64);
                let list = match occupation {
                    Occupation::Off => &mut trace.off_shift,
                    Occupation::Idle | Occupation::Held { .. } | Occupation::Blocked { .. } => continue,
                    _ => &mut trace.active,
                };
                match list.last_mut().filter(|last: &&mut (f64, f64)| last.1 == times.0) {
                    Some(last) => last.1 = times.1,
                    None if times.0 < times.1 => list.push(times),
                    None => {}
                }
            }
            of.staff.push(trace);
            person += 1;
        }
        all.push(of);
    }
    all
}

/// What the observer makes of it, and what the definition does.
fn compare(staff: &[u32], told: &[Told], end: Tick, limit: usize) {
    let plan = plan(staff);
    let mut periods = ActivePeriods::new(&plan, WHOLE);
    periods.envelope.set_limit(limit);
    let people: u32 = staff.iter().sum();
    periods.occupied(0, people, Occupation::Idle, false);
    for &(now, person, occupation) in told {
        periods.occupied(now, person, occupation, false);
    }
    periods.close(end);
    let expected = Trace::of_trace(&traces(staff, told, end), end as f64).unwrap();
    let chain: Vec<_> = periods.envelope.chain.clone();
    let links = expected.chain.iter();
    let links =
        links.map(|link| (link.department[1..].parse().unwrap(), link.from as Tick, link.until as Tick));
    assert_eq!(chain, links.collect::<Vec<_>>(), "{told:?}");
    let totals = periods.envelope.totals;
    for (found, expected) in totals.homes.iter().zip(&expected.departments) {
        let share = |ticks: Tick| ticks as f64 / end as f64;
        for (found, expected) in [
            (share(found.momentary), expected.momentary),
            (share(found.sole), expected.sole),
            (share(found.shifting), expected.shifting),
            (found.active as f64 / found.on_shift.max(1) as f64, expected.active.unwrap_or(0.0)),
            (found.active as f64 / found.periods.max(1) as f64, expected.average.unwrap_or(0.0)),
        ] {
            assert!((found - expected).abs() < 1e-9, "{found} instead of {expected}: {told:?}");
        }
    }
    assert!((totals.nobody as f64 / end as f64 - expected.nobody).abs() < 1e-9);
}

/// Any people who do anything, at times that often meet; decided after every period, or as seldom as can be.
#[test]
fn what_is_kept_is_what_the_definition_says() {
    let mut words = uniforms(7);
    let mut below = |most: u64| (words() * most as f64) as u64;
    let what = [
        SERVING,
        SERVING,
        Occupation::SettingUp { item: 0 },
        Occupation::Absent,
        Occupation::Idle,
        Occupation::Held { item: 0 },
        Occupation::Blocked { item: 0 },
        Occupation::Off,
        Occupation::Off,
    ];
    for round in 0..600 {
        let staff: Vec<u32> = (0..1 + below(4)).map(|_| 1 + below(3) as u32).collect();
        let people = staff.iter().sum::<u32>();
        let mut told: Vec<Told> = (0..people).map(|person| (0, person, Occupation::Idle)).collect();
        let end = 20 + below(200);
        // Some have few kinds of things to do: only work and shifts, say.
        let kinds = 2 + below(what.len() as u64 - 1);
        for _ in 0..below(120) {
            let at = below(kinds) as usize;
            let occupation = if round % 2 == 0 { what[at] } else { what[what.len() - 1 - at] };
            told.push((below(end), below(people.into()) as u32, occupation));
        }
        told.sort_by_key(|told| told.0);
        // Of what somebody is told to do at one time, the last holds.
        let mut last: Vec<Told> = Vec::new();
        for told in told {
            last.retain(|other| (other.0, other.1) != (told.0, told.1));
            last.push(told);
        }
        for limit in [1, 10_000] {
            compare(&staff, &last, end, limit);
        }
    }
}

/// However long the run, and however long a period, little is remembered.
#[test]
fn memory_is_bounded_by_the_people() {
    let plan = plan(&[1, 2]);
    let mut periods = ActivePeriods::new(&plan, WHOLE);
    for person in 0..4 {
        periods.occupied(0, person, Occupation::Idle, false);
    }
    periods.occupied(0, 0, SERVING, false);
    let room = periods.envelope.room();
    for now in 1..100_000u64 {
        let person = 1 + (now % 2) as u32;
        periods.occupied(2 * now, person, SERVING, false);
        periods.occupied(2 * now + 1, person, Occupation::Idle, false);
    }
    assert_eq!(periods.envelope.room(), room);
    periods.close(200_000);
    assert_eq!(periods.envelope.chain, [(0, 0, 200_000)]);
}

/// One is relieved while serving and goes on apart for five; the number serves on at once, which is another period.
#[test]
fn who_is_relieved_goes_on_apart() {
    let plan = plan(&[1]);
    let mut periods = ActivePeriods::new(&plan, WHOLE);
    periods.occupied(0, 0, Occupation::Idle, false);
    periods.occupied(0, 1, Occupation::Idle, false);
    periods.occupied(2, 0, SERVING, false);
    periods.relieved(10, 0, 5);
    periods.replaced(10, 0);
    periods.occupied(10, 0, Occupation::Serving { item: 6 }, false);
    periods.asked(12, 5, 9, 0);
    periods.continued(14, 5, 0, NONE);
    let stay = Stay { row: 0, ask: NONE, joined: 0, begun: 2, finished: 15, ended: 15, worked: 9, asking: 2 };
    periods.stayed(5, &stay);
    periods.occupied(17, 0, Occupation::Idle, false);
    periods.close(20);
    let home = periods.envelope.totals.homes[0];
    // From 2 to 12 and from 14 to 15 the one, from 10 to 17 the other.
    assert_eq!((home.active, home.periods), (10 + 1 + 7, 3));
    assert_eq!(home.on_shift, 20 + 5);
    assert_eq!((home.momentary, home.sole, home.shifting), (15, 15, 0));
}

/// Of models where nobody depends on anybody: one service after the other is one period, and the warm-up is cut.
#[test]
fn services_without_a_pause_are_one_period() {
    let model = Model::builder("two")
        .department("a", |d| d.staff(2).service(minutes(1)))
        .department("always", |d| d.infinite_staff().service(minutes(1)))
        .department("b", |d| d.staff(1).service(minutes(1)))
        .customers("c", |c| c.schedule([Span::ZERO]).enter("a"))
        .handoff("a", "always", |h| h)
        .handoff("always", "b", |h| h);
    let plan = compile(&model.build().unwrap()).unwrap();
    assert!(plan.full.is_none());
    let mut periods = ActivePeriods::new(&plan, Window { from: 10, horizon: Some(100), in_week: 0 });
    let serve = |periods: &mut ActivePeriods, case, row, staff, begun, ended| {
        periods.started(begun, case, row, staff);
        (case, Visit { row, joined: 0, begun, ended })
    };
    let first = serve(&mut periods, 0, 0, 1, 4, 12);
    let other = serve(&mut periods, 1, 2, 0, 5, 20);
    let infinite = serve(&mut periods, 2, 1, NONE, 5, 12);
    periods.served(infinite.0, &infinite.1);
    periods.served(first.0, &first.1);
    let next = serve(&mut periods, 0, 0, 1, 12, 18);
    periods.served(next.0, &next.1);
    periods.served(other.0, &other.1);
    let totals = periods.finish(30);
    let [a, b] = totals.homes[..] else { panic!() };
    assert_eq!((a.active, a.periods, a.on_shift, a.momentary), (8, 1, 40, 0));
    assert_eq!((b.active, b.periods, b.on_shift, b.momentary), (10, 1, 20, 10));
    // In the chain, that of 4 to 18 comes first: it shifts until 18.
    assert_eq!((b.sole, b.shifting, totals.nobody), (2, 8, 10));
    // From 5 on the fifteen to 20 are the longest, before that those from 4 to 18.
    assert_eq!(totals.stretches[2], 1);
    assert_eq!(totals.stretches[STRETCHES + 2..STRETCHES + 10], [1, 2, 2, 2, 2, 2, 2, 2]);
    assert_eq!((totals.hours[0], totals.hours[WEEK]), (0, 10));
}

const WEEK: usize = HOURS;
