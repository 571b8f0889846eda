//! Figures of a day that ends at a given time, of those who have started or left by then.
//!
//! The work of those who have started counts in full, also what is done after the end: so nobody comes after the
//! end, and the run goes on until everybody has left.

use knockon::model::{Model, Staff};
use knockon::prelude::{Span, hours};
use knockon::{Outcome, VisitRecord};

use crate::by_replication::{Figures, Recorded, mean};

/// Streams that end by the clock still need a limit: one that is never reached.
const NO_LIMIT: u64 = 1 << 53;

/// What is asked of a day.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Figure {
    Arrivals,
    Completed,
    /// The mean lead time of a class, of those who have left.
    Lead {
        class: u32,
    },
    /// The mean wait at a department, of those who have started there.
    Wait {
        department: u32,
    },
    /// The whole work on those, as a share of the time of so many people.
    Work {
        department: u32,
        staff: u32,
    },
}

impl Figure {
    fn read(metric: &str, model: &Model) -> Option<Figure> {
        let department = |name: &str| model.departments.iter().position(|own| own.name == name);
        match metric.split('/').collect::<Vec<_>>()[..] {
            ["system", "arrivals"] => Some(Figure::Arrivals),
            ["system", "completed"] => Some(Figure::Completed),
            ["class", name, "lead_mean_completed"] => {
                let class = model.classes.iter().position(|class| class.name == name)?;
                Some(Figure::Lead { class: class as u32 })
            }
            ["node", name, "wait_mean"] => Some(Figure::Wait { department: department(name)? as u32 }),
            ["node", name, "util_nominal"] => {
                let at = department(name)?;
                let Staff::Count(staff) = model.departments[at].staff else { return None };
                Some(Figure::Work { department: at as u32, staff })
            }
            _ => None,
        }
    }
}

/// What is asked of a day that ends at `end`, and how many hours one unit of the model's time is.
#[derive(Clone, Debug)]
pub struct Day {
    asked: Vec<(String, Figure)>,
    end: Span,
    unit: f64,
}

impl Day {
    /// Those of the metrics that are figures of a day; `None` without any.
    pub fn of(metrics: &[&str], model: &Model, end: f64, unit: f64) -> Option<Day> {
        let read = |metric: &&str| Some((metric.to_string(), Figure::read(metric, model)?));
        let asked: Vec<_> = metrics.iter().filter_map(read).collect();
        (!asked.is_empty()).then(|| Day { asked, end: hours(end * unit), unit })
    }

    /// The model of a day after which nobody comes.
    pub fn model(&self, model: &Model) -> Model {
        let mut model = model.clone();
        for stream in &mut model.streams {
            stream.until = Some(self.end);
            stream.limit = stream.limit.or(Some(NO_LIMIT));
        }
        model
    }

    /// The names of the figures.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.asked.iter().map(|(name, _)| name.as_str())
    }

    /// The figures of one day, in the order of the names.
    pub fn figures(&self, recorded: &Recorded) -> Figures {
        self.asked.iter().map(|&(_, figure)| self.figure(figure, recorded)).collect()
    }

    fn figure(&self, figure: Figure, recorded: &Recorded) -> Option<f64> {
        let time = |span: Span| span.as_hours() / self.unit;
        let started = |of: u32| {
            let before = move |visit: &&VisitRecord| visit.begun.is_some_and(|begun| begun < self.end);
            recorded.visits.iter().filter(move |visit| visit.department == of).filter(before)
        };
        let done =
            recorded.cases.iter().filter(|case| case.outcome == Outcome::Completed && case.ended < self.end);
        match figure {
            Figure::Arrivals => Some(recorded.cases.len() as f64),
            Figure::Completed => Some(done.count() as f64),
            Figure::Lead { class } => mean(
                done.filter(|case| case.class == class).map(|case| time(case.ended) - time(case.arrived)),
            ),
            Figure::Wait { department } => {
                mean(started(department).filter_map(|visit| Some(time(visit.begun?) - time(visit.joined))))
            }
            Figure::Work { department, staff } => {
                let work: f64 = started(department).map(|visit| time(visit.worked)).sum();
                Some(work / (f64::from(staff) * time(self.end)))
            }
        }
    }
}
