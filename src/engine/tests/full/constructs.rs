//! The constructs of the language that can be left out of models, so that engines can be compared one by one.

use std::sync::LazyLock;

/// What a model may have besides people, requests, blocking, shifts, absence and defects.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Construct {
    Sharing,
    Slots,
    /// Pickups, and places under way.
    Ways,
    /// The shortest of several queues.
    Shortest,
    Balking,
    Retries,
    OverallPatience,
    Notice,
    Populations,
    Vacations,
    /// Periods of departments.
    Periods,
    Outages,
    /// Streams that begin or end.
    Spans,
    Forks,
    Interruption,
    Batches,
    Setups,
    Stock,
    Hoarding,
    Raids,
    Rises,
    Turns,
    /// Standards, and what they do.
    Standards,
}

use Construct::*;

/// All there are.
pub(super) const ALL: &[Construct] = &[
    Sharing,
    Slots,
    Ways,
    Shortest,
    Balking,
    Retries,
    OverallPatience,
    Notice,
    Populations,
    Vacations,
    Periods,
    Outages,
    Spans,
    Forks,
    Interruption,
    Batches,
    Setups,
    Stock,
    Hoarding,
    Raids,
    Rises,
    Turns,
    Standards,
];

/// Those that random models have: all, unless `KNOCKON_CONSTRUCTS` names some ("Forks,Batches").
pub(super) fn named() -> &'static [Construct] {
    static NAMED: LazyLock<Vec<Construct>> = LazyLock::new(|| {
        let Ok(names) = std::env::var("KNOCKON_CONSTRUCTS") else { return ALL.to_vec() };
        let named = |construct: &&Construct| names.split(',').any(|name| name == format!("{construct:?}"));
        ALL.iter().filter(named).copied().collect()
    });
    &NAMED
}
