//! The one rule of a department for which there is a formula of its own.

use crate::model::{Balking, Beyond, Counts, Discipline, Preemption, Resolved, Vacation, Vacations};
use crate::random::{Dist, Quantity};
use crate::theory::error::TheoryError;
use crate::theory::figures::{Figures, Service};
use crate::theory::preemptive::{preemptive_mg1, preemptive_mmc};
use crate::theory::sharing::{mm1_sharing, processor_sharing};
use crate::theory::state_dependent::balking_mmc;
use crate::theory::vacation::{setup_mg1, single_vacation_mg1, vacation_mg1};

use super::service::{hours, transform};
use super::station::{Answer, Load, Station};

/// A rule, and what its formula needs to know of it.
#[derive(Clone, Copy)]
pub(super) enum Special<'m> {
    Sharing,
    Vacation(&'m Vacation),
    /// After idleness only.
    Setup(&'m Dist),
    Preemption,
    Balking(&'m Balking),
}

impl<'m> Special<'m> {
    /// The rule of a station, if it has one only and nothing else that its formula does not know.
    pub fn of(resolved: &Resolved<'m>, station: &Station<'m>) -> Option<Special<'m>> {
        let [at] = station.home.departments[..] else { return None };
        let department = &resolved.model.departments[at];
        let plain = station.needed == 1
            && station.interruptions.is_none()
            && station.loads.iter().all(|load| load.held.is_nothing());
        let staff = station.home.staff.filter(|_| plain && !station.home.pool)?;
        let alone = staff == 1 && !station.ranked;
        let sharing = department.discipline == Discipline::ProcessorSharing;
        let loses = department.queue_capacity.is_some() || department.patience.is_some();
        match (station.home.vacation, &department.setup, &department.balking) {
            (None, None, None) if sharing => Some(Special::Sharing),
            (None, None, None) if !department.preemption.is_none() && station.ranked && !loses => {
                let exponential = station.loads.iter().all(|load| load.work.exponential);
                let goes_on = match department.preemption {
                    Preemption::Resume => true,
                    // What is left of an exponential time is as a new one.
                    Preemption::Resample => exponential,
                    Preemption::None | Preemption::Restart => false,
                };
                (goes_on && (staff == 1 || station.exponential)).then_some(Special::Preemption)
            }
            (Some(vacation), None, None) if alone && !sharing && !loses => {
                let known =
                    vacation.kind == Vacations::Repeated || transform(&vacation.duration, 0.0).is_some();
                known.then_some(Special::Vacation(vacation))
            }
            (None, Some(setup), None) if alone && !sharing && !loses => {
                let classes = station.loads.windows(2).any(|pair| pair[0].class != pair[1].class);
                let changes = classes && (setup.time.is_some() || !setup.time_for.is_empty());
                setup.after_idle.as_ref().filter(|_| !changes).map(Special::Setup)
            }
            (None, None, Some(balking)) if !sharing && !loses && !station.ranked && station.exponential => {
                Some(Special::Balking(balking))
            }
            _ => None,
        }
    }

    /// What it is called where something else keeps the formula from being used.
    pub fn name(&self) -> &'static str {
        match self {
            Special::Sharing => "people who share their time",
            Special::Vacation(_) => "people who go away when there is nothing to do",
            Special::Setup(_) => "setups",
            Special::Preemption => "interruptions",
            Special::Balking(_) => "customers who balk",
        }
    }

    /// The figures for Poisson arrivals. Nobody balks.
    pub fn poisson(&self, station: &Station, servers: u32) -> Result<Answer, TheoryError> {
        let (rate, work) = (station.rate, &station.service);
        let streams = || station.loads.iter().map(Load::priority_stream);
        match self {
            Special::Sharing => {
                let figures = if station.exponential && servers == 1 {
                    mm1_sharing(rate, 1.0 / work.mean)?
                } else {
                    processor_sharing(rate, work, servers)?
                };
                let stretch = figures.sojourn_mean / work.mean;
                let answer = station.in_one_line(figures, "Baskett, Chandy, Muntz and Palacios (1975)");
                Ok(Answer { stretch, ..answer })
            }
            Special::Vacation(vacation) => {
                let away = moments(&vacation.duration);
                let figures = match vacation.kind {
                    Vacations::Repeated => vacation_mg1(rate, work, &away)?,
                    Vacations::Once => {
                        let nobody = transform(&vacation.duration, hours(rate)).unwrap_or(f64::NAN);
                        single_vacation_mg1(rate, work, &away, nobody)?
                    }
                };
                Ok(station
                    .in_one_line(station.mean_only(figures), "Fuhrmann and Cooper (1985), Doshi (1986)"))
            }
            Special::Setup(time) => {
                let figures = setup_mg1(rate, work, &moments(time))?;
                Ok(station.in_one_line(station.mean_only(figures), "Welch (1964)"))
            }
            Special::Preemption if servers == 1 => {
                let streams: Vec<_> =
                    streams().zip(station.loads.iter().map(|load| load.work.service)).collect();
                station.by_rank(preemptive_mg1(&streams), servers, "Kleinrock (1976)")
            }
            Special::Preemption => {
                let streams: Vec<_> = streams().collect();
                let figures = preemptive_mmc(&streams, 1.0 / work.mean, servers);
                station.by_rank(figures, servers, "Gross and others (2008)")
            }
            Special::Balking(balking) => {
                let figures = balked(balking, rate, 1.0 / work.mean, servers)?;
                Ok(station.in_one_line(station.mean_only(figures), "Gross and others (2008)"))
            }
        }
    }
}

fn moments(time: &Dist) -> Service {
    match time {
        Dist::Constant { value } => Service::constant(hours(value.value())),
        Dist::Exponential { mean } => Service::exponential(hours(mean.value())),
        _ => Service::new(hours(time.mean()), time.cv().powi(2)),
    }
}

fn balked(
    balking: &Balking,
    arrival_rate: f64,
    service_rate: f64,
    servers: u32,
) -> Result<Figures, TheoryError> {
    let unseen = match balking.counts {
        Counts::Present => 0,
        Counts::Waiting => u64::from(servers),
    };
    let join = |present: u64| {
        let seen = present.saturating_sub(unseen);
        balking.join.get(seen as usize).copied().unwrap_or(match balking.beyond {
            Beyond::Probability(share) => share,
            Beyond::Harmonic => 1.0 / (seen as f64 + 1.0),
        })
    };
    let falling = balking.join.len() as u64 + unseen;
    balking_mmc(arrival_rate, service_rate, servers, falling, join)
}
