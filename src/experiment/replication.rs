//! One replication, from start to end.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;

use crate::engine::{Engine, Limits, Observer, Pause};
use crate::observe::Statistics;
use crate::plan::Plan;
use crate::time::{Span, Tick};

/// Events between two looks at the clock and at the caller's wish to stop.
const STRIDE: u64 = 1 << 16;

/// What bounds a replication.
#[derive(Debug)]
pub(super) struct Bounds<'a> {
    pub limits: Limits,
    pub warm_up: Tick,
    pub max_events: u64,
    pub deadline: Option<Instant>,
    pub cancelled: Option<&'a AtomicBool>,
}

impl Bounds<'_> {
    /// Why to stop now, if there is a reason.
    pub fn interruption(&self) -> Option<Cut> {
        if self.cancelled.is_some_and(|flag| flag.load(Ordering::Relaxed)) {
            return Some(Cut::Cancelled);
        }
        self.deadline.is_some_and(|deadline| Instant::now() >= deadline).then_some(Cut::WallTime)
    }
}

/// Why a replication was cut short.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Cut {
    Events,
    Crowded,
    WallTime,
    Cancelled,
    Standstill { replication: u64, time: Span, waits: Vec<String> },
}

/// A replication that has run.
#[derive(Debug)]
pub(super) struct Observed<O> {
    pub number: u64,
    pub events: u64,
    pub end: Tick,
    pub statistics: Statistics,
    pub other: O,
    /// It did not come to the end that was asked for.
    pub fell_short: bool,
    /// It ended with nothing left to happen.
    pub ran_out: bool,
    pub cut: Option<Cut>,
}

impl<O> Observed<O> {
    /// The same without the other observer, and that.
    pub fn split(self) -> (Observed<()>, O) {
        let Observed { number, events, end, statistics, other, fell_short, ran_out, cut } = self;
        (Observed { number, events, end, statistics, other: (), fell_short, ran_out, cut }, other)
    }
}

/// Runs replication `number` with the default statistics and one more observer. `run` is [`Engine::run`], or what it
/// comes to where the kind of the model is known: the other is not compiled then.
///
/// One that begins runs for some while: whether to begin is asked before.
pub(super) fn replicate<'p, O: Observer>(
    plan: &'p Plan,
    seed: u64,
    number: u64,
    bounds: &Bounds,
    other: impl FnOnce() -> O,
    run: impl Fn(&mut Engine<'p, (Statistics, O)>, &mut u64) -> Pause,
) -> Observed<O> {
    let observers = (Statistics::new(plan, bounds.warm_up), other());
    let mut engine = Engine::new(plan, seed, number, bounds.limits, observers);
    let mut left = bounds.max_events;
    let mut fell_short = false;
    let cut = loop {
        let stride = left.min(STRIDE);
        let mut unused = stride;
        let pause = run(&mut engine, &mut unused);
        left -= stride - unused;
        match pause {
            Pause::Done => break None,
            Pause::Short => {
                fell_short = true;
                break None;
            }
            Pause::Crowded => break Some(Cut::Crowded),
            Pause::Standstill => {
                let (time, waits) = (Span::from_ticks(engine.now() as i64), engine.standstill().to_vec());
                break Some(Cut::Standstill { replication: number, time, waits });
            }
            Pause::Events if left == 0 => break Some(Cut::Events),
            Pause::Events => {
                if let Some(cut) = bounds.interruption() {
                    break Some(cut);
                }
            }
        }
    };
    engine.report_unfinished();
    let (end, ran_out) = (engine.now(), engine.ran_out());
    let (statistics, other) = engine.observer;
    let events = bounds.max_events - left;
    Observed { number, events, end, statistics, other, fell_short, ran_out, cut }
}
