//! Every figure of `log_facts.json`.

use std::collections::{HashMap, HashSet};

use jiff::Timestamp;
use knockon::data::{LogFacts, TimeFacts};
use serde::Deserialize;

use super::{log, path};

#[derive(Deserialize)]
struct Known {
    logs: HashMap<String, KnownLog>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct KnownLog {
    events: usize,
    cases: usize,
    activities: usize,
    lead_time_s_mean: f64,
    lead_time_s_median: f64,
    first_start: String,
    last_end: String,
    processing_s_mean_by_activity: HashMap<String, f64>,
    events_by_activity: HashMap<String, u64>,
    resources: usize,
    busiest_resources_processing_s: HashMap<String, f64>,
    handoffs_between_resources: u64,
    most_frequent_handoffs_between_activities: HashMap<String, u64>,
    waiting_s_mean: Option<f64>,
    waiting_s_mean_by_activity: Option<HashMap<String, f64>>,
    extraneous_delay_mean: Option<f64>,
    extraneous_delay_mean_by_activity: Option<HashMap<String, f64>>,
}

/// Seconds are rounded to three digits in the file, sums to one.
#[track_caller]
fn assert_seconds(hours: f64, seconds: f64) {
    assert!((hours * 3600.0 - seconds).abs() <= 0.000_501, "{} s, not {seconds} s", hours * 3600.0);
}

#[test]
fn facts_are_those_of_another_program() {
    let known = std::fs::read_to_string(path("log_facts.json")).unwrap();
    let known: Known = serde_json::from_str(&known).unwrap();
    assert_eq!(known.logs.len(), 5);
    for (file, known) in &known.logs {
        let facts = log(file).facts();
        assert_eq!((facts.events, facts.cases), (known.events, known.cases), "{file}");
        let [first, last] =
            [&known.first_start, &known.last_end].map(|text| text.parse::<Timestamp>().unwrap());
        assert_eq!((facts.first_start, facts.last_end), (Some(first), Some(last)), "{file}");
        let lead_time = facts.lead_time.unwrap();
        assert_eq!(lead_time.count as usize, known.cases);
        assert_seconds(lead_time.mean, known.lead_time_s_mean);
        assert_seconds(lead_time.median, known.lead_time_s_median);
        activities(&facts, known);
        resources(&facts, known);
        handoffs(&facts, known);
    }
}

fn activities(facts: &LogFacts, known: &KnownLog) {
    assert_eq!(facts.activities.len(), known.activities);
    assert_eq!(known.events_by_activity.len(), known.activities);
    for activity in &facts.activities {
        assert_eq!(activity.events, known.events_by_activity[&activity.name]);
        assert_seconds(activity.processing.mean, known.processing_s_mean_by_activity[&activity.name]);
        let of = |known: &Option<HashMap<String, f64>>| known.as_ref().map(|known| known[&activity.name]);
        assert_means(activity.waiting, of(&known.waiting_s_mean_by_activity));
        assert_means(activity.extraneous, of(&known.extraneous_delay_mean_by_activity));
    }
    assert_means(facts.waiting, known.waiting_s_mean);
    assert_means(facts.extraneous, known.extraneous_delay_mean);
}

/// Both have a mean, and the same, or neither has.
#[track_caller]
fn assert_means(own: Option<TimeFacts>, known: Option<f64>) {
    assert_eq!(own.is_some(), known.is_some());
    if let (Some(own), Some(known)) = (own, known) {
        assert_seconds(own.mean, known);
    }
}

fn resources(facts: &LogFacts, known: &KnownLog) {
    assert_eq!(facts.resources.len(), known.resources);
    let mut busiest = facts.resources.clone();
    busiest.sort_by(|a, b| b.processing.total_cmp(&a.processing));
    busiest.truncate(known.busiest_resources_processing_s.len());
    for resource in &busiest {
        let seconds = known.busiest_resources_processing_s[&resource.name];
        assert!((resource.processing * 3600.0 - seconds).abs() < 0.0501, "{resource:?}");
    }
}

fn handoffs(facts: &LogFacts, known: &KnownLog) {
    assert_eq!(facts.handoffs, known.handoffs_between_resources);
    let most = &known.most_frequent_handoffs_between_activities;
    let first: HashSet<(String, u64)> = facts
        .handoffs_by_activity
        .iter()
        .map(|handoff| (format!("{} -> {}", handoff.from, handoff.to), handoff.count))
        .collect();
    assert!(most.iter().all(|(name, &count)| first.contains(&(name.clone(), count))), "{most:?}");
    let mut counts: Vec<u64> = most.values().copied().collect();
    counts.sort_unstable_by(|a, b| b.cmp(a));
    let own: Vec<u64> =
        facts.handoffs_by_activity.iter().take(counts.len()).map(|handoff| handoff.count).collect();
    assert_eq!(own, counts);
    assert!(!most.is_empty() || facts.handoffs == 0);
}
