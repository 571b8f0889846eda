//! Least squares.

use super::estimate::{Estimate, Interval, student_t};

/// A regression of a figure on some others: y = a + b1 x1 + b2 x2 + ..., by ordinary least squares.
#[derive(Clone, Debug)]
pub(crate) struct Regression {
    /// The intercept, then the slopes.
    coefficients: Vec<f64>,
    std_errors: Vec<f64>,
    /// The sum of squared residuals.
    pub(super) residual_squares: f64,
    /// Observations less coefficients.
    pub(super) freedom: usize,
    /// By how much the intercept is higher because of each observation: it less the intercept without that observation.
    influence: Vec<f64>,
}

/// What is left of a column that others explain, as a share of its squares, below which it counts as nothing.
const SINGULAR: f64 = 1e-10;

impl Regression {
    /// Of `y` on some columns. `None` with no more observations than coefficients, if columns depend on each other or do not
    /// vary, or if a number is not finite.
    pub(crate) fn of(y: &[f64], columns: &[&[f64]]) -> Option<Regression> {
        let (count, size) = (y.len(), columns.len());
        if columns.iter().any(|column| column.len() != count) || count <= size + 1 {
            return None;
        }
        let mean = |values: &[f64]| values.iter().sum::<f64>() / count as f64;
        let centred = |values: &[f64]| {
            let mean = mean(values);
            values.iter().map(|value| value - mean).collect::<Vec<f64>>()
        };
        // Columns are scaled to length 1, so that units do not matter.
        let means: Vec<f64> = columns.iter().map(|column| mean(column)).collect();
        let mut scaled: Vec<Vec<f64>> = columns.iter().map(|column| centred(column)).collect();
        let lengths: Vec<f64> = scaled.iter().map(|column| dot(column, column).sqrt()).collect();
        for ((column, &length), &mean) in scaled.iter_mut().zip(&lengths).zip(&means) {
            let varies = length > 1e-12 * mean.abs() && length.is_finite() && length > 0.0;
            if !varies {
                return None;
            }
            column.iter_mut().for_each(|value| *value /= length);
        }
        let own = centred(y);
        let squares: Vec<Vec<f64>> =
            scaled.iter().map(|a| scaled.iter().map(|b| dot(a, b)).collect()).collect();
        let inverse = inverted(squares)?;
        let products: Vec<f64> = scaled.iter().map(|column| dot(column, &own)).collect();
        let slopes: Vec<f64> = inverse.iter().map(|row| dot(row, &products)).collect();
        let explained = |at: usize| -> f64 { scaled.iter().zip(&slopes).map(|(x, b)| x[at] * b).sum() };
        let residuals: Vec<f64> = (0..count).map(|at| own[at] - explained(at)).collect();
        let residual_squares: f64 = residuals.iter().map(|residual| residual * residual).sum();
        let freedom = count - size - 1;
        let variance = residual_squares / freedom as f64;
        let apart: Vec<f64> = means.iter().zip(&lengths).map(|(mean, length)| mean / length).collect();
        let leverage: f64 = inverse.iter().zip(&apart).map(|(row, own)| own * dot(row, &apart)).sum();
        let mut coefficients = vec![mean(y) - dot(&slopes, &apart)];
        let mut std_errors = vec![(variance * (1.0 / count as f64 + leverage)).sqrt()];
        for at in 0..size {
            coefficients.push(slopes[at] / lengths[at]);
            std_errors.push((variance * inverse[at][at]).sqrt() / lengths[at]);
        }
        // Without observation i the coefficients are less by (X'X)^-1 x_i e_i / (1 - h_i), h_i its leverage (Cook, Technometrics
        // 19, 1977).
        let each = 1.0 / count as f64;
        let influence = (0..count).map(|at| {
            let row: Vec<f64> = scaled.iter().map(|column| column[at]).collect();
            let spread: Vec<f64> = inverse.iter().map(|inverse| dot(inverse, &row)).collect();
            (each - dot(&spread, &apart)) * residuals[at] / (1.0 - each - dot(&spread, &row))
        });
        let influence: Vec<f64> = influence.collect();
        let finite = coefficients.iter().chain(&std_errors).chain(&influence).all(|value| value.is_finite());
        finite.then_some(Regression { coefficients, std_errors, residual_squares, freedom, influence })
    }

    /// How many columns there are.
    pub(super) fn columns(&self) -> usize {
        self.coefficients.len() - 1
    }

    /// What is expected where all columns are zero, by the jackknife: freed from most of the bias where the figure is no linear function of the columns, with an
    /// interval that does not need residuals to be alike (Nelson, *Operations Research* 38, 1990).
    pub(crate) fn intercept(&self, level: f64) -> Estimate {
        let count = self.influence.len() as f64;
        let mean = self.influence.iter().sum::<f64>() / count;
        let squares: f64 = self.influence.iter().map(|influence| (influence - mean).powi(2)).sum();
        let std_error = ((count - 1.0) / count * squares).sqrt();
        self.estimate(self.coefficients[0] + (count - 1.0) * mean, std_error, level)
    }

    /// What a column counts for.
    pub(crate) fn slope(&self, column: usize, level: f64) -> Estimate {
        self.estimate(self.coefficients[column + 1], self.std_errors[column + 1], level)
    }

