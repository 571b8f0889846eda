//! The rules for who works, and when: homes, helpers, shifts, absences, calendars.

use std::collections::HashSet;
use std::fmt::Display;

use jiff::ToSpan;
use jiff::civil::Time;

use super::{Check, place, shown};
use crate::model::resolve::Home;
use crate::model::{
    Absence, Calendar, Crew, Department, Helpers, Holiday, Outage, Shift, ShiftEnd, Shifts, Staff, StaffCost,
    Struck, Vacation, Vacations,
};
use crate::time::Span;

const MOST_STAFF: u32 = 100_000;

/// All homes together: every person is a record of the engine, and so is every absence of a person.
const MOST_STAFF_IN_ALL: u64 = 10_000_000;

const FASTEST: f64 = 1_000.0;

/// Shifts, steps or holidays of one calendar.
const MOST_ENTRIES: usize = 10_000;

const LONGEST_HOLIDAY: u32 = 3_660;

const DAY: i64 = 86_400_000_000;

impl<'m> Check<'m> {
    /// Checks who serves in a department.
    pub(super) fn people(&mut self, place: impl Display + Copy, department: &'m Department, at: u32) {
        let has_shifts = department.shifts.is_some();
        let has_absences = !department.absences.is_empty();
        let has_outages = !department.outages.is_empty();
        let has_vacation = department.vacation.is_some();
        let has_cost = !department.cost.is_none();
        match &department.staff {
            Staff::Count(count) => {
                if !(1..=MOST_STAFF).contains(count) {
                    let rule = format!("the staff is {count}, must be from 1 to {MOST_STAFF}, or infinite");
                    self.add(place, rule);
                }
                self.shifts(place, *count, department.shifts.as_ref());
                self.absences(place, &department.absences);
                self.outages(place, *count, &department.outages);
                self.vacation(place, department.vacation.as_ref());
                self.staff_cost(place, &department.cost);
            }
            Staff::Infinite => {
                for (told, what) in [
                    (has_shifts, "shifts have"),
                    (has_absences, "absences have"),
                    (has_outages, "outages have"),
                    (has_vacation, "a vacation has"),
                    (has_cost, "costs of staff have"),
                    (!department.helpers.is_empty(), "helpers have"),
                    (department.staff_needed != 1, "the number of people needed has"),
                ] {
                    if told {
                        self.add(place, format!("{what} no effect where the staff is infinite"));
                    }
                }
                return;
            }
            Staff::Pool(pool) => {
                self.pool_exists(place, pool);
                for (told, what) in [
                    (has_shifts, "shifts"),
                    (has_absences, "absences"),
                    (has_outages, "outages"),
                    (has_vacation, "vacation"),
                    (has_cost, "costs"),
                ] {
                    if told {
                        let rule =
                            format!("its people are those of pool {}: give the {what} there", shown(pool));
                        self.add(place, rule);
                    }
                }
            }
        }
        let own = self.resolved.own_home(at);
        let helping = self.helpers(place, own, &department.helpers);
        self.staff_needed(place, department.staff_needed, own.into_iter().chain(helping).collect());
    }

    fn pool_exists(&mut self, place: impl Display, name: &str) {
        if self.resolved.pool(name).is_none() {
            let known = self.known(self.model().pools.iter().map(|pool| pool.name.as_str()));
            self.unknown(place, "pool", name, known);
        }
    }

    fn calendar_exists(&mut self, place: impl Display, name: &str) {
        if self.resolved.calendar(name).is_none() {
            let known = self.known(self.model().calendars.iter().map(|calendar| calendar.name.as_str()));
            self.unknown(place, "calendar", name, known);
        }
    }

