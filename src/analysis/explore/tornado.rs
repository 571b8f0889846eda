//! One factor at a time.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::design::defects_of;
use super::effects::check_figures;
use super::{Factor, without_noise};
use crate::analysis::scenario::models;
use crate::analysis::shown::{shown, shown_or_dash};
use crate::analysis::{Scenario, Study};
use crate::error::{Error, Result};
use crate::experiment::Figure;
use crate::results::Results;
use crate::stats::{Estimate, Series};
use crate::text::Table;

/// How far a figure moves when one factor after the other goes to its low and to its high end.
///
/// Displayed it is a table, the factor with the largest swing first, and a sentence.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Tornado {
    /// The figure.
    pub figure: Figure,
    /// The figure of the model as it is, in its unit; `None` where there is nothing to average.
    pub base: Option<Estimate>,
    /// The factors, the largest swing first.
    pub bars: Vec<TornadoBar>,
    /// How many replications of each run.
    pub replications: u32,
}

/// How far a factor moves the figure.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TornadoBar {
    /// The factor.
    pub factor: String,
    /// Its low end: the first of its levels.
    pub low: TornadoEnd,
    /// Its high end: the last of its levels.
    pub high: TornadoEnd,
    /// The figure at the high end less that at the low one, replication by replication, in its unit.
    pub swing: Option<Estimate>,
}

/// An end of a bar.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TornadoEnd {
    /// The level.
    pub level: String,
    /// The figure there, in its unit.
    pub figure: Option<Estimate>,
    /// The figure there less that of the model as it is, replication by replication.
    pub change: Option<Estimate>,
}

impl Study<'_> {
    /// How far a figure moves when one factor at a time goes to the first of its levels and to the last, all others as in the
    /// model: a tornado diagram (Eschenbach, *Spiderplots versus tornado diagrams for sensitivity analysis*, Interfaces
    /// 22(6), 1992). All runs meet the same draws. What factors do together it does not show: [`Study::explore`] does.
    ///
    /// ```
    /// use knockon::analysis::{Factor, Study};
    /// use knockon::experiment::{Customers, Figure};
    /// use knockon::prelude::*;
    ///
    /// let model = Model::builder("two desks")
    ///     .department("front", |d| d.staff(2).service(Dist::lognormal(minutes(12), cv(0.6))))
    ///     .department("back", |d| d.staff(1).service(Dist::gamma(minutes(20), cv(0.8))))
    ///     .handoff("front", "back", |h| h)
    ///     .customers("visitors", |c| c.poisson(per_hour(2.5)).enter("front"))
    ///     .build()?;
    /// let study = Study::new(Experiment::new(&model).horizon(weeks(1)).warm_up(days(1)).replications(20));
    /// let factors = ["front", "back"].map(|department| Factor::service(department, [0.9, 1.1]));
    /// let tornado = study.tornado(&factors, &Figure::lead_time(Customers::All))?;
    /// println!("{tornado}");
    /// assert_eq!(tornado.bars[0].factor, "service at back");
    /// # Ok::<(), knockon::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// No factors, names that occur twice, factors without two levels; levels that do not fit the model; a figure that is not known
    /// by replication; else as [`Experiment::run`](crate::experiment::Experiment::run).
    pub fn tornado(&self, factors: &[Factor], figure: &Figure) -> Result<Tornado> {
        let defects = defects_of(factors);
        if !defects.is_empty() {
            return Err(Error::from_defects(defects));
        }
        let ends = |of: &Factor| [0, of.levels.len() - 1].map(|at| (of.name.clone(), of.levels[at].clone()));
        let named = |(factor, Scenario { name, changes }): (String, Scenario)| {
            Scenario::new(format!("{factor}: {name}"), changes)
        };
        let mut scenarios = vec![Scenario::new("the model as it is", [])];
        scenarios.extend(factors.iter().flat_map(ends).map(named));
        check_figures(std::slice::from_ref(figure), &models(self.model(), &scenarios)?)?;
        let results = self.all(&scenarios)?;
        let level = self.experiment().confidence();
        let series = results.iter().map(|results| figure.series(results));
        let series: Vec<Series> = series.collect::<Result<_>>()?;
        let end = |factor: &Factor, at: usize, series: &Series, base: &Series| TornadoEnd {
            level: factor.levels[at].name.clone(),
            figure: series.estimate(level),
            change: difference(series, base, level),
        };
        let base = &series[0];
        let bar = |(factor, ends): (&Factor, &[Series])| TornadoBar {
            factor: factor.name.clone(),
            low: end(factor, 0, &ends[0], base),
            high: end(factor, factor.levels.len() - 1, &ends[1], base),
            swing: difference(&ends[1], &ends[0], level),
        };
        let mut bars: Vec<TornadoBar> = factors.iter().zip(series[1..].chunks(2)).map(bar).collect();
        let size = |bar: &TornadoBar| bar.swing.map_or(0.0, |swing| swing.mean.abs());
        bars.sort_by(|a, b| size(b).total_cmp(&size(a)));
        let replications = |results: &Results| results.manifest.replications;
        Ok(Tornado {
            figure: figure.clone(),
            base: base.estimate(level),
            bars,
            replications: replications(&results[0]),
        })
    }
}

/// A figure less another one, replication by replication.
fn difference(one: &Series, other: &Series, level: f64) -> Option<Estimate> {
    let size = one.estimate(level)?.mean.abs() + other.estimate(level)?.mean.abs();
    Some(without_noise(one.less(other, level)?, size))
}

crate::text::displayed_as_prose!(Tornado);

impl Tornado {
    fn page(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Tornado { figure, base, bars, replications } = self;
        let base = shown_or_dash(figure, base.as_ref());
        writeln!(f, "{figure}: {base}\n({replications} replications on the same draws)\n")?;
        let header = ["factor", "low", "changes it by", "high", "changes it by", "swing"];
        let estimate = |estimate: &Option<Estimate>| shown_or_dash(figure, estimate.as_ref());
        let row = |TornadoBar { factor, low, high, swing }: &TornadoBar| {
            let (down, up) = (estimate(&low.change), estimate(&high.change));
            vec![factor.clone(), low.level.clone(), down, high.level.clone(), up, estimate(swing)]
        };
        fmt::Display::fmt(&Table::new(&header, bars.iter().map(row)), f)?;
        match bars.first().and_then(|first| Some((first, first.swing?))) {
            Some((first, swing)) => {
                write!(f, "\n{} moves it most: by {}.", first.factor, shown(figure, &swing))
            }
            None => write!(f, "\nThere is nothing to average."),
        }
    }
}
