//! Knockon simulates departments that depend on each other, and shows how a delay inside becomes a
//! delay for the customer.

mod engine;
pub mod error;
pub mod experiment;
pub mod model;
mod observe;
mod plan;
pub mod prelude;
pub mod random;
pub mod results;
pub mod stats;
pub mod theory;
pub mod time;

pub use error::{Defect, Error, ErrorKind, Result};
pub use observe::{CaseId, CaseRecord, Outcome, Records, VisitRecord};
