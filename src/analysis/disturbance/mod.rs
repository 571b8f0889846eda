//! How a disturbance travels: from the department that it hits to others, and to the customers; and when it has died
//! out.

mod digest;
mod display;
mod settle;
#[cfg(test)]
mod tests;

use serde::{Deserialize, Serialize};

pub(super) use digest::{Digest, Fates, Series, fate, in_hours, lead_time};
pub(super) use display::brief;
pub(crate) use display::in_words;
pub(super) use settle::{mean_of, transitions};

use super::study::Study;
use crate::error::{Defect, Error, Result};
use crate::experiment::Horizon;
use crate::interventions::Intervention;
use crate::results::TimeEstimate;
use crate::stats::Estimate;
use crate::time::{Span, days, hours, minutes, weeks};

/// How a disturbance is followed.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields, expecting = "how a disturbance is followed, with its fields by name")]
pub struct Following {
    /// The length of the stretches of time for which extra delay is told apart, counted from the start of the run. If
    /// absent, a round length for which there are at most about sixty from the disturbance to the horizon; or, where
    /// the run ends when all are done, an eighth of the disturbance: what comes after 10,000 of them counts to the last.
    pub stretch: Option<Span>,
    /// It has died out when the extra delay of a stretch stays within this share of that of the peak.
    pub died_out: f64,
    /// It has reached a department when the extra delay of a stretch there is this share of that of its peak there.
    pub reached: f64,
}

impl Default for Following {
    fn default() -> Following {
        Following { stretch: None, died_out: 0.05, reached: 0.1 }
    }
}

/// What a disturbance does, from runs with it and without on the same draws. Hours of delay are per replication, over
/// the customers, or visits, that both runs have; times of day are spans since the start of a replication.
///
/// The *extra delay* of a customer is the lead time with the disturbance less that without; who is not done when the
/// run ends counts with the time until then. Customers who are lost in either run have none: they are among
/// [`Disturbance::transitions`]. So are those whom only a surge brings: they are in [`DelayStretch::present`], and
/// nobody waits for them but the others.
///
/// Displayed it is a table for a terminal.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Disturbance {
    /// What happened.
    pub disturbances: Vec<Intervention>,
    /// When the first of them began.
    pub begins: Span,
    /// When the last of them ended.
    pub ends: Span,
    /// How it was followed, with the stretch that was chosen.
    pub following: Following,
    /// How many replications.
    pub replications: u32,
    /// The confidence level of the intervals.
    pub level: f64,
    /// All customers together.
    pub system: Delays,
    /// By class at arrival: those who arrived in each stretch.
    pub classes: Vec<Delays>,
    /// By department: the visits that joined in each stretch, as things were with the disturbance. The extra delay of a
    /// visit is its sojourn time with the disturbance less that without, of the n-th visit of the same case, or the
    /// same part of one. Requests count as visits to the department that answers. Visits that in either run were left
    /// unserved, or were cut off by its end, have none.
    pub departments: Vec<Delays>,
    /// The last customer of any replication to feel any difference.
    pub last: Option<LastFelt>,
    /// Customers who felt a difference, or had, and were not done when the run ended, per replication. Where there are
    /// any, the horizon is too short for the last of the delay.
    pub unsettled: Estimate,
    /// The department-hours lost per replication: of outages, the person-hours of absence during shifts; of slow-downs,
    /// the extra hours of work on visits to the department; of surges, the work that their customers brought, where
    /// there are not always enough people for it. From the warm-up to the end of the run.
    pub department_hours: Estimate,
    /// Customer-hours lost per department-hour lost, with an interval. `None` where no department-hour is lost.
    pub amplification: Option<Estimate>,
    /// The departments that are surely delayed, the interval of their extra hours being above zero, in the order in
    /// which it reaches them; those reached in the same stretch in the order of the model.
    pub path: Vec<PathStep>,
    /// What became of customers without and with the disturbance.
    pub transitions: Vec<Transition>,
}

/// Extra delay of the customers of a class, or of the visits to a department.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Delays {
    /// The class or department; `all` for all customers.
    pub name: String,
    /// All of it: hours lost per replication, customers lost left out. Below zero where time is won.
    pub hours: Estimate,
    /// How many feel any difference, per replication.
    pub touched: Estimate,
    /// By stretch, from the first in which anybody feels anything in any replication to the last. The same stretches
    /// for all.
    pub stretches: Vec<DelayStretch>,
    /// The stretch with most hours of it; `None` where there is none above zero.
    pub peak: Option<Peak>,
    /// When it has died out: the first stretch from which on its size stays within a small share of the peak's. `None`
    /// without a peak, and where that lasts until the run ends.
    pub died_out: Option<Span>,
    /// The latest time, in any replication, at which a customer or visit that feels a difference ends in either run:
    /// after that everything is as if nothing had happened.
    pub last: Option<Span>,
}

