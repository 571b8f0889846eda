//! Describing who works, and when.

use jiff::civil::{Date, Time};

use super::Gaps;
use crate::error::{Defect, Error, Result};
use crate::model::validate::place;
use crate::model::written::{self, Written};
use crate::model::{
    Absence, Calendar, Clock, Crew, Cycle, Days, Holiday, LevelStep, Outage, Pool, Shift, ShiftEnd, Shifts,
    StaffCost, Struck, Vacation, Vacations,
};
use crate::random::Dist;
use crate::time::Span;

/// Describes a pool. See [`Pool`].
#[derive(Clone, Debug)]
pub struct PoolBuilder {
    pub(super) pool: Pool,
    pub(super) staffed: bool,
    pub(super) gaps: Gaps,
}

impl PoolBuilder {
    pub(super) fn new(name: String) -> PoolBuilder {
        let pool = Pool::new(name, 1);
        PoolBuilder { pool, staffed: false, gaps: Vec::new() }
    }

    /// How many people it has.
    pub fn staff(mut self, count: u32) -> PoolBuilder {
        self.pool.staff = count;
        self.staffed = true;
        self
    }

    /// By which calendar they work.
    pub fn shifts(
        mut self,
        calendar: impl Into<String>,
        describe: impl FnOnce(ShiftsBuilder) -> ShiftsBuilder,
    ) -> PoolBuilder {
        self.pool.shifts = Some(describe(ShiftsBuilder::new(calendar.into())).0);
        self
    }

    /// Adds something that keeps them from work.
    pub fn absence(mut self, describe: impl FnOnce(AbsenceBuilder) -> AbsenceBuilder) -> PoolBuilder {
        self.pool.absences.push(describe(AbsenceBuilder::new()).finish(&mut self.gaps));
        self
    }

    /// All of them are away on one occasion: at this time since the start of the run, for so long.
    pub fn outage(mut self, at: Span, lasts: Span) -> PoolBuilder {
        self.pool.outages.push(Outage { at, lasts, staff: None });
        self
    }

    /// So many of them, those with the highest numbers, are away on one occasion.
    pub fn outage_of(mut self, staff: u32, at: Span, lasts: Span) -> PoolBuilder {
        self.pool.outages.push(Outage { at, lasts, staff: Some(staff) });
        self
    }

    /// They are away for a while when they have nothing to do, and again if they find nothing then.
    pub fn vacation(mut self, duration: impl Into<Dist>) -> PoolBuilder {
        self.pool.vacation = Some(Vacation { kind: Vacations::Repeated, duration: duration.into() });
        self
    }

    /// They are away for a while when they have nothing to do, once after each time at work.
    pub fn vacation_once(mut self, duration: impl Into<Dist>) -> PoolBuilder {
        self.pool.vacation = Some(Vacation { kind: Vacations::Once, duration: duration.into() });
        self
    }

    /// What each of them costs, in money per hour. See [`StaffCost`].
    pub fn cost(mut self, idle: f64, busy: f64, overtime: f64) -> PoolBuilder {
        self.pool.cost = StaffCost { idle, busy, overtime };
        self
    }
}

/// Describes by which calendar people work. See [`Shifts`].
#[derive(Clone, Debug)]
pub struct ShiftsBuilder(pub(super) Shifts);

impl ShiftsBuilder {
    pub(super) fn new(calendar: String) -> ShiftsBuilder {
        ShiftsBuilder(Shifts { calendar, at_end: ShiftEnd::default(), crew: Crew::default() })
    }

    /// Who is serving when their shift ends finishes first, in overtime. Otherwise the work stays on the
    /// desk until they are back.
    pub fn finish(mut self) -> ShiftsBuilder {
        self.0.at_end = ShiftEnd::Finish;
        self
    }

    /// Who is serving when their shift ends gives the work back to the head of the queue.
    pub fn hand_over(mut self) -> ShiftsBuilder {
        self.0.at_end = ShiftEnd::HandOver;
        self
    }

    /// Each shift has people of its own, who come in full whoever stays late. With
    /// [`ShiftsBuilder::finish`].
    pub fn replaced_crew(mut self) -> ShiftsBuilder {
        self.0.crew = Crew::Replaced;
        self
    }
}

/// Describes what keeps people from work. See [`Absence`].
#[derive(Clone, Debug)]
pub struct AbsenceBuilder {
    who: Struck,
    clock: Clock,
    between: Option<Dist>,
    duration: Option<Dist>,
}

impl AbsenceBuilder {
    pub(super) fn new() -> AbsenceBuilder {
        AbsenceBuilder { who: Struck::default(), clock: Clock::default(), between: None, duration: None }
    }

    /// The time from the end of one to the beginning of the next.
    pub fn between(mut self, time: impl Into<Dist>) -> AbsenceBuilder {
        self.between = Some(time.into());
        self
    }

