//! What must hold in every run, whatever the model, checked on the log of the real engine.

use proptest::prelude::*;

use super::log::{Log, Place, Who};
use super::recorder::Recorder;
use super::{Given, check, until};
use crate::engine::End;
use crate::model::Discipline;
use crate::plan::Plan;
use crate::time::Tick;

/// A stay at a department, finished or not: clipped to the run.
#[derive(Clone, Copy, Debug)]
struct Presence {
    who: Who,
    row: u32,
    joined: Tick,
    /// When the wait ended, by service or for lack of patience; the end of the run if it did not.
    waited_until: Tick,
    /// Whether someone was served; then the wait ended with the beginning of service.
    served: bool,
    staff: Option<u32>,
    left: Tick,
}

/// All stays at one department.
fn presences(plan: &Plan, log: &Log, department: usize) -> Vec<Presence> {
    let finished = log.stays().map(|stay| Presence {
        who: stay.who,
        row: stay.row,
        joined: stay.joined,
        waited_until: stay.begun.unwrap_or(stay.ended),
        served: stay.begun.is_some(),
        staff: stay.staff,
        left: stay.ended,
    });
    let unfinished = log.unfinished.iter().filter_map(|case| {
        let (row, joined, begun, staff) = match case.place {
            Place::Waiting { row, joined } => (row, joined, None, None),
            Place::Served { row, joined, begun, staff } => (row, joined, Some(begun), staff),
            Place::Moving { .. } => return None,
        };
        let (waited_until, served) = (begun.unwrap_or(log.end), begun.is_some());
        Some(Presence { who: case.who, row, joined, waited_until, served, staff, left: log.end })
    });
    finished.chain(unfinished).filter(|stay| plan.department_of(stay.row) == department).collect()
}

/// Runs a model for 200 units and checks `property` at each department.
fn at_every_department(
    name: &str,
    property: impl Fn(&Plan, usize, &[Presence]) -> Result<(), TestCaseError>,
) {
    check(name, |given| {
        let recorder = record(given, 0);
        (0..given.plan.departments.len()).try_for_each(|department| {
            property(&given.plan, department, &presences(&given.plan, &recorder.log, department))
        })
    });
}

fn record(given: &Given, window: Tick) -> Recorder {
    Recorder::run(&given.plan, given.seed, given.replication, until(200 * given.unit), window, u64::MAX)
}

#[test]
fn no_case_is_lost_or_made_up() {
    check("conservation", |given| {
        let recorder = record(given, 0);
        let mut accounted = vec![0; given.plan.classes.len()];
        for end in [End::Completed, End::Rejected, End::Reneged] {
            recorder
                .log
                .wholes()
                .filter(|case| case.end == end)
                .for_each(|case| accounted[case.class as usize] += 1);
        }
        recorder.log.unfinished.iter().for_each(|case| accounted[case.class as usize] += 1);
        prop_assert_eq!(&recorder.arrivals, &accounted);

        let mut cases: Vec<Who> = recorder.log.wholes().map(|case| case.who).collect();
        cases.extend(recorder.log.unfinished.iter().map(|case| case.who));
        let all = cases.len();
        cases.sort_unstable();
        cases.dedup();
        prop_assert_eq!(cases.len(), all);
        Ok(())
    });
}

#[test]
fn the_time_worked_on_a_case_is_the_sum_of_its_services() {
    check("touch time", |given| {
        let log = record(given, 0).log;
        for case in log.wholes() {
            let own = log.stays().filter(|stay| stay.who == case.who);
            let worked: Tick = own.filter_map(|stay| Some(stay.ended - stay.begun?)).sum();
            prop_assert_eq!(worked, case.touch);
        }
        Ok(())
    });
}

#[test]
fn the_table_of_cases_grows_with_the_cases_present_only() {
    check("memory", |given| {
        let Recorder { places, peak, .. } = record(given, 0);
        // A case that is rejected has a place for a moment.
        prop_assert!(places <= peak + 1, "{} places, {} cases", places, peak);
        Ok(())
    });
}

#[test]
fn nobody_waits_while_somebody_is_idle() {
    at_every_department("no idle staff", |plan, department, stays| {
        let staff = plan.departments[department].staff;
        for wait in stays.iter().filter(|stay| stay.joined < stay.waited_until) {
            prop_assert!(staff.is_some(), "{:?} waits where the staff is infinite", wait);
            for person in 0..staff.unwrap_or(0) {
                let work = stays.iter().filter(|stay| stay.served && stay.staff == Some(person));
                let overlap = |stay: &Presence| {
                    let until = stay.left.min(wait.waited_until);
                    until.saturating_sub(stay.waited_until.max(wait.joined))
                };
                let busy: Tick = work.map(overlap).sum();
                prop_assert_eq!(
                    busy,
                    wait.waited_until - wait.joined,
                    "{} while {:?} waits",
                    person,
                    wait.who
                );
            }
        }
        Ok(())
    });
}

#[test]
fn nobody_serves_two_at_a_time() {
    at_every_department("one at a time", |plan, department, stays| {
        for person in 0..plan.departments[department].staff.unwrap_or(0) {
            let own = stays.iter().filter(|stay| stay.served && stay.staff == Some(person));
            let mut services: Vec<_> = own.map(|stay| (stay.waited_until, stay.left)).collect();
            services.sort_unstable();
            for pair in services.windows(2) {
                prop_assert!(pair[0].1 <= pair[1].0, "{} serves at {:?}", person, pair);
            }
        }
        let staffed = plan.departments[department].staff.is_some();
        prop_assert!(stays.iter().all(|stay| !stay.served || stay.staff.is_some() == staffed));
        Ok(())
    });
}

#[test]
fn littles_law_is_exact_on_clipped_times() {
    check("Little's law", |given| {
        let window = 30 * given.unit;
        let recorder = record(given, window);
        for (department, crowd) in recorder.crowds.iter().enumerate() {
            let stays = presences(&given.plan, &recorder.log, department);
            let clipped =
                |stay: &Presence| u128::from(stay.waited_until.saturating_sub(stay.joined.max(window)));
            prop_assert_eq!(stays.iter().map(clipped).sum::<u128>(), crowd.area);
        }
        Ok(())
    });
}

#[test]
fn who_came_first_is_served_first_within_a_rank() {
    at_every_department("first in, first out", |plan, department, stays| {
        if plan.departments[department].discipline != Discipline::Fifo {
            return Ok(());
        }
        for first in stays {
            let rank = |stay: &Presence| plan.rows[stay.row as usize].rank;
            let later = stays.iter().filter(|stay| stay.joined > first.joined && rank(stay) == rank(first));
            for later in later.filter(|stay| stay.served) {
                prop_assert!(first.waited_until <= later.waited_until, "{:?} overtook {:?}", later, first);
            }
        }
        Ok(())
    });
}
