//! Active periods of a trace: which department is the bottleneck at any time (Roser, Nakano and Tanaka).
//!
//! This is the definition, for traces from elsewhere. What a run keeps, without the trace, is
//! [`ActivePeriodResults`](crate::results::ActivePeriodResults).

use std::cmp::Ordering;

use serde::{Deserialize, Serialize};

use crate::error::{Defect, Error, Result};

/// When a member of staff, or a machine, was active, and when off shift. Times in any one unit.
///
/// Active is who works, sets up, or is under repair; not who waits for work, for an answer or for room (Roser, Nakano and
/// Tanaka 2001).
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct StaffTrace {
    /// From when until when: in order and apart. Those that touch are one.
    pub active: Vec<(f64, f64)>,
    /// Off shift, in the same way, never while active. That is neither active nor not: who is active up to its beginning and again
    /// from its end on is so in one period, which is as long as the active time in it.
    pub off_shift: Vec<(f64, f64)>,
}

/// When the people of a department were active.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct DepartmentTrace {
    /// What it is called.
    pub department: String,
    /// One for each member of staff.
    pub staff: Vec<StaffTrace>,
}

/// Which department was the bottleneck when, by the active periods of its people.
///
/// At any time the *momentary* bottleneck is the department of the longest active period then under way, of the earlier one of
/// two equally long, else of the first in order. The length is that of the whole period; where a shift ends in it, it is
/// the length until that shift ends.
///
/// When the period of the momentary bottleneck ends, the longest then under way follows it in the *chain*. Where the two
/// overlap the bottleneck is *shifting* between their departments, for the rest of the chain each is the *sole* one (Roser, Nakano and
/// Tanaka 2002). Periods of one department that follow each other are one link.
///
/// ```
/// use knockon::analysis::{ActivePeriods, DepartmentTrace, StaffTrace};
///
/// let machine = |name: &str, active: &[(f64, f64)]| DepartmentTrace {
///     department: name.to_owned(),
///     staff: vec![StaffTrace { active: active.to_vec(), ..StaffTrace::default() }],
/// };
/// let trace = [machine("front", &[(0.0, 6.0), (7.0, 8.0)]), machine("back", &[(1.0, 3.0), (5.0, 10.0)])];
/// let periods = ActivePeriods::of_trace(&trace, 10.0)?;
/// let [front, back] = &periods.departments[..] else { unreachable!() };
/// assert_eq!((front.momentary, back.momentary), (0.6, 0.4));
/// assert_eq!((front.sole, front.shifting, back.sole), (0.5, 0.1, 0.4)); // it shifts from 5 to 6
/// assert_eq!(front.average, Some(3.5));
/// # Ok::<(), knockon::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ActivePeriods {
    /// The departments, in the order given.
    pub departments: Vec<DepartmentActivity>,
    /// The share of time in which nobody is active.
    pub nobody: f64,
    /// The bottleneck periods, in order.
    pub chain: Vec<ChainLink>,
}

/// The active periods of a department.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DepartmentActivity {
    /// The department.
    pub department: String,
    /// The share of time in which it is the momentary bottleneck.
    pub momentary: f64,
    /// The share of time in which it is the only one in the chain.
    pub sole: f64,
    /// The share of time in which the bottleneck shifts from it or to it.
    pub shifting: f64,
    /// How long an active period is on average, those cut by the end included; `None` without any.
    pub average: Option<f64>,
    /// The share of time on shift in which its people are active.
    pub active: Option<f64>,
}

/// A time in which a department is the bottleneck.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ChainLink {
    /// The department.
    pub department: String,
    /// Since when.
    pub from: f64,
    /// Until when.
    pub until: f64,
}

/// Active time without a break. `carried`: in the same period, before.
#[derive(Clone, Copy)]
struct Stretch {
    department: usize,
    person: usize,
    from: f64,
    until: f64,
    carried: f64,
}

impl Stretch {
    fn covers(&self, time: f64) -> bool {
        self.from <= time && time < self.until
    }

