//! What is kept of a pair of replications: how every customer fares in both.

use crate::analysis::disturbance::{Fate, Fates, fate, lead_time};
use crate::experiment::{Both, Pair};
use crate::results::case_name;
use crate::stats::Sketch;
use crate::time::Span;
use crate::{CaseId, CaseRecord};

/// What is kept of a pair of replications.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::analysis) struct Digest {
    pub replication: u64,
    pub system: Fared,
    /// By class at arrival.
    pub classes: Vec<(String, Fared)>,
}

/// How customers fare, from the warm-up on. Times are in ticks.
#[derive(Clone, Debug, Default, PartialEq)]
pub(in crate::analysis) struct Fared {
    pub fates: Fates,
    /// Lead times of customers completed, in either run.
    pub lead: [Sketch; 2],
    /// Customers completed in both runs, and what they gain.
    pub both: u64,
    pub gain: i64,
    /// Those who are faster: how many, and by how much.
    pub faster: Moved,
    /// Those who are slower.
    pub slower: Moved,
}

/// Customers whose lead time changes in one direction.
#[derive(Clone, Debug, Default, PartialEq)]
pub(in crate::analysis) struct Moved {
    pub customers: u64,
    pub by: Sketch,
    pub most: Option<(i64, String)>,
}

/// The one whose lead time changes the most, of those of one direction.
#[derive(Clone, Copy, Default)]
struct Most(Option<(i64, CaseId)>);

impl Digest {
    /// Looks at a pair of replications.
    pub fn of(pair: &Pair<'_>) -> Digest {
        let classes = pair.names.classes.len();
        // All customers, and then each class.
        let mut all = vec![Fared::default(); 1 + classes];
        let mut most = vec![[Most::default(); 2]; 1 + classes];
        for (before, after) in pair.cases() {
            let Some(any) = before.or(after).filter(|case| case.arrived >= pair.warm_up) else { continue };
            for at in [0, 1 + any.class as usize] {
                all[at].add((before, after), &mut most[at]);
            }
        }
        for (fared, most) in all.iter_mut().zip(most) {
            let [faster, slower] =
                most.map(|most| most.0.map(|(by, case)| (by, case_name(&pair.names.streams, case))));
            (fared.faster.most, fared.slower.most) = (faster, slower);
        }
        let mut all = all.into_iter();
        let system = all.next().unwrap_or_default();
        let classes = pair.names.classes.iter().cloned().zip(all).collect();
        Digest { replication: pair.replication, system, classes }
    }

    /// How the customers of a class fare, or all.
    pub fn of_class(&self, class: Option<&str>) -> Option<&Fared> {
        match class {
            None => Some(&self.system),
            Some(class) => self.classes.iter().find(|(name, _)| name == class).map(|(_, fared)| fared),
        }
    }
}

impl Fared {
    fn add(&mut self, (before, after): Both<'_, CaseRecord>, most: &mut [Most; 2]) {
        let fates = (fate(before), fate(after));
        self.fates[fates.0 as usize][fates.1 as usize] += 1;
        for (sketch, case) in self.lead.iter_mut().zip([before, after]) {
            if let Some(case) = case.filter(|case| fate(Some(case)) == Fate::Completed) {
                sketch.record(lead_time(case) as u64);
            }
        }
        let (Fate::Completed, Fate::Completed) = fates else { return };
        let (Some(before), Some(after)) = (before, after) else { return };
        let gain = lead_time(before) - lead_time(after);
        self.both += 1;
        self.gain += gain;
        let (moved, most) = match gain {
            0 => return,
            1.. => (&mut self.faster, &mut most[0].0),
            _ => (&mut self.slower, &mut most[1].0),
        };
        moved.customers += 1;
        moved.by.record(gain.unsigned_abs());
        if most.is_none_or(|(by, _)| by < gain.abs()) {
            *most = Some((gain.abs(), before.case));
        }
    }
}

/// A time in ticks, in hours.
pub(super) fn in_hours(ticks: i64) -> f64 {
    crate::analysis::disturbance::in_hours(ticks)
}

/// A time in ticks.
pub(super) fn span(ticks: i64) -> Span {
    Span::from_ticks(ticks)
}
