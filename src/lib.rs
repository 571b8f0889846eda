//! Knockon simulates departments that depend on each other, and shows how a delay inside becomes a
//! delay for the customer.

mod engine;
pub mod experiment;
pub mod error;
pub mod model;
mod observe;
mod plan;
pub mod random;
pub mod results;
pub mod stats;
pub mod theory;
pub mod time;

pub use error::{Defect, Error, ErrorKind, Result};
