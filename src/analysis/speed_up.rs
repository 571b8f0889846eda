//! Virtual speed-ups: what customers would gain if a department were faster, and much faster.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::Study;
use super::sensitivity::{Effect, RankedBy};
use crate::error::{Error, ErrorKind, Result};
use crate::interventions::Intervention;
use crate::results::{Results, TimeEstimate};
use crate::stats::Estimate;

/// How much faster departments are made, as shares of their rate.
const FASTER: [f64; 4] = [0.1, 0.25, 0.5, 1.0];

/// A department of which the highest speed wins no more than this share of the figure has a flat curve.
const FLAT: f64 = 0.01;

/// What customers gain if a department is faster.
///
/// Displayed it is a sentence:
///
/// ```text
/// front: 100 % faster saves 1.2 min (1.0 to 1.4) of a mean lead time of 52 min (49 to 55): do not spend there
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SpeedUp {
    /// The department.
    pub department: String,
    /// The figure that says whether the curve is flat.
    pub ranked_by: RankedBy,
    /// That figure as it is: hours, or cases per hour. `None` where no case is completed.
    pub base: Option<Estimate>,
    /// The curve: 10, 25, 50 and 100 % faster.
    pub points: Vec<SpeedUpPoint>,
    /// Do not spend there: at the last point the gain's interval reaches down to nothing, or lies below a hundredth of the
    /// figure as it is.
    pub flat: bool,
}

/// One point of a curve.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SpeedUpPoint {
    /// How much faster, as a share of its rate: 1 halves all service times.
    pub faster: f64,
    /// The mean lead time of all customers then.
    pub lead_time: Option<TimeEstimate>,
    /// The promises kept then.
    pub promise_kept: Option<Estimate>,
    /// What is different.
    #[serde(flatten)]
    pub effect: Effect,
}

impl SpeedUpPoint {
    fn of(faster: f64, before: &Results, after: &Results) -> SpeedUpPoint {
        let lead_time = after.system.lead_time.as_ref().map(|times| times.mean);
        let promise_kept = after.system.promise_kept;
        SpeedUpPoint { faster, lead_time, promise_kept, effect: Effect::between(before, after) }
    }
}

impl Study<'_> {
    /// What customers gain if a department is 10, 25, 50 and 100 % faster: all its services take that much less, as with
    /// [`Intervention::ScaleService`]. Each speed is run on the same draws as the model itself.
    ///
    /// ```
    /// use knockon::analysis::Study;
    /// use knockon::prelude::*;
    ///
    /// let model = Model::builder("two desks")
    ///     .department("front", |d| d.staff(4).service(Dist::lognormal(seconds(30), cv(0.6))))
    ///     .department("back", |d| d.staff(1).service(Dist::gamma(minutes(20), cv(0.8))))
    ///     .handoff("front", "back", |h| h)
    ///     .customers("visitors", |c| c.poisson(per_hour(2.5)).enter("front"))
    ///     .build()?;
    /// let study = Study::new(Experiment::new(&model).horizon(weeks(4)).warm_up(days(1)).replications(10));
    /// assert!(study.speed_up("front")?.flat);
    /// let back = study.speed_up("back")?;
    /// assert!(!back.flat);
    /// println!("{back}");
    /// # Ok::<(), knockon::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// When there is no department of that name; else as [`Experiment::run`](crate::experiment::Experiment::run).
    pub fn speed_up(&self, department: &str) -> Result<SpeedUp> {
        let names = self.model().departments.iter().map(|department| &department.name);
        if !names.clone().any(|name| name == department) {
            let (name, known) = (department.to_owned(), names.cloned().collect());
            return Err(Error::from(ErrorKind::UnknownName { kind: "department", name, known }));
        }
        Ok(self.speed_ups_of(&[department])?.remove(0))
    }

    /// As [`Study::speed_up`], for every department.
    ///
    /// # Errors
    ///
    /// As [`Experiment::run`](crate::experiment::Experiment::run).
    pub fn speed_ups(&self) -> Result<Vec<SpeedUp>> {
        let names = self.model().departments.iter().map(|department| department.name.as_str());
        self.speed_ups_of(&names.collect::<Vec<_>>())
    }

    fn speed_ups_of(&self, departments: &[&str]) -> Result<Vec<SpeedUp>> {
        let mut scenarios = vec![Vec::new()];
        for &department in departments {
            let faster = |faster: f64| vec![Intervention::scale_service(department, 1.0 / (1.0 + faster))];
            scenarios.extend(FASTER.map(faster));
        }
        let results = self.all(&scenarios)?;
        let by = RankedBy::of(self.model());
        let base = by.series(&results[0]).estimate(results[0].manifest.level);
        let curves = departments.iter().zip(results[1..].chunks(FASTER.len()));
        let curve = |(&department, after): (&&str, &[std::sync::Arc<Results>])| {
            let points = FASTER.iter().zip(after);
            let points: Vec<_> =
                points.map(|(&faster, after)| SpeedUpPoint::of(faster, &results[0], after)).collect();
            let flat = is_flat(base, points.last().and_then(|last| by.gain(&last.effect.system)));
            SpeedUp { department: department.to_owned(), ranked_by: by, base, points, flat }
        };
        Ok(curves.map(curve).collect())
    }
}

