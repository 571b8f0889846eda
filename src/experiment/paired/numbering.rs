//! One numbering for the records of two models.

use std::collections::HashMap;

use super::{PairNames, PairedRun};
use crate::experiment::summary::stream_name;
use crate::observe::CaseId;
use crate::plan::Plan;

/// What numbers of the other model are in the common numbering.
#[derive(Debug)]
pub(super) struct Numbering {
    streams: Vec<u32>,
    classes: Vec<u32>,
    departments: Vec<u32>,
    requests: Vec<u32>,
    forks: Vec<u32>,
}

impl Numbering {
    /// The names of both, and what the numbers of the other become.
    pub fn new(base: &Plan, other: &Plan) -> (PairNames, Numbering) {
        let (streams, new_streams) =
            common(base, other, |plan| plan.streams.iter().map(stream_name).collect());
        let (classes, new_classes) = common(base, other, |plan| plan.classes.clone());
        let (departments, new_departments) =
            common(base, other, |plan| plan.departments.iter().map(|of| of.name.clone()).collect());
        let (requests, new_requests) = common(base, other, |plan| {
            plan.full.iter().flat_map(|full| &full.asks).map(|ask| ask.name.clone()).collect()
        });
        let (forks, new_forks) = common(base, other, |plan| {
            plan.full.iter().flat_map(|full| &full.forks).map(|fork| fork.name.clone()).collect()
        });
        let answers = |plan: &Plan| -> Vec<u32> {
            plan.full.iter().flat_map(|full| &full.asks).map(|ask| ask.to).collect()
        };
        let mut answered_by = answers(base);
        for (&number, to) in new_requests.iter().zip(answers(other)) {
            if number as usize >= answered_by.len() {
                answered_by.push(new_departments[to as usize]);
            }
        }
        let streams_of_base = base.streams.len();
        let names =
            PairNames { streams, streams_of_base, classes, departments, requests, answered_by, forks };
        let numbering = Numbering {
            streams: new_streams,
            classes: new_classes,
            departments: new_departments,
            requests: new_requests,
            forks: new_forks,
        };
        (names, numbering)
    }

    /// Numbers the records of the other model anew, which are in the order in which things ended.
    pub fn apply(&self, base: &PairedRun, other: &mut PairedRun) {
        let stream = |id: CaseId| match self.streams.get(id.stream as usize) {
            Some(&stream) => CaseId { stream, ..id },
            None => id,
        };
        for case in &mut other.cases {
            case.case = stream(case.case);
            case.complaint_of = case.complaint_of.map(stream);
            case.class = self.classes[case.class as usize];
        }
        let complaints = complaints(base, other);
        let same = |id: CaseId| complaints.get(&id).copied().unwrap_or(id);
        for case in &mut other.cases {
            case.case = same(case.case);
            case.complaint_of = case.complaint_of.map(same);
        }
        for visit in &mut other.visits {
            visit.case = same(stream(visit.case));
            visit.class = self.classes[visit.class as usize];
            visit.department = self.departments[visit.department as usize];
            if let Some(part) = &mut visit.part {
                part.fork = self.forks[part.fork as usize];
            }
        }
        for request in &mut other.requests {
            request.case = request.case.map(|id| same(stream(id)));
            request.request = self.requests[request.request as usize];
        }
    }
}

/// Complaints are numbered as they are made: what is about the same customer gets the number that it has in the base,
/// and other ones follow.
fn complaints(base: &PairedRun, other: &PairedRun) -> HashMap<CaseId, CaseId> {
    let known: HashMap<(u32, CaseId), CaseId> = base
        .cases
        .iter()
        .filter_map(|case| Some(((case.case.stream, case.complaint_of?), case.case)))
        .collect();
    let mut next: HashMap<u32, u64> = HashMap::new();
    for id in known.values() {
        let next = next.entry(id.stream).or_default();
        *next = (*next).max(id.number + 1);
    }
    let mut anew: HashMap<CaseId, CaseId> = HashMap::new();
    for case in &other.cases {
        let Some(first) = case.complaint_of else { continue };
        // What a complaint is about has ended before it, and so has its number already.
        let first = anew.get(&first).copied().unwrap_or(first);
        let stream = case.case.stream;
        let number = known.get(&(stream, first)).copied().unwrap_or_else(|| {
            let next = next.entry(stream).or_default();
            *next += 1;
            CaseId { number: *next - 1, ..case.case }
        });
        anew.insert(case.case, number);
    }
    anew
}

/// The names of both, the base's first, and by number of the other's the number there.
fn common(base: &Plan, other: &Plan, names: impl Fn(&Plan) -> Vec<String>) -> (Vec<String>, Vec<u32>) {
    let (mut all, others) = (names(base), names(other));
    if all == others {
        let same = (0..all.len() as u32).collect();
        return (all, same);
    }
    let mut of_name: HashMap<String, u32> = all.iter().cloned().zip(0..).collect();
    let mut number = |name: String| {
        *of_name.entry(name).or_insert_with_key(|name| {
            all.push(name.clone());
            all.len() as u32 - 1
        })
    };
    let numbers = others.into_iter().map(&mut number).collect();
    (all, numbers)
}