    /// Greater is the one that is the bottleneck.
    fn rank(&self, other: &Stretch) -> Ordering {
        let length = |stretch: &Stretch| stretch.carried + (stretch.until - stretch.from);
        let (own, others) = (length(self), length(other));
        let since = |stretch: &Stretch| stretch.from - stretch.carried;
        let earlier = since(other).total_cmp(&since(self));
        let order = (other.department, other.person).cmp(&(self.department, self.person));
        own.total_cmp(&others).then(earlier).then(order)
    }
}

impl ActivePeriods {
    /// The active periods of traces from time 0 to `until`.
    ///
    /// # Errors
    ///
    /// Where a trace is not in order, or not between 0 and `until`; or where that is not positive.
    pub fn of_trace(trace: &[DepartmentTrace], until: f64) -> Result<ActivePeriods> {
        check(trace, until)?;
        let mut stretches = Vec::new();
        let mut departments = Vec::with_capacity(trace.len());
        for (at, department) in trace.iter().enumerate() {
            let (mut periods, mut active, mut off) = (0, 0.0, 0.0);
            for (person, staff) in department.staff.iter().enumerate() {
                let own = stretches_of(staff, at, person);
                periods += own.iter().filter(|stretch| stretch.carried == 0.0).count();
                active += own.iter().map(|stretch| stretch.until - stretch.from).sum::<f64>();
                off += staff.off_shift.iter().map(|&(from, until)| until - from).sum::<f64>();
                stretches.extend(own);
            }
            let on_shift = until * department.staff.len() as f64 - off;
            departments.push(DepartmentActivity {
                department: department.department.clone(),
                momentary: 0.0,
                sole: 0.0,
                shifting: 0.0,
                average: (periods > 0).then(|| active / periods as f64),
                active: (on_shift > 0.0).then(|| active / on_shift),
            });
        }
        let mut periods = ActivePeriods { departments, nobody: 0.0, chain: Vec::new() };
        periods.add_momentary(&stretches, until);
        periods.add_chain(&stretches, until);
        Ok(periods)
    }

    fn add_momentary(&mut self, stretches: &[Stretch], until: f64) {
        let ends = stretches.iter().flat_map(|stretch| [stretch.from, stretch.until]);
        let mut times: Vec<f64> = ends.chain([0.0, until]).collect();
        times.sort_by(f64::total_cmp);
        for pair in times.windows(2) {
            let share = (pair[1] - pair[0]) / until;
            match longest(stretches, pair[0]) {
                _ if share == 0.0 => {}
                Some(best) => self.departments[best.department].momentary += share,
                None => self.nobody += share,
            }
        }
    }

    fn add_chain(&mut self, stretches: &[Stretch], until: f64) {
        let mut links: Vec<(usize, f64, f64)> = Vec::new();
        let mut now = 0.0;
        while now < until {
            let Some(next) = longest(stretches, now) else {
                let later = stretches.iter().map(|stretch| stretch.from).filter(|&from| from > now);
                now = later.fold(until, f64::min);
                continue;
            };
            match links.last_mut() {
                Some((department, _, end)) if *department == next.department && *end == now => {
                    *end = next.until;
                }
                // No earlier than the one before, where that is in its midst.
                last => {
                    let from = last.map_or(next.from, |&mut (_, from, _)| next.from.max(from));
                    links.push((next.department, from, next.until));
                }
            }
            now = next.until;
        }
        // Where two neighbours overlap, it shifts; a link is sole where neither does.
        for (at, &(department, from, end)) in links.iter().enumerate() {
            let before = at.checked_sub(1).map_or(from, |before| links[before].2.max(from));
            let after = links.get(at + 1).map_or(end, |next| next.1.min(end));
            let sole = (after - before).max(0.0);
            self.departments[department].sole += sole / until;
            self.departments[department].shifting += (end - from - sole) / until;
        }
        let link = |(department, from, until): (usize, f64, f64)| ChainLink {
            department: self.departments[department].department.clone(),
            from,
            until,
        };
        self.chain = links.into_iter().map(link).collect();
    }
}

/// The one that is the bottleneck at a time.
fn longest(stretches: &[Stretch], time: f64) -> Option<&Stretch> {
    stretches.iter().filter(|stretch| stretch.covers(time)).max_by(|a, b| a.rank(b))
}

