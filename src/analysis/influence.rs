//! What a disturbance of each department does to every other, and to the customers.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::disturbance::{Digest, Series, brief, in_hours, in_words, mean_of, times};
use super::study::Study;
use crate::error::{Error, Result};
use crate::interventions::Intervention;
use crate::model::Staff;
use crate::stats::Estimate;
use crate::text::Table;
use crate::time::Span;

/// What a disturbance of each department does to every other, and to the customers: a row for each that is disturbed,
/// a column for each that feels it. From runs with each disturbance and without, on the same draws.
///
/// Displayed it is a table for a terminal.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Influence {
    /// By department, then by pool, that is disturbed.
    pub rows: Vec<InfluenceRow>,
    /// Those that cannot be disturbed so.
    pub left_out: Vec<LeftOut>,
    /// How many replications of each.
    pub replications: u32,
    /// The confidence level of the intervals.
    pub level: f64,
}

/// What the disturbance of one department or pool does.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct InfluenceRow {
    /// The department or pool.
    pub of: String,
    /// What happens to it.
    pub disturbance: Intervention,
    /// The department-hours lost per replication; see [`Disturbance::department_hours`].
    ///
    /// [`Disturbance::department_hours`]: super::Disturbance::department_hours
    pub department_hours: Estimate,
    /// What is felt in each department, by those who visit it; the department itself among them.
    pub departments: Vec<Influenced>,
    /// What the customers of each class feel.
    pub classes: Vec<Influenced>,
    /// What all customers feel.
    pub customers: Influenced,
}

/// What a department, or a class, feels of a disturbance.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Influenced {
    /// The department or class; `all` for all customers.
    pub name: String,
    /// The extra delay, in hours per replication: of visits to the department, or of customers of the class.
    pub hours: Estimate,
    /// The same per department-hour lost; `None` where none is lost.
    pub per_hour: Option<Estimate>,
}

/// A department or pool that cannot be disturbed so.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LeftOut {
    /// The department or pool.
    pub name: String,
    /// Why.
    pub reason: String,
}

impl Influence {
    /// What the disturbance of a department or pool does.
    ///
    /// # Errors
    ///
    /// When none of that name was disturbed; the error lists those that were.
    pub fn of(&self, name: &str) -> Result<&InfluenceRow> {
        crate::results::named("department or pool that was disturbed", name, &self.rows, |row| &row.of)
    }
}

impl InfluenceRow {
    /// What is felt in a department.
    ///
    /// # Errors
    ///
    /// When there is no department of that name; the error lists those there are.
    pub fn on_department(&self, name: &str) -> Result<&Influenced> {
        crate::results::named("department", name, &self.departments, |of| &of.name)
    }

    /// What the customers of a class feel.
    ///
    /// # Errors
    ///
    /// When there is no class of that name; the error lists those there are.
    pub fn on_class(&self, name: &str) -> Result<&Influenced> {
        crate::results::named("class", name, &self.classes, |of| &of.name)
    }
}

impl Study<'_> {
    /// What it does to every department and to the customers if all the people of a department, or of a pool, are away
    /// at a time, for so long: one scenario for each, on the same draws.
    ///
    /// ```
    /// use knockon::analysis::Study;
    /// use knockon::prelude::*;
    ///
    /// let model = Model::builder("two desks and the post")
    ///     .department("front", |d| d.staff(2).service(Dist::lognormal(minutes(12), cv(0.6))))
    ///     .department("back", |d| d.staff(1).service(Dist::gamma(minutes(20), cv(0.8))))
    ///     .department("post", |d| d.infinite_staff().service(hours(8)))
    ///     .handoff("front", "back", |h| h)
    ///     .handoff("back", "post", |h| h)
    ///     .customers("visitors", |c| c.poisson(per_hour(2.0)).enter("front"))
    ///     .build()?;
    /// let study = Study::new(Experiment::new(&model).horizon(days(6)).warm_up(days(1)).replications(10));
    /// let influence = study.influence(days(2), hours(2))?;
    /// println!("{influence}");
    /// // An outage of the back is not felt at the front, but the other way round, when all come at once.
    /// assert_eq!(influence.of("back")?.on_department("front")?.hours.mean, 0.0);
    /// assert!(influence.of("front")?.on_department("back")?.hours.mean > 0.0);
    /// assert_eq!(influence.left_out[0].name, "post");
    /// # Ok::<(), knockon::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// As [`Study::disturb`], but for changes that do not fit: those are [`Influence::left_out`], with the reason.
    pub fn influence(&self, at: Span, lasts: Span) -> Result<Influence> {
        self.influence_of(|name| Intervention::outage(name, at, lasts))
    }

    /// As [`Study::influence`], with another disturbance of each department and pool, given its name.
    ///
    /// # Errors
    ///
    /// As [`Study::influence`].
    pub fn influence_of(&self, disturb: impl Fn(&str) -> Intervention) -> Result<Influence> {
        let model = self.model();
        let departments = model.departments.iter().map(|department| &department.name);
        let all: Vec<(String, Intervention)> = departments
            .chain(model.pools.iter().map(|pool| &pool.name))
            .map(|name| (name.clone(), disturb(name)))
            .collect();
        let changes: Vec<Intervention> = all.iter().map(|(_, change)| change.clone()).collect();
        let defects = self.misplaced(&changes, self.experiment().given_warm_up());
        if !defects.is_empty() {
            return Err(Error::from_defects(defects));
        }
        let (mut sources, mut left_out) = (Vec::new(), Vec::new());
        for (name, change) in all {
            match self.model().with(std::slice::from_ref(&change)) {
                Ok(_) => sources.push((name, change)),
                Err(error) => left_out.push(LeftOut { reason: self.reason(&name, &error), name }),
            }
        }
        let (begins, ends) = times(&changes);
        let scenarios: Vec<Vec<Intervention>> =
            sources.iter().map(|(_, change)| vec![change.clone()]).collect();
        let digests = self.digests(&scenarios, self.usual_stretch(begins, ends))?;
        let level = self.experiment().confidence();
        let replications = digests.first().map_or(0, |digests| digests.len() as u32);
        let rows = sources.into_iter().zip(&digests);
        let rows = rows.map(|((of, disturbance), digests)| row(of, disturbance, digests, level)).collect();
        Ok(Influence { rows, left_out, replications, level })
    }

    /// Why a department or pool cannot be disturbed.
    fn reason(&self, name: &str, error: &Error) -> String {
        let department = self.model().departments.iter().find(|department| department.name == name);
        match department.map(|department| &department.staff) {
            Some(Staff::Infinite) => "its staff is infinite".to_owned(),
            Some(Staff::Pool(pool)) => format!("its people are those of the pool `{pool}`"),
            _ => error.defects().iter().map(|defect| defect.rule.as_str()).collect::<Vec<_>>().join("; "),
        }
    }
}

