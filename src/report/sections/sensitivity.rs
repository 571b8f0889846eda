//! What a little more, and much more, of a department would bring.

use super::{intervals_of, simple, told};
use crate::analysis::{Effect, RankedBy, Ranking, Sensitivity, Shapley, SpeedUp};
use crate::report::Reportable;
use crate::report::chart::Chart;
use crate::report::charts::curves::{Curve, Curves};
use crate::report::charts::intervals::{Intervals, Row};
use crate::report::palette::SERIES_COLOURS;
use crate::report::section::{Section, Sections};
use crate::report::table::{Cell, Table};
use crate::report::text::{Unit, percent};
use crate::stats::Estimate;

/// What a gain is, and in what.
fn gain(by: RankedBy) -> (&'static str, Unit) {
    match by {
        RankedBy::LeadTime => ("what is saved of the mean lead time", Unit::Time),
        RankedBy::Throughput => ("how many cases more are completed per hour", Unit::Number("")),
    }
}

/// The gain of an effect: what is saved, or what is more.
fn gained(by: RankedBy, effect: &Effect) -> Option<Estimate> {
    match by {
        RankedBy::LeadTime => effect.system.lead_time.map(|saved| saved.times(-1.0)),
        RankedBy::Throughput => effect.system.throughput,
    }
}

fn level(mut estimates: impl Iterator<Item = Estimate>) -> f64 {
    estimates.find_map(|of| of.interval).map_or(0.95, |interval| interval.level)
}

impl Chart {
    /// What a little more rate of each department does for customers, the most first.
    #[must_use]
    pub fn ranking(ranking: &Ranking) -> Chart {
        let (what, unit) = gain(ranking.by);
        let level = level(ranking.departments.iter().map(|of| of.gain));
        let says = format!(
            "What {} % more rate brings: {what}, with {}.",
            percent(ranking.step),
            intervals_of(level)
        );
        let rows = ranking.departments.iter().map(|of| (of.department.clone(), Some(of.gain)));
        Chart::new("Where a little more rate helps most", says, simple(unit, rows, true))
    }

    /// What customers gain if departments are 10, 25, 50 and 100 % faster; those where it brings next to nothing are grey.
    #[must_use]
    pub fn speed_ups(curves: &[SpeedUp]) -> Chart {
        let by = curves.first().map_or(RankedBy::LeadTime, |curve| curve.ranked_by);
        let (what, unit) = gain(by);
        let last = |curve: &SpeedUp| {
            curve.points.last().and_then(|point| gained(by, &point.effect)).map_or(0.0, |gain| gain.mean)
        };
        let mut order: Vec<&SpeedUp> = curves.iter().collect();
        order.sort_by(|a, b| last(b).total_cmp(&last(a)));
        let curve = |(at, curve): (usize, &&SpeedUp)| {
            let points =
                curve.points.iter().filter_map(|point| Some((point.faster, gained(by, &point.effect)?)));
            let start = (0.0, Estimate { mean: 0.0, interval: None, replications: 0 });
            Curve {
                name: curve.department.clone(),
                points: [start].into_iter().chain(points).collect(),
                grey: curve.flat || at >= SERIES_COLOURS,
            }
        };
        let level = level(
            curves.iter().flat_map(|curve| &curve.points).filter_map(|point| gained(by, &point.effect)),
        );
        let says = format!(
            "What customers gain if a department is so much faster: {what}, with {}. Grey: next to nothing, or among the rest.",
            intervals_of(level)
        );
        let drawn =
            Curves { units: (Unit::Share, unit), curves: order.iter().enumerate().map(curve).collect() };
        Chart::new("Speed-up curves", says, drawn)
    }

    /// The share of each of several improvements in what they save together; and what each would save alone, and as the last.
    #[must_use]
    pub fn shapley(shapley: &Shapley) -> Chart {
        let (what, unit) = gain(shapley.ranked_by);
        let row = |of: &crate::analysis::ShapleyShare| Row {
            name: of.name.clone(),
            estimates: vec![Some(of.share), Some(of.alone), Some(of.last)],
            note: String::new(),
        };
        let series = vec!["its share", "alone", "when all others are there"];
        let rows = shapley.shares.iter().map(row).collect();
        let drawn = Intervals { unit, series, rows, line: None, from_zero: true };
        let says = format!(
            "Together they bring {}: {what}. The shares add up to that.",
            unit.show(&shapley.together)
        );
        Chart::new("What each improvement contributes", says, drawn)
    }
}

impl Reportable for Ranking {}

