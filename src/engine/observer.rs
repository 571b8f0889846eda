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
    /// A defect was found on it, and the customer was turned away.
    TurnedAway,
    /// Saw how many were there, and did not join.
    Balked,
}

/// Where an order for stock comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Order {
    pub stock: u32,
    /// Its number among the orders of the stock, from 1.
    pub number: u64,
    pub quantity: u32,
    /// The item that a department works on, or [`NONE`](crate::plan::NONE) where it comes from outside.
    pub item: u32,
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
    /// Begun in a full model, and not finished: worked on for so long.
    Begun { row: u32, joined: Tick, begun: Tick, worked: Tick },
    /// Between a fork and its join: its parts are told of by themselves.
    Forked { row: u32 },
    /// A part that waits for the others at a join.
    Joining { row: u32 },
    /// Away, until it tries again.
    Away { row: u32 },
}

/// What a member of staff does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Occupation {
    /// Their shift is over, or has not begun.
    Off,
    Absent,
    Idle,
    /// At work on an item.
    Serving {
        item: u32,
    },
    /// With an item that waits for the answer to a request; or for colleagues who are away.
    Held {
        item: u32,
    },
    /// With a finished item that finds no room where it goes.
    Blocked {
        item: u32,
    },
    /// Waiting with an item for more people to come.
    Reserved {
        item: u32,
    },
    /// Preparing for the work on an item.
    SettingUp {
        item: u32,
    },
    /// At work in a department whose people share their time among all items.
    Sharing,
}

/// What made the room for an item that was blocked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Room {
    /// A person took the next item out of the line.
    Taken { person: u32, item: u32 },
    /// A person was free to take the blocked item itself.
    Free { person: u32 },
    /// An item left the line without having been served.
    Left { item: u32 },
}

/// In [`Stay::ask`]: work on an order for stock.
pub(crate) const ORDER: u32 = u32::MAX - 1;

/// One stay at a department that has ended, with all that may have been between.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Stay {
    pub row: u32,
    /// What it was, if it was a request: its index in the plan; [`ORDER`] for an order for stock; else
    /// [`NONE`](crate::plan::NONE).
    pub ask: u32,
    pub joined: Tick,
    /// The first start of its service.
    pub begun: Tick,
    /// When the service was done.
    pub finished: Tick,
    /// When it left: later, if it was blocked.
    pub ended: Tick,
    /// How long somebody worked on it.
    pub worked: Tick,
    /// How long it waited for answers, from asking to the answer.
    pub asking: Tick,
}

