//! Capacity planning: how many people each department needs.

mod display;
mod search;
#[cfg(test)]
mod tests;

use serde::{Deserialize, Serialize};

use self::search::{Found, least};
use super::study::Study;
use crate::error::{Defect, Error, Result};
use crate::interventions::Intervention;
use crate::model::{Department, Discipline, Model, Staff};
use crate::results::{Results, named};
use crate::stats::{Estimate, Series};
use crate::theory::{Estimated, estimate, halfin_whitt, square_root_staffing};

/// The staff each department needs so that at most a share of its visits has to wait, the others being as they are: by three
/// methods, each with its answer or the reason why it has none.
///
/// Displayed it is a table.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Capacity {
    /// At most this share of visits waits at all.
    pub waiting: f64,
    /// How many replications the simulation made of each staffing.
    pub replications: u32,
    /// The confidence level of intervals.
    pub level: f64,
    /// The departments, in their order.
    pub departments: Vec<DepartmentCapacity>,
}

/// The staff a department needs.
///
/// Displayed it is a sentence.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DepartmentCapacity {
    /// The department.
    pub department: String,
    /// The people it has; `None` without any of its own.
    pub staff: Option<u32>,
    /// The people that its work keeps busy on average: see
    /// [`DepartmentEstimate::offered_load`](crate::theory::DepartmentEstimate::offered_load).
    pub offered_load: Option<f64>,
    /// By the square-root rule: the offered load, and a multiple of its square root for the variation
    /// ([`square_root_staffing`]).
    pub square_root: Estimated<Needed>,
    /// By the [analytic twin](crate::theory::estimate).
    pub twin: Estimated<Needed>,
    /// By simulation.
    pub simulation: Estimated<SimulatedCapacity>,
}

/// The least staff by a formula.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Needed {
    /// How many people.
    pub staff: u32,
    /// The share of visits that waits then.
    pub waiting: f64,
}

/// The least staff by simulation.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct SimulatedCapacity {
    /// How many people.
    pub staff: u32,
    /// The share of served visits that wait then.
    pub waiting: Estimate,
    /// The share with one fewer; `None` where there can be no fewer.
    pub with_one_fewer: Option<Estimate>,
    /// Whether both intervals are on their sides of what is wanted. If not, more replications might say one more or one fewer.
    pub sure: bool,
}

impl Capacity {
    /// What a department needs.
    ///
    /// # Errors
    ///
    /// When there is no department of that name; the error lists those there are.
    pub fn department(&self, name: &str) -> Result<&DepartmentCapacity> {
        named("department", name, &self.departments, |of| &of.department)
    }
}

impl Study<'_> {
    /// The staff each department needs so that at most this share of its visits has to wait at all, the other departments being as
    /// they are. By the square-root rule, by the analytic twin, and by simulation on the study's draws, which begins with the staff that the
    /// twin says and changes it until the least is found that will do.
    ///
    /// ```
    /// use knockon::analysis::Study;
    /// use knockon::prelude::*;
    ///
    /// let model = Model::builder("two desks")
    ///     .department("front", |d| d.staff(3).service(Dist::exponential(minutes(12))))
    ///     .department("back", |d| d.staff(4).service(Dist::exponential(minutes(20))))
    ///     .handoff("front", "back", |h| h)
    ///     .customers("visitors", |c| c.poisson(per_hour(9.0)).enter("front"))
    ///     .build()?;
    /// let study = Study::new(Experiment::new(&model).horizon(weeks(2)).warm_up(days(1)).replications(5));
    /// let capacity = study.capacity(0.2)?;
    /// let back = capacity.department("back")?;
    /// assert_eq!(back.square_root.value().unwrap().staff, 5);
    /// assert_eq!(back.simulation.value().unwrap().staff, back.twin.value().unwrap().staff);
    /// println!("{capacity}");
    /// # Ok::<(), knockon::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// A share that is not between 0 and 1; else as [`Experiment::run`](crate::experiment::Experiment::run).
    pub fn capacity(&self, waiting: f64) -> Result<Capacity> {
        let sound = waiting > 0.0 && waiting < 1.0;
        if !sound {
            let rule = format!("is {waiting}, must be between 0 and 1");
            return Err(Error::from_defects(vec![Defect::new("share of visits that may wait", rule)]));
        }
        let base = self.base()?;
        let twin = estimate(self.model())?;
        let mut departments = Vec::new();
        for (at, department) in self.model().departments.iter().enumerate() {
            let offered_load = twin.departments[at].offered_load;
            let square_root = by_rule(department, offered_load, waiting);
            let of = Of { study: self, department, at, waiting, offered_load: offered_load.unwrap_or(0.0) };
            let twin = of.by_twin()?;
            let start = twin.value().or(square_root.value()).map(|needed| needed.staff);
            departments.push(DepartmentCapacity {
                department: department.name.clone(),
                staff: own(department),
                offered_load,
                simulation: of.by_simulation(start)?,
                square_root,
                twin,
            });
        }
        let (replications, level) = (base.manifest.replications, base.manifest.level);
        Ok(Capacity { waiting, replications, level, departments })
    }
}

