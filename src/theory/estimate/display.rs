//! The analytic twin as tables.

use std::fmt;

use super::{Estimated, Exactness, ModelEstimate};
use crate::text::Table;

crate::text::displayed_as_prose!(ModelEstimate);

impl ModelEstimate {
    /// A table of the departments, one of the classes, what has no formula and why, and what is overloaded.
    fn page(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let width = f.width().unwrap_or(crate::text::WIDTH);
        let departments = self.departments.iter().map(|of| {
            let figures = of.figures.value();
            vec![
                of.department.clone(),
                told(of.arrival_rate, |rate| format!("{rate:.3}")),
                told(of.traffic_intensity, |load| format!("{:.1} %", 100.0 * load)),
                told(figures, |of| hours(of.wait_mean)),
                told(figures, |of| format!("{:.2}", of.queue_mean)),
                told(figures, |of| how(&of.exactness)),
            ]
        });
        let header = ["department", "visits per hour", "load", "mean wait", "in line", "by formula"];
        write!(f, "{:width$}", Table::new(&header, departments))?;
        let classes = self.classes.iter().map(|of| {
            let completed = of.completed.value();
            vec![
                of.class.clone(),
                told(of.arrival_rate, |rate| format!("{rate:.3}")),
                told(completed, |of| hours(of.lead_time_mean)),
                told(completed, |of| how(&of.exactness)),
            ]
        });
        let header = ["class", "arrivals per hour", "mean lead time", "by formula"];
        write!(f, "\n{:width$}", Table::new(&header, classes))?;
        let departments =
            self.departments.iter().filter_map(|of| Some((&of.department, reason(&of.figures)?)));
        let classes = self.classes.iter().filter_map(|of| Some((&of.class, reason(&of.completed)?)));
        for (name, why) in departments.chain(classes) {
            write!(f, "\n`{name}` has no formula: {why}")?;
        }
        self.overloads.iter().try_for_each(|overload| write!(f, "\nwarning: {overload}"))?;
        Ok(())
    }
}

fn told<T>(figure: Option<T>, show: impl Fn(T) -> String) -> String {
    figure.map_or("-".to_owned(), show)
}

fn reason<T>(of: &Estimated<T>) -> Option<&str> {
    of.reason()
}

fn hours(hours: f64) -> String {
    format!("{hours:.3} h")
}

/// Whose formula, if it is not exact.
fn how(exactness: &Exactness) -> String {
    match exactness {
        Exactness::Exact => "exact".to_owned(),
        Exactness::Approximate { source } => source.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use crate::model::Model;
    use crate::random::Dist;
    use crate::time::{minutes, per_hour};

    /// M/M/1 at half load: 10 minutes of waiting, half a customer in line; a second desk that is lost under its work.
    #[test]
    fn it_reads_as_tables() {
        let model = Model::builder("desks")
            .department("desk", |d| d.staff(1).service(Dist::exponential(minutes(10))))
            .department("back", |d| d.staff(1).service(Dist::exponential(minutes(30))))
            .handoff("desk", "back", |h| h)
            .customers("visitors", |c| c.poisson(per_hour(3.0)).enter("desk"))
            .build()
            .unwrap();
        let text = crate::theory::estimate(&model).unwrap().to_string();
        let line = text.lines().find(|line| line.starts_with("desk ")).unwrap();
        let words: Vec<&str> = line.split_whitespace().collect();
        assert_eq!(words, ["desk", "3.000", "50.0", "%", "0.167", "h", "0.50", "exact"], "{text}");
        assert!(text.contains("150.0 %") && text.contains("`back` has no formula: "), "{text}");
        assert!(text.contains("warning: ") && text.lines().all(|line| line.chars().count() <= 80), "{text}");
    }
}
