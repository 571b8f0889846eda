//! Results as text, for terminals: what fits on a page. All figures are in [`Rows`](crate::rows::Rows) and in the JSON.

mod ledger;
mod tables;

use std::fmt;

use super::{
    ActivePeriodResults, ClassResults, DefectResults, DepartmentResults, ForkResults, HandoffResults,
    Infinitesimal, PoolResults, RequestResults, Results, StaffResults, StockResults, TimeStatistics,
    UseResults,
};
use crate::rows::displayed_as_rows;
use crate::text::{Table, write_prose};

/// Makes a table of results.
type Tabled = fn(&Results) -> Table;

impl Results {
    /// How the customers of each class fared, as a table; a second line has the lead time in working hours, where the
    /// model says which those are. Classes in which nobody arrives are left out.
    #[must_use]
    pub fn table_of_classes(&self) -> Table {
        tables::classes(self)
    }

    /// How the departments fared, as a table; with a column for people who are held for answers or blocked, where any are.
    #[must_use]
    pub fn table_of_departments(&self) -> Table {
        tables::departments(self)
    }

    /// What the customers of each class cost, as a table, in money per replication; classes without costs are left out.
    #[must_use]
    pub fn table_of_customer_costs(&self) -> Table {
        tables::customer_costs(self)
    }

    /// Every table that has something to say of this model.
    fn tables(&self) -> Vec<Table> {
        let due = self.system.lateness.is_some();
        let others =
            self.costs.as_ref().is_some_and(|costs| !(costs.staff.is_empty() && costs.expenses.is_empty()));
        let priced = self.classes.iter().any(|class| class.cost.is_some_and(|cost| cost.total.mean > 0.0));
        let all: [(bool, Tabled); 14] = [
            (true, tables::classes),
            (true, tables::departments),
            (due, tables::lateness),
            (self.system.retries.is_some(), tables::retries),
            (tables::any_services(self), tables::services),
            (!self.handoffs.is_empty(), tables::handoffs),
            (!self.forks.is_empty(), tables::forks),
            (!self.stocks.is_empty(), tables::stocks),
            (!self.uses.is_empty(), tables::uses),
            (!self.requests.is_empty(), tables::requests),
            (!self.defects.is_empty(), tables::defects),
            (!self.pools.is_empty(), tables::pools),
            (priced, tables::customer_costs),
            (others, tables::other_costs),
        ];
        all.into_iter().filter(|(any, _)| *any).map(|(_, table)| table(self)).collect()
    }
}

/// What made them, the warnings, and a table each for classes, departments, and whatever else the model has; then the
/// ledger, if it was asked for. Times are in the units that suit them, numbers of cases per replication.
impl fmt::Display for Results {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let made = &self.manifest;
        writeln!(
            f,
            "{} (model {}):\n{} replications of {}, warm-up {:.1} d ({}), seed {};\n{} events in {:.2} s; knockon {}",
            made.model,
            made.model_hash,
            made.replications,
            made.horizon,
            made.warm_up / 24.0,
            made.warm_up_rule,
            made.seed,
            made.events,
            made.wall_seconds,
            made.version
        )?;
        self.warnings
            .iter()
            .try_for_each(|warning| write_prose(f, &format_args!("Warning: {warning}.\n")))?;
        for table in self.tables() {
            writeln!(f)?;
            fmt::Display::fmt(&table, f)?;
        }
        if let Some(ledger) = &self.ledger {
            writeln!(f)?;
            let departments: Vec<&str> = self.departments.iter().map(|of| of.name.as_str()).collect();
            ledger::write_ledger(f, ledger, &departments)?;
        }
        writeln!(
            f,
            "\nNumbers are per replication; visits are those of cases, without requests.\nIntervals are {} %.",
            (made.level * 1e8).round() / 1e6
        )
    }
}

displayed_as_rows!(
    ActivePeriodResults,
    ClassResults,
    DefectResults,
    DepartmentResults,
    ForkResults,
    HandoffResults,
    Infinitesimal,
    PoolResults,
    RequestResults,
    StaffResults,
    StockResults,
    TimeStatistics,
    UseResults
);

#[cfg(test)]
mod tests;
