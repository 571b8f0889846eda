#![doc = include_str!("one_queue.md")]

#[doc = include_str!("customers.md")]
pub mod customers {}
#[doc = include_str!("dependence.md")]
pub mod dependence {}
#[doc = include_str!("interventions.md")]
pub mod interventions {}
#[doc = include_str!("people.md")]
pub mod people {}
#[doc = include_str!("stock.md")]
pub mod stock {}
#[doc = include_str!("time_and_money.md")]
pub mod time_and_money {}
#[doc = include_str!("ways.md")]
pub mod ways {}
#[doc = include_str!("work.md")]
pub mod work {}