    /// Checks helpers. Gives the homes that they come from.
    fn helpers(
        &mut self,
        place: impl Display + Copy,
        own: Option<Home>,
        helpers: &'m [Helpers],
    ) -> Vec<Home> {
        let mut homes = Vec::new();
        let mut seen = HashSet::new();
        for Helpers { from, speed } in helpers {
            if !(*speed > 0.0 && *speed <= FASTEST) {
                let rule = format!(
                    "the speed of helpers from {} is {speed}, must be above 0 and at most {FASTEST}",
                    shown(from)
                );
                self.add(place, rule);
            }
            if !seen.insert(from) {
                self.add(place, format!("helpers from {} are given more than once", shown(from)));
                continue;
            }
            let model = self.model();
            let home = match (self.resolved.department(from), self.resolved.pool(from)) {
                (Some(at), _) => match &model.departments[at as usize].staff {
                    Staff::Count(_) => Home::Department(at),
                    Staff::Infinite => {
                        self.add(place, format!("helpers from {}: its staff is infinite", shown(from)));
                        continue;
                    }
                    Staff::Pool(pool) => {
                        let rule = format!(
                            "helpers from {}: it has no people of its own; name the pool {}",
                            shown(from),
                            shown(pool)
                        );
                        self.add(place, rule);
                        continue;
                    }
                },
                (None, Some(at)) => Home::Pool(at),
                (None, None) => {
                    let pools = model.pools.iter().map(|pool| pool.name.as_str());
                    let known = self.known(self.department_names().chain(pools));
                    self.unknown(place, "department or pool", from, known);
                    continue;
                }
            };
            if own == Some(home) {
                self.add(place, format!("helpers from {}: they are its own people", shown(from)));
            } else {
                homes.push(home);
            }
        }
        homes
    }

    fn staff_needed(&mut self, place: impl Display, needed: u32, homes: Vec<Home>) {
        let people: u64 = homes.into_iter().map(|home| self.most_at_once(home)).sum();
        if needed == 0 || (needed > 1 && u64::from(needed) > people) {
            let rule = format!(
                "a piece of work needs {needed} people, must be from 1 to the {people} who may serve here at one time"
            );
            self.add(place, rule);
        }
    }

    /// How many people of a home may be on shift at one time.
    fn most_at_once(&mut self, home: Home) -> u64 {
        let model = self.model();
        let (staff, shifts) = match home {
            Home::Department(at) => {
                let department = &model.departments[at as usize];
                let Staff::Count(count) = department.staff else { return 0 };
                (count, &department.shifts)
            }
            Home::Pool(at) => (model.pools[at as usize].staff, &model.pools[at as usize].shifts),
        };
        let calendar = shifts.as_ref().and_then(|shifts| self.resolved.calendar(&shifts.calendar));
        calendar.map_or(staff.into(), |calendar| self.highest_level(calendar, staff).min(staff.into()))
    }

    fn shifts(&mut self, place: impl Display + Copy, staff: u32, shifts: Option<&'m Shifts>) {
        let Some(shifts) = shifts else { return };
        self.calendar_exists(place, &shifts.calendar);
        if shifts.crew == Crew::Replaced && shifts.at_end != ShiftEnd::Finish {
            self.add(place, "a crew is only replaced where those who serve at the end of their shift finish");
        }
        let Some(calendar) = self.resolved.calendar(&shifts.calendar) else { return };
        let highest = self.highest_level(calendar, staff);
        if highest > staff.into() && (1..=MOST_STAFF).contains(&staff) {
            let rule = format!(
                "calendar {} has up to {highest} people on shift at one time, the staff is {staff}",
                shown(&calendar.name)
            );
            self.add(place, rule);
        }
    }

    fn absences(&mut self, place: impl Display + Copy, absences: &'m [Absence]) {
        for (absence, number) in absences.iter().zip(1..) {
            let place = format!("{place}, absence {number}");
            if self.times(&place, "time between", &absence.between) && absence.between.mean() < 1.0 {
                self.add(format_args!("{place}, time between"), "the mean is less than 1us");
            }
            self.times(&place, "duration", &absence.duration);
        }
    }

    fn outages(&mut self, place: impl Display + Copy, people: u32, outages: &'m [Outage]) {
        for (Outage { at, lasts, staff }, number) in outages.iter().zip(1..) {
            let place = format!("{place}, outage {number}");
            self.time_of_run(&place, "beginning", *at);
            self.positive(&place, "duration", *lasts);
            if let Some(staff) = staff.filter(|&staff| staff == 0 || staff > people) {
                self.add(&place, format!("{staff} people are away, must be from 1 to the staff of {people}"));
            }
        }
    }