/// The people a department has of its own.
fn own(department: &Department) -> Option<u32> {
    match department.staff {
        Staff::Count(staff) => Some(staff),
        Staff::Infinite | Staff::Pool(_) => None,
    }
}

/// Why no number of people of its own is to be found.
fn without_own(department: &Department) -> Option<String> {
    match &department.staff {
        Staff::Count(_) => None,
        Staff::Infinite => Some("the staff is infinite: there are always enough".to_owned()),
        Staff::Pool(pool) => Some(format!("the people are those of the pool `{pool}`")),
    }
}

fn by_rule(department: &Department, offered_load: Option<f64>, waiting: f64) -> Estimated<Needed> {
    let why = [
        (department.shifts.is_some(), "people come and go by a calendar"),
        (!department.absences.is_empty(), "people are absent at times"),
        (!department.helpers.is_empty(), "others help out"),
        (department.staff_needed > 1, "work needs several people at once"),
        (department.batch.is_some(), "work is done in batches"),
        (department.slots.is_some(), "services begin at set times only"),
        (department.vacation.is_some(), "people go away when there is nothing to do"),
        (department.discipline == Discipline::ProcessorSharing, "everybody is served at once"),
        (department.queue_capacity.is_some(), "the queue is limited"),
        (department.patience.is_some() || department.balking.is_some(), "customers leave or do not join"),
    ];
    let why = why.into_iter().find(|(is, _)| *is).map(|(_, why)| why.to_owned());
    let load = match (without_own(department).or(why), offered_load) {
        (Some(why), _) => return Estimated::NotApplicable(why),
        (None, None) => return Estimated::NotApplicable("there is no long-run rate of visits".to_owned()),
        (None, Some(load)) if load <= 0.0 => return Estimated::NotApplicable("nobody comes".to_owned()),
        (None, Some(load)) => load,
    };
    let needed = square_root_staffing(load, waiting).and_then(|staff| {
        let spare = (f64::from(staff) - load) / load.sqrt();
        Ok(Needed { staff, waiting: halfin_whitt(spare)? })
    });
    match needed {
        Ok(needed) => Estimated::Value(needed),
        Err(error) => Estimated::NotApplicable(error.to_string()),
    }
}

/// A department whose staff is looked for.
struct Of<'s, 'm> {
    study: &'s Study<'m>,
    department: &'s Department,
    at: usize,
    waiting: f64,
    offered_load: f64,
}

impl Of<'_, '_> {
    /// The model with another staff there.
    fn model(&self, staff: u32) -> Result<Model> {
        let mut model = self.study.model().clone();
        model.departments[self.at].staff = Staff::Count(staff);
        model.validate()?;
        Ok(model)
    }

    /// No more people than this are tried.
    fn most(&self, start: u32) -> u32 {
        let load = self.offered_load;
        let enough = (load + 10.0 * load.sqrt() + 10.0).min(1e6) as u32;
        enough.max(start).saturating_mul(2)
    }

