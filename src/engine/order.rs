//! The order of events at equal times.
//!
//! Work and transfers that end come first, then timers of those who wait, then work in place at the
//! start, then arrivals. Within each: the earliest begun activity (for a wait: the earliest joined),
//! department order, staff number, and the case's own order. A transfer counts for the department it
//! leads to; the way out comes after all departments. An arrival is no activity that began: arrivals
//! follow department order, then the order of streams.
//!
//! These functions run only when times are equal.

use super::Seat;
use super::case::Cases;
use super::timers::{Timer, TimerKind};
use crate::plan::{NONE, Plan};
use crate::time::Tick;

/// Ranks of simultaneous events. Where answers come back, staff come and go, or those blocked are let
/// go, that belongs after the endings and before the timers, in this order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Rank {
    Ending,
    Timer,
    InPlace,
    Arrival,
}

/// A key by which equals are ordered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Order {
    rank: Rank,
    begun: Tick,
    department: u32,
    staff: u32,
    case: (u32, u64, u32),
}

/// The order of what a slot of the calendar holds: a member of staff, or a stream.
pub(super) fn of_slot(plan: &Plan, seats: &[Seat], cases: &Cases, slot: u32) -> Order {
    if let Some(&Seat { case, department }) = seats.get(slot as usize) {
        Order {
            rank: Rank::Ending,
            begun: cases[case].begun,
            department,
            staff: slot,
            case: cases[case].who.order(),
        }
    } else {
        let stream = slot - plan.staff;
        let department = plan.streams[stream as usize].department;
        let rank =
            if plan.streams[stream as usize].initial.is_some() { Rank::InPlace } else { Rank::Arrival };
        Order { rank, begun: 0, department, staff: NONE, case: (stream, 0, 0) }
    }
}

/// The order of a timer.
pub(super) fn of_timer(plan: &Plan, cases: &Cases, timer: &Timer) -> Order {
    let case = &cases[timer.case];
    let (rank, begun) = match timer.kind {
        TimerKind::Transfer | TimerKind::WayOut => (Rank::Ending, case.joined),
        TimerKind::Service => (Rank::Ending, case.begun),
        TimerKind::Waiting => (Rank::Timer, case.joined),
        TimerKind::Answer | TimerKind::LongestWait | TimerKind::Delivery => {
            unreachable!("only full models have requests")
        }
    };
    let department = match timer.kind {
        TimerKind::WayOut => NONE,
        _ => plan.rows[case.row as usize].department,
    };
    Order { rank, begun, department, staff: NONE, case: case.who.order() }
}