/// The active time of somebody: what touches is one stretch, and what a shift's end parts is one period.
fn stretches_of(staff: &StaffTrace, department: usize, person: usize) -> Vec<Stretch> {
    let mut own: Vec<Stretch> = Vec::new();
    for &(from, until) in staff.active.iter().filter(|(from, until)| from < until) {
        let off = |since: f64| staff.off_shift.contains(&(since, from));
        match own.last_mut() {
            Some(last) if last.until == from => last.until = until,
            Some(&mut last) if off(last.until) => {
                let carried = last.carried + (last.until - last.from);
                own.push(Stretch { from, until, carried, ..last });
            }
            _ => own.push(Stretch { department, person, from, until, carried: 0.0 }),
        }
    }
    own
}

fn check(trace: &[DepartmentTrace], until: f64) -> Result<()> {
    let mut defects = Vec::new();
    if !(until > 0.0 && until.is_finite()) {
        defects.push(Defect::new("end of the trace", format!("is {until}, must be positive")));
    }
    for department in trace {
        for (person, staff) in department.staff.iter().enumerate() {
            let place = format!("trace of `{}`, person {}", department.department, person + 1);
            for (what, times) in [("active", &staff.active), ("off shift", &staff.off_shift)] {
                let ordered = times.iter().all(|&(from, to)| 0.0 <= from && from <= to && to <= until)
                    && times.windows(2).all(|pair| pair[0].1 <= pair[1].0);
                if !ordered {
                    let rule = format!("times {what} must be in order, apart, and between 0 and {until}");
                    defects.push(Defect::new(&place, rule));
                }
            }
            let both = |&(from, to): &(f64, f64)| {
                staff.off_shift.iter().any(|&(off, on)| from.max(off) < to.min(on))
            };
            if staff.active.iter().any(both) {
                defects.push(Defect::new(&place, "is active while off shift"));
            }
        }
    }
    if defects.is_empty() { Ok(()) } else { Err(Error::from_defects(defects)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn department(name: &str, staff: &[&[(f64, f64)]]) -> DepartmentTrace {
        let trace = |active: &&[(f64, f64)]| StaffTrace { active: active.to_vec(), off_shift: Vec::new() };
        DepartmentTrace { department: name.to_owned(), staff: staff.iter().map(trace).collect() }
    }

    fn close(found: f64, expected: f64) {
        assert!((found - expected).abs() < 1e-12, "{found} instead of {expected}");
    }

    /// Case `bn-trace-roser-style` of the reference cases, worked by hand.
    #[test]
    fn three_machines_by_hand() {
        let trace = [
            department("M1", &[&[(0.0, 4.0), (5.0, 9.0), (10.0, 12.0), (13.0, 20.0)]]),
            department("M2", &[&[(0.0, 7.0), (8.0, 10.0), (11.0, 16.0), (17.0, 19.5)]]),
            department("M3", &[&[(1.0, 3.0), (4.0, 6.0), (9.0, 13.0), (14.0, 16.0), (18.0, 19.0)]]),
        ];
        let found = ActivePeriods::of_trace(&trace, 20.0).unwrap();
        let expected =
            [[0.45, 0.45, 0.1, 4.25, 0.85], [0.45, 0.25, 0.1, 4.125, 0.825], [0.1, 0.2, 0.0, 2.2, 0.55]];
        for (found, expected) in found.departments.iter().zip(expected) {
            let average = found.average.unwrap();
            let all = [found.momentary, found.sole, found.shifting, average, found.active.unwrap()];
            all.iter().zip(expected).for_each(|(&found, expected)| close(found, expected));
        }
        assert_eq!(found.nobody, 0.0);
        let chain: Vec<_> =
            found.chain.iter().map(|link| (&*link.department, link.from, link.until)).collect();
        assert_eq!(chain, [("M2", 0.0, 7.0), ("M1", 5.0, 9.0), ("M3", 9.0, 13.0), ("M1", 13.0, 20.0)]);
    }

    /// Two people: at any time the longer of their periods is the department's. They follow each other at 6, which is no
    /// shift. Nobody is active from 12 to 13.
    #[test]
    fn a_department_has_the_longest_of_its_people() {
        let trace = [
            department("two", &[&[(0.0, 6.0)], &[(4.0, 9.0), (13.0, 14.0)]]),
            department("one", &[&[(5.0, 7.0), (8.0, 12.0), (13.0, 14.0)]]),
        ];
        let found = ActivePeriods::of_trace(&trace, 20.0).unwrap();
        let chain: Vec<_> =
            found.chain.iter().map(|link| (&*link.department, link.from, link.until)).collect();
        // Of the two that begin at 13 and are as long, the first department's.
        assert_eq!(chain, [("two", 0.0, 9.0), ("one", 8.0, 12.0), ("two", 13.0, 14.0)]);
        close(found.departments[0].momentary, 10.0 / 20.0);
        close(found.departments[1].momentary, 3.0 / 20.0);
        close(found.departments[0].sole, 9.0 / 20.0);
        close(found.departments[1].sole, 3.0 / 20.0);
        for department in &found.departments {
            close(department.shifting, 1.0 / 20.0);
        }
        close(found.nobody, 7.0 / 20.0);
        close(found.departments[0].average.unwrap(), 4.0);
        close(found.departments[0].active.unwrap(), 12.0 / 40.0);
    }

    /// The day crew is active through two shifts, for four hours and for five. The periods of six and a half hours are longer than
    /// the first four, and shorter than all nine.
    #[test]
    fn a_shift_that_ends_does_not_end_a_period() {
        let mut day = department("day", &[&[(2.0, 6.0), (13.0, 18.0)]]);
        day.staff[0].off_shift = vec![(0.0, 2.0), (6.0, 13.0), (18.0, 24.0)];
        let other = department("other", &[&[(0.0, 6.5), (12.0, 18.5)]]);
        let found = ActivePeriods::of_trace(&[day.clone(), other.clone()], 24.0).unwrap();
        let [first, second] = &found.departments[..] else { panic!() };
        close(first.momentary, 5.0 / 24.0);
        close(second.momentary, (6.5 + 1.0 + 0.5) / 24.0);
        close(first.average.unwrap(), 9.0);
        close(first.active.unwrap(), 1.0);
        // The chain goes by what is longest when a link ends.
        assert_eq!(found.chain.len(), 2);
        // Had they been idle for a moment, the next morning's work would be a period of its own.
        day.staff[0].off_shift[1] = (6.0, 12.9);
        let found = ActivePeriods::of_trace(&[day, other], 24.0).unwrap();
        close(found.departments[0].average.unwrap(), 4.5);
        close(found.departments[0].momentary, 0.0);
    }

    /// Three that overlap at once: no time is counted twice for any of them.
    #[test]
    fn sole_and_shifting_are_all_of_the_links() {
        let trace = [
            department("a", &[&[(0.0, 10.0)]]),
            department("b", &[&[(8.0, 17.0)]]),
            department("c", &[&[(9.0, 17.5)]]),
        ];
        let found = ActivePeriods::of_trace(&trace, 20.0).unwrap();
        let of: Vec<_> = found.departments.iter().map(|one| (one.sole * 20.0, one.shifting * 20.0)).collect();
        for (found, expected) in of.iter().zip([(8.0, 2.0), (0.0, 9.0), (0.5, 8.0)]) {
            close(found.0, expected.0);
            close(found.1, expected.1);
        }
    }

    #[test]
    fn bad_traces_are_refused_by_name() {
        let bad = [
            department("a", &[&[(3.0, 2.0)]]),
            department("b", &[&[(0.0, 5.0), (4.0, 6.0)]]),
            department("c", &[&[(0.0, f64::NAN)]]),
            department("d", &[&[(1.0, 11.0)]]),
        ];
        let error = ActivePeriods::of_trace(&bad, 10.0).unwrap_err();
        assert_eq!(error.defects().len(), 4, "{error}");
        assert!(error.to_string().contains("trace of `b`, person 1"), "{error}");
        assert!(ActivePeriods::of_trace(&[], 0.0).is_err());
    }
}