fn row(of: String, disturbance: Intervention, digests: &[Digest], level: f64) -> InfluenceRow {
    let lost: Vec<f64> = digests.iter().map(|digest| digest.department_hours).collect();
    let some_lost = lost.iter().any(|&hours| hours > 0.0);
    let influenced = |name: &str, series: &dyn Fn(&Digest) -> &Series| {
        let hours: Vec<f64> = digests.iter().map(|digest| in_hours(series(digest).extra())).collect();
        let per_hour = Estimate::of_ratio(&hours, &lost, level).filter(|_| some_lost);
        Influenced { name: name.to_owned(), hours: mean_of(&hours, level), per_hour }
    };
    let named = |list: fn(&Digest) -> &Vec<(String, Series)>| -> Vec<Influenced> {
        let names = digests.first().map_or(&[][..], |digest| list(digest)).iter().enumerate();
        names.map(|(at, (name, _))| influenced(name, &|digest| &list(digest)[at].1)).collect()
    };
    InfluenceRow {
        department_hours: mean_of(&lost, level),
        departments: named(|digest| &digest.departments),
        classes: named(|digest| &digest.classes),
        customers: influenced("all", &|digest| &digest.system),
        of,
        disturbance,
    }
}

crate::text::displayed_as_prose!(Influence);

impl Influence {
    fn page(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some(first) = self.rows.first() else {
            return write_left_out(f, &self.left_out);
        };
        let level = (self.level * 1e8).round() / 1e6;
        writeln!(
            f,
            "Extra hours in each department, and of customers, because of {}",
            in_words(&first.disturbance)
        )?;
        writeln!(
            f,
            "(and so for each row; {} replications on the same draws, in brackets {level} % intervals)\n",
            self.replications
        )?;
        let felt = first.departments.iter().chain(&first.classes).map(|of| of.name.as_str());
        let header: Vec<&str> = ["disturbed", "hours"].into_iter().chain(felt).collect();
        let rows = self.rows.iter().map(|row| {
            let felt = row.departments.iter().chain(&row.classes).map(|of| sure(&of.hours));
            [row.of.clone(), format!("{:.1}", row.department_hours.mean)].into_iter().chain(felt).collect()
        });
        fmt::Display::fmt(&Table::new(&header, rows), f)?;
        writeln!(f, "(. where it is not surely more or less than none)\n")?;
        let rows = self.rows.iter().map(|row| {
            let per_hour = row.customers.per_hour.as_ref().map_or("-".to_owned(), brief);
            vec![row.of.clone(), brief(&row.customers.hours), per_hour]
        });
        let header = ["disturbed", "customer-hours lost", "per department-hour"];
        fmt::Display::fmt(&Table::new(&header, rows), f)?;
        write_left_out(f, &self.left_out)
    }
}

/// The point estimate of what is surely not zero.
fn sure(hours: &Estimate) -> String {
    let nothing = match hours.interval {
        Some(interval) => interval.low <= 0.0 && 0.0 <= interval.high,
        None => hours.mean == 0.0,
    };
    if nothing { ".".to_owned() } else { format!("{:.1}", hours.mean) }
}