    fn by_twin(&self) -> Result<Estimated<Needed>> {
        if let Some(why) = without_own(self.department) {
            return Ok(Estimated::NotApplicable(why));
        }
        // With as many as the load or fewer there is no steady state, unless customers are lost.
        let fewest = (self.offered_load.min(1e6).floor() as u32 + 1).max(self.department.staff_needed);
        let mut reason = None;
        let mut share = |staff: u32| -> Result<Option<f64>> {
            let twin = estimate(&self.model(staff)?)?;
            let figures = &twin.departments[self.at].figures;
            let share = figures.value().and_then(|known| Some(1.0 - known.no_wait_probability?));
            if share.is_none() {
                let silent = "the formula does not say how many wait at all";
                reason.get_or_insert_with(|| figures.reason().unwrap_or(silent).to_owned());
            }
            Ok(share)
        };
        let most = self.most(fewest);
        let found =
            least(fewest, fewest, most, |staff| Ok(share(staff)?.map(|of| (of <= self.waiting, of))))?;
        Ok(match found {
            Found::At { staff, what, .. } => Estimated::Value(Needed { staff, waiting: what }),
            Found::Beyond { what } => Estimated::NotApplicable(not_even(most, what)),
            Found::Silent => Estimated::NotApplicable(reason.unwrap_or_default()),
        })
    }

    fn by_simulation(&self, start: Option<u32>) -> Result<Estimated<SimulatedCapacity>> {
        if let Some(why) = without_own(self.department).or_else(|| self.by_calendar()) {
            return Ok(Estimated::NotApplicable(why));
        }
        let now = own(self.department).unwrap_or(0);
        let fewest = self.department.staff_needed.max(1);
        let start = start.unwrap_or(now).max(fewest);
        let most = self.most(start.max(now));
        let waits = |staff: u32| -> Result<Option<(bool, Estimate)>> {
            let more = i64::from(staff) - i64::from(now);
            let name = &self.department.name;
            let results = match i32::try_from(more) {
                Ok(0) => self.study.base()?,
                Ok(more) => self.study.with(&[Intervention::add_staff(name, more)])?,
                Err(_) => return Ok(None),
            };
            let estimate = waiting(&results, self.at).estimate(results.manifest.level);
            Ok(estimate.map(|estimate| (estimate.mean <= self.waiting, estimate)))
        };
        Ok(match least(start, fewest, most, waits)? {
            Found::At { staff, what, below } => {
                let enough = what.high().is_some_and(|high| high <= self.waiting);
                let fewer = below.is_none_or(|of| of.low().is_some_and(|low| low > self.waiting));
                Estimated::Value(SimulatedCapacity {
                    staff,
                    waiting: what,
                    with_one_fewer: below,
                    sure: enough && fewer,
                })
            }
            Found::Beyond { what } => Estimated::NotApplicable(not_even(most, what.mean)),
            Found::Silent => Estimated::NotApplicable("nobody was served".to_owned()),
        })
    }

    /// Why more people would not be there.
    fn by_calendar(&self) -> Option<String> {
        let shifts = self.department.shifts.as_ref()?;
        let calendars = &self.study.model().calendars;
        let calendar = calendars.iter().find(|calendar| calendar.name == shifts.calendar)?;
        let counted = calendar.week.iter().any(|shift| shift.staff.is_some())
            || calendar
                .cycle
                .iter()
                .flat_map(|cycle| &cycle.steps)
                .any(|step| step.staff.is_some_and(|of| of > 0));
        let name = &calendar.name;
        counted.then(|| {
            format!("the calendar `{name}` says how many are there: more would have to be put there")
        })
    }
}

fn not_even(most: u32, share: f64) -> String {
    format!("even with {most} people {:.1} % of visits wait", 100.0 * share)
}

/// The share of a department's served visits that wait, by replication.
fn waiting(results: &Results, department: usize) -> Series {
    let of = |replication: &crate::results::Replication| {
        let classes = &replication.departments[department].classes;
        let count: u64 = classes.iter().map(|class| class.waiting.count).sum();
        let zero: u64 = classes.iter().map(|class| class.waiting.zero).sum();
        ((count - zero) as f64, count as f64)
    };
    results.replications.iter().map(of).collect()
}
