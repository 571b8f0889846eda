//! Who works where, and how much they can do on average.

use std::collections::BTreeMap;

use crate::model::{
    Absence, Calendar, Clock, Crew, Model, Outage, Resolved, ShiftEnd, Shifts, Staff, Struck, Vacation,
};

use super::service::hours;

/// People who belong together: those of a department, or of a pool.
#[derive(Clone)]
pub(super) struct Home<'m> {
    pub name: &'m str,
    pub pool: bool,
    /// `None` where there are always enough.
    pub staff: Option<u32>,
    /// The departments that take their staff from here.
    pub departments: Vec<usize>,
    pub shifts: Option<&'m Shifts>,
    pub absences: &'m [Absence],
    pub outages: &'m [Outage],
    pub vacation: Option<&'m Vacation>,
}

/// The homes of a model, and the home of each department: its own, or a pool.
pub(super) fn homes<'m>(resolved: &Resolved<'m>) -> (Vec<Home<'m>>, Vec<usize>) {
    let model: &'m Model = resolved.model;
    let mut homes = Vec::with_capacity(model.departments.len());
    let mut home_of = vec![usize::MAX; model.departments.len()];
    for (at, department) in model.departments.iter().enumerate() {
        let staff = match department.staff {
            Staff::Count(count) => Some(count),
            Staff::Infinite => None,
            Staff::Pool(_) => continue,
        };
        home_of[at] = homes.len();
        homes.push(Home {
            name: department.name.as_str(),
            pool: false,
            staff,
            departments: vec![at],
            shifts: department.shifts.as_ref(),
            absences: &department.absences,
            outages: &department.outages,
            vacation: department.vacation.as_ref(),
        });
    }
    let mut place = BTreeMap::new();
    for pool in &model.pools {
        place.entry(pool.name.as_str()).or_insert(homes.len());
        homes.push(Home {
            name: pool.name.as_str(),
            pool: true,
            staff: Some(pool.staff),
            departments: Vec::new(),
            shifts: pool.shifts.as_ref(),
            absences: &pool.absences,
            outages: &pool.outages,
            vacation: pool.vacation.as_ref(),
        });
    }
    for (at, department) in model.departments.iter().enumerate() {
        if let Staff::Pool(name) = &department.staff
            && let Some(&home) = place.get(name.as_str())
        {
            home_of[at] = home;
            homes[home].departments.push(at);
        }
    }
    (homes, home_of)
}

impl Home<'_> {
    /// How many people are at work on average where `needed` work together: by the calendar's levels, and
    /// for absences. Infinite staff counts as none.
    ///
    /// By the calendar, somebody is there for `between / (between + duration)` of the time; by working time, work
    /// takes `1 + duration / between` times as long, which is right for absences that are short against shifts.
    /// Who finishes in overtime does so for half a service, weighted by its length (`residual`, hours).
    pub fn capacity(&self, model: &Model, needed: u32, residual: f64) -> f64 {
        let Some(staff) = self.staff else { return 0.0 };
        let calendar = self
            .shifts
            .and_then(|shifts| model.calendars.iter().find(|calendar| calendar.name == shifts.calendar));
        let level = match (calendar, self.shifts) {
            (Some(calendar), Some(shifts)) => Level::of(calendar, shifts, staff, needed),
            _ => Level::constant(staff, needed),
        };
        let level_and_overtime = level.mean + level.late * residual;
        let each = availability(self.absences, Struck::Each);
        // Of several who work together, others may stand in: at best nobody is missed.
        let present =
            if needed > 1 { (level_and_overtime * each).min(level.crews) } else { level_and_overtime * each };
        present * availability(self.absences, Struck::All)
    }
}