    fn vacation(&mut self, place: impl Display + Copy, vacation: Option<&'m Vacation>) {
        let Some(Vacation { kind, duration }) = vacation else { return };
        let proper = self.times(place, "vacation", duration);
        if proper && *kind == Vacations::Repeated && duration.mean() < 1.0 {
            self.add(format_args!("{place}, vacation"), "the mean is less than 1us");
        }
    }

    fn staff_cost(&mut self, place: impl Display + Copy, cost: &StaffCost) {
        for (what, money) in [("idle", cost.idle), ("busy", cost.busy), ("overtime", cost.overtime)] {
            self.money(place, &format!("cost of staff, {what}"), money);
        }
    }

    /// Checks every pool.
    pub(super) fn pools(&mut self) {
        let departments = &self.model().departments;
        let staff = departments.iter().filter_map(|department| match &department.staff {
            Staff::Pool(pool) => Some(pool),
            Staff::Count(_) | Staff::Infinite => None,
        });
        let helpers =
            departments.iter().flat_map(|department| &department.helpers).map(|helpers| &helpers.from);
        let used: HashSet<&String> = staff.chain(helpers).collect();
        for pool in &self.model().pools {
            let place = place("pool", &pool.name);
            if !(1..=MOST_STAFF).contains(&pool.staff) {
                self.add(place, format!("the staff is {}, must be from 1 to {MOST_STAFF}", pool.staff));
            }
            self.shifts(place, pool.staff, pool.shifts.as_ref());
            self.absences(place, &pool.absences);
            self.outages(place, pool.staff, &pool.outages);
            self.vacation(place, pool.vacation.as_ref());
            self.staff_cost(place, &pool.cost);
            if !used.contains(&pool.name) {
                self.add(place, "no department uses it");
            }
        }
    }

    /// Adds up what is in range; the rest is told already.
    pub(super) fn people_in_all(&mut self) {
        let model = self.model();
        let departments = model.departments.iter().map(|department| {
            let staff = if let Staff::Count(count) = department.staff { count } else { 0 };
            (staff, &department.absences, &department.outages)
        });
        let pools = model.pools.iter().map(|pool| (pool.staff, &pool.absences, &pool.outages));
        let (mut people, mut absences) = (0, 0);
        for (staff, of_home, outages) in departments.chain(pools).filter(|row| row.0 <= MOST_STAFF) {
            let staff = u64::from(staff);
            let of_each = of_home.iter().filter(|absence| absence.who == Struck::Each).count() as u64;
            let away = outages.iter().map(|outage| outage.staff.map_or(staff, u64::from).min(staff));
            people += staff;
            absences += staff.saturating_mul(of_each) + away.sum::<u64>();
        }
        if people > MOST_STAFF_IN_ALL {
            let pools = if model.pools.is_empty() { "" } else { " and pools" };
            let rule = format!(
                "all departments{pools} together have {people} people, must be at most {MOST_STAFF_IN_ALL}"
            );
            self.add("model", rule);
        }
        if absences > MOST_STAFF_IN_ALL {
            let rule = format!("people times absences are {absences}, must be at most {MOST_STAFF_IN_ALL}");
            self.add("model", rule);
        }
    }

    /// Checks every calendar, and that the one for working hours is there.
    pub(super) fn calendars(&mut self) {
        for calendar in &self.model().calendars {
            let place = place("calendar", &calendar.name);
            match (&calendar.cycle, calendar.week.is_empty()) {
                (Some(_), false) => self.add(place, "it has both a week of shifts and a cycle"),
                (None, true) => self.add(place, "it has neither shifts nor a cycle"),
                _ => {}
            }
            let steps = calendar.cycle.as_ref().map_or(0, |cycle| cycle.steps.len());
            let entries = calendar.week.len() + steps + calendar.holidays.len();
            if entries > MOST_ENTRIES {
                let rule =
                    format!("it has {entries} shifts, steps and holidays, must be at most {MOST_ENTRIES}");
                self.add(place, rule);
                continue;
            }
            if calendar.week.iter().any(|shift| shift.days.iter().next().is_none()) {
                self.add(place, "a shift is on no day of the week");
            }
            if let Some(cycle) = &calendar.cycle {
                let starts: Vec<Span> = cycle.steps.iter().map(|step| step.from).collect();
                self.steps(place, "cycle", cycle.period, &starts);
            }
            let told = calendar.week.is_empty() && steps == 0;
            if !told && levels(calendar, 1).all(|level| level == 0) {
                self.add(place, "nobody is ever on shift");
            }
            self.holidays(place, &calendar.holidays);
        }
        if let Some(name) = &self.model().working_hours {
            self.calendar_exists("working hours of the model", name);
        }
    }

