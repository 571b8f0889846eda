//! From the differences of single replications to estimates.

use super::digest::{Cell, Digest, Fates, Series, in_hours};
use super::{DelayStretch, Delays, Disturbance, Fate, Following, PathStep, Peak, Transition, times};
use crate::interventions::Intervention;
use crate::results::TimeEstimate;
use crate::stats::Estimate;
use crate::time::Span;

/// A figure that every replication has.
pub(in crate::analysis) fn mean_of(values: &[f64], level: f64) -> Estimate {
    let none = Estimate { mean: 0.0, interval: None, replications: 0 };
    Estimate::of_means(values, level).unwrap_or(none)
}

/// What some disturbances did in all replications.
pub(super) fn settle(
    disturbances: &[Intervention],
    following: &Following,
    digests: &[Digest],
    level: f64,
) -> Disturbance {
    let (begins, ends) = times(disturbances);
    let window = window(digests);
    let settling = Settling { following, level, window };
    let each = |of: &dyn Fn(&Digest) -> f64| -> Vec<f64> { digests.iter().map(of).collect() };
    let named = |of: fn(&Digest) -> &Vec<(String, Series)>, visits: bool| -> Vec<Delays> {
        let names = digests.first().map_or(&[][..], |digest| of(digest));
        let series = |at: usize| digests.iter().map(|digest| &of(digest)[at].1).collect::<Vec<_>>();
        names.iter().enumerate().map(|(at, (name, _))| settling.delays(name, &series(at), visits)).collect()
    };
    let system: Vec<&Series> = digests.iter().map(|digest| &digest.system).collect();
    let departments = named(|digest| &digest.departments, true);
    let lost = each(&|digest| in_hours(digest.system.extra()));
    let department_hours = each(&|digest| digest.department_hours);
    let fates: Vec<Fates> = digests.iter().map(|digest| digest.fates).collect();
    let some_lost = department_hours.iter().any(|&hours| hours > 0.0);
    // Of several with the same time, the first.
    let last = digests.iter().filter_map(|digest| digest.last.as_ref()).rev().max_by_key(|last| last.ended);
    Disturbance {
        disturbances: disturbances.to_vec(),
        begins,
        ends,
        following: *following,
        replications: digests.len() as u32,
        level,
        system: settling.delays("all", &system, false),
        classes: named(|digest| &digest.classes, false),
        path: settling.path(&departments),
        departments,
        last: last.cloned(),
        unsettled: mean_of(&each(&|digest| digest.unsettled as f64), level),
        department_hours: mean_of(&department_hours, level),
        amplification: Estimate::of_ratio(&lost, &department_hours, level).filter(|_| some_lost),
        transitions: transitions(&fates, level),
    }
}

/// The stretches in which anything differs, from the first to one after the last.
fn window(digests: &[Digest]) -> (usize, usize) {
    let all = digests.iter().flat_map(|digest| {
        let others = digest.classes.iter().chain(&digest.departments).map(|(_, series)| series);
        others.chain([&digest.system])
    });
    let ends = all.filter_map(|series| Some((series.cells.first()?.0, series.cells.last()?.0 + 1)));
    ends.reduce(|one, other| (one.0.min(other.0), one.1.max(other.1))).unwrap_or((0, 0))
}

struct Settling<'f> {
    following: &'f Following,
    level: f64,
    window: (usize, usize),
}

