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
        let residual_squares: f64 = (0..count).map(|at| (own[at] - explained(at)).powi(2)).sum();
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
        let finite = coefficients.iter().chain(&std_errors).all(|value| value.is_finite());
        finite.then_some(Regression { coefficients, std_errors, residual_squares, freedom })
    }

    /// How many columns there are.
    pub(super) fn columns(&self) -> usize {
        self.coefficients.len() - 1
    }

    /// What is expected where all columns are zero.
    pub(crate) fn intercept(&self, level: f64) -> Estimate {
        self.coefficient(0, level)
    }

    /// What a column counts for.
    pub(crate) fn slope(&self, column: usize, level: f64) -> Estimate {
        self.coefficient(column + 1, level)
    }

    fn coefficient(&self, at: usize, level: f64) -> Estimate {
        let (mean, std_error) = (self.coefficients[at], self.std_errors[at]);
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
        assert!((line.intercept(0.95).std_error().unwrap() - expected).abs() < 1e-12);
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
        assert!((Regression::of(&y, &[]).unwrap().intercept(0.9).mean - 2.0).abs() < 1e-12);
    }
}