    fn estimate(&self, mean: f64, std_error: f64, level: f64) -> Estimate {
        let interval = student_t(level, self.freedom as u64 + 1).map(|t| Interval {
            std_error,
            low: mean - t * std_error,
            high: mean + t * std_error,
            level,
        });
        let observations = self.freedom + self.coefficients.len();
        Estimate { mean, interval, replications: observations.try_into().unwrap_or(u32::MAX) }
    }
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

/// The inverse of a matrix of scalar products of columns of length 1, by Gauss and Jordan; such a matrix needs no pivoting.
fn inverted(mut matrix: Vec<Vec<f64>>) -> Option<Vec<Vec<f64>>> {
    let size = matrix.len();
    for at in 0..size {
        let pivot = matrix[at][at];
        let sound = pivot > SINGULAR;
        if !sound {
            return None;
        }
        matrix[at][at] = 1.0;
        matrix[at].iter_mut().for_each(|value| *value /= pivot);
        let row = matrix[at].clone();
        for (_, values) in matrix.iter_mut().enumerate().filter(|(other, _)| *other != at) {
            let factor = std::mem::take(&mut values[at]);
            values.iter_mut().zip(&row).for_each(|(value, own)| *value -= factor * own);
        }
    }
    Some(matrix)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// y = 1 + 2 x fits 3, 5, 7 exactly; 4, 5, 6.5 have the line 2.667 + 1.25 x.
    #[test]
    fn a_line_by_hand() {
        let x = [1.0, 2.0, 3.0];
        let exact = Regression::of(&[3.0, 5.0, 7.0], &[&x]).unwrap();
        assert!((exact.coefficients[0] - 1.0).abs() < 1e-12 && (exact.coefficients[1] - 2.0).abs() < 1e-12);
        assert!(exact.residual_squares < 1e-24);
        let line = Regression::of(&[4.0, 5.0, 6.5], &[&x]).unwrap();
        assert!((line.coefficients[1] - 1.25).abs() < 1e-12);
        assert!((line.coefficients[0] - (31.0 / 6.0 - 2.5)).abs() < 1e-12);
        // Residuals 1/12, -1/6, 1/12: variance 1/24; of the slope over 2, of the intercept times 1/3 + 4/2.
        assert!((line.residual_squares - 1.0 / 24.0).abs() < 1e-12);
        assert!((line.slope(0, 0.95).std_error().unwrap() - (1.0_f64 / 48.0).sqrt()).abs() < 1e-12);
        let expected = (1.0_f64 / 24.0 * (1.0 / 3.0 + 2.0)).sqrt();
        assert!((line.std_errors[0] - expected).abs() < 1e-12);
    }

    /// The jackknife's definition: the intercepts without each observation, one regression after the other.
    #[test]
    fn the_jackknifed_intercept_is_that_of_the_definition() {
        let mut uniform = crate::stats::tests::uniforms(5);
        let columns: [Vec<f64>; 2] = std::array::from_fn(|_| (0..12).map(|_| uniform() - 0.3).collect());
        let y: Vec<f64> =
            (0..12).map(|at| (3.0 * columns[0][at]).exp() + columns[1][at] + uniform()).collect();
        let intercept = |without: Option<usize>| {
            let left = |values: &[f64]| -> Vec<f64> {
                (0..12).filter(|&at| Some(at) != without).map(|at| values[at]).collect()
            };
            let columns = [left(&columns[0]), left(&columns[1])];
            Regression::of(&left(&y), &[&columns[0], &columns[1]]).unwrap().coefficients[0]
        };
        let pseudo: Vec<f64> =
            (0..12).map(|at| 12.0 * intercept(None) - 11.0 * intercept(Some(at))).collect();
        let expected = Estimate::of_means(&pseudo, 0.95).unwrap();
        let found = Regression::of(&y, &[&columns[0], &columns[1]]).unwrap().intercept(0.95);
        assert!((found.mean - expected.mean).abs() < 1e-10, "{found} {expected}");
        assert!(
            (found.std_error().unwrap() - expected.std_error().unwrap()).abs() < 1e-10,
            "{found} {expected}"
        );
    }

    #[test]
    fn several_columns_whatever_their_units() {
        let mut uniform = crate::stats::tests::uniforms(3);
        let columns: [Vec<f64>; 3] = std::array::from_fn(|of| {
            (0..40).map(|_| 1e3_f64.powi(of as i32 - 1) * (uniform() + 0.2)).collect()
        });
        let y: Vec<f64> =
            (0..40).map(|at| 5.0 + 3e3 * columns[0][at] - 2.0 * columns[1][at] + columns[2][at]).collect();
        let columns: Vec<&[f64]> = columns.iter().map(Vec::as_slice).collect();
        let fit = Regression::of(&y, &columns).unwrap();
        for (found, expected) in fit.coefficients.iter().zip([5.0, 3e3, -2.0, 1.0]) {
            assert!((found - expected).abs() < 1e-8 * expected.abs(), "{found} {expected}");
        }
        assert_eq!(fit.freedom, 36);
    }

    #[test]
    fn what_cannot_be_told_is_none() {
        let (x, twice, same) = ([1.0, 2.0, 4.0, 7.0], [2.0, 4.0, 8.0, 14.0], [0.1; 4]);
        let y = [1.0, 0.0, 2.0, 5.0];
        assert!(Regression::of(&y, &[&x, &twice]).is_none());
        assert!(Regression::of(&y, &[&same]).is_none());
        assert!(Regression::of(&y[..2], &[&x[..2]]).is_none());
        assert!(Regression::of(&[1.0, f64::NAN, 2.0, 3.0], &[&x]).is_none());
        assert!(Regression::of(&y, &[&x[..3]]).is_none());
        assert!((Regression::of(&y, &[]).unwrap().coefficients[0] - 2.0).abs() < 1e-12);
    }
}
