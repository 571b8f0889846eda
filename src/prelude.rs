//! The names that a program needs: `use knockon::prelude::*;`.

pub use crate::error::{Error, Result};
pub use crate::experiment::{Experiment, Figure, HalfWidth, Precision};
pub use crate::model::{Discipline, EXIT, Model, Staff};
pub use crate::random::{Dist, cv};
pub use crate::results::Results;
pub use crate::time::{
    Rate, Span, days, hours, minutes, per_day, per_hour, per_minute, per_week, seconds, weeks,
};
