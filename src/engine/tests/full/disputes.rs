//! Where the engine departs from `src/semantics.md`: each constant makes the slow reference do as the engine does.
//! Once the engine does what the page says, the constant and what it guards go.

/// The crew of a home is replaced while its level stays or rises: the engine lets people start work at that instant,
/// before the change. The page: nobody starts work at the instant at which their shift ends.
pub(super) const STARTS_WHEN_RELIEVED: bool = true;
/// A gathering item is complete at an instant at which somebody reserved is due to go: the engine starts all the
/// same. The page: whoever is due to go does not start.
pub(super) const RESERVED_START_WHEN_DUE: bool = true;
/// The end of a shift would free somebody who is held (hand-over, a replaced crew) or reserved, or an absence somebody
/// reserved: the engine sees a standstill all the same. The page: a cycle that a change of staff breaks is none.
pub(super) const CHANGES_BREAK_NO_STANDSTILL: bool = true;
/// A boundary of the pattern at which the level stays: the engine sends people as at a fall, or gives those who
/// are late a shift again as at a rise, after an earlier fall has left more there than the level.
pub(super) const EQUAL_LEVELS_FALL_AND_RISE: bool = true;
/// A closed department whose pattern never changes opens again after an exception: at that instant, before it has
/// opened, the engine sees a standstill in who joins its line. The models avoid it.
pub(super) const NO_EXCEPTIONS_TO_CONSTANT_LEVELS: bool = true;
/// Work that is finished apart (by a replaced crew) asks a question that frees its staff: the engine keeps it
/// apart. The page: its answer puts it at the head of its line.
pub(super) const APART_IS_NEVER_FREED: bool = true;
/// The share of the requirement at which a question comes up is rounded half up by the engine, unlike all other times.
pub(super) const QUESTIONS_ROUND_HALF_UP: bool = true;
/// Every service by the maker while a case is in rework for it repairs its defect, also one that it comes to along
/// the handoffs. The page: the service it was returned for.
pub(super) const EVERY_SERVICE_REPAIRS: bool = true;
/// A case that was to go straight back when a later detection came on top is handed on by the handoffs when that is
/// done. The page: the former goes on.
pub(super) const FORMER_RETURN_IS_FORGOTTEN: bool = true;
/// A line was overfull, and several are taken from it in one event: the engine tells the first who took one, the
/// page means the one who made the room.
pub(super) const FIRST_TAKER_MAKES_ROOM: bool = true;
/// Several are free at one time for an item in the line that needs them: the engine tells as the last of them to come the one
/// who is chosen last (a helper after own people). The page: the highest number.
pub(super) const LAST_CHOSEN_IS_LAST: bool = true;
