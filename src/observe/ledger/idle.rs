//! What somebody is charged with who is idle though an item waits for them.

use super::codes::{Cause, What, Whose};
use super::follow::{Frame, World, emit};
use super::record::Charges;
use super::trail::{Mark, Piece};
use crate::plan::FullDepartment;
use crate::time::Tick;

/// The way of an item that had a place kept in a line until it came.
#[derive(Clone, Copy, Debug)]
pub(super) struct Coming<M> {
    pub item: u32,
    pub from: Tick,
    /// `Tick::MAX` while it is on its way.
    pub to: Tick,
    /// Until then it waited for a pickup, which was nobody's work.
    pub picked: Tick,
    /// To whom its way is charged, when it has come.
    pub who: u32,
    pub mark: M,
}

/// The time for which an item that has a place in a line waited for stock.
#[derive(Clone, Copy, Debug)]
pub(super) struct Lack {
    pub item: u32,
    /// The code of the stock.
    pub stock: u32,
    pub from: Tick,
    /// `Tick::MAX` while it waits.
    pub to: Tick,
}

impl<M: Mark> World<'_, M> {
    /// What the people of a department are charged with who stand idle though somebody waits, if they ever do.
    pub(super) fn idle_in(
        &self,
        department: u32,
        from: Tick,
        to: Tick,
        cause: Option<Cause>,
    ) -> Option<Piece<M>> {
        let what = (*self.idle.get(department as usize)?)?;
        let seen = if what == What::Batching { Cause::Batch } else { Cause::Closed };
        let (who, whose, cause) = (department, Whose::Nobody, cause.unwrap_or(seen));
        Some(Piece { from, to, who, what, whose, cause, mark: M::default() })
    }

    /// Somebody is idle though an item waits for them. If that waits for room, those who have the places have no stock,
    /// or are still on their way.
    pub(super) fn charge_idle<O: Charges<M>>(&self, frame: Frame, idle: Piece<M>, out: &mut O) {
        if !frame.standing.for_room {
            return emit(out, frame.several, idle);
        }
        let mut from = idle.from;
        for lack in &self.lacks[frame.standing.department as usize] {
            let (start, end) = (lack.from.max(from), lack.to.min(idle.to));
            if start >= end {
                continue;
            }
            self.charge_coming(frame, Piece { from, to: start, ..idle }, out);
            let (who, cause) = (lack.stock, frame.cause.unwrap_or(Cause::Stock));
            emit(
                out,
                frame.several,
                Piece { from: start, to: end, who, what: What::StockOut, cause, ..idle },
            );
            from = end;
        }
        self.charge_coming(frame, Piece { from, ..idle }, out);
    }

    /// Of the cases on their way, the one that set out first is charged.
    fn charge_coming<O: Charges<M>>(&self, frame: Frame, idle: Piece<M>, out: &mut O) {
        let mut from = idle.from;
        for way in &self.coming[frame.standing.department as usize] {
            let (start, end) = (way.from.max(from), way.to.min(idle.to));
            if start >= end {
                continue;
            }
            emit(out, frame.several, Piece { from, to: start, ..idle });
            let under_way = way.to == Tick::MAX;
            let who = if under_way { self.items[way.item as usize].felt } else { way.who };
            let picked = way.picked.clamp(start, end);
            let (what, whose, mark) = (What::Transfer, Whose::Nobody, M::default());
            emit(out, frame.several, Piece { from: start, to: picked, who, what, whose, mark, ..idle });
            let (whose, mark) = (Whose::Ahead, way.mark);
            emit(out, frame.several, Piece { from: picked, to: end, who, what, whose, mark, ..idle });
            from = end;
        }
        emit(out, frame.several, Piece { from, ..idle });
    }
}

/// For what the people of a department stand idle though somebody waits there.
pub(super) fn idle_for(department: &FullDepartment) -> Option<What> {
    match (&department.batch, &department.slots) {
        (Some(_), _) => Some(What::Batching),
        (None, Some(_)) => Some(What::Closed),
        (None, None) => None,
    }
}
