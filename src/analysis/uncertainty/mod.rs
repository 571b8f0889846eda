//! What is not known about the parameters of a model, beside the noise of its simulation.

mod components;
mod display;
#[cfg(test)]
mod tests;
mod uncertain;

use serde::{Deserialize, Serialize};

pub use uncertain::Uncertain;

use self::components::{Crossed, fewest, percentile_interval, variance};
use super::study::Study;
use crate::error::{Defect, Error, Result};
use crate::experiment::Figure;
use crate::model::Model;
use crate::stats::{Estimate, Interval};

/// How far figures are known, if parameters of the model are not known for certain.
///
/// Displayed it is a table and some sentences.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct InputUncertainty {
    /// How many parameter sets were drawn.
    pub draws: u32,
    /// How many replications of each.
    pub replications: u32,
    /// The confidence level of all intervals.
    pub level: f64,
    /// The parameters, in the order given.
    pub parameters: Vec<ParameterUncertainty>,
    /// The figures, in the order given.
    pub figures: Vec<FigureUncertainty>,
}

/// A parameter, and the values drawn.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ParameterUncertainty {
    /// Its name.
    pub name: String,
    /// Whether the values are means of resamples of a sample; otherwise they are uniform over an interval.
    pub resampled: bool,
    /// The value in each set.
    pub values: Vec<f64>,
}

/// How far a figure is known, in its own unit.
///
/// Displayed it is a sentence.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FigureUncertainty {
    /// The figure.
    pub figure: Figure,
    /// The figure of the model as it is. Its interval is simulation noise alone: it shrinks with more replications, whatever
    /// is not known about the parameters.
    pub as_given: Estimate,
    /// The mean over all parameter sets; its interval is simulation noise alone, too.
    pub mean: Estimate,
    /// The figure in each parameter set.
    pub sets: Vec<f64>,
    /// The interval that allows for the parameters as well: it holds the expected figure of one more parameter set, drawn as the
    /// others. The standard error is the square root of both variances.
    pub interval: Interval,
    /// The variance of the expected figure due to the parameters; it may come out below zero where there is hardly any. The
    /// interval is over parameter sets.
    pub input_variance: Estimate,
    /// The variance of [`FigureUncertainty::mean`] due to the draws of the simulation.
    pub simulation_variance: f64,
    /// The share of the input variance in the sum of both: an estimate without an interval. `None` where both are zero.
    pub input_share: Option<f64>,
    /// What each parameter contributes, in their order; none where a parameter does not vary, or there are fewer sets than
    /// parameters.
    pub parameters: Vec<ParameterShare>,
}

/// What a parameter contributes to the variance of a figure, as far as the figure follows it in a straight line.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ParameterShare {
    /// The parameter.
    pub name: String,
    /// How much the figure changes for each unit of the parameter, the other parameters being equal: linear regression over
    /// the parameter sets.
    pub slope: Estimate,
    /// The share of the variance over parameter sets that this line explains: the squared slope, less its squared standard
    /// error, times the variance of the parameter. A first-order estimate without an interval; the
    /// shares of all parameters need not sum to 1, as what is curved or joint is in none.
    pub share: f64,
}

impl InputUncertainty {
    /// How far a figure is known; `None` if it was not asked for.
    #[must_use]
    pub fn figure(&self, figure: &Figure) -> Option<&FigureUncertainty> {
        self.figures.iter().find(|of| of.figure == *figure)
    }
}

impl FigureUncertainty {
    /// Whether the input variance is told from nothing.
    #[must_use]
    pub fn told(&self) -> bool {
        self.input_variance.low().is_some_and(|low| low > 0.0)
    }

    /// The parameter that contributes most, if one does.
    #[must_use]
    pub fn foremost(&self) -> Option<&ParameterShare> {
        let some = self.parameters.iter().filter(|of| of.share > 0.0);
        some.max_by(|a, b| a.share.total_cmp(&b.share))
    }
}

