//! People and the work that comes to them as a queue, and the formula that describes it.

use crate::model::{Arrivals, Discipline, Model, Stream};
use crate::random::Dist;
use crate::theory::error::TheoryError;
use crate::theory::figures::{Exactness, Figures, Service, Wait};
use crate::theory::finite::{erlang_a, mmck};
use crate::theory::general::{batch_mg1, gm1, mg1, no_wait};
use crate::theory::interrupted::calendar_breakdown_mg1;
use crate::theory::markov::mmc;
use crate::theory::priority::{PriorityStream, priority_gg_c, priority_mg1, priority_mmc};

use super::flow::{poisson_moments, single};
use super::held::Held;
use super::home::Home;
use super::obstacles::Interruptions;
use super::service::{Work, alike, hours, is_exponential, mixed, mixture, transform};
use super::special::Special;

/// The longest line that is summed up where customers are impatient.
const LONGEST_LINE: f64 = 1e5;

/// A load counts as the whole capacity if it is so but for rounding.
const FULL: f64 = 1.0 - 1e-12;

/// Visits of one class to one department, their sizes from one distribution.
#[derive(Clone, Debug)]
pub(super) struct Load {
    pub department: usize,
    pub class: u32,
    pub rank: u32,
    /// Which request of the model it is; `None` for cases.
    pub request: Option<u32>,
    /// Whether it is a request that is given up after a while.
    pub given_up: bool,
    /// How many are served together at most.
    pub together: u32,
    /// Visits per hour.
    pub rate: f64,
    pub work: Work,
    pub held: Held,
    /// From the beginning of service to its end, as far as it is known: the work, interruptions, and the time in
    /// which it stands still for answers.
    pub occupancy: Service,
}

/// A department with people of its own, or all departments of a pool, and the work that comes there.
pub(super) struct Station<'m> {
    pub home: Home<'m>,
    pub loads: Vec<Load>,
    /// Visits per hour.
    pub rate: f64,
    /// Of all visits, without what interrupts them.
    pub service: Service,
    /// From the beginning of service to its end.
    pub occupancy: Service,
    /// How many people work on each together.
    pub needed: u32,
    pub discipline: Discipline,
    pub queue_capacity: Option<u32>,
    pub patience: Option<&'m Dist>,
    /// Whether customers may find no room, or leave the queue.
    losing: bool,
    /// Whether all occupancies are exponential with one mean.
    pub exponential: bool,
    /// Whether some are more urgent than others.
    pub ranked: bool,
    /// What interrupts its only server by the calendar, if anything does.
    pub interruptions: Interruptions,
    /// People at work on average.
    pub capacity: f64,
    /// Its rule for which there is a formula, if it has one.
    pub special: Option<Special<'m>>,
    /// Why no formula describes it, whatever comes to it, if so.
    pub obstacle: Option<String>,
}

/// A formula's answer.
#[derive(Clone)]
pub(super) struct Answer {
    pub figures: Figures,
    /// The mean wait of each load's visits.
    pub waits: Vec<f64>,
    /// How many times as long as its occupancy each lasts that has begun.
    pub stretch: f64,
    /// Whose formula it is.
    pub source: &'static str,
}