/// What was done about a defect that was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Action {
    /// Returned to the maker.
    Returned,
    /// Sent to this department.
    Sent(u32),
    TurnedAway,
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
    /// where the row has one way only and it takes no time: every service there ends with it. In full models always
    /// told, when the case sets out.
    #[inline(always)]
    fn handed_over(&mut self, _now: Tick, _case: u32, _route: u32, _transfer: Tick) {}

    /// A waiting case loses its patience.
    #[inline(always)]
    fn reneged(&mut self, _now: Tick, _case: u32, _row: u32, _joined: Tick) {}

    /// A case ends, at the department of `row`.
    #[inline(always)]
    fn ended(&mut self, _now: Tick, _case: u32, _who: &Identity, _row: u32, _life: &Life, _end: End) {}

    /// What a member of staff does from now on. Told of full models only, at every change, and for everybody
    /// at time 0. `late`: after the end of their shift.
    #[inline(always)]
    fn occupied(&mut self, _now: Tick, _person: u32, _occupation: Occupation, _late: bool) {}

    /// The shift of `person`, of a crew that is replaced, ends while they are with an item: they go on with it apart,
    /// in overtime, until it is served or blocked. The number is somebody of the new crew from now on. Told before
    /// what those do.
    #[inline(always)]
    fn relieved(&mut self, _now: Tick, _person: u32, _item: u32) {}

    /// A number is somebody else's from now on, of a new crew, who was off shift until now. Told of everybody whose
    /// crew is replaced, after `relieved`.
    #[inline(always)]
    fn replaced(&mut self, _now: Tick, _person: u32) {}

    /// An item comes to the head of its line: again, with an answer, or handed over.
    #[inline(always)]
    fn requeued(&mut self, _now: Tick, _item: u32, _row: u32) {}

    /// The work on an item goes on that had begun before: `person` (NONE where the staff is infinite) has taken it
    /// from the line, has come back to it, or has the answer.
    #[inline(always)]
    fn continued(&mut self, _now: Tick, _item: u32, _row: u32, _person: u32) {}

    /// The work on an item stops: who serves is away. It stays on the desk. Also told when an answer finds
    /// nobody there.
    #[inline(always)]
    fn suspended(&mut self, _now: Tick, _item: u32) {}

    /// An item asks: its work stops, and `request` comes to be, on its way until it joins.
    #[inline(always)]
    fn asked(&mut self, _now: Tick, _item: u32, _request: u32, _ask: u32) {}

    /// A request has been served and is on its way back for so long; or an order, on its way to the shelf. Not told where it
    /// takes no time.
    #[inline(always)]
    fn replied(&mut self, _now: Tick, _request: u32, _transfer: Tick) {}

    /// The answer is back at the item that asked at `asked`. The request is gone.
    #[inline(always)]
    fn answered(&mut self, _now: Tick, _item: u32, _request: u32, _ask: u32, _asked: Tick) {}

    /// An item goes on without the answer. The request is gone, unless it is `begun`: then it is finished for nobody.
    #[inline(always)]
    fn given_up(&mut self, _now: Tick, _item: u32, _request: u32, _ask: u32, _asked: Tick, _begun: bool) {}

    /// A request that was finished for nobody is gone.
    #[inline(always)]
    fn forgotten(&mut self, _now: Tick, _request: u32) {}

    /// A finished item finds no room in `department`.
    #[inline(always)]
    fn blocked(&mut self, _now: Tick, _item: u32, _department: u32) {}

    /// A blocked item goes on.
    #[inline(always)]
    fn let_in(&mut self, _now: Tick, _item: u32, _room: Room) {}

    /// A visit of a full model ends that was served: told instead of `served`.
    #[inline(always)]
    fn stayed(&mut self, _item: u32, _stay: &Stay) {}

    /// A service has made a case defective that was without a defect of this department.
    #[inline(always)]
    fn erred(&mut self, _now: Tick, _case: u32, _row: u32) {}

    /// A defect of the `maker` (an index into the plan's makers) is found at `row`.
    #[inline(always)]
    fn found(&mut self, _now: Tick, _case: u32, _row: u32, _maker: u32, _action: Action) {}

    /// From here on all service of the case is rework, charged to the department `maker`. Told before the
    /// handing over, also for handoffs that are marked so.
    #[inline(always)]
    fn rework(&mut self, _now: Tick, _case: u32, _maker: u32) {}

    /// The latest rework of the case is over: it has been served where the defect was found.
    #[inline(always)]
    fn reworked(&mut self, _now: Tick, _case: u32) {}

    /// A returned or sent case sets out from `row`, where the defect was found; it takes so long. That is no
    /// handoff of the model.
    #[inline(always)]
    fn sent_back(&mut self, _now: Tick, _case: u32, _row: u32, _transfer: Tick) {}

    /// A completed case reaches the customer with a defect of the `maker`. Told before `ended`.
    #[inline(always)]
    fn reached(&mut self, _now: Tick, _case: u32, _maker: u32) {}

    /// A case that has just arrived is the complaint of another, by its identity.
    #[inline(always)]
    fn complains(&mut self, _now: Tick, _case: u32, _first: &Identity) {}

    /// A `part` of a case (or of a part) comes to be by a branch of a fork, on its way until it joins. Told in the
    /// order of setting out, after the visit of the case has ended; `transfer` is how long its way takes.
    #[inline(always)]
    fn parted(&mut self, _now: Tick, _case: u32, _part: u32, _fork: u32, _branch: u32, _transfer: Tick) {}

    /// A part has been handed to the department of its join and waits for the others.
    #[inline(always)]
    fn awaits_others(&mut self, _now: Tick, _part: u32) {}

    /// Enough parts have come: the case goes on, as `part` which has just come. All that have come are gone. It joins next.
    #[inline(always)]
    fn rejoined(&mut self, _now: Tick, _case: u32, _part: u32) {}

    /// A part is work for nobody from now on: it goes on until it is `forgotten`.
    #[inline(always)]
    fn disowned(&mut self, _now: Tick, _part: u32) {}

    /// A part has been lost, or left elsewhere than by its join. It is gone. `decides`: the case is lost with it; its `ended`
    /// follows.
    #[inline(always)]
    fn part_lost(&mut self, _now: Tick, _part: u32, _end: End, _decides: bool) {}

    /// A late part is withdrawn where it is, and gone.
    #[inline(always)]
    fn withdrawn(&mut self, _now: Tick, _part: u32) {}

    /// People begin to prepare for the work on an item, which they took out of the line, or that has just joined; or go on
    /// with it on the desk. `person` came last.
    #[inline(always)]
    fn sets_up(&mut self, _now: Tick, _item: u32, _row: u32, _person: u32) {}

    /// A `member` is served together with a `leader` from now on, until both are told of apart. Told before their start.
    /// Whatever happens to all of a batch is told of each, the leader first; but only the leader asks.
    #[inline(always)]
    fn batched(&mut self, _now: Tick, _member: u32, _leader: u32) {}

    /// A member of a batch waits for the answer to the request that its leader asks; with [`NONE`](crate::plan::NONE): no longer,
    /// told before the answer is.
    #[inline(always)]
    fn waits_along(&mut self, _now: Tick, _member: u32, _request: u32) {}

    /// An item is of another class from now on, which is that of `row`, in the same department.
    #[inline(always)]
    fn turned(&mut self, _now: Tick, _item: u32, _row: u32) {}

    /// An item waits in a line at `row` at another rank from now on.
    #[inline(always)]
    fn rose(&mut self, _now: Tick, _item: u32, _row: u32) {}

    /// An item would be served, but there is not enough of a stock. It waits for that, beside its line.
    #[inline(always)]
    fn is_short(&mut self, _now: Tick, _item: u32, _stock: u32) {}

    /// A delivery, by its order, has brought what an item lacked. It comes to the head of its line next.
    #[inline(always)]
    fn supplied(&mut self, _now: Tick, _item: u32, _order: &Order) {}

    /// A department orders.
    #[inline(always)]
    fn ordered(&mut self, _now: Tick, _order: &Order) {}

    /// What was ordered is delivered. The item of the order is gone.
    #[inline(always)]
    fn delivered(&mut self, _now: Tick, _order: &Order) {}

    /// So many are on the shelf of a stock from now on.
    #[inline(always)]
    fn stocked(&mut self, _now: Tick, _stock: u32, _on_hand: u32) {}

    /// The shelf did not have what the department of `row` needed by a use (its number in the model); `raided` is the stock that it
    /// took it from, or [`NONE`](crate::plan::NONE).
    #[inline(always)]
    fn let_down(&mut self, _now: Tick, _row: u32, _usage: u32, _raided: u32) {}

    /// So many are hidden by a use from now on.
    #[inline(always)]
    fn hoards(&mut self, _now: Tick, _usage: u32, _hidden: u32) {}

    /// A case waits at a handoff (by its route) for a pickup, or for a place under way. `handed_over` follows when it sets
    /// out.
    #[inline(always)]
    fn awaits_way(&mut self, _now: Tick, _case: u32, _route: u32) {}

    /// A pickup comes to a handoff.
    #[inline(always)]
    fn picks_up(&mut self, _now: Tick, _handoff: u32) {}

    /// A place is kept for an item in the line of a department, from when it sets out until it joins there or is withdrawn.
    #[inline(always)]
    fn keeps_place(&mut self, _now: Tick, _item: u32, _department: u32) {}

    /// A case that was lost so at `row` is away, and will try again.
    #[inline(always)]
    fn is_away(&mut self, _now: Tick, _case: u32, _row: u32, _end: End) {}

    /// A case that was away arrives again at `row`.
    #[inline(always)]
    fn returns(&mut self, _now: Tick, _case: u32, _row: u32) {}

    /// The work on an item, or the setup for it, is broken off for something more urgent: `suspended` and `requeued`
    /// follow. Of a batch told of the leader.
    #[inline(always)]
    fn interrupted(&mut self, _now: Tick, _item: u32, _row: u32) {}

    /// Whether [`Observer::shares`] is wanted.
    #[inline(always)]
    fn wants_shares(&self) -> bool {
        false
    }

    /// An item that shares people has had so many ticks (whole ones) of its present stretch; told of each item of a department
    /// before the number of those who share there changes, and before its stretch ends.
    #[inline(always)]
    fn shares(&mut self, _now: Tick, _item: u32, _attained: Tick) {}

    /// Everything that an event made possible has been done.
    #[inline(always)]
    fn settled(&mut self, _now: Tick) {}

    /// A case is unfinished when the run ends.
    #[inline(always)]
    fn unfinished(&mut self, _now: Tick, _case: u32, _who: &Identity, _life: &Life, _at: Standing) {}

    /// A part is unfinished when the run ends, also one that is work for nobody. Told after the cases.
    #[inline(always)]
    fn part_unfinished(&mut self, _now: Tick, _part: u32, _at: Standing) {}

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
            occupied(now: Tick, person: u32, occupation: Occupation, late: bool);
            relieved(now: Tick, person: u32, item: u32);
            replaced(now: Tick, person: u32);
            requeued(now: Tick, item: u32, row: u32);
            continued(now: Tick, item: u32, row: u32, person: u32);
            suspended(now: Tick, item: u32);
            asked(now: Tick, item: u32, request: u32, ask: u32);
            replied(now: Tick, request: u32, transfer: Tick);
            answered(now: Tick, item: u32, request: u32, ask: u32, asked: Tick);
            given_up(now: Tick, item: u32, request: u32, ask: u32, asked: Tick, begun: bool);
            forgotten(now: Tick, request: u32);
            blocked(now: Tick, item: u32, department: u32);
            let_in(now: Tick, item: u32, room: Room);
            stayed(item: u32, stay: &Stay);
            erred(now: Tick, case: u32, row: u32);
            found(now: Tick, case: u32, row: u32, maker: u32, action: Action);
            rework(now: Tick, case: u32, maker: u32);
            reworked(now: Tick, case: u32);
            sent_back(now: Tick, case: u32, row: u32, transfer: Tick);
            reached(now: Tick, case: u32, maker: u32);
            complains(now: Tick, case: u32, first: &Identity);
            parted(now: Tick, case: u32, part: u32, fork: u32, branch: u32, transfer: Tick);
            awaits_others(now: Tick, part: u32);
            rejoined(now: Tick, case: u32, part: u32);
            disowned(now: Tick, part: u32);
            part_lost(now: Tick, part: u32, end: End, decides: bool);
            withdrawn(now: Tick, part: u32);
            sets_up(now: Tick, item: u32, row: u32, person: u32);
            batched(now: Tick, member: u32, leader: u32);
            waits_along(now: Tick, member: u32, request: u32);
            turned(now: Tick, item: u32, row: u32);
            rose(now: Tick, item: u32, row: u32);
            is_short(now: Tick, item: u32, stock: u32);
            supplied(now: Tick, item: u32, order: &Order);
            ordered(now: Tick, order: &Order);
            delivered(now: Tick, order: &Order);
            stocked(now: Tick, stock: u32, on_hand: u32);
            let_down(now: Tick, row: u32, usage: u32, raided: u32);
            hoards(now: Tick, usage: u32, hidden: u32);
            awaits_way(now: Tick, case: u32, route: u32);
            picks_up(now: Tick, handoff: u32);
            keeps_place(now: Tick, item: u32, department: u32);
            is_away(now: Tick, case: u32, row: u32, end: End);
            returns(now: Tick, case: u32, row: u32);
            interrupted(now: Tick, item: u32, row: u32);
            shares(now: Tick, item: u32, attained: Tick);
            settled(now: Tick);
            unfinished(now: Tick, case: u32, who: &Identity, life: &Life, at: Standing);
            part_unfinished(now: Tick, part: u32, at: Standing);
            closed();
        }
    };
}

/// Two observers listen to the same run.
impl<A: Observer, B: Observer> Observer for (A, B) {
    #[inline(always)]
    fn wants_shares(&self) -> bool {
        self.0.wants_shares() || self.1.wants_shares()
    }

    every_hook!(both);
}

/// An observer that may be absent.
impl<A: Observer> Observer for Option<A> {
    fn wants_shares(&self) -> bool {
        self.as_ref().is_some_and(A::wants_shares)
    }

    every_hook!(if_present);
}
