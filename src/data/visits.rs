//! Logs from simulations.

use jiff::civil::DateTime;
use jiff::tz::Offset;

use super::log::{Event, EventLog, LogBuilder};
use crate::VisitRecord;
use crate::error::{Defect, Error, Result};
use crate::model::Model;
use crate::results::Results;
use crate::time::Span;

impl EventLog {
    /// The log of a simulated organization: one event for each of these visits that was served and has ended, from
    /// the begin of the service to the end of the visit. A visit is enabled when it joins its department. The records
    /// are those of one replication of an experiment with `model`, in any order
    /// ([`Experiment::run_recorded`](crate::experiment::Experiment::run_recorded)), and `results` the results of it.
    ///
    /// Cases are called as by [`Results::case_name`], people as by [`Results::person_name`]. The run began when the
    /// model says ([`Model::start`]), else at `epoch`: take a Monday at midnight for calendars with a week of shifts,
    /// as the run did. What several people did together is told of one of them only.
    ///
    /// ```
    /// use std::sync::Mutex;
    ///
    /// use jiff::civil::date;
    /// use knockon::data::EventLog;
    /// use knockon::prelude::*;
    /// use knockon::{Records, VisitRecord};
    ///
    /// struct Keep<'v>(&'v Mutex<Vec<VisitRecord>>);
    ///
    /// impl Records for Keep<'_> {
    ///     fn visit(&mut self, record: &VisitRecord) {
    ///         self.0.lock().unwrap().push(record.clone());
    ///     }
    /// }
    ///
    /// let model = Model::builder("desk")
    ///     .department("desk", |d| d.staff(1).service(Dist::exponential(minutes(12))))
    ///     .customers("visitors", |c| c.poisson(per_hour(4.0)).enter("desk"))
    ///     .build()?;
    /// let visits = Mutex::new(Vec::new());
    /// let results = Experiment::new(&model).horizon(days(1)).replications(1).run_recorded(|_| Keep(&visits))?;
    /// let log = EventLog::from_visits(&visits.into_inner().unwrap(), &model, &results, date(2026, 1, 5).into())?;
    /// let first = log.events().next().unwrap();
    /// assert_eq!((first.activity, first.resource), ("desk", Some("desk 0")));
    /// # Ok::<(), knockon::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// When the visits are of several replications, or the run goes on after the last year there is; also when
    /// records, model and results do not belong together.
    pub fn from_visits<'v>(
        visits: impl IntoIterator<Item = &'v VisitRecord>,
        model: &Model,
        results: &Results,
        epoch: DateTime,
    ) -> Result<EventLog> {
        let epoch = Offset::UTC.to_timestamp(model.start.unwrap_or(epoch)).map_err(|_| ends_nowhere())?;
        let at = |time: Span| {
            epoch
                .checked_add(std::time::Duration::from_micros(time.ticks().max(0) as u64))
                .map_err(|_| ends_nowhere())
        };
        let mut builder = LogBuilder::default();
        let mut replication = None;
        for (number, visit) in visits.into_iter().enumerate() {
            let place = |field: &'static str| format!("visit {number}, {field}");
            let first = *replication.get_or_insert(visit.replication);
            if visit.replication != first {
                return Err(several_replications(first, visit.replication));
            }
            let (Some(begun), Some(ended)) = (visit.begun, visit.ended) else { continue };
            let case = results.case_name(visit.case);
            let person = visit.person.map(|person| results.person_name(person));
            let Some(department) = model.departments.get(visit.department as usize) else {
                builder.found.add(|| place("department"), || "the model has fewer departments".into());
                continue;
            };
            let event = Event {
                resource: person.as_deref(),
                enabled: Some(at(visit.joined)?),
                ..Event::new(&case, &department.name, at(begun)?, at(ended)?)
            };
            builder.add(&event, place);
        }
        builder.finish()
    }
}

fn several_replications(first: u64, other: u64) -> Error {
    let rule = format!("some are of replication {first}, some of {other}; a log is of one");
    Error::from_defects(vec![Defect::new("visits", rule)])
}

fn ends_nowhere() -> Error {
    Error::from_defects(vec![Defect::new("the run", "it goes on after the last year there is")])
}
