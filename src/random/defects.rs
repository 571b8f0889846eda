//! Which distributions make no sense, and why, in words.

use std::fmt::Display;

use super::dist::{Cv, Dist, Quantity};
use super::params::{self, given};

/// How deep mixtures, shifted and scaled distributions may be nested in each other.
const MAX_DEPTH: u32 = 16;
/// Coefficients of variation beyond these bounds are taken for mistakes.
const CV_BOUNDS: (f64, f64) = (1e-6, 1e3);
/// Shapes beyond these bounds are taken for mistakes; formulas lose their digits there.
const SHAPE_BOUNDS: (f64, f64) = (1e-12, 1e12);
/// How far the sum of probabilities may be from 1.
const SUM_TOLERANCE: f64 = 1e-9;

impl<T: Quantity> Dist<T> {
    /// Every broken rule, in words: "the mean is -2h, must be positive". Empty if the distribution is
    /// valid.
    ///
    /// Values may never be negative, the mean must be finite and at most [`Quantity::LIMIT`]; the
    /// variance may be infinite.
    pub fn defects(&self) -> Vec<String> {
        let mut rules = Rules { place: String::new(), broken: Vec::new() };
        rules.dist(self, 0);
        if rules.broken.is_empty() {
            rules.mean(self);
        }
        rules.broken
    }
}

/// The broken rules found so far, and which part is being looked at.
struct Rules {
    place: String,
    broken: Vec<String>,
}

impl Rules {
    fn dist<T: Quantity>(&mut self, dist: &Dist<T>, depth: u32) {
        if depth > MAX_DEPTH {
            return self.add(format!("distributions are nested more than {MAX_DEPTH} deep"));
        }
        match *dist {
            Dist::Constant { value } => self.not_negative("value", value),
            Dist::Uniform { low, high } => self.bounds(low, high),
            Dist::Triangular { low, mode, high } => self.three_points(low, mode, high),
            Dist::Pert { low, mode, high, shape } => {
                self.three_points(low, mode, high);
                let (_, most) = SHAPE_BOUNDS;
                if !(0.0..=most).contains(&shape) {
                    self.add(format!("the shape is {}, must be between 0 and {most:e}", shape.text()));
                }
            }
            Dist::Exponential { mean } => self.positive("mean", mean),
            Dist::Erlang { stages, mean } => {
                if stages == 0 {
                    self.add("the number of stages is 0, must be at least 1");
                }
                self.positive("mean", mean);
            }
            Dist::Gamma { mean, cv } | Dist::Lognormal { mean, cv } => self.mean_and_cv(Some(mean), Some(cv)),
            Dist::Weibull { scale, shape, mean, cv } => {
                if given(scale, shape, mean, cv).is_none() {
                    self.add("give either scale and shape, or mean and cv");
                }
                self.optional_positive("scale", scale);
                self.shape("shape", shape);
                self.mean_and_cv(mean, cv);
            }
            Dist::Pareto { minimum, shape, mean, cv } => {
                if given(minimum, shape, mean, cv).is_none() {
                    self.add("give either minimum and shape, or mean and cv");
                }
                self.optional_positive("minimum", minimum);
                self.shape("shape", shape);
                self.mean_and_cv(mean, cv);
            }
            Dist::TruncatedNormal { mean, sd, low, high } => self.truncated_normal(mean, sd, low, high),
            Dist::Beta { .. } => self.beta(dist),
            Dist::Hyperexponential { .. } => self.hyperexponential(dist),
            Dist::Mixture { ref parts } => {
                if parts.is_empty() {
                    self.add("the list of parts is empty");
                }
                for (i, part) in parts.iter().enumerate() {
                    self.within(format!("part {}: ", i + 1), |rules| {
                        if !(0.0..=f64::LIMIT).contains(&part.weight) {
                            rules.add(format!(
                                "the weight is {}, must be between 0 and 2^52",
                                part.weight.text()
                            ));
                        }
                        rules.dist(&part.dist, depth + 1);
                    });
                }
                if !parts.is_empty() && parts.iter().all(|part| part.weight == 0.0) {
                    self.add("all weights are 0");
                }
            }
            Dist::Shifted { by, ref dist } => {
                let before = self.broken.len();
                self.in_range("shift", by);
                self.dist(dist, depth + 1);
                if self.broken.len() == before && by.value() < -dist.least() {
                    self.add(format!("the shift is {}, which makes values negative", by.text()));
                }
            }
            Dist::Scaled { factor, ref dist } => {
                self.positive("factor", factor);
                self.dist(dist, depth + 1);
            }
            Dist::Discrete { ref values } => {
                for (i, chance) in values.iter().enumerate() {
                    self.not_negative(&format!("value no. {}", i + 1), chance.value);
                }
                self.probabilities("values", values.iter().map(|chance| chance.probability));
            }
            Dist::Empirical { ref sample, .. } => {
                if sample.is_empty() {
                    self.add("the sample is empty");
                }
                for (i, &value) in sample.iter().enumerate() {
                    self.not_negative(&format!("observation no. {}", i + 1), value);
                }
            }
        }
    }

