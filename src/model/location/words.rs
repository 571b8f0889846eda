//! Which words of a defect mean which field.

/// Fields whose names say nothing in a sentence, as every sentence has such words.
const SILENT: [&str; 12] =
    ["from", "to", "at", "on", "by", "name", "class", "into", "after", "use", "period", "outage"];

/// Fields that many things have: another field that is named as well comes first.
const GENERAL: [&str; 7] = ["probability", "cost", "priority", "size", "share", "staff", "join"];

/// Words for fields that are not their names. All that fit are tried.
const WORDS: [(&str, &str); 80] = [
    ("absences", "absence"),
    ("after", "time after"),
    ("after", "time to a retry"),
    ("after_guess", "after a guess"),
    ("after_idle", "time after idleness"),
    ("answer_transfer", "transfer time of the answer"),
    ("at", "beginning"),
    ("at", "level"),
    ("at", "share of the service before it"),
    ("at", "the expense is"),
    ("at_least", "begins with at least"),
    ("away", "time away"),
    ("balking", "the probability to"),
    ("balking", "would ever"),
    ("before", "before"),
    ("between", "time between"),
    ("beyond", "where more are there"),
    ("branch", "branches"),
    ("broken_promise_cost", "cost of a broken promise"),
    ("capacity", "under way"),
    ("cases", "arrival"),
    ("class", "both a class"),
    ("classes", "named more than once"),
    ("cost", "cost of staff"),
    ("cost", "costs of staff"),
    ("cost", "cost of a defect"),
    ("customers", "population"),
    ("delay_cost", "cost of delay"),
    ("detects", "a detection"),
    ("detects", "the detection"),
    ("detects", "it finds"),
    ("detects", "of what is found"),
    ("error_factor", "factor on the errors"),
    ("extra", "taken extra"),
    ("from", "beginning"),
    ("helpers", "helpers from"),
    ("if_defective", "of a defective case"),
    ("interarrival", "time between arrivals"),
    ("into", "into itself"),
    ("lasts", "duration"),
    ("lost_cost", "cost of a lost customer"),
    ("mix", "share of class"),
    ("most", "come back at most"),
    ("most", "hidden at most"),
    ("most", "most of"),
    ("or_shorter", "named more than once"),
    ("or_shorter", "the queue of"),
    ("outage", ", outage"),
    ("outage", "outages"),
    ("period", ", period"),
    ("period", "the period of"),
    ("pickup", "pickups"),
    ("priority", "acts with priority"),
    ("probability_for", "probability for class"),
    ("quantity", "a visit needs"),
    ("raids", "raid"),
    ("raids", "raided"),
    ("renege_to", "leaves the queue for another department"),
    ("renege_to", "those who lose patience"),
    ("retry", "come back"),
    ("retry", "retries"),
    ("rise", "the rise"),
    ("service", "service time"),
    ("service_factor", "factor on the service time"),
    ("service_for", "service time of class"),
    ("service_for", "service time from visit"),
    ("sizes", "size of a"),
    ("slots", "slot"),
    ("staff_needed", "a piece of work needs"),
    ("staff_needed", "number of people needed"),
    ("steps", "pattern from"),
    ("steps", "starts at"),
    ("steps", "step"),
    ("time_for", "time for"),
    ("times", "are at"),
    ("times", "arrival"),
    ("times", "the time"),
    ("trust_after", "time after which the department trusts"),
    ("until", "it ends"),
    ("use", "use of"),
];

/// Where in a text the field `key` is spoken of, and how good that is: the lower the better.
pub(super) fn spoken_of(text: &str, key: &str) -> Option<(Rank, std::ops::Range<usize>)> {
    let own = key.replace('_', " ");
    let own = Some(own.as_str()).filter(|_| !SILENT.contains(&key));
    let others = WORDS.iter().filter(|(field, _)| *field == key).map(|(_, words)| *words);
    let rank = |range: std::ops::Range<usize>| {
        let general = GENERAL.contains(&key);
        ((general, range.start, usize::MAX - range.len()), range)
    };
    others.chain(own).filter_map(|words| Some(rank(find(text, words)?))).min_by_key(|(rank, _)| *rank)
}

/// Whether it is a general field, where it is spoken of, and how few words it has.
pub(super) type Rank = (bool, usize, usize);

/// Where `words` stand in a text, as whole words.
pub(super) fn find(text: &str, words: &str) -> Option<std::ops::Range<usize>> {
    let inside =
        |letter: Option<char>| letter.is_some_and(|letter| letter.is_alphanumeric() || letter == '_');
    let whole = |at: &usize| {
        let starts_word = words.starts_with(|first: char| first.is_alphanumeric());
        let (before, after) = (&text[..*at], &text[*at + words.len()..]);
        !(inside(after.chars().next()) || starts_word && inside(before.chars().next_back()))
    };
    let at = text.match_indices(words).map(|(at, _)| at).find(whole)?;
    Some(at..at + words.len())
}