    /// How long it lasts.
    pub fn duration(mut self, time: impl Into<Dist>) -> AbsenceBuilder {
        self.duration = Some(time.into());
        self
    }

    /// It strikes all at once, as when their system breaks down; otherwise each for themself.
    pub fn all(mut self) -> AbsenceBuilder {
        self.who = Struck::All;
        self
    }

    /// The time between counts only while they serve.
    pub fn working_time(mut self) -> AbsenceBuilder {
        self.clock = Clock::Working;
        self
    }

    pub(super) fn finish(self, gaps: &mut Gaps) -> Absence {
        let mut told = |time: Option<Dist>, what: &str| {
            time.unwrap_or_else(|| {
                gaps.push(format!("nothing is said about an absence: give `{what}`"));
                // Takes the place of what is missing, so that the rest can be checked.
                crate::time::hours(1).into()
            })
        };
        Absence {
            who: self.who,
            clock: self.clock,
            between: told(self.between, "between"),
            duration: told(self.duration, "duration"),
        }
    }
}

/// Describes a calendar. See [`Calendar`]. Days, times and dates are written as in files: `"mon-fri"`,
/// `"08:00"`, `"2026-12-25"`.
#[derive(Clone, Debug)]
pub struct CalendarBuilder {
    pub(super) calendar: Calendar,
    pub(super) gaps: Gaps,
}

impl Calendar {
    /// A calendar on its own, described as in a model ([`ModelBuilder::calendar`](super::ModelBuilder::calendar)).
    ///
    /// ```
    /// use knockon::model::Calendar;
    ///
    /// let office = Calendar::described("office", |c| c.shift("mon-fri", "08:00", "17:00"))?;
    /// assert_eq!(office.week.len(), 1);
    /// # Ok::<(), knockon::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// All texts that are no days, times or dates.
    pub fn described(
        name: impl Into<String>,
        describe: impl FnOnce(CalendarBuilder) -> CalendarBuilder,
    ) -> Result<Calendar> {
        let CalendarBuilder { calendar, gaps } = describe(CalendarBuilder::new(name.into()));
        if gaps.is_empty() {
            return Ok(calendar);
        }
        let place = place("calendar", &calendar.name).to_string();
        Err(Error::from_defects(gaps.into_iter().map(|rule| Defect::new(&place, rule)).collect()))
    }
}

impl CalendarBuilder {
    pub(super) fn new(name: String) -> CalendarBuilder {
        let calendar = Calendar { name, week: Vec::new(), cycle: None, holidays: Vec::new() };
        CalendarBuilder { calendar, gaps: Vec::new() }
    }

    /// A shift of everybody, which comes every week on these days. It ends on the next day if `to` is not
    /// later than `from`.
    pub fn shift(self, days: &str, from: &str, to: &str) -> CalendarBuilder {
        self.add_shift(None, days, from, to)
    }

    /// A shift of so many people, which comes every week on these days.
    pub fn shift_of(self, staff: u32, days: &str, from: &str, to: &str) -> CalendarBuilder {
        self.add_shift(Some(staff), days, from, to)
    }

    fn add_shift(mut self, staff: Option<u32>, days: &str, from: &str, to: &str) -> CalendarBuilder {
        let days = understood::<Days>(days, &mut self.gaps);
        let from = understood::<Time>(from, &mut self.gaps);
        let to = understood::<Time>(to, &mut self.gaps);
        self.calendar.week.push(Shift {
            days: days.unwrap_or(Days::DAILY),
            from: from.unwrap_or_default(),
            to: to.unwrap_or_default(),
            staff,
        });
        self
    }

    /// Levels that repeat every `period`, which starts when the run does, instead of a week of shifts: each
    /// step is a time in the period, the first one zero, and how many people are there from then on
    /// (`None`: everybody).
    pub fn cycle<L: Into<Option<u32>>>(
        mut self,
        period: Span,
        steps: impl IntoIterator<Item = (Span, L)>,
    ) -> CalendarBuilder {
        let steps = steps.into_iter().map(|(from, staff)| LevelStep { from, staff: staff.into() }).collect();
        self.calendar.cycle = Some(Cycle { period, steps });
        self
    }

    /// Nobody is there from `date` on for so many days.
    pub fn holiday(self, date: &str, days: u32) -> CalendarBuilder {
        self.holiday_of(0, date, days)
    }

    /// So many people, and no more, are there from `date` on for so many days.
    pub fn holiday_of(mut self, staff: u32, date: &str, days: u32) -> CalendarBuilder {
        if let Some(date) = understood::<Date>(date, &mut self.gaps) {
            self.calendar.holidays.push(Holiday { date, days, staff });
        }
        self
    }
}

/// What a text says; what it fails to say is told among the gaps.
pub(super) fn understood<T: Written>(text: &str, gaps: &mut Gaps) -> Option<T> {
    written::read(text).map_err(|rule| gaps.push(rule)).ok()
}