impl<'m> Station<'m> {
    /// A station without regard to obstacles. `losing` tells where customers may be lost.
    pub fn new(model: &'m Model, home: Home<'m>, mut loads: Vec<Load>, losing: &[bool]) -> Station<'m> {
        let finite = home.staff.is_some();
        let interruptions = Interruptions::of(&home);
        loads
            .iter_mut()
            .for_each(|load| load.occupancy = interruptions.occupancy(&load.work.service, &load.held));
        let kinds: Vec<_> = loads.iter().map(|load| (load.rate, load.work)).collect();
        let occupied: Vec<_> = loads.iter().map(|load| (load.rate, load.occupancy)).collect();
        let departments = home.departments.iter().map(|&at| &model.departments[at]);
        // Of several departments nothing but first come, first served is described.
        let only = departments.clone().next().filter(|_| home.departments.len() == 1);
        let sharing = only.is_some_and(|only| only.discipline == Discipline::ProcessorSharing);
        let service = if kinds.is_empty() { Service::constant(0.0) } else { mixed(&kinds) };
        let needed = departments.map(|department| department.staff_needed.max(1)).max().unwrap_or(1);
        let capacity = home.capacity(model, needed, residual(&service));
        Station {
            rate: loads.iter().map(|load| load.rate).sum(),
            service,
            occupancy: mixture(&occupied),
            needed,
            discipline: only.map_or(Discipline::Fifo, |department| department.discipline),
            queue_capacity: only.and_then(|department| department.queue_capacity),
            patience: only.and_then(|department| department.patience.as_ref()),
            losing: finite && home.departments.iter().any(|&at| losing[at]),
            exponential: alike(loads.iter().map(|load| &load.work))
                && loads.iter().all(|load| load.held.is_nothing())
                && interruptions.is_none(),
            ranked: finite && !sharing && loads.windows(2).any(|pair| pair[0].rank != pair[1].rank),
            interruptions,
            capacity,
            special: None,
            obstacle: None,
            home,
            loads,
        }
    }

    /// The crews that may work at the same time; `None` where nobody ever waits for one.
    pub fn servers(&self) -> Option<u32> {
        let staff = self.home.staff.filter(|_| self.occupancy.mean > 0.0 || self.obstacle.is_some())?;
        Some((staff / self.needed).max(1))
    }

    /// How many people the work keeps busy if batches are full, time held for answers included as far as it is certain; with
    /// or without requests that may be given up.
    pub fn load(&self, all: bool) -> f64 {
        let loads = self.loads.iter().filter(|load| all || !load.given_up);
        // Added up like this, the load of a plain department is its rate times its mean service time.
        let held: f64 = loads.clone().map(|load| load.rate * load.held.least_held).sum();
        let work = if all && self.loads.iter().all(|load| load.together == 1) {
            self.rate * self.service.mean
        } else {
            loads.map(Load::work).sum()
        };
        (work + held) * f64::from(self.needed)
    }

    /// Offered load over capacity; `None` where staff is infinite, or nobody is ever there.
    pub fn intensity(&self) -> Option<f64> {
        self.home.staff.filter(|_| self.capacity > 0.0).map(|_| self.load(true) / self.capacity)
    }

    /// Whether there is as much work as can be done, with or without requests that may be given up.
    pub fn is_full(&self, all: bool) -> bool {
        self.home.staff.is_some() && self.load(all) > 0.0 && self.load(all) >= FULL * self.capacity
    }

    /// Whether customers can be lost here.
    pub fn loses(&self) -> bool {
        self.losing && self.servers().is_some()
    }

    /// Whether the order of service looks at service times.
    pub fn shortest_job(&self) -> bool {
        self.servers().is_some() && self.discipline == Discipline::ShortestJob && self.service.scv > 0.0
    }

    /// Whether what leaves is again Poisson where arrivals are, whatever the classes.
    pub fn passes_poisson(&self, one_promise: bool) -> bool {
        // Whoever shares leaves a flow as it came, whatever the service time (Kelly 1979, section 3.3).
        if matches!(self.special, Some(Special::Sharing)) {
            return true;
        }
        let order = match self.discipline {
            Discipline::Fifo | Discipline::Lifo | Discipline::Random => true,
            Discipline::EarliestDueDate => one_promise,
            Discipline::ShortestJob | Discipline::ProcessorSharing => false,
        };
        self.servers().is_none()
            || (self.exponential && order && self.special.is_none() && !self.ranked && !self.loses())
    }

    /// The figures where customers can be lost, as far as a formula knows them. Arrivals count as
    /// Poisson.
    pub fn losing(&self) -> Result<Answer, String> {
        if let Some(why) = &self.obstacle {
            return Err(why.clone());
        }
        let servers = self.servers().unwrap_or(1);
        if let Some(special) = &self.special {
            return special.poisson(self, servers).map_err(reason);
        }
        let service_rate = 1.0 / self.service.mean;
        let no = |what: &str| Err(format!("There is no formula for {what}."));
        if !self.interruptions.is_none() || self.loads.iter().any(|load| !load.held.is_nothing()) {
            return no("customers who are lost where service is interrupted");
        }
        if self.queue_capacity == Some(0) && self.patience.is_none() {
            let mut figures = mmck(self.rate, service_rate, servers, servers.into()).map_err(reason)?;
            figures.sojourn_variance = Some(self.service.variance()).filter(|variance| variance.is_finite());
            return Ok(self.in_one_line(figures, "Erlang (1917)"));
        }
        if self.ranked {
            return no("priorities where customers can be lost");
        }
        if !self.exponential {
            return no("customers who are lost unless service is exponential, the same for all");
        }
        if self.discipline == Discipline::ShortestJob {
            return no("the shortest job first where customers can be lost");
        }
        let (figures, source) = match (self.queue_capacity, self.patience) {
            (Some(_), Some(_)) => return no("a limited queue of impatient customers"),
            (Some(room), None) => {
                let capacity = u64::from(servers) + u64::from(room);
                (mmck(self.rate, service_rate, servers, capacity).map_err(reason)?, "Gross and others (2008)")
            }
            (None, Some(patience)) if is_exponential(patience) => {
                let patience_rate = 1.0 / hours(patience.mean());
                let surplus = self.rate - f64::from(servers) * service_rate;
                if surplus > LONGEST_LINE * patience_rate {
                    return Err("The queue is too long to be summed up.".to_owned());
                }
                let queue = erlang_a(self.rate, service_rate, servers, patience_rate).map_err(reason)?;
                (queue.figures, "Palm (1957)")
            }
            _ => return no("patience that is not exponential"),
        };
        Ok(self.in_one_line(self.mean_only(figures), source))
    }

    /// The figures by a formula that is exact for Poisson arrivals, if there is one.
    pub fn poisson(&self) -> Option<Result<Answer, TheoryError>> {
        let Some(servers) = self.servers() else { return Some(self.no_queue()) };
        if let Some(special) = &self.special {
            return Some(special.poisson(self, servers));
        }
        let service_rate = 1.0 / self.occupancy.mean;
        let streams = || self.loads.iter().map(Load::priority_stream);
        let answer = if let Some((failure_rate, repair)) = self.interruptions.by_calendar() {
            calendar_breakdown_mg1(self.rate, &self.service, failure_rate, repair)
                .map(|figures| self.in_one_line(self.mean_only(figures), "Avi-Itzhak and Naor (1963)"))
        } else if self.ranked && servers == 1 {
            let streams: Vec<_> = streams().zip(self.loads.iter().map(|load| load.occupancy)).collect();
            self.by_rank(priority_mg1(&streams), servers, "Cobham (1954)")
        } else if self.ranked && self.exponential {
            let streams: Vec<_> = streams().collect();
            self.by_rank(priority_mmc(&streams, service_rate, servers), servers, "Cobham (1954)")
        } else if self.ranked {
            return None;
        } else if self.exponential {
            mmc(self.rate, service_rate, servers)
                .map(|queue| self.in_one_line(self.mean_only(queue.figures), "Erlang (1917), Jackson (1963)"))
        } else if servers == 1 {
            mg1(self.rate, &self.occupancy)
                .map(|figures| self.in_one_line(self.mean_only(figures), "Pollaczek (1930)"))
        } else {
            return None;
        };
        Some(answer)
    }

    /// The figures by a formula that is exact for the one stream that comes here, all from outside.
    pub fn one_stream(&self, stream: &Stream) -> Option<Answer> {
        if self.servers() != Some(1) || self.ranked || self.interruptions.by_calendar().is_some() {
            return None;
        }
        match (&stream.arrivals, &stream.batch) {
            (_, Some(batch)) if poisson_moments(stream) => {
                let size = batch.mean();
                let figures = batch_mg1(self.rate / size, size, batch.cv().powi(2), &self.occupancy).ok()?;
                Some(self.in_one_line(figures, "Burke (1975)"))
            }
            (Arrivals::Renewal { interarrival }, _) if single(stream) && self.exponential => {
                let transform = |s: f64| transform(interarrival, hours(s)).unwrap_or(f64::NAN);
                let queue = gm1(self.rate, 1.0 / self.service.mean, transform).ok()?;
                Some(self.in_one_line(self.mean_only(queue.figures), "Kleinrock (1975)"))
            }
            _ => None,
        }
    }

    /// The figures by ranks for any arrivals of this variability; `None` where there are no ranks.
    pub fn approximate_ranks(&self, arrival_scv: f64) -> Option<Result<Answer, TheoryError>> {
        let servers = self.servers().filter(|_| self.ranked)?;
        let streams: Vec<_> =
            self.loads.iter().map(|load| (load.priority_stream(), load.occupancy)).collect();
        let figures = priority_gg_c(&streams, arrival_scv, servers);
        Some(self.by_rank(figures, servers, "Whitt (1983), Bondi and Buzen (1984)"))
    }

    /// The figures where nobody waits.
    fn no_queue(&self) -> Result<Answer, TheoryError> {
        // The variance may be infinite, and then is left out.
        let finite = self.occupancy.scv.is_finite();
        let service = if finite { self.occupancy } else { Service::new(self.occupancy.mean, 0.0) };
        let mut figures = no_wait(Exactness::Exact, self.rate, &service)?;
        figures.sojourn_variance = figures.sojourn_variance.filter(|_| finite);
        Ok(self.in_one_line(figures, "Little (1961)"))
    }

    /// The figures of each load put together.
    pub fn by_rank(
        &self,
        figures: Result<Vec<Figures>, TheoryError>,
        servers: u32,
        source: &'static str,
    ) -> Result<Answer, TheoryError> {
        let each = figures?;
        let waits: Vec<f64> = each.iter().map(|figures| figures.wait_mean).collect();
        let queue: f64 = each.iter().map(|figures| figures.queue_mean).sum();
        let (exactness, none) = (each[0].exactness.clone(), each[0].no_wait_probability);
        let wait = Wait { mean: queue / self.rate, variance: None, none };
        let figures = Figures::lossless(exactness, self.rate, &self.occupancy, Some(servers), wait)?;
        Ok(Answer { figures, waits, stretch: 1.0, source })
    }

    /// An answer that holds for all loads alike.
    pub fn in_one_line(&self, figures: Figures, source: &'static str) -> Answer {
        Answer { waits: vec![figures.wait_mean; self.loads.len()], figures, stretch: 1.0, source }
    }

    /// The order of service changes the variance of waits but not their mean.
    pub fn mean_only(&self, figures: Figures) -> Figures {
        match self.discipline {
            Discipline::Fifo => figures,
            _ => Figures { wait_variance: None, sojourn_variance: None, ..figures },
        }
    }
}

impl Load {
    /// The hours of work per hour, at least.
    pub fn work(&self) -> f64 {
        self.rate * self.work.service.mean / f64::from(self.together)
    }

    pub fn priority_stream(&self) -> PriorityStream {
        PriorityStream { rank: self.rank, arrival_rate: self.rate }
    }
}

/// The rest of a service met at a random time: its half, weighted by its length.
fn residual(service: &Service) -> f64 {
    (1.0 + service.scv) * service.mean / 2.0
}

/// A formula's refusal as a sentence.
pub(super) fn reason(error: TheoryError) -> String {
    let text = error.to_string();
    let mut letters = text.chars();
    let first = letters.next().map(|letter| letter.to_uppercase().to_string()).unwrap_or_default();
    format!("{first}{}.", letters.as_str())
}
