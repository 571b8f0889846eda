//! From results to the figures that a case asks for by name.

use std::collections::BTreeMap;

use knockon::model::{Arrivals, Discipline, Preemption, Stream};
use knockon::results::{
    ClassResults, LedgerEntry, PartTotals, PartyKind, Replication, Results, StaffState, TimeStatistics,
    VisitTotals, What, Whose,
};
use knockon::stats::Estimate;

use crate::cases::Horizon;
use crate::changes::Changes;
use crate::plan::Plan;

/// An estimate, and with which power of time its unit goes: 1 for a time, -1 for a rate.
type Figure = (Estimate, i32);

/// What an experiment must be asked for. Times in model units.
#[derive(Debug, Default)]
pub struct Asked {
    pub percentiles: Vec<f64>,
    pub longer_than: Vec<f64>,
    pub sample_at: Vec<f64>,
    /// From when to when an average over time is wanted.
    pub windows: Vec<(f64, f64)>,
    pub arrival_windows: Vec<ArrivalWindow>,
    pub presence: bool,
    pub ledger: bool,
}

/// A part of the day at a node, in model units. Told by those who arrive in it.
#[derive(Clone, Debug, PartialEq)]
pub struct ArrivalWindow {
    pub node: String,
    pub from: f64,
    pub to: f64,
}

impl ArrivalWindow {
    /// From the name of the node and `a_b`.
    fn read(node: &str, argument: &str) -> Option<ArrivalWindow> {
        let (from, to) = interval(argument, "_")?;
        Some(ArrivalWindow { node: node.to_owned(), from, to })
    }
}

impl Asked {
    /// What is needed for these metrics.
    pub fn of<'m>(metrics: impl Iterator<Item = &'m str>) -> Asked {
        let mut asked = Asked::default();
        for metric in metrics {
            let parts: Vec<&str> = metric.split('/').collect();
            if let ["node", node, "wait_mean_arrival_window", argument] = parts[..] {
                asked.arrival_windows.extend(ArrivalWindow::read(node, argument));
            }
            asked.ledger |= parts[0] == "attribution";
            let [.., name, argument] = parts[..] else { continue };
            let number = argument.parse::<f64>().ok().filter(|number| *number >= 0.0);
            match (name, number) {
                ("sojourn_quantile", Some(share)) => asked.percentiles.push(share),
                ("wait_gt", Some(time)) => asked.longer_than.push(time),
                ("number_at" | "number_timeavg_0_to", Some(time)) => asked.sample_at.push(time),
                ("number_timeavg", _) => asked.windows.extend(interval(argument, "_to_")),
                (_, _) if matches!(argument, "number_var" | "number_p0") => asked.presence = true,
                _ => {}
            }
        }
        asked.percentiles.retain(|share| *share > 0.0 && *share < 1.0);
        asked.sample_at.sort_by(f64::total_cmp);
        asked.sample_at.dedup();
        asked
    }
}

/// Two times with a word between them.
fn interval(argument: &str, between: &str) -> Option<(f64, f64)> {
    let (from, to) = argument.split_once(between)?;
    let (from, to) = (from.parse().ok()?, to.parse().ok()?);
    (0.0 <= from && from < to && to < f64::INFINITY).then_some((from, to))
}

/// A department, by its place in the results, and perhaps one class there.
#[derive(Clone, Copy)]
struct Place {
    department: usize,
    class: Option<usize>,
}

impl Place {
    fn totals(self, replication: &Replication) -> VisitTotals {
        let classes = &replication.departments[self.department].classes;
        let mut sum = VisitTotals::default();
        match self.class {
            Some(class) => sum.add(&classes[class]),
            None => classes.iter().for_each(|class| sum.add(class)),
        }
        sum
    }

    fn parts(self, replication: &Replication) -> PartTotals {
        let mut sum = PartTotals::default();
        if let Some(detail) = &replication.departments[self.department].detail {
            match self.class {
                Some(class) => sum.add(&detail.parts[class]),
                None => detail.parts.iter().for_each(|class| sum.add(class)),
            }
        }
        sum
    }
}

