#![doc = include_str!("guide.md")]

#[doc = include_str!("billing_cycle.md")]
pub mod billing_cycle {}
#[doc = include_str!("files.md")]
pub mod files {}
#[doc = include_str!("glossary.md")]
pub mod glossary {}
#[doc = include_str!("how_many.md")]
pub mod how_many {}
#[doc = include_str!("interviews.md")]
pub mod interviews {}
#[doc = include_str!("ledger.md")]
pub mod ledger {}
#[doc = include_str!("others.md")]
pub mod others {}
#[doc = include_str!("presenting.md")]
pub mod presenting {}
#[doc = include_str!("trust.md")]
pub mod trust {}
pub mod tutorial;
