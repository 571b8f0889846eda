//! What the engine tells: one call per thing that happens, all empty unless somebody listens.

use super::case::Identity;
use crate::time::Tick;

/// How a case ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum End {
    Completed,
    /// Found the queue of its first department full.
    Rejected,
    /// Lost its patience in a queue.
    Reneged,
}

/// One stay at a department that was served.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Visit {
    /// The department and the class of the case there.
    pub row: u32,
    pub joined: Tick,
    pub begun: Tick,
    pub ended: Tick,
}

/// The life of one case, as far as it has come.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Life {
    pub arrived: Tick,
    /// The time in which somebody worked on it.
    pub touch: Tick,
}

/// Where an unfinished case stands when the run ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Standing {
    /// In the queue of a row, since.
    Waiting { row: u32, joined: Tick },
    /// In service at a row.
    Served { row: u32, joined: Tick, begun: Tick },
    /// On the way to a row.
    Moving { row: u32 },
}

/// Listens to one replication. `case` is the place of a case in the engine's table; it is reused
/// after the case has ended.
pub(crate) trait Observer {
    /// A case arrives from outside (also one that is rejected at once) at `row`.
    #[inline(always)]
    fn arrived(&mut self, _now: Tick, _case: u32, _who: &Identity, _row: u32) {}

    /// A case joins a department: it waits or is served from now on.
    #[inline(always)]
    fn joined(&mut self, _now: Tick, _case: u32, _row: u32) {}

    /// The service of a case begins, by member `staff` of the department (`NONE` where infinite).
    #[inline(always)]
    fn started(&mut self, _now: Tick, _case: u32, _row: u32, _staff: u32) {}

    /// A service ends, and with it the visit.
    #[inline(always)]
    fn served(&mut self, _case: u32, _visit: &Visit) {}

    /// A case is handed on by `route` (an index into the plan's routes), and takes so long. Not told
    /// where the row has one way only and it takes no time: every service there ends with it.
    #[inline(always)]
    fn handed_over(&mut self, _now: Tick, _case: u32, _route: u32, _transfer: Tick) {}

    /// A waiting case loses its patience.
    #[inline(always)]
    fn reneged(&mut self, _now: Tick, _case: u32, _row: u32, _joined: Tick) {}

    /// A case ends, at the department of `row`.
    #[inline(always)]
    fn ended(&mut self, _now: Tick, _case: u32, _who: &Identity, _row: u32, _life: &Life, _end: End) {}

    /// Everything that an event made possible has been done.
    #[inline(always)]
    fn settled(&mut self, _now: Tick) {}

    /// A case is unfinished when the run ends.
    #[inline(always)]
    fn unfinished(&mut self, _now: Tick, _case: u32, _who: &Identity, _life: &Life, _at: Standing) {}

    /// The run is over, and everything has been told.
    #[inline(always)]
    fn closed(&mut self) {}
}

/// Nobody listens.
impl Observer for () {}

macro_rules! both {
    ($($name:ident($($arg:ident: $type:ty),*);)*) => {$(
        #[inline(always)]
        fn $name(&mut self, $($arg: $type),*) {
            self.0.$name($($arg),*);
            self.1.$name($($arg),*);
        }
    )*};
}

macro_rules! if_present {
    ($($name:ident($($arg:ident: $type:ty),*);)*) => {$(
        fn $name(&mut self, $($arg: $type),*) {
            if let Some(observer) = self {
                observer.$name($($arg),*);
            }
        }
    )*};
}

macro_rules! every_hook {
    ($forward:ident) => {
        $forward! {
            arrived(now: Tick, case: u32, who: &Identity, row: u32);
            joined(now: Tick, case: u32, row: u32);
            started(now: Tick, case: u32, row: u32, staff: u32);
            served(case: u32, visit: &Visit);
            handed_over(now: Tick, case: u32, route: u32, transfer: Tick);
            reneged(now: Tick, case: u32, row: u32, joined: Tick);
            ended(now: Tick, case: u32, who: &Identity, row: u32, life: &Life, end: End);
            settled(now: Tick);
            unfinished(now: Tick, case: u32, who: &Identity, life: &Life, at: Standing);
            closed();
        }
    };
}

/// Two observers listen to the same run.
impl<A: Observer, B: Observer> Observer for (A, B) {
    every_hook!(both);
}

/// An observer that may be absent.
impl<A: Observer> Observer for Option<A> {
    every_hook!(if_present);
}
