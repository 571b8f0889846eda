//! The figures of one run of a process, from the first case until all are done.

use knockon::VisitRecord;
use knockon::model::Model;
use knockon::prelude::Span;

use super::translate::START;
use crate::by_replication::{Figures, Recorded, mean};

/// What may be asked of a run.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Figure {
    OfTask(u32, OfTask),
    OfCases(OfCases),
}

/// Of the visits to a department.
#[derive(Clone, Copy, Debug, PartialEq)]
enum OfTask {
    Count,
    /// From the start of the work to its end.
    Occupied,
    /// The work.
    Processing,
    /// From when it could start to when it did.
    Wait,
}

/// Of the times from arrival to end.
#[derive(Clone, Copy, Debug, PartialEq)]
enum OfCases {
    Mean,
    MeanOfFirstHalf,
    /// The time that this share of the cases does not exceed.
    Quantile(f64),
    /// Of the last case, since the start of the run.
    Makespan,
}

/// What is asked of a run.
#[derive(Debug)]
pub struct Asked {
    figures: Vec<(String, Figure)>,
    /// The department where cases come in.
    start: u32,
    /// How many cases there are.
    cases: u64,
}

impl Asked {
    /// Those of the metrics that are known; shares of the time of pools are not among them.
    pub fn of(metrics: &[&str], model: &Model, cases: u64) -> Asked {
        let department = |name: &str| model.departments.iter().position(|own| own.name == name);
        let read = |metric: &str| match metric.split('/').collect::<Vec<_>>()[..] {
            ["node", task, name] => {
                let figure = match name {
                    "count" => OfTask::Count,
                    "occupied_mean" => OfTask::Occupied,
                    "processing_mean" => OfTask::Processing,
                    "wait_mean" => OfTask::Wait,
                    _ => return None,
                };
                Some(Figure::OfTask(department(task)? as u32, figure))
            }
            ["system", name] => Some(Figure::OfCases(match name {
                "lead_mean" => OfCases::Mean,
                "lead_mean_first_half" => OfCases::MeanOfFirstHalf,
                "lead_median" => OfCases::Quantile(0.5),
                "lead_p90" => OfCases::Quantile(0.9),
                "makespan" => OfCases::Makespan,
                _ => return None,
            })),
            _ => None,
        };
        let known = metrics.iter().filter_map(|metric| Some((metric.to_string(), read(metric)?)));
        let start = department(START).unwrap_or(0) as u32;
        Asked { figures: known.collect(), start, cases }
    }

    /// The names of the figures.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.figures.iter().map(|(name, _)| name.as_str())
    }

    /// The figures of one run, in the order of the names.
    pub fn figures(&self, recorded: &Recorded) -> Figures {
        let leads = self.leads(recorded);
        let figure = |figure| match figure {
            Figure::OfTask(department, figure) => of_task(department, figure, recorded),
            Figure::OfCases(figure) => self.of_cases(figure, &leads, recorded),
        };
        self.figures.iter().map(|&(_, asked)| figure(asked)).collect()
    }

    /// By number of the case: from when it was let in until it was done.
    fn leads(&self, recorded: &Recorded) -> Vec<f64> {
        let mut let_in = vec![Span::ZERO; self.cases as usize];
        for visit in recorded.visits.iter().filter(|visit| visit.department == self.start) {
            let_in[visit.case.number as usize] = visit.joined;
        }
        let mut leads = vec![0.0; let_in.len()];
        for case in &recorded.cases {
            let number = case.case.number as usize;
            leads[number] = between(let_in[number], case.ended);
        }
        leads
    }

    fn of_cases(&self, figure: OfCases, leads: &[f64], recorded: &Recorded) -> Option<f64> {
        match figure {
            OfCases::Mean => mean(leads.iter().copied()),
            OfCases::MeanOfFirstHalf => mean(leads[..leads.len() / 2].iter().copied()),
            OfCases::Quantile(share) => quantile(leads.to_vec(), share),
            OfCases::Makespan => recorded.cases.iter().map(|case| case.ended.as_seconds()).reduce(f64::max),
        }
    }
}

fn of_task(department: u32, figure: OfTask, recorded: &Recorded) -> Option<f64> {
    let visits = recorded.visits.iter().filter(|visit| visit.department == department);
    let time: fn(&VisitRecord) -> Option<f64> = match figure {
        OfTask::Count => return Some(visits.count() as f64),
        OfTask::Occupied => |visit| Some(between(visit.begun?, visit.ended?)),
        OfTask::Processing => |visit| Some(visit.worked.as_seconds()),
        OfTask::Wait => |visit| Some(between(visit.joined, visit.begun?)),
    };
    mean(visits.filter_map(time))
}

fn between(from: Span, to: Span) -> f64 {
    Span::from_ticks(to.ticks() - from.ticks()).as_seconds()
}

/// The value below which a share of the values lies, in a straight line between two of them.
fn quantile(mut values: Vec<f64>, share: f64) -> Option<f64> {
    values.sort_by(f64::total_cmp);
    let place = share * values.len().checked_sub(1)? as f64;
    let (below, above) = (values[place.floor() as usize], values[place.ceil() as usize]);
    Some(below + (above - below) * place.fract())
}