/// Whether a gain is not told from nothing, or is told to be hardly anything.
fn is_flat(base: Option<Estimate>, gain: Option<Estimate>) -> bool {
    let Some((base, gain)) = base.zip(gain) else { return false };
    let (low, high) = gain.interval.map_or((gain.mean, gain.mean), |interval| (interval.low, interval.high));
    low <= 0.0 || high < FLAT * base.mean
}

crate::text::displayed_as_prose!(SpeedUp);

impl SpeedUp {
    fn page(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: ", self.department)?;
        let last = self.points.last();
        let gain = last.and_then(|last| Some((last.faster, self.ranked_by.gain(&last.effect.system)?)));
        let Some(((faster, gain), base)) = gain.zip(self.base) else {
            return write!(f, "no case is completed");
        };
        write!(f, "{:.0} % faster ", 100.0 * faster)?;
        match self.ranked_by {
            RankedBy::LeadTime => {
                let (gain, base) = (TimeEstimate(gain), TimeEstimate(base));
                write!(f, "saves {gain:#} of a mean lead time of {base:#}")?;
            }
            RankedBy::Throughput => write!(f, "adds {gain:#} to {base:#} cases per hour")?,
        }
        if self.flat { write!(f, ": do not spend there") } else { Ok(()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::experiment::Experiment;
    use crate::model::Model;
    use crate::random::Dist;
    use crate::time::{days, minutes, per_hour};

    /// An M/M/1 queue, 1 / (mu - lambda) at every speed, behind one where nobody waits and 30 seconds are spent. Intervals of
    /// 99 %, seed 1.
    #[test]
    fn the_curve_of_a_queue_is_that_of_the_formula() {
        let model = Model::builder("desks")
            .department("door", |d| d.staff(20).service(Dist::constant(minutes(0.5))))
            .department("desk", |d| d.staff(1).service(Dist::exponential(minutes(30))))
            .handoff("door", "desk", |h| h)
            .customers("visitors", |c| c.poisson(per_hour(1.0)).enter("door").promise(minutes(60)))
            .build()
            .unwrap();
        let experiment =
            Experiment::new(&model).horizon(days(60)).warm_up(days(5)).replications(20).level(0.99);
        let study = Study::new(experiment);
        let curves = study.speed_ups().unwrap();
        let [door, desk] = &curves[..] else { panic!("two departments") };
        let lead_time = |faster: f64| 0.5 / 60.0 + 1.0 / (2.0 * (1.0 + faster) - 1.0);
        for (point, faster) in desk.points.iter().zip([0.1, 0.25, 0.5, 1.0]) {
            assert_eq!(point.faster, faster);
            let (there, saved) = (point.lead_time.unwrap(), point.effect.system.lead_time.unwrap());
            for (estimate, expected) in
                [(there, lead_time(faster)), (saved, lead_time(faster) - lead_time(0.0))]
            {
                let interval = estimate.interval.unwrap();
                assert!(
                    interval.low <= expected && expected <= interval.high,
                    "{faster}: {estimate}, {expected}"
                );
            }
            // Sojourn times are exponential: within an hour less the door's half minute.
            let kept = 1.0 - (-(59.5 / 60.0) / (lead_time(faster) - 0.5 / 60.0)).exp();
            let interval = point.promise_kept.unwrap().interval.unwrap();
            assert!(interval.low <= kept && kept <= interval.high, "{faster}: {kept}");
        }
        assert!(!desk.flat && door.flat);
        assert!(door.to_string().ends_with(": do not spend there"), "{door}");
        assert!(desk.to_string().starts_with("desk: 100 % faster saves 4"), "{desk}");
        assert_eq!(study.speed_up("desk").unwrap(), *desk);
        assert!(study.speed_up("dest").unwrap_err().to_string().contains("dest"));
        let text = serde_json::to_string(desk).unwrap();
        assert_eq!(serde_json::from_str::<SpeedUp>(&text).unwrap(), *desk);
    }
}
