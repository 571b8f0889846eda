//! What the waiting split has to be told: who works when.

use std::collections::BTreeMap;

use jiff::civil::DateTime;

use crate::error::{Defect, Error, Result};
use crate::model::{Calendar, Model, Shifts, Staff};
use crate::plan::Levels;
use crate::results::person_name;
use crate::time::shown;

/// Who works when, and whether batches are looked for: what [`EventLog::waiting_split`] has to be told.
///
/// A calendar has a week of shifts, and holidays if need be. Somebody is there while anybody is on shift.
///
/// ```
/// use knockon::data::WaitingRules;
/// use knockon::model::Calendar;
///
/// let office = Calendar::described("office", |c| c.shift("mon-fri", "10:00", "20:00"))?;
/// let marcus = Calendar::described("Marcus", |c| {
///     c.shift("mon-fri", "10:00", "12:00").shift("mon-fri", "12:30", "20:00").holiday("2026-05-01", 1)
/// })?;
/// let rules = WaitingRules::new().calendar(office).calendar_of("Marcus", marcus);
/// # Ok::<(), knockon::Error>(())
/// ```
///
/// [`EventLog::waiting_split`]: super::EventLog::waiting_split
#[derive(Clone, Debug, Default, PartialEq)]
pub struct WaitingRules {
    calendars: Vec<Calendar>,
    /// Of everybody who has none of their own, an index into the calendars.
    everybody: Option<usize>,
    own: BTreeMap<String, usize>,
    without_batches: bool,
}

impl WaitingRules {
    /// Everybody is there round the clock, and batches are looked for.
    #[must_use]
    pub fn new() -> WaitingRules {
        WaitingRules::default()
    }

    /// Those for the log of a simulation ([`EventLog::from_visits`](super::EventLog::from_visits)): everybody works
    /// by the calendar that the model gives them. Where it has fewer people than all on shift, nobody knows who of
    /// them is there: then all count as there.
    #[must_use]
    pub fn of_model(model: &Model) -> WaitingRules {
        let mut rules = WaitingRules { calendars: model.calendars.clone(), ..WaitingRules::new() };
        let own = model.departments.iter().map(|department| match department.staff {
            Staff::Count(staff) => (&department.name, staff, &department.shifts),
            Staff::Infinite | Staff::Pool(_) => (&department.name, 0, &None),
        });
        let pools = model.pools.iter().map(|pool| (&pool.name, pool.staff, &pool.shifts));
        for (name, staff, shifts) in own.chain(pools) {
            let Some(Shifts { calendar, .. }) = shifts else { continue };
            let Some(at) = model.calendars.iter().position(|own| own.name == *calendar) else { continue };
            for number in 0..staff {
                rules.own.insert(person_name(name, number), at);
            }
        }
        rules
    }

    /// The same, with this calendar for everybody who has none of their own.
    #[must_use]
    pub fn calendar(mut self, calendar: Calendar) -> WaitingRules {
        self.everybody = Some(self.calendars.len());
        self.calendars.push(calendar);
        self
    }

    /// The same, with this calendar for one resource.
    #[must_use]
    pub fn calendar_of(mut self, resource: impl Into<String>, calendar: Calendar) -> WaitingRules {
        self.own.insert(resource.into(), self.calendars.len());
        self.calendars.push(calendar);
        self
    }

    /// The same, but no batches are looked for: no waiting is batching. That is right where nobody collects work: what
    /// has come while a desk was closed or busy with other work, and is then done in one go, looks like a batch.
    #[must_use]
    pub fn without_batches(self) -> WaitingRules {
        WaitingRules { without_batches: true, ..self }
    }

    /// Whether batches are looked for.
    pub(super) fn batches(&self) -> bool {
        !self.without_batches
    }

    /// The calendars, in time since `start`.
    pub(super) fn hours(&self, start: DateTime) -> Result<Hours<'_>> {
        let used: Vec<usize> = self.everybody.into_iter().chain(self.own.values().copied()).collect();
        let mut defects = Vec::new();
        for (at, calendar) in self.calendars.iter().enumerate() {
            if calendar.cycle.is_some() && used.contains(&at) {
                let rule =
                    "it has a cycle, must have a week of shifts: a log does not say when a cycle began";
                defects.push(Defect::new(format!("calendar {}", shown(&calendar.name)), rule));
            }
        }
        if !defects.is_empty() {
            return Err(Error::from_defects(defects));
        }
        let levels = self.calendars.iter().map(|calendar| Levels::of(calendar, Some(start), 1)).collect();
        Ok(Hours { rules: self, levels })
    }
}

/// Who works when, in time since some start.
#[derive(Debug)]
pub(super) struct Hours<'r> {
    rules: &'r WaitingRules,
    levels: Vec<Levels>,
}

impl Hours<'_> {
    /// When a resource is there; always, if `None`.
    pub fn of(&self, resource: &str) -> Option<&Levels> {
        let calendar = self.rules.own.get(resource).copied().or(self.rules.everybody);
        calendar.map(|at| &self.levels[at])
    }
}
