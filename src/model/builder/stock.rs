//! Describing stock: what work uses up, and who brings more.

use super::Gaps;
use crate::model::{Hoarding, Policy, Source, Stock, Supply, Use};
use crate::random::Dist;
use crate::time::{Span, hours};

/// Describes a stock. See [`Stock`].
#[derive(Clone, Debug, Default)]
pub struct StockBuilder {
    pub(super) stock: Stock,
    pub(super) gaps: Gaps,
}

impl StockBuilder {
    /// How many are there when the run starts; none if not said.
    pub fn initial(mut self, count: u32) -> StockBuilder {
        self.stock.initial = count;
        self
    }

    /// So many are ordered as soon as the stock is down to `at`, counting what is ordered and what is owed.
    pub fn reorder(
        self,
        at: u32,
        quantity: u32,
        describe: impl FnOnce(SupplyBuilder) -> SupplyBuilder,
    ) -> StockBuilder {
        self.supply(Policy::Reorder { at, quantity }, describe)
    }

    /// So many are ordered as soon as no more than `at` are on the shelf and no order of this supply is open.
    pub fn alert(
        self,
        at: u32,
        quantity: u32,
        describe: impl FnOnce(SupplyBuilder) -> SupplyBuilder,
    ) -> StockBuilder {
        self.supply(Policy::Alert { at, quantity }, describe)
    }

    /// What is missing up to a level is ordered, counting what is ordered and what is owed: once every `every`,
    /// first after that time.
    pub fn periodic(
        self,
        every: Span,
        up_to: u32,
        describe: impl FnOnce(SupplyBuilder) -> SupplyBuilder,
    ) -> StockBuilder {
        self.supply(Policy::Periodic { every, first: None, up_to }, describe)
    }

    /// Like [`StockBuilder::periodic`], with the time of the first order since the start of the run.
    pub fn periodic_from(
        self,
        first: Span,
        every: Span,
        up_to: u32,
        describe: impl FnOnce(SupplyBuilder) -> SupplyBuilder,
    ) -> StockBuilder {
        self.supply(Policy::Periodic { every, first: Some(first), up_to }, describe)
    }

    fn supply(
        mut self,
        policy: Policy,
        describe: impl FnOnce(SupplyBuilder) -> SupplyBuilder,
    ) -> StockBuilder {
        let source = describe(SupplyBuilder { source: None }).source.unwrap_or_else(|| {
            self.gaps.push("nothing is said about who delivers: give `outside` or `department`".into());
            // Takes the place of what is missing, so that the rest can be checked.
            Source::Outside { lead_time: hours(1).into() }
        });
        self.stock.supplies.push(Supply { policy, source });
        self
    }
}

/// Describes who delivers. See [`Source`].
#[derive(Clone, Debug)]
pub struct SupplyBuilder {
    source: Option<Source>,
}

impl SupplyBuilder {
    /// A supplier outside of the model, and the time from the order to the delivery.
    pub fn outside(mut self, lead_time: impl Into<Dist>) -> SupplyBuilder {
        self.source = Some(Source::Outside { lead_time: lead_time.into() });
        self
    }

    /// A department, for which the order is work of this class.
    pub fn department(
        mut self,
        department: impl Into<String>,
        class: impl Into<String>,
        describe: impl FnOnce(OrderBuilder) -> OrderBuilder,
    ) -> SupplyBuilder {
        let OrderBuilder { service, transfer } = describe(OrderBuilder { service: None, transfer: None });
        let (department, class) = (department.into(), class.into());
        self.source = Some(Source::Department { department, class, service, transfer });
        self
    }
}

/// Describes an order that a department serves. See [`Source::Department`].
#[derive(Clone, Debug)]
pub struct OrderBuilder {
    service: Option<Dist>,
    transfer: Option<Dist>,
}

impl OrderBuilder {
    /// How long the work on an order takes, instead of the department's service time.
    pub fn service(mut self, time: impl Into<Dist>) -> OrderBuilder {
        self.service = Some(time.into());
        self
    }

    /// How long the way to the shelf takes.
    pub fn transfer(mut self, time: impl Into<Dist>) -> OrderBuilder {
        self.transfer = Some(time.into());
        self
    }
}

/// Describes what the work of a department uses up. See [`Use`].
#[derive(Clone, Debug)]
pub struct UseBuilder(pub(super) Use);

impl UseBuilder {
    /// Only work on this class uses it.
    pub fn class(mut self, class: impl Into<String>) -> UseBuilder {
        self.0.class = Some(class.into());
        self
    }

    /// How many each visit needs; 1 if not said.
    pub fn quantity(mut self, count: u32) -> UseBuilder {
        self.0.quantity = count;
        self
    }

    /// The department fetches what its own stock lacks from this other one; from the first that is named if
    /// several have enough.
    pub fn raids(mut self, stock: impl Into<String>) -> UseBuilder {
        self.0.raids.push(stock.into());
        self
    }

    /// When it has been let down, the department takes so many `extra` at every use, and hides up to `most`, until it
    /// has been well supplied for the time `trust_after`.
    pub fn hoarding(mut self, extra: u32, most: u32, trust_after: Span) -> UseBuilder {
        self.0.hoarding = Some(Hoarding { extra, most, trust_after });
        self
    }
}