/// Which time of servers a share is of.
fn state(share: &str) -> Option<StaffState> {
    match share {
        "util" => Some(StaffState::Serving),
        "blocked_frac" => Some(StaffState::Blocked),
        "starved_frac" => Some(StaffState::Idle),
        "down_frac" => Some(StaffState::Absent),
        _ => None,
    }
}

/// The results of a plan: the main run, and one for each window asked for.
#[derive(Debug)]
pub struct Runs<'p> {
    pub plan: &'p Plan,
    pub main: Results,
    pub windows: Vec<((f64, f64), Results)>,
    /// Figures of a day, by metric, in model units.
    pub day: BTreeMap<String, Estimate>,
    /// Mean waiting times by part of the day, in hours.
    pub by_arrival: Vec<(ArrivalWindow, Option<Estimate>)>,
    /// What is known of changed models.
    pub changes: Changes,
}

impl Runs<'_> {
    /// The figure called `metric`, in model units; `None` if it is not known here.
    pub fn figure(&self, metric: &str) -> Option<Estimate> {
        let parts: Vec<&str> = metric.split('/').collect();
        let (estimate, power) = match (self.plan.horizon, &parts[..]) {
            (Horizon::Until(_), ["node", node, figure, time]) => self.transient(node, figure, time)?,
            (Horizon::Until(_), _) => return self.day.get(metric).copied(),
            (Horizon::AllDone, ["system", "makespan"]) => (self.mean_of(|replication| replication.end)?, 1),
            (Horizon::AllDone, ["system", "completed"]) => (self.main.system.completed, 0),
            (Horizon::AllDone, ["node", node, "util_to_makespan"]) => {
                (self.staff_share(node, StaffState::Serving)?, 0)
            }
            (Horizon::AllDone, ["node", node, "wait_max"]) => {
                let place = Place { department: self.department(node)?, class: None };
                (self.mean_of(|replication| place.totals(replication).waiting.longest.unwrap_or(0.0))?, 1)
            }
            // Averages over time depend on when the observer leaves.
            (Horizon::AllDone, [.., figure]) if is_over_time(figure) => return None,
            (_, ["sensitivity" | "whatif", ..]) => self.changes.figure(&parts)?,
            (Horizon::Steady, ["system", "max_throughput"]) => (self.max_throughput()?, -1),
            (_, ["system", figure]) => self.cases(figure, &self.main.system)?,
            (_, ["class", class, figure]) => self.cases(figure, self.main.class(class).ok()?)?,
            (_, ["attribution", "node", node, part]) => self.attribution(node, part)?,
            (_, ["node", node, share @ ("util" | "blocked_frac" | "starved_frac" | "down_frac")]) => {
                (self.staff_share(node, state(share)?)?, 0)
            }
            (_, ["join", join, "sync_delay_mean"]) => (self.sync_delay(join)?, 1),
            (_, ["pool", pool, "util"]) => (self.main.pool(pool).ok()?.utilization?, 0),
            (_, ["node", node, "wait_mean_arrival_window", window]) => {
                let wanted = ArrivalWindow::read(node, window)?;
                let (_, mean) = self.by_arrival.iter().find(|(window, _)| *window == wanted)?;
                ((*mean)?, 1)
            }
            (_, ["node", node, "number_var"]) => (self.presence(node)?.0, 0),
            (_, ["node", node, "number_p0"]) => (self.presence(node)?.1, 0),
            (_, ["node", node, "class", class, figure @ ..]) => {
                let class = self.main.classes.iter().position(|own| own.name == *class)?;
                self.visits(Place { department: self.department(node)?, class: Some(class) }, figure)?
            }
            (_, ["node", node, figure @ ..]) => {
                self.visits(Place { department: self.department(node)?, class: None }, figure)?
            }
            _ => return None,
        };
        Some(estimate.times(self.plan.unit.powi(-power)))
    }

    fn department(&self, name: &str) -> Option<usize> {
        self.main.departments.iter().position(|department| department.name == name)
    }

    fn mean_of(&self, value: impl Fn(&Replication) -> f64) -> Option<Estimate> {
        let values: Vec<f64> = self.main.replications.iter().map(value).collect();
        Estimate::of_means(&values, self.main.manifest.level)
    }

    fn ratio_of(
        &self,
        total: impl Fn(&Replication) -> f64,
        count: impl Fn(&Replication) -> f64,
    ) -> Option<Estimate> {
        let of = |value: &dyn Fn(&Replication) -> f64| -> Vec<f64> {
            self.main.replications.iter().map(value).collect()
        };
        Estimate::of_ratio(&of(&total), &of(&count), self.main.manifest.level)
    }

    /// The number present at a time, or averaged until then or over a window.
    fn transient(&self, node: &str, figure: &str, time: &str) -> Option<Figure> {
        let index = self.department(node)?;
        if figure == "number_timeavg" {
            let wanted = interval(time, "_to_")?;
            let (_, results) = self.windows.iter().find(|(window, _)| *window == wanted)?;
            return Some((results.departments[index].visits.present?, 0));
        }
        let time = time.parse::<f64>().ok()? * self.plan.unit;
        let near = |sample: &&knockon::results::Sample| (sample.time - time).abs() <= 1e-9 * time.max(1.0);
        let sample = self.main.samples.iter().find(near)?;
        match figure {
            "number_at" => Some((*sample.present.get(index)?, 0)),
            "number_timeavg_0_to" => Some((*sample.average.get(index)?, 0)),
            _ => None,
        }
    }

    /// Jobs done in each hour for which the busiest servers are at work: no more than that can be done in an hour. Where jobs
    /// have the same visits whatever the load, and nothing but work keeps servers busy.
    fn max_throughput(&self) -> Option<Estimate> {
        let model = &self.plan.model;
        let depends = model.departments.iter().any(|own| {
            own.queue_capacity.is_some()
                || own.balking.is_some()
                || own.shifts.is_some()
                || !own.absences.is_empty()
        });
        if depends || self.some_give_up() || self.some_saturated() {
            return None;
        }
        let busy = |at: &usize| self.main.departments[*at].utilization.map_or(0.0, |share| share.mean);
        let busiest = (0..self.main.departments.len()).max_by(|a, b| busy(a).total_cmp(&busy(b)))?;
        let staff = f64::from(self.main.departments[busiest].staff?);
        let place = Place { department: busiest, class: None };
        let done =
            |replication: &Replication| replication.classes.iter().map(|class| class.departures as f64).sum();
        self.ratio_of(done, |replication| place.totals(replication).service_hours / staff)
    }

    /// Whether somebody may lose patience somewhere.
    fn some_give_up(&self) -> bool {
        self.plan.model.departments.iter().any(|department| department.patience.is_some())
    }

    /// Whether cases wait outside for as long as anybody likes, which the library does not count.
    fn some_saturated(&self) -> bool {
        self.plan.model.streams.iter().any(saturated)
    }

    /// Whether this is where they wait.
    fn never_lacks_work(&self, department: usize) -> bool {
        let model = &self.plan.model;
        let here = |stream: &Stream| stream.enter == model.departments[department].name;
        model.streams.iter().any(|stream| saturated(stream) && here(stream))
    }

    /// How long a part waits for the others, on average.
    fn sync_delay(&self, join: &str) -> Option<Estimate> {
        let fork = self.plan.model.forks.iter().position(|fork| fork.join == join)?;
        Some(self.main.forks.get(fork)?.synchronization.as_ref()?.mean.0)
    }

    /// A share of the time of a node's own servers. Who comes and goes, or prepares for work, has time of which the
    /// schema does not say where it counts.
    fn staff_share(&self, node: &str, state: StaffState) -> Option<Estimate> {
        let index = self.department(node)?;
        let own = &self.plan.model.departments[index];
        let unsettled = own.setup.is_some() || own.vacation.is_some() && state != StaffState::Serving;
        if own.shifts.is_some() || unsettled {
            return None;
        }
        let department = &self.main.departments[index];
        match (state, &department.staff_time) {
            (StaffState::Serving, _) => department.utilization,
            (_, Some(time)) => time.share(state).or_else(|| self.mean_of(|_| 0.0)),
            (_, None) => None,
        }
    }

    fn cases(&self, figure: &str, class: &ClassResults) -> Option<Figure> {
        // Lead times are known of completed cases only.
        let lead_time =
            || class.lead_time.as_ref().filter(|_| !self.some_give_up() && !self.some_saturated());
        match figure {
            "lead_mean" => Some((lead_time()?.mean.0, 1)),
            "lead_var" => Some((variance(lead_time()?)?, 2)),
            "number_mean" if !self.some_saturated() => Some((class.in_system?, 0)),
            "throughput" => Some((class.throughput?, -1)),
            _ => None,
        }
    }

    /// Time per completed case, by the ledger. What a case spends on a desk that nobody is at, back in line, or while
    /// a server is shared, is neither of the parts; and the parts of a job that has forked do not sum to its lead time.
    fn attribution(&self, node: &str, part: &str) -> Option<Figure> {
        let place = Place { department: self.department(node)?, class: None };
        let department = &self.plan.model.departments[place.department];
        let stands_still = department.shifts.is_some()
            || !department.absences.is_empty()
            || department.preemption != Preemption::None
            || department.discipline == Discipline::ProcessorSharing
            || !self.plan.model.forks.is_empty();
        if self.some_give_up() || self.some_saturated() || stands_still {
            return None;
        }
        let own = |entry: &LedgerEntry| (entry.what, entry.whose) == (What::Service, Whose::Own);
        let figure = match part {
            "service" => self.felt_at(node, own)?,
            // The ledger does not tell a wait for staff from one for room: both are the work of others.
            "wait" if !self.may_block(node) => self.felt_at(node, |entry| !own(entry))?,
            "wait" => self.per_job(|replication| place.totals(replication).waiting_hours)?,
            "blocked" => self.per_job(|replication| place.parts(replication).blocked_hours)?,
            _ => return None,
        };
        Some((figure, 1))
    }

    /// The hours of some entries of the ledger that completed cases spent at a node, per case.
    fn felt_at(&self, node: &str, which: impl Fn(&LedgerEntry) -> bool) -> Option<Estimate> {
        let completed = &self.main.ledger.as_ref()?.system.completed;
        let mut hours = vec![0.0; completed.cases.len()];
        for entry in completed.entries.iter().filter(|entry| {
            entry.felt.kind == PartyKind::Department && entry.felt.name == node && which(entry)
        }) {
            hours.iter_mut().zip(&entry.amount.hours).for_each(|(sum, hours)| *sum += hours);
        }
        let cases: Vec<f64> = completed.cases.iter().map(|&cases| cases as f64).collect();
        Estimate::of_ratio(&hours, &cases, self.main.manifest.level)
    }

    /// Hours in the window, per case completed in it.
    fn per_job(&self, hours: impl Fn(&Replication) -> f64) -> Option<Estimate> {
        let completed =
            |replication: &Replication| replication.classes.iter().map(|class| class.departures as f64).sum();
        self.ratio_of(hours, completed)
    }

    /// Whether finished work of a node may find no room.
    fn may_block(&self, node: &str) -> bool {
        let model = &self.plan.model;
        let limited =
            |name: &str| model.departments.iter().any(|own| own.name == name && own.queue_capacity.is_some());
        model.handoffs.iter().any(|handoff| handoff.from == node && limited(&handoff.to))
    }

    /// A share of the visits that `among` counts.
    fn share(
        &self,
        place: Place,
        of: impl Fn(&VisitTotals) -> u64,
        among: impl Fn(&VisitTotals) -> u64,
    ) -> Option<Figure> {
        let count = |replication: &Replication| among(&place.totals(replication)) as f64;
        Some((self.ratio_of(|replication| of(&place.totals(replication)) as f64, count)?, 0))
    }

    /// Variance of the number present, and share of time with nobody.
    fn presence(&self, node: &str) -> Option<(Estimate, Estimate)> {
        let presence = self.main.presence.iter().find(|presence| presence.department == node)?;
        Some((presence.variance, *presence.shares.first()?))
    }

    fn visits(&self, place: Place, figure: &[&str]) -> Option<Figure> {
        let department = &self.main.departments[place.department];
        let visits = match place.class.map(|class| &self.main.classes[class].name) {
            None => &department.visits,
            Some(class) => &department.classes.iter().find(|own| own.class == *class)?.visits,
        };
        // The stay of those who gave up is not in the sojourn times.
        let gives_up = self.plan.model.departments[place.department].patience.is_some();
        let sojourn = || visits.sojourn.as_ref().filter(|_| !gives_up);
        let waiting = visits.waiting.as_ref();
        if self.never_lacks_work(place.department) && !matches!(*figure, ["throughput" | "block_time_mean"]) {
            return None;
        }
        let settled = |totals: &VisitTotals| totals.came() - totals.unfinished;
        match *figure {
            ["balk_prob"] => self.share(place, |totals| totals.balked, settled),
            ["loss_prob"] => self.share(place, |totals| totals.rejected, settled),
            ["abandon_prob"] => self.share(place, |totals| totals.reneged.count, settled),
            ["wait_p0"] => self.share(place, |totals| totals.waiting.zero, |totals| totals.waiting.count),
            ["wait_mean" | "wait_mean_served"] => Some((waiting?.mean.0, 1)),
            ["wait_mean_all"] => Some((visits.waiting_including_reneged?.0, 1)),
            ["wait_var"] => Some((variance(waiting?)?, 2)),
            ["wait_gt", time] => {
                let time = time.parse::<f64>().ok()? * self.plan.unit;
                let mut longer = waiting?.longer_than.iter();
                Some((longer.find(|longer| (longer.time - time).abs() <= 1e-9 * time.max(1.0))?.share, 0))
            }
            ["sojourn_mean"] => Some((sojourn()?.mean.0, 1)),
            ["sojourn_var"] => Some((variance(sojourn()?)?, 2)),
            ["sojourn_quantile", share] => Some((sojourn()?.percentile(share.parse().ok()?)?.0, 1)),
            ["block_time_mean"] => {
                let blocked = |replication: &Replication| place.parts(replication).blocked;
                let served = |replication: &Replication| place.totals(replication).sojourn.count as f64;
                Some((self.ratio_of(blocked, served)?, 1))
            }
            ["queue_len_mean"] => Some((visits.queue_length?, 0)),
            ["number_mean"] => Some((visits.present?, 0)),
            ["throughput"] => Some((visits.throughput?, -1)),
            _ => None,
        }
    }
}

fn saturated(stream: &Stream) -> bool {
    matches!(stream.arrivals, Arrivals::Saturated)
}

fn is_over_time(figure: &str) -> bool {
    let known = ["queue_len_mean", "number_mean", "number_var", "number_p0", "throughput", "util"];
    known.contains(&figure) || figure.ends_with("_frac")
}

/// The square of the standard deviation, ends of the interval and all.
fn variance(times: &TimeStatistics) -> Option<Estimate> {
    let deviation = times.standard_deviation?.0;
    let interval = deviation.interval.map(|interval| knockon::stats::Interval {
        std_error: 2.0 * deviation.mean * interval.std_error,
        low: interval.low.powi(2),
        high: interval.high.powi(2),
        level: interval.level,
    });
    Some(Estimate { mean: deviation.mean.powi(2), interval, ..deviation })
}
