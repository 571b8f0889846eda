//! Describing forks.

use crate::model::{Branch, Fork, ForkOrder, Late};
use crate::random::Dist;

/// Describes how cases go on in parts. See [`Fork`].
#[derive(Clone, Debug)]
pub struct ForkBuilder(pub(super) Fork);

impl ForkBuilder {
    pub(super) fn new(from: String, join: String) -> ForkBuilder {
        ForkBuilder(Fork {
            from,
            classes: Vec::new(),
            branches: Vec::new(),
            join,
            needed: None,
            order: ForkOrder::default(),
            late: Late::default(),
        })
    }

    /// Only cases of this class, and of others for which this is said, go on in parts; all if it is never said.
    pub fn class(mut self, class: impl Into<String>) -> ForkBuilder {
        self.0.classes.push(class.into());
        self
    }

    /// Adds a part, which goes to the department `to` first.
    pub fn branch(
        mut self,
        to: impl Into<String>,
        describe: impl FnOnce(BranchBuilder) -> BranchBuilder,
    ) -> ForkBuilder {
        let blank = Branch { to: to.into(), ..Branch::default() };
        self.0.branches.push(describe(BranchBuilder(blank)).0);
        self
    }

    /// How many parts must come before the case goes on; all if not said.
    pub fn needed(mut self, parts: u32) -> ForkBuilder {
        self.0.needed = Some(parts);
        self
    }

    /// The parts set out in an order drawn for each case, not as they are listed.
    pub fn random_order(mut self) -> ForkBuilder {
        self.0.order = ForkOrder::Random;
        self
    }

    /// Parts that are not there when enough have come go on to the end, as work for nobody; otherwise they are
    /// withdrawn.
    pub fn late_finish(mut self) -> ForkBuilder {
        self.0.late = Late::Finished;
        self
    }
}

/// Describes the way of one part. See [`Branch`].
#[derive(Clone, Debug)]
pub struct BranchBuilder(Branch);

impl BranchBuilder {
    /// The class of the part, instead of that of the case.
    pub fn becomes(mut self, class: impl Into<String>) -> BranchBuilder {
        self.0.becomes = Some(class.into());
        self
    }

    /// How long the way to the first department takes.
    pub fn transfer(mut self, time: impl Into<Dist>) -> BranchBuilder {
        self.0.transfer = Some(time.into());
        self
    }
}