fn availability(absences: &[Absence], who: Struck) -> f64 {
    let of =
        |clock: Clock| absences.iter().filter(move |absence| absence.who == who && absence.clock == clock);
    let there = |absence: &Absence| {
        let (between, duration) = (absence.between.mean(), absence.duration.mean());
        if duration > 0.0 { between / (between + duration) } else { 1.0 }
    };
    let stretch = |absence: &Absence| {
        let duration = absence.duration.mean();
        if duration > 0.0 { duration / absence.between.mean() } else { 0.0 }
    };
    let by_calendar: f64 = of(Clock::Calendar).map(there).product();
    by_calendar / (1.0 + of(Clock::Working).map(stretch).sum::<f64>())
}

/// Averages over time.
struct Level {
    /// People on shift.
    mean: f64,
    /// People in full crews.
    crews: f64,
    /// How many people stay late per hour if all are busy.
    late: f64,
}

impl Level {
    fn constant(staff: u32, needed: u32) -> Level {
        Level { mean: staff.into(), crews: (staff - staff % needed.max(1)).into(), late: 0.0 }
    }

    /// Holidays are left out: in the long run there are none.
    fn of(calendar: &Calendar, shifts: &Shifts, staff: u32, needed: u32) -> Level {
        let (pieces, period) = pieces(calendar, staff);
        let Some(&(_, last)) = pieces.last() else { return Level { mean: 0.0, crews: 0.0, late: 0.0 } };
        let mut level = Level { mean: 0.0, crews: 0.0, late: 0.0 };
        let mut before = last;
        for (at, &(from, here)) in pieces.iter().enumerate() {
            let length = pieces.get(at + 1).map_or(period, |next| next.0) - from;
            let share = length / period;
            level.mean += share * f64::from(here);
            level.crews += share * f64::from(here - here % needed.max(1));
            let leaving = match (shifts.at_end, shifts.crew) {
                (ShiftEnd::Finish, Crew::Same) => before.saturating_sub(here),
                (ShiftEnd::Finish, Crew::Replaced) if at > 0 || before != here => before,
                _ => 0,
            };
            level.late += f64::from(leaving) / hours(period);
            before = here;
        }
        level
    }
}

/// The pattern of a calendar in ticks, each level from its time on, and how long it is.
fn pieces(calendar: &Calendar, staff: u32) -> (Vec<(f64, u32)>, f64) {
    if let Some(cycle) = &calendar.cycle {
        let step = |step: &crate::model::LevelStep| {
            (step.from.ticks() as f64, step.staff.unwrap_or(staff).min(staff))
        };
        return (cycle.steps.iter().map(step).collect(), cycle.period.ticks() as f64);
    }
    let day = crate::time::days(1).ticks();
    let week = 7 * day;
    let mut changes = BTreeMap::from([(0, 0_i64)]);
    for shift in &calendar.week {
        let [from, to] = [shift.from, shift.to].map(|time| {
            let seconds =
                i64::from(time.hour()) * 3_600 + i64::from(time.minute()) * 60 + i64::from(time.second());
            seconds * 1_000_000 + i64::from(time.subsec_nanosecond()) / 1_000
        });
        let length = if to > from { to - from } else { to + day - from };
        let people = i64::from(shift.staff.unwrap_or(staff));
        for on in shift.days.iter() {
            let start = i64::from(on) * day + from;
            let end = start + length;
            *changes.entry(start).or_default() += people;
            if end < week {
                *changes.entry(end).or_default() -= people;
            } else if end > week {
                // Over the end of the week.
                *changes.entry(0).or_default() += people;
                *changes.entry(end - week).or_default() -= people;
            }
        }
    }
    let mut people = 0;
    let level = |(at, change): (i64, i64)| {
        people += change;
        (at as f64, people.clamp(0, i64::from(staff)) as u32)
    };
    (changes.into_iter().map(level).collect(), week as f64)
}

#[cfg(test)]
mod tests {
    use jiff::civil::time;

    use super::*;
    use crate::model::{Cycle, Days, LevelStep, Shift};
    use crate::random::Dist;
    use crate::theory::tests::near;
    use crate::time::hours as span;

    fn shift(days: Days, from: i8, to: i8, staff: Option<u32>) -> Shift {
        Shift { days, from: time(from, 0, 0, 0), to: time(to, 0, 0, 0), staff }
    }