impl Settling<'_> {
    fn start(&self, stretch: usize) -> Span {
        Span::from_ticks(self.length() * stretch as i64)
    }

    fn length(&self) -> i64 {
        self.following.stretch.map_or(1, Span::ticks)
    }

    fn delays(&self, name: &str, series: &[&Series], visits: bool) -> Delays {
        let hours: Vec<f64> = series.iter().map(|series| in_hours(series.extra())).collect();
        let touched: Vec<f64> = series.iter().map(|series| series.touched as f64).collect();
        let stretches = self.stretches(series, visits);
        let peak = peak(&stretches);
        Delays {
            name: name.to_owned(),
            hours: mean_of(&hours, self.level),
            touched: mean_of(&touched, self.level),
            died_out: peak.and_then(|peak| self.died_out(&stretches, peak.hours.mean, series)),
            peak,
            stretches,
            last: series.iter().filter_map(|series| series.last).max(),
        }
    }

    fn stretches(&self, series: &[&Series], visits: bool) -> Vec<DelayStretch> {
        let (first, end) = self.window;
        let mut cells = vec![vec![Cell::default(); series.len()]; end - first];
        for (replication, series) in series.iter().enumerate() {
            series.cells.iter().for_each(|&(at, cell)| cells[at - first][replication] = cell);
        }
        let of = |(at, cells): (usize, &Vec<Cell>)| {
            let counts: Vec<f64> =
                series.iter().map(|of| of.counts.get(at).copied().unwrap_or_default().into()).collect();
            let all =
                |of: fn(&Cell) -> i64| -> Vec<f64> { cells.iter().map(|cell| in_hours(of(cell))).collect() };
            let (extra, present) = (all(|cell| cell.extra), all(|cell| cell.present));
            let mean = |totals: &[f64]| Estimate::of_ratio(totals, &counts, self.level).map(TimeEstimate);
            DelayStretch {
                from: self.start(at),
                count: counts.iter().sum::<f64>() / counts.len() as f64,
                hours: mean_of(&extra, self.level),
                mean: mean(&extra),
                waiting: if visits { mean(&all(|cell| cell.waiting)) } else { None },
                present: mean_of(&present, self.level).times(1.0 / in_hours(self.length())),
            }
        };
        (first..).zip(&cells).map(of).collect()
    }

    /// When it has died out: the end of the last stretch in which it is more than a small share of the peak.
    fn died_out(&self, stretches: &[DelayStretch], peak: f64, series: &[&Series]) -> Option<Span> {
        let much = |stretch: &DelayStretch| stretch.hours.mean.abs() > self.following.died_out * peak;
        let after = self.window.0 + stretches.iter().rposition(much)? + 1;
        // Where nobody comes any more, nobody is there to tell.
        series.iter().any(|series| series.counts.len() > after).then(|| self.start(after))
    }

    fn path(&self, departments: &[Delays]) -> Vec<PathStep> {
        let surely = |delays: &Delays| delays.hours.low().unwrap_or(delays.hours.mean) > 0.0;
        let mut path: Vec<PathStep> = departments
            .iter()
            .filter(|delays| surely(delays))
            .filter_map(|delays| {
                let peak = delays.peak?;
                let enough =
                    |stretch: &&DelayStretch| stretch.hours.mean >= self.following.reached * peak.hours.mean;
                let reached = delays.stretches.iter().find(enough)?.from;
                Some(PathStep { department: delays.name.clone(), reached, peak, hours: delays.hours })
            })
            .collect();
        path.sort_by_key(|step| step.reached);
        path
    }
}

fn peak(stretches: &[DelayStretch]) -> Option<Peak> {
    // Of several, the first.
    let highest = stretches.iter().rev().max_by(|a, b| a.hours.mean.total_cmp(&b.hours.mean))?;
    let &DelayStretch { from, hours, mean, .. } = highest;
    (hours.mean > 0.0).then_some(Peak { from, hours, mean })
}

const FATES: [Fate; 4] = [Fate::Completed, Fate::Lost, Fate::Unfinished, Fate::Absent];

/// What became of customers in all replications, from their numbers by fate without and with a change.
pub(in crate::analysis) fn transitions(fates: &[Fates], level: f64) -> Vec<Transition> {
    let pairs = FATES.into_iter().flat_map(|without| FATES.map(|with| (without, with)));
    let of = |(without, with): (Fate, Fate)| {
        let count = |fates: &Fates| fates[without as usize][with as usize];
        let customers = fates.iter().map(count).sum();
        let counts: Vec<f64> = fates.iter().map(|fates| count(fates) as f64).collect();
        Transition { without, with, customers, per_replication: mean_of(&counts, level) }
    };
    pairs.map(of).filter(|transition| transition.customers > 0).collect()
}
