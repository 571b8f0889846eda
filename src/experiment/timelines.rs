//! Looking at single cases: a replication is run again, and what happens to them is kept.

use std::time::Instant;

use super::Experiment;
use super::replication::replicate;
use super::run::{bounds, checked_plan, error_of};
use super::summary::stream_name;
use crate::engine::{End, Engine};
use crate::error::{Defect, Error, ErrorKind};
use crate::observe::{CaseId, Codes, FullLedger, Outcome, Stretch, Trace};
use crate::plan::{NONE, Plan};
use crate::results::{Party, Timeline, TimelinePiece, case_name};
use crate::time::{Span, Tick};

/// The timelines of cases of one replication, in the order asked for.
pub(super) fn timelines(
    experiment: &Experiment,
    replication: u64,
    cases: &[CaseId],
) -> Result<Vec<Timeline>, Error> {
    let plan = checked_plan(experiment)?;
    let settings = &experiment.settings;
    let bounds = bounds(experiment, Instant::now());
    if let Some(cut) = bounds.interruption() {
        return Err(error_of(settings, cut).into());
    }
    let watched: Vec<Option<CaseId>> = cases.iter().copied().map(Some).collect();
    let ledger = || FullLedger::new(&plan, 0, watched);
    let observed = replicate(&plan, settings.seed, replication, &bounds, ledger, Engine::run);
    if let Some(cut) = observed.cut {
        return Err(error_of(settings, cut).into());
    }
    if let Some(violation) = observed.other.totals().violation {
        return Err(ErrorKind::SelfCheck(violation).into());
    }
    let traces = observed.other.traces;
    let streams: Vec<String> = plan.streams.iter().map(stream_name).collect();
    let write = Writer { experiment, plan: &plan, codes: Codes::new(&plan), replication, streams };
    let found = |&case: &CaseId| match traces.iter().find(|trace| trace.mark == Some(case)) {
        Some(trace) => Ok(write.timeline(case, trace)),
        None => Err(Defect::new(
            format!("case {}", case_name(&write.streams, case)),
            format!("does not arrive in replication {replication}"),
        )),
    };
    let (found, missing): (Vec<_>, Vec<_>) = cases.iter().map(found).partition(Result::is_ok);
    let missing: Vec<Defect> = missing.into_iter().filter_map(Result::err).collect();
    if missing.is_empty() {
        Ok(found.into_iter().filter_map(Result::ok).collect())
    } else {
        Err(Error::from_defects(missing))
    }
}

struct Writer<'a> {
    experiment: &'a Experiment<'a>,
    plan: &'a Plan,
    codes: Codes,
    replication: u64,
    streams: Vec<String>,
}

impl Writer<'_> {
    fn timeline(&self, case: CaseId, trace: &Trace<Option<CaseId>>) -> Timeline {
        Timeline {
            replication: self.replication,
            case,
            name: case_name(&self.streams, case),
            class: self.plan.classes[trace.class as usize].clone(),
            arrived: span(trace.arrived),
            ended: span(trace.ended),
            outcome: match trace.end {
                Some(End::Completed) => Outcome::Completed,
                Some(End::Rejected) => Outcome::Rejected,
                Some(End::Reneged) => Outcome::Reneged,
                Some(End::TurnedAway) => Outcome::TurnedAway,
                Some(End::Balked) => Outcome::Balked,
                None => Outcome::Unfinished,
            },
            start: self.experiment.model.start,
            pieces: trace.stretches.iter().map(|stretch| self.piece(stretch)).collect(),
        }
    }

    fn piece(&self, stretch: &Stretch<Option<CaseId>>) -> TimelinePiece {
        let piece = &stretch.piece;
        TimelinePiece {
            from: span(piece.from),
            to: span(piece.to),
            felt: self.party(stretch.felt),
            cause: piece.cause,
            toward: (stretch.toward != NONE).then(|| self.party(stretch.toward)),
            who: self.party(piece.who),
            what: piece.what,
            whose: piece.whose,
            on: piece.mark,
            on_name: piece.mark.map(|case| case_name(&self.streams, case)),
        }
    }

    fn party(&self, code: u32) -> Party {
        let (kind, name) = self.codes.name(self.plan, code);
        Party { kind, name }
    }
}

fn span(tick: Tick) -> Span {
    Span::from_ticks(tick as i64)
}
