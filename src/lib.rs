//! Knockon simulates departments that depend on each other, and shows how a delay inside becomes a
//! delay for the customer.

pub mod error;
pub mod model;
pub mod random;
pub mod theory;
pub mod time;

pub use error::{Defect, Error, ErrorKind, Result};
