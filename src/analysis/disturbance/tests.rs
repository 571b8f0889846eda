//! Disturbances against hand-worked schedules and exact transients.

mod exact;
mod none;
mod worked;