    fn truncated_normal<T: Quantity>(&mut self, mean: T, sd: T, low: T, high: Option<T>) {
        self.in_range("mean", mean);
        self.positive("standard deviation", sd);
        self.not_negative("lower bound", low);
        if let Some(high) = high {
            self.not_negative("upper bound", high);
            self.below("lower bound", low, "upper bound", high);
        }
    }

    fn beta<T: Quantity>(&mut self, dist: &Dist<T>) {
        let Dist::Beta { low, high, alpha, beta, mean, cv } = *dist else { return };
        let before = self.broken.len();
        self.not_negative("lower bound", low);
        self.not_negative("upper bound", high);
        self.below("lower bound", low, "upper bound", high);
        if given(alpha, beta, mean, cv).is_none() {
            self.add("give either alpha and beta, or mean and cv");
        }
        self.shape("alpha", alpha);
        self.shape("beta", beta);
        self.mean_and_cv(mean, cv);
        if let (Some(mean), Some(cv), true) = (mean, cv, self.broken.len() == before) {
            self.below("lower bound", low, "mean", mean);
            self.below("mean", mean, "upper bound", high);
            // The variance on these bounds with this mean is at most that of the two bounds alone.
            let room = (mean.value() - low.value()) * (high.value() - mean.value());
            let most = libm::sqrt(room.max(0.0)) / mean.value();
            if room > 0.0 && cv.0 >= most {
                self.add(format!(
                    "the cv is {cv}, must be less than {} (no beta distribution with this mean has more)",
                    most.text()
                ));
            } else if self.broken.len() == before {
                let (alpha, beta) = params::beta(low, high, given(alpha, beta, Some(mean), Some(cv)));
                let least = alpha.min(beta);
                if !(SHAPE_BOUNDS.0..=f64::MAX).contains(&least) || !alpha.max(beta).is_finite() {
                    self.add(format!("the mean is {}, too close to a bound for this cv, {cv}", mean.text()));
                }
            }
        }
    }

    fn hyperexponential<T: Quantity>(&mut self, dist: &Dist<T>) {
        let Dist::Hyperexponential { ref branches, mean, cv } = *dist else { return };
        let listed = (!branches.is_empty()).then_some(());
        if given(listed, listed, mean, cv).is_none() {
            self.add("give either branches, or mean and cv");
        }
        self.mean_and_cv(mean, cv);
        if let Some(cv) = cv
            && cv.0 < 1.0
        {
            self.add(format!("the cv is {cv}, must be at least 1 for a hyperexponential distribution"));
        }
        for (i, branch) in branches.iter().enumerate() {
            self.positive(&format!("mean of branch no. {}", i + 1), branch.mean);
        }
        if listed.is_some() {
            self.probabilities("branches", branches.iter().map(|branch| branch.probability));
        }
    }

    /// The mean of a distribution that breaks no other rule.
    fn mean<T: Quantity>(&mut self, dist: &Dist<T>) {
        let mean = dist.mean();
        if mean.is_nan() {
            self.add("the parameters are too extreme for the mean to be computed");
        } else if mean.is_infinite() {
            self.add("the mean is infinite, must be finite");
        } else if mean > T::LIMIT.value() {
            let times = mean / T::LIMIT.value();
            self.add(format!(
                "the mean is {} times {}, which is the most allowed",
                times.text(),
                T::LIMIT.text()
            ));
        }
    }

    fn add(&mut self, rule: impl Display) {
        self.broken.push(format!("{}{rule}", self.place));
    }

    /// Looks at a part of the distribution, whose broken rules name the part.
    fn within(&mut self, part: String, look: impl FnOnce(&mut Rules)) {
        let length = self.place.len();
        self.place.push_str(&part);
        look(self);
        self.place.truncate(length);
    }

    fn positive<T: Quantity>(&mut self, name: &str, value: T) {
        if value.value() > 0.0 {
            self.in_range(name, value);
        } else {
            self.add(format!("the {name} is {}, must be positive", value.text()));
        }
    }

    fn optional_positive<T: Quantity>(&mut self, name: &str, value: Option<T>) {
        if let Some(value) = value {
            self.positive(name, value);
        }
    }

    fn not_negative<T: Quantity>(&mut self, name: &str, value: T) {
        if value.value() >= 0.0 {
            self.in_range(name, value);
        } else {
            self.add(format!("the {name} is {}, must not be negative", value.text()));
        }
    }

