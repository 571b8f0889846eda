//! The constructs of the language that can be left out of models, so that engines can be compared one by one.

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

/// Those that random models may have where both engines are compared: what the variable `CONSTRUCTS` names, or else
/// all.
pub(super) fn chosen() -> &'static [Construct] {
    let Ok(names) = std::env::var("CONSTRUCTS") else { return ALL };
    let names: Vec<&str> = names.split(',').map(str::trim).collect();
    let named = ALL.iter().copied().filter(|construct| names.contains(&format!("{construct:?}").as_str()));
    named.collect::<Vec<Construct>>().leak()
}