impl Sections for Ranking {
    fn sections(&self) -> Vec<Section> {
        let mut section = Section::new("Where a little more rate helps most");
        section.text(last_line(&self.to_string()));
        section.chart(Chart::ranking(self));
        let (what, unit) = gain(self.by);
        let rows = self
            .departments
            .iter()
            .map(|of| vec![of.department.as_str().into(), Cell::estimate(Some(&of.gain), unit)]);
        section.table(
            Table::new(format!("{} % more rate", percent(self.step)), "department").figures(what).rows(rows),
        );
        vec![section]
    }
}

/// What a ranking comes to, as a sentence.
fn last_line(text: &str) -> String {
    format!("{}.", crate::report::text::capital(text.lines().last().unwrap_or("")))
}

impl Reportable for Sensitivity {}

impl Sections for Sensitivity {
    fn sections(&self) -> Vec<Section> {
        let ranking = self.ranking();
        let mut section = Section::new("What a little more would change");
        section.text(last_line(&ranking.to_string()));
        section.chart(Chart::ranking(&ranking));
        let (what, unit) = gain(self.ranked_by);
        let gain = |effect: &Option<Effect>| {
            Cell::estimate(effect.as_ref().and_then(|effect| gained(self.ranked_by, effect)).as_ref(), unit)
        };
        let rows = self.departments.iter().map(|of| {
            let rate = &of.rate.system;
            let elasticity = match self.ranked_by {
                RankedBy::LeadTime => rate.lead_time_elasticity,
                RankedBy::Throughput => rate.throughput_elasticity,
            };
            vec![
                of.department.as_str().into(),
                gain(&Some(of.rate.clone())),
                Cell::estimate(elasticity.as_ref(), Unit::Number("")),
                Cell::estimate(rate.cost.as_ref(), Unit::Number("")),
                gain(&of.fewer_errors),
                gain(&of.one_more),
                Cell::estimate(
                    of.one_more.as_ref().and_then(|effect| effect.system.cost.as_ref()),
                    Unit::Number(""),
                ),
            ]
        });
        let step = percent(self.step);
        let table = Table::new(format!("In each cell: {what}; costs are per replication"), "department");
        let table = table
            .figures(format!("{step} % more rate"))
            .figures("% per % of rate")
            .figures("change of costs");
        let table =
            table.figures("a tenth fewer errors").figures("one more person").figures("change of costs");
        section.table(table.rows(rows).without_empty());
        vec![section]
    }
}

impl Reportable for SpeedUp {}
impl Reportable for [SpeedUp] {}
impl Reportable for Vec<SpeedUp> {}

impl Sections for SpeedUp {
    fn sections(&self) -> Vec<Section> {
        std::slice::from_ref(self).sections()
    }
}

impl Sections for Vec<SpeedUp> {
    fn sections(&self) -> Vec<Section> {
        self[..].sections()
    }
}

impl Sections for [SpeedUp] {
    fn sections(&self) -> Vec<Section> {
        let mut section = Section::new("What faster departments would bring");
        section.list(self.iter().map(|curve| format!("{curve}.")).collect());
        section.chart(Chart::speed_ups(self));
        let rows = self.iter().flat_map(|curve| {
            let (_, unit) = gain(curve.ranked_by);
            curve.points.iter().map(move |point| {
                vec![
                    curve.department.as_str().into(),
                    Cell::number(point.faster, Unit::Share.number(point.faster)),
                    Cell::estimate(gained(curve.ranked_by, &point.effect).as_ref(), unit),
                    Cell::time(point.lead_time),
                    Cell::share(point.promise_kept.as_ref()),
                ]
            })
        });
        let table = Table::new("Speed-ups", "department")
            .figures("faster by")
            .figures("gain")
            .figures("mean lead time then");
        section.table(table.figures("promise kept then").rows(rows).without_empty());
        vec![section]
    }
}

impl Reportable for Shapley {}

impl Sections for Shapley {
    fn sections(&self) -> Vec<Section> {
        let (what, unit) = gain(self.ranked_by);
        let mut section = Section::new("Who is to be thanked");
        section.text(format!(
            "All improvements together bring {}: {what}. They overlap, so that what each brings depends on which others are \
             there; its Shapley share is the average over all orders in which they might come.",
            unit.show(&self.together)
        ));
        section.chart(Chart::shapley(self));
        let rows = self.shares.iter().map(|of| {
            let [share, alone, last] =
                [of.share, of.alone, of.last].map(|of| Cell::estimate(Some(&of), unit));
            vec![of.name.as_str().into(), share, alone, last]
        });
        let table = Table::new("Shapley shares", "improvement").figures("share").figures("alone");
        section.table(table.figures("when all others are there").rows(rows));
        let sure =
            self.shares.iter().filter(|of| !told(&of.share)).map(|of| of.name.clone()).collect::<Vec<_>>();
        if !sure.is_empty() {
            section.text(format!("Not told from nothing: {}.", crate::report::text::listed(&sure)));
        }
        vec![section]
    }
}