    fn in_range<T: Quantity>(&mut self, name: &str, value: T) {
        let number = value.value();
        if number.is_nan() {
            self.add(format!("the {name} is {}, must be a number", value.text()));
        } else if number.abs() > T::LIMIT.value() {
            self.add(format!("the {name} is {}, must be at most {}", value.text(), T::LIMIT.text()));
        }
    }

    fn shape(&mut self, name: &str, shape: Option<f64>) {
        let (least, most) = SHAPE_BOUNDS;
        match shape {
            Some(shape) if shape <= 0.0 || shape.is_nan() => {
                self.add(format!("the {name} is {}, must be positive", shape.text()));
            }
            Some(shape) if !(least..=most).contains(&shape) => {
                self.add(format!("the {name} is {shape:e}, must be between {least:e} and {most:e}"));
            }
            _ => {}
        }
    }

    fn mean_and_cv<T: Quantity>(&mut self, mean: Option<T>, cv: Option<Cv>) {
        self.optional_positive("mean", mean);
        let (least, most) = CV_BOUNDS;
        match cv {
            Some(cv) if cv.0 <= 0.0 || cv.0.is_nan() => self.add(format!("the cv is {cv}, must be positive")),
            Some(cv) if !(least..=most).contains(&cv.0) => {
                self.add(format!("the cv is {cv}, must be between {least} and {most}"));
            }
            _ => {}
        }
    }

    fn bounds<T: Quantity>(&mut self, low: T, high: T) {
        self.not_negative("lower bound", low);
        self.not_negative("upper bound", high);
        self.not_above("lower bound", low, "upper bound", high);
    }

    fn three_points<T: Quantity>(&mut self, low: T, mode: T, high: T) {
        self.bounds(low, high);
        self.not_negative("mode", mode);
        self.not_above("lower bound", low, "mode", mode);
        self.not_above("mode", mode, "upper bound", high);
    }

    fn not_above<T: Quantity>(&mut self, lower: &str, low: T, upper: &str, high: T) {
        if low.value() > high.value() {
            self.add(format!(
                "the {lower} is {}, must not be above the {upper}, {}",
                low.text(),
                high.text()
            ));
        }
    }

    fn below<T: Quantity>(&mut self, lower: &str, low: T, upper: &str, high: T) {
        if low.value() >= high.value() {
            self.add(format!("the {lower} is {}, must be below the {upper}, {}", low.text(), high.text()));
        }
    }

    fn probabilities(&mut self, of: &str, probabilities: impl Iterator<Item = f64> + Clone) {
        if probabilities.clone().next().is_none() {
            return self.add(format!("the list of {of} is empty"));
        }
        for (i, probability) in probabilities.clone().enumerate() {
            if !(0.0..=1.0).contains(&probability) {
                self.add(format!(
                    "probability no. {} is {}, must be between 0 and 1",
                    i + 1,
                    probability.text()
                ));
            }
        }
        let sum: f64 = probabilities.sum();
        if sum.is_nan() || (sum - 1.0).abs() > SUM_TOLERANCE {
            self.add(format!("the probabilities of the {of} sum to {}, must be 1", sum.text()));
        }
    }
}

impl<T: Quantity> Dist<T> {
    /// The least value (the greatest lower bound) of a distribution without defects.
    fn least(&self) -> f64 {
        let least = |values: &mut dyn Iterator<Item = f64>| values.fold(f64::INFINITY, f64::min);
        match *self {
            Dist::Constant { value } => value.value(),
            Dist::Uniform { low, .. }
            | Dist::Triangular { low, .. }
            | Dist::Pert { low, .. }
            | Dist::TruncatedNormal { low, .. }
            | Dist::Beta { low, .. } => low.value(),
            Dist::Pareto { minimum, shape, mean, cv } => params::pareto(given(minimum, shape, mean, cv)).0,
            Dist::Exponential { .. }
            | Dist::Erlang { .. }
            | Dist::Gamma { .. }
            | Dist::Lognormal { .. }
            | Dist::Weibull { .. }
            | Dist::Hyperexponential { .. } => 0.0,
            Dist::Mixture { ref parts } => {
                least(&mut parts.iter().filter(|part| part.weight > 0.0).map(|part| part.dist.least()))
            }
            Dist::Shifted { by, ref dist } => by.value() + dist.least(),
            Dist::Scaled { factor, ref dist } => factor * dist.least(),
            Dist::Discrete { ref values } => {
                least(&mut values.iter().filter(|c| c.probability > 0.0).map(|chance| chance.value.value()))
            }
            Dist::Empirical { ref sample, .. } => least(&mut sample.iter().map(|value| value.value())),
        }
    }
}