impl Study<'_> {
    /// How far figures are known, if some parameters are not known for certain.
    ///
    /// So many parameter sets are drawn, independently, each parameter by its name and the study's seed; each is run with the
    /// study's replications. All sets are run on the same draws: parameters and replications are then crossed, the noise that
    /// they share does not blur the differences between sets, and the variance that is due to the parameters is
    /// found without bias from covariances between different replications (random effects; Barton, Nelson and Xie, *INFORMS
    /// Journal on Computing* 26, 2014; Song, Nelson and Pegden, *Proceedings of the Winter Simulation Conference*, 2014). The
    /// interval that allows for the parameters goes from percentile to percentile of the sets, which needs no normality (Barton and
    /// Schruben, *Proceedings of the Winter Simulation Conference*, 1993), and half the interval of the simulation's
    /// noise farther on either side: rather too wide than too narrow.
    ///
    /// ```
    /// use knockon::analysis::{Study, Uncertain};
    /// use knockon::experiment::Figure;
    /// use knockon::prelude::*;
    ///
    /// let model = Model::builder("two desks")
    ///     .department("front", |d| d.staff(2).service(Dist::lognormal(minutes(12), cv(0.6))))
    ///     .department("back", |d| d.staff(1).service(Dist::gamma(minutes(20), cv(0.8))))
    ///     .handoff("front", "back", |h| h)
    ///     .customers("visitors", |c| c.poisson(per_hour(2.0)).enter("front"))
    ///     .build()?;
    /// let study = Study::new(Experiment::new(&model).horizon(weeks(1)).warm_up(days(1)).replications(5));
    /// // Nobody has timed the back: it may take 20 % less or more. The front was timed eight times.
    /// let uncertain = [
    ///     Uncertain::service("back", 0.8, 1.2),
    ///     Uncertain::timed("front", [5, 9, 12, 16, 8, 21, 11, 14].map(minutes)),
    /// ];
    /// let known = study.uncertain(&[Figure::lead_time("visitors")], &uncertain, 40)?;
    /// let lead_time = &known.figures[0];
    /// assert!(lead_time.told() && lead_time.input_share.unwrap() > 0.5);
    /// assert_eq!(lead_time.foremost().unwrap().name, "the service of `back`");
    /// println!("{known}");
    /// # Ok::<(), knockon::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// No figures or parameters; parameters that do not fit the model at the ends of their intervals, or of the same name; too few
    /// draws for an interval of the study's level (39 at 95 %); one replication; a figure that is not known by replication or
    /// that some set does not have; else as [`Experiment::run`](crate::experiment::Experiment::run).
    pub fn uncertain(
        &self,
        figures: &[Figure],
        uncertain: &[Uncertain],
        draws: u32,
    ) -> Result<InputUncertainty> {
        let level = self.experiment().confidence();
        refuse(self.model(), figures, uncertain, draws, level)?;
        let base = self.base()?;
        for figure in figures {
            figure.series(&base)?;
        }
        let seed = base.manifest.seed;
        let drawn: Vec<Vec<f64>> =
            uncertain.iter().map(|of| (0..draws).map(|set| of.draw(seed, set)).collect()).collect();
        let model = |set: usize| {
            let with = |model: Model, (of, drawn): (&Uncertain, &Vec<f64>)| of.applied(&model, drawn[set]);
            uncertain.iter().zip(&drawn).try_fold(self.model().clone(), with)
        };
        let models: Vec<Model> = (0..draws as usize).map(model).collect::<Result<_>>()?;
        // By set and figure: the figure by replication.
        let sets = self.each(&models, |results| {
            let values = |figure: &Figure| Ok(figure.series(results)?.linearized());
            figures.iter().map(values).collect::<Result<Vec<_>>>()
        })?;
        let mut defects = Vec::new();
        let mut known = Vec::new();
        for (at, figure) in figures.iter().enumerate() {
            let values: Option<Vec<Vec<f64>>> = sets.iter().map(|set| set[at].clone()).collect();
            let settled = figure.of(&base)?.zip(values.and_then(Crossed::of));
            let settled = settled
                .and_then(|(as_given, crossed)| settle(figure, as_given, &crossed, uncertain, &drawn, level));
            match settled {
                Some(settled) => known.push(settled),
                None => defects.push(Defect::new(
                    "figure",
                    format!("{figure} must be known in two replications of every parameter set"),
                )),
            }
        }
        if !defects.is_empty() {
            return Err(Error::from_defects(defects));
        }
        let parameters = uncertain.iter().zip(&drawn).map(|(of, values)| ParameterUncertainty {
            name: of.name().to_owned(),
            resampled: matches!(of.source, uncertain::Source::Sample(_)),
            values: values.clone(),
        });
        Ok(InputUncertainty {
            draws,
            replications: base.manifest.replications,
            level,
            parameters: parameters.collect(),
            figures: known,
        })
    }
}

/// Refuses what can be known to be wrong before anything runs.
fn refuse(model: &Model, figures: &[Figure], uncertain: &[Uncertain], draws: u32, level: f64) -> Result<()> {
    let mut defects = Vec::new();
    if figures.is_empty() {
        defects.push(Defect::new("figures", "there are none, must be at least one"));
    }
    if uncertain.is_empty() {
        defects.push(Defect::new("uncertain parameters", "there are none, must be at least one"));
    }
    let fewest = fewest(level);
    if draws < fewest {
        let percent = (level * 1e8).round() / 1e6;
        let rule = format!("are {draws}, must be at least {fewest} for intervals of {percent} %");
        defects.push(Defect::new("draws", rule));
    }
    for (at, of) in uncertain.iter().enumerate() {
        if uncertain[..at].iter().any(|other| other.name() == of.name()) {
            defects.push(Defect::new(of.name(), "comes twice, names must differ"));
        }
        defects.extend(of.defects(model));
    }
    if defects.is_empty() { Ok(()) } else { Err(Error::from_defects(defects)) }
}

fn settle(
    figure: &Figure,
    as_given: Estimate,
    crossed: &Crossed,
    uncertain: &[Uncertain],
    drawn: &[Vec<f64>],
    level: f64,
) -> Option<FigureUncertainty> {
    let (mean, input_variance) = (crossed.mean(level)?, crossed.input_variance(level)?);
    let noise = mean.interval?;
    let simulation_variance = noise.std_error.powi(2);
    let input = input_variance.mean.max(0.0);
    let total = input + simulation_variance;
    let sets = crossed.set_means();
    let (low, high) = percentile_interval(&sets, level);
    let half = (noise.high - noise.low) / 2.0;
    let interval = Interval { std_error: total.sqrt(), low: low - half, high: high + half, level };
    let over_sets = variance(&sets);
    let parameters = crossed.lines(drawn).map_or_else(Vec::new, |(varying, fit)| {
        let share = |(column, &at): (usize, &usize)| {
            let slope = fit.slope(column, level);
            let squared = slope.mean.powi(2) - slope.std_error().unwrap_or(0.0).powi(2);
            let share =
                if over_sets > 0.0 { squared.max(0.0) * variance(&drawn[at]) / over_sets } else { 0.0 };
            ParameterShare { name: uncertain[at].name().to_owned(), slope, share: share.min(1.0) }
        };
        varying.iter().enumerate().map(share).collect()
    });
    Some(FigureUncertainty {
        figure: figure.clone(),
        as_given,
        mean,
        sets,
        interval,
        input_variance,
        simulation_variance,
        input_share: (total > 0.0).then(|| input / total),
        parameters,
    })
}