fn write_left_out(f: &mut fmt::Formatter<'_>, left_out: &[LeftOut]) -> fmt::Result {
    left_out.iter().try_for_each(|of| writeln!(f, "Not disturbed: {}, as {}.", of.name, of.reason))
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use super::*;
    use crate::analysis::Following;
    use crate::prelude::*;

    /// Cases come every ten minutes from 0 to 60, and two later: 8 minutes at the desk, 9 at the back, an hour with the
    /// post, where nobody waits.
    fn model() -> Model {
        Model::builder("two desks and the post")
            .pool("runners", |p| p.staff(1))
            .department("desk", |d| d.staff(1).service(minutes(8)))
            .department("back", |d| d.staff(1).service(minutes(9)))
            .department("post", |d| d.infinite_staff().service(hours(1)))
            .department("errands", |d| d.pool("runners").service(minutes(1)))
            .handoff("desk", "back", |h| h)
            .handoff("back", "post", |h| h)
            .customers("visitors", |c| {
                c.schedule([0, 10, 20, 30, 40, 50, 60, 200, 210].map(minutes)).enter("desk")
            })
            .customers("errand", |c| c.schedule([minutes(20)]).enter("errands"))
            .build()
            .unwrap()
    }

    /// Away from 12 to 42. At the desk cases 1 to 6 lose 30, 28, 26, 24, 22 and 20 minutes, and then 0 to 5 at the back,
    /// where they come too close together. At the back cases 0 to 6 lose 30, 29, ... 24, and nothing before it. The
    /// runner is 22 minutes late. See the schedule in the tests of disturbances.
    #[test]
    fn worked_by_hand() {
        let model = model();
        let told = Mutex::new(Vec::new());
        let study = Study::new(Experiment::new(&model).until_all_done().replications(2).threads(1))
            .on_progress(|progress| told.lock().unwrap().push((progress.done, progress.planned)));
        let influence = study.influence(minutes(12), minutes(30)).unwrap();
        // The model as it is runs once for all.
        assert_eq!(*told.lock().unwrap(), (1..=8).map(|done| (done, 8)).collect::<Vec<_>>());

        let in_minutes = |of: &Influenced| (of.hours.mean * 60.0).round();
        let all: Vec<_> = influence
            .rows
            .iter()
            .map(|row| {
                assert_eq!(row.department_hours.mean, 0.5);
                let departments: Vec<f64> = row.departments.iter().map(in_minutes).collect();
                let classes: Vec<f64> = row.classes.iter().map(in_minutes).collect();
                (row.of.as_str(), departments, classes, in_minutes(&row.customers))
            })
            .collect();
        let expected = [
            ("desk", vec![150.0, 15.0, 0.0, 0.0], vec![165.0, 0.0], 165.0),
            ("back", vec![0.0, 189.0, 0.0, 0.0], vec![189.0, 0.0], 189.0),
            ("runners", vec![0.0, 0.0, 0.0, 22.0], vec![0.0, 22.0], 22.0),
        ];
        assert_eq!(all, expected);
        let desk = influence.of("desk").unwrap();
        assert!((desk.on_class("visitors").unwrap().per_hour.unwrap().mean - 5.5).abs() < 1e-12);
        let left_out: Vec<_> =
            influence.left_out.iter().map(|of| (of.name.as_str(), of.reason.as_str())).collect();
        let reasons =
            [("post", "its staff is infinite"), ("errands", "its people are those of the pool `runners`")];
        assert_eq!(left_out, reasons);
        for part in ["disturbed", "runners", "Not disturbed: post, as its staff is infinite."] {
            assert!(influence.to_string().contains(part), "{influence}");
        }

        // The same outage by itself is known.
        let outage = Intervention::outage("desk", minutes(12), minutes(30));
        let following =
            Following { stretch: Some(study.usual_stretch(minutes(12), minutes(42))), ..Default::default() };
        let alone = study.disturb_by(&[outage], &following).unwrap();
        assert_eq!(alone.system.hours, desk.customers.hours);
        assert_eq!(told.lock().unwrap().len(), 8);
        assert!(influence.of("attic").unwrap_err().to_string().contains("there is desk, back, runners"));
    }

    /// Slower work disturbs departments whose people are others' or always enough; a pool has no work of its own.
    #[test]
    fn of_other_disturbances() {
        let model = model();
        let study = Study::new(Experiment::new(&model).until_all_done().replications(1));
        let slow = |department: &str| Intervention::SlowDown {
            department: department.into(),
            at: minutes(12),
            lasts: minutes(10),
            factor: 2.0,
        };
        let influence = study.influence_of(slow).unwrap();
        let names: Vec<_> = influence.rows.iter().map(|row| row.of.as_str()).collect();
        assert_eq!(names, ["desk", "back", "post", "errands"]);
        assert_eq!(influence.left_out[0].reason, "no department is called `runners`");
        // One errand of a minute takes two.
        let errands = influence.of("errands").unwrap();
        assert!((errands.customers.per_hour.unwrap().mean - 1.0).abs() < 1e-12);
        let early = study.influence_of(|name| Intervention::add_staff(name, 1)).unwrap_err();
        assert!(early.to_string().contains("disturbance 1: is none"), "{early}");
    }
}