/// Extra delay in a stretch of time.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct DelayStretch {
    /// When the stretch begins.
    pub from: Span,
    /// How many came in it, per replication.
    pub count: f64,
    /// Their extra delay, in hours per replication.
    pub hours: Estimate,
    /// Their mean extra delay; `None` where nobody came.
    pub mean: Option<TimeEstimate>,
    /// Of visits: their mean extra waiting time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub waiting: Option<TimeEstimate>,
    /// How many more are present, averaged over the stretch. All count here: also those who are lost, and those whom a
    /// surge brings.
    pub present: Estimate,
}

/// The stretch with most extra delay.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Peak {
    /// When the stretch begins.
    pub from: Span,
    /// Hours of extra delay of those who came in it, per replication.
    pub hours: Estimate,
    /// Their mean extra delay.
    pub mean: Option<TimeEstimate>,
}

/// The last customer to feel a difference: of all replications, the one for whom it was over last.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LastFelt {
    /// The replication.
    pub replication: u64,
    /// The customer, in words.
    pub name: String,
    /// The class.
    pub class: String,
    /// When they arrived.
    pub arrived: Span,
    /// When their case ended, in the run where it ended later.
    pub ended: Span,
    /// Their extra delay; negative if they gained.
    pub extra: Span,
}

/// A department on the path of a disturbance.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PathStep {
    /// The department.
    pub department: String,
    /// When it is reached: the beginning of that stretch.
    pub reached: Span,
    /// The peak there.
    pub peak: Peak,
    /// All of the extra delay there, in hours per replication.
    pub hours: Estimate,
}

/// What became of a customer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Fate {
    /// All work was done.
    Completed,
    /// They were lost.
    Lost,
    /// They were in the system when the run ended.
    Unfinished,
    /// They did not come.
    Absent,
}

/// Customers with one fate without the disturbance, and one with it.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Transition {
    /// What became of them without it.
    pub without: Fate,
    /// What became of them with it.
    pub with: Fate,
    /// How many, in all replications together.
    pub customers: u64,
    /// How many per replication.
    pub per_replication: Estimate,
}

impl Disturbance {
    /// The extra delay of a class.
    ///
    /// # Errors
    ///
    /// When there is no class of that name; the error lists those there are.
    pub fn class(&self, name: &str) -> Result<&Delays> {
        crate::results::named("class", name, &self.classes, |of| &of.name)
    }

    /// The extra delay at a department.
    ///
    /// # Errors
    ///
    /// When there is no department of that name; the error lists those there are.
    pub fn department(&self, name: &str) -> Result<&Delays> {
        crate::results::named("department", name, &self.departments, |of| &of.name)
    }
}