    fn holidays(&mut self, place: impl Display + Copy, holidays: &'m [Holiday]) {
        if !holidays.is_empty() && self.model().start.is_none() {
            self.add(place, "holidays need the start of the model, a date and time");
        }
        for Holiday { date, days, .. } in holidays {
            if !(1..=LONGEST_HOLIDAY).contains(days) {
                let rule =
                    format!("the holiday from {date} has {days} days, must be from 1 to {LONGEST_HOLIDAY}");
                self.add(place, rule);
            } else if date.checked_add(i64::from(*days).days()).is_err() {
                self.add(place, format!("the holiday from {date} does not end in any year there is"));
            }
        }
    }

    /// The most people of a home with so much staff who are on shift at one time.
    fn highest_level(&mut self, calendar: &'m Calendar, staff: u32) -> u64 {
        let key = (calendar.name.as_str(), staff);
        *self.highest_levels.entry(key).or_insert_with(|| levels(calendar, staff).max().unwrap_or(0))
    }
}

/// Every level of a calendar for a home with so much staff, those of holidays last; none of it where it has
/// too many entries.
fn levels(calendar: &Calendar, staff: u32) -> impl Iterator<Item = u64> {
    let fits = |entries: usize| entries <= MOST_ENTRIES;
    let week = if fits(calendar.week.len()) { of_week(&calendar.week, staff) } else { Vec::new() };
    let steps = calendar.cycle.iter().flat_map(|cycle| &cycle.steps);
    let steps = steps.map(move |step| step.staff.unwrap_or(staff).into());
    let holidays = calendar.holidays.iter().map(|holiday| holiday.staff.into());
    week.into_iter().chain(steps).chain(holidays)
}

/// The levels of a week: where shifts overlap, they add up.
fn of_week(week: &[Shift], staff: u32) -> Vec<u64> {
    let mut changes: Vec<(i64, i64)> = Vec::new();
    for shift in week {
        let people = i64::from(shift.staff.unwrap_or(staff));
        let (from, to) = (ticks(shift.from), ticks(shift.to));
        let length = if to > from { to - from } else { to - from + DAY };
        for day in shift.days.iter() {
            let from = i64::from(day) * DAY + from;
            let over = (from + length - 7 * DAY).max(0);
            changes.extend([(from, people), (from + length - over, -people)]);
            if over > 0 {
                changes.extend([(0, people), (over, -people)]);
            }
        }
    }
    changes.sort_unstable();
    let mut level = 0;
    let at_one_time = changes.chunk_by(|a, b| a.0 == b.0).map(|changes| {
        level += changes.iter().map(|(_, people)| people).sum::<i64>();
        level.unsigned_abs()
    });
    at_one_time.collect()
}

/// Ticks since midnight.
fn ticks(time: Time) -> i64 {
    let seconds = (i64::from(time.hour()) * 60 + i64::from(time.minute())) * 60 + i64::from(time.second());
    seconds * 1_000_000 + i64::from(time.subsec_nanosecond()) / 1_000
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Days;

    #[test]
    fn shifts_that_overlap_add_up() {
        let time = |hour| jiff::civil::time(hour, 0, 0, 0);
        let shift =
            |day, from, to, staff| Shift { days: Days::of(&[day]), from: time(from), to: time(to), staff };
        // Sunday night goes on into Monday, where it meets the early shift.
        let week = [shift(6, 22, 6, Some(2)), shift(0, 5, 14, None), shift(0, 14, 22, Some(3))];
        assert_eq!(of_week(&week, 4), [2, 6, 4, 3, 0, 2, 0]);
        let round_the_clock = [Shift { days: Days::DAILY, from: time(0), to: time(0), staff: None }];
        assert_eq!(of_week(&round_the_clock, 3), [3, 3, 3, 3, 3, 3, 3, 0]);
    }
}