    fn with(calendar: Calendar, at_end: ShiftEnd, crew: Crew) -> (Model, Shifts) {
        let shifts = Shifts { calendar: calendar.name.clone(), at_end, crew };
        (Model { calendars: vec![calendar], ..Model::default() }, shifts)
    }

    fn home<'m>(staff: u32, shifts: Option<&'m Shifts>, absences: &'m [Absence]) -> Home<'m> {
        Home {
            name: "desk",
            pool: false,
            staff: Some(staff),
            departments: vec![0],
            shifts,
            absences,
            outages: &[],
            vacation: None,
        }
    }

    fn week(shifts: Vec<Shift>) -> Calendar {
        Calendar { name: "c".into(), week: shifts, cycle: None, holidays: Vec::new() }
    }

    /// Worked by hand: 5 days of 8 hours; a night shift over the end of the week; overlaps up to the staff.
    #[test]
    fn average_levels() {
        for (shifts, mean) in [
            (vec![shift(Days::WEEKDAYS, 9, 17, None)], 4.0 * 40.0 / 168.0),
            (vec![shift(Days::of(&[6]), 20, 6, Some(1))], 10.0 / 168.0),
            (vec![shift(Days::DAILY, 0, 0, None)], 4.0),
            // 8 to 12: 3; 12 to 16: 3 + 2, but there are 4; 16 to 20: 2.
            (vec![shift(Days::DAILY, 8, 16, Some(3)), shift(Days::DAILY, 12, 20, Some(2))], 36.0 / 24.0),
            (vec![], 0.0),
        ] {
            let (model, shifts) = with(week(shifts), ShiftEnd::Pause, Crew::Same);
            near(home(4, Some(&shifts), &[]).capacity(&model, 1, 1.0), mean, 1e-12);
        }
    }

    /// A cycle of 10 hours: 3 people, then from 4 on 1, then from 6 on everybody (5).
    #[test]
    fn cycles_crews_and_overtime() {
        let step = |from: f64, staff| LevelStep { from: span(from), staff };
        let steps = vec![step(0.0, Some(3)), step(4.0, Some(1)), step(6.0, None)];
        let cycle = Some(Cycle { period: span(10.0), steps });
        let calendar = Calendar { cycle, ..week(vec![]) };
        let (model, shifts) = with(calendar.clone(), ShiftEnd::Pause, Crew::Same);
        let mean = (4.0 * 3.0 + 2.0 * 1.0 + 4.0 * 5.0) / 10.0;
        near(home(5, Some(&shifts), &[]).capacity(&model, 1, 0.5), mean, 1e-12);
        // Pairs: 2, 0, 4 people.
        near(home(5, Some(&shifts), &[]).capacity(&model, 2, 0.5), 2.4, 1e-12);
        // 5 to 3 and 3 to 1: four people stay half an hour each.
        let (model, shifts) = with(calendar.clone(), ShiftEnd::Finish, Crew::Same);
        near(home(5, Some(&shifts), &[]).capacity(&model, 1, 0.5), mean + 0.2, 1e-12);
        // 5, 3 and 1 do.
        let (model, shifts) = with(calendar, ShiftEnd::Finish, Crew::Replaced);
        near(home(5, Some(&shifts), &[]).capacity(&model, 1, 0.5), mean + 0.45, 1e-12);
    }

    #[test]
    fn absences() {
        let absence = |who, clock, between, duration| Absence {
            who,
            clock,
            between: Dist::exponential(span(between)),
            duration: Dist::constant(span(duration)),
        };
        let model = Model::default();
        let one = [absence(Struck::Each, Clock::Calendar, 50.0, 5.0)];
        near(home(3, None, &one).capacity(&model, 1, 1.0), 3.0 * 50.0 / 55.0, 1e-12);
        let two = [one[0].clone(), absence(Struck::All, Clock::Working, 10.0, 2.0)];
        near(home(3, None, &two).capacity(&model, 1, 1.0), 3.0 * 50.0 / 55.0 / 1.2, 1e-12);
    }
}