impl Study<'_> {
    /// What some disturbances do together: outages, surges and slow-downs. The model runs without and with them, on the
    /// same draws.
    ///
    /// ```
    /// use knockon::analysis::Study;
    /// use knockon::interventions::Intervention;
    /// use knockon::prelude::*;
    ///
    /// let model = Model::builder("two desks")
    ///     .department("front", |d| d.staff(2).service(Dist::lognormal(minutes(12), cv(0.6))))
    ///     .department("back", |d| d.staff(1).service(Dist::gamma(minutes(20), cv(0.8))))
    ///     .handoff("front", "back", |h| h)
    ///     .customers("visitors", |c| c.poisson(per_hour(2.0)).enter("front"))
    ///     .build()?;
    /// let study = Study::new(Experiment::new(&model).horizon(days(6)).warm_up(days(1)).replications(10));
    /// // Nobody at the back for four hours on the third day.
    /// let outage = study.disturb(&[Intervention::outage("back", days(2), hours(4))])?;
    /// println!("{outage}");
    /// assert_eq!(outage.department_hours.mean, 4.0);
    /// // Eight came meanwhile, and lost two hours each; and then there was a queue.
    /// assert!(outage.amplification.unwrap().mean > 4.0);
    /// assert_eq!(outage.path[0].department, "back");
    /// assert!(outage.system.died_out.unwrap() < days(5));
    /// # Ok::<(), knockon::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// Changes that are no disturbances, begin before the warm-up is over, or after the horizon; a horizon that is a
    /// number of cases; changes that do not fit, as [`Model::with`](crate::model::Model::with); else as
    /// [`Experiment::run`](crate::experiment::Experiment::run).
    pub fn disturb(&self, disturbances: &[Intervention]) -> Result<Disturbance> {
        self.disturb_by(disturbances, &Following::default())
    }

    /// As [`Study::disturb`], with a say in how it is followed.
    ///
    /// # Errors
    ///
    /// As [`Study::disturb`]; or stretches that are not positive or more than 10,000, or shares that are not between 0
    /// and 1.
    pub fn disturb_by(&self, disturbances: &[Intervention], following: &Following) -> Result<Disturbance> {
        let mut defects = self.misplaced(disturbances, self.experiment().given_warm_up());
        defects.extend(self.unfollowable(following));
        if !defects.is_empty() {
            return Err(Error::from_defects(defects));
        }
        let (begins, ends) = times(disturbances);
        let stretch = following.stretch.unwrap_or_else(|| self.usual_stretch(begins, ends));
        let following = Following { stretch: Some(stretch), ..*following };
        let digests = self.digests(&[disturbances.to_vec()], stretch)?.remove(0);
        Ok(settle::settle(disturbances, &following, &digests, self.experiment().confidence()))
    }

    /// Disturbances that cannot be followed.
    pub(super) fn misplaced(&self, disturbances: &[Intervention], warm_up: Option<Span>) -> Vec<Defect> {
        let mut defects = Vec::new();
        if disturbances.is_empty() {
            defects.push(Defect::new("disturbances", "there is none, must be at least one"));
        }
        for (number, disturbance) in (1..).zip(disturbances) {
            let mut refuse = |rule: String| defects.push(Defect::new(format!("disturbance {number}"), rule));
            let Some((at, _)) = time_of(disturbance) else {
                refuse("is none: must be an outage, a surge or a slow-down".into());
                continue;
            };
            if let Some(warm_up) = warm_up.filter(|&warm_up| at < warm_up) {
                refuse(format!("begins at {at}, must not begin before the warm-up of {warm_up} is over"));
            }
            if let Some(Horizon::Time(end)) = self.experiment().until()
                && at >= end
            {
                refuse(format!("begins at {at}, must begin before the horizon of {end}"));
            }
        }
        if let Some(Horizon::Cases(_)) = self.experiment().until() {
            let rule =
                "is a number of cases, with which the two runs would end at different times: must be a time";
            defects.push(Defect::new("horizon", rule));
        }
        defects
    }

    fn unfollowable(&self, following: &Following) -> Vec<Defect> {
        let mut defects = Vec::new();
        if let Some(stretch) = following.stretch {
            if !stretch.is_valid() || stretch <= Span::ZERO {
                defects.push(Defect::new("stretch", format!("is {stretch}, must be positive")));
            } else if let Some(Horizon::Time(end)) = self.experiment().until()
                && end.is_valid()
                && end.ticks() / MOST_STRETCHES > stretch.ticks()
            {
                let rule = format!("is {stretch}: there must be at most {MOST_STRETCHES} until {end}");
                defects.push(Defect::new("stretch", rule));
            }
        }
        for (place, share) in [("died-out", following.died_out), ("reached", following.reached)] {
            if !(0.0 < share && share < 1.0) {
                defects.push(Defect::new(place, format!("is {share}, must be a share between 0 and 1")));
            }
        }
        defects
    }

    /// A round length of which there are not too many.
    pub(super) fn usual_stretch(&self, begins: Span, ends: Span) -> Span {
        let until = match self.experiment().until() {
            Some(Horizon::Time(end)) => end.ticks() - begins.ticks(),
            // As many as for sixty that go from the beginning to eight times the end.
            _ => (ends.ticks() - begins.ticks()).saturating_mul(8),
        };
        let round = [
            minutes(1),
            minutes(5),
            minutes(15),
            minutes(30),
            hours(1),
            hours(2),
            hours(4),
            hours(8),
            days(1),
            days(2),
            weeks(1),
            weeks(2),
            weeks(4),
            weeks(13),
        ];
        let few = |length: &Span| until / length.ticks() < USUAL_STRETCHES;
        round.into_iter().find(few).unwrap_or(weeks(52))
    }
}

const USUAL_STRETCHES: i64 = 60;
const MOST_STRETCHES: i64 = 10_000;

/// When a disturbance begins, and how long it lasts; `None` of other interventions.
fn time_of(disturbance: &Intervention) -> Option<(Span, Span)> {
    match disturbance {
        Intervention::Outage { at, lasts, .. }
        | Intervention::Surge { at, lasts, .. }
        | Intervention::SlowDown { at, lasts, .. } => Some((*at, *lasts)),
        _ => None,
    }
}

/// When the first begins and the last ends.
pub(super) fn times(disturbances: &[Intervention]) -> (Span, Span) {
    let times = || disturbances.iter().filter_map(time_of);
    let end = |(at, lasts): (Span, Span)| Span::from_ticks(at.ticks().saturating_add(lasts.ticks()));
    let first = times().map(|time| time.0).min().unwrap_or_default();
    (first, times().map(end).max().unwrap_or_default())
}
