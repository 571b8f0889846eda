//! The procedures alone on normal figures, and all of it on queues.

mod normal;
mod queues;
