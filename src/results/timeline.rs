//! The life of one case, piece by piece.

use std::fmt;

use jiff::SignedDuration;
use jiff::civil::DateTime;
use serde::{Deserialize, Serialize};

use super::ledger::{Cause, Party, PartyKind, What, Whose};
use super::times::display_unit;
use crate::time::{Span, hours};
use crate::{CaseId, Outcome};

/// The life of one case: what it did, what it waited for, and because of whom.
///
/// Displayed it has one line for each piece, with times of day where the model has a start, else with the time
/// since the start of the replication:
///
/// ```text
/// orders 312, class routine, replication 3: completed after 5.2 h
/// 2026-03-02
/// 09:12-10:40 waited at Reps: staff held by Engineering, which was working on orders 311
/// 10:40-11:02 served at Reps
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Timeline {
    /// The replication.
    pub replication: u64,
    /// The case.
    pub case: CaseId,
    /// Its stream and number in words.
    pub name: String,
    /// Its class at arrival.
    pub class: String,
    /// When it arrived, since the start of the replication.
    pub arrived: Span,
    /// When it ended, or the run did.
    pub ended: Span,
    /// How it ended.
    pub outcome: Outcome,
    /// The start of the replication on the calendar, where the model has one.
    pub start: Option<DateTime>,
    /// What it did and what it waited for, in order of time, without gaps.
    pub pieces: Vec<TimelinePiece>,
}

/// A part of the life of a case.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TimelinePiece {
    /// When it began, since the start of the replication.
    pub from: Span,
    /// When it ended.
    pub to: Span,
    /// Where the case was.
    pub felt: Party,
    /// What it did, or waited for, as seen from there.
    pub cause: Cause,
    /// The request for whose answer, the department for whose room, or the stock for which it waited.
    pub toward: Option<Party>,
    /// Who is responsible, at the end of the chain.
    pub who: Party,
    /// What they did.
    pub what: What,
    /// Whose work that was.
    pub whose: Whose,
    /// On which case they worked, if they worked on one.
    pub on: Option<CaseId>,
    /// The same in words.
    pub on_name: Option<String>,
}

impl TimelinePiece {
    /// How long it was.
    #[must_use]
    pub fn length(&self) -> Span {
        Span::from_ticks(self.to.ticks() - self.from.ticks())
    }

    fn on(&self) -> &str {
        self.on_name.as_deref().unwrap_or("another")
    }

    /// For what it waited, if it is known.
    fn lacking(&self) -> &str {
        self.toward.as_ref().map_or("stock", |stock| &stock.name)
    }

    /// What those responsible did.
    fn doing(&self) -> String {
        match self.what {
            What::Service => format!("working on {}", self.on()),
            What::Rework => format!("putting right its error on {}", self.on()),
            What::Answering => format!("answering a question about {}", self.on()),
            What::Transfer => format!("on the way with {}", self.on()),
            What::Closed => "closed".to_owned(),
            What::Absent => "absent".to_owned(),
            What::SeveralStaff => "the last to be waited for".to_owned(),
            What::Standstill => "waiting in a circle".to_owned(),
            What::Setup => format!("setting up for {}", self.on()),
            What::Batching => "waiting for others to serve together".to_owned(),
            What::StockOut if self.who.kind == PartyKind::Supplier => "yet to deliver".to_owned(),
            What::StockOut => "out of stock".to_owned(),
            What::Sharing => "serving others at the same time".to_owned(),
            What::Away => "away".to_owned(),
        }
    }
}

impl fmt::Display for TimelinePiece {
    /// What happened, without the times.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let TimelinePiece { felt, who, what, .. } = self;
        let waited = |for_whom: &str| format!("waited at {felt}: staff {for_whom}");
        let which = format!("{who}, which was {}", self.doing());
        let text = match self.cause {
            Cause::Work if *what == What::Rework => format!("reworked at {felt}, for an error of {who}"),
            Cause::Work => format!("served at {felt}"),
            Cause::Transfer if felt.kind == PartyKind::Handoff => format!("on the way, {felt}"),
            Cause::Transfer => format!("on the way, sent by {felt}"),
            _ if *what == What::SeveralStaff => {
                format!("waited at {felt} for several people, the last of them busy with {who}")
            }
            Cause::Busy if *what == What::Rework && who != felt => {
                waited(&format!("busy putting right an error of {who} on {}", self.on()))
            }
            Cause::Busy if who == felt => waited(&format!("busy with {}", self.on())),
            Cause::Busy => waited(&format!("busy for {which}")),
            Cause::Held => waited(&format!("held by {which}")),
            Cause::Blocked => waited(&format!("blocked by {which}")),
            Cause::Reserved => waited(&format!("reserved for another, because of {which}")),
            Cause::Closed if who == felt => format!("waited at {felt}: closed"),
            Cause::Closed => waited(&format!("of {who} off shift")),
            Cause::Absent => waited(&format!("of {who} absent")),
            Cause::Answer if self.whose == Whose::Own && *what == What::Answering => {
                format!("waited at {felt} for an answer: {who} worked on it")
            }
            Cause::Answer if self.whose == Whose::Own => {
                format!("waited at {felt} for an answer: {who}, on the way")
            }
            Cause::Answer => format!("waited at {felt} for an answer, because of {which}"),
            Cause::Setup => format!("set up for at {felt}"),
            Cause::Batch => format!("waited at {felt} for others, to be served together"),
            Cause::Stock => format!("waited at {felt} for {}, because of {which}", self.lacking()),
            Cause::Sharing => format!("in service at {felt}, while the staff served others"),
            Cause::Pickup if self.whose == Whose::Nobody => format!("waited for a pickup, {felt}"),
            Cause::Pickup => format!("waited for others ahead on the way, {felt}"),
            Cause::Away => format!("away, to try again; lost by {who}"),
            Cause::Room => match &self.toward {
                Some(toward) => format!("done at {felt}, waited for room at {toward}, because of {which}"),
                None => format!("done at {felt}, waited for room, because of {which}"),
            },
        };
        f.write_str(&text)
    }
}

impl Timeline {
    /// The lead time, or the age if it has not ended.
    #[must_use]
    pub fn lead_time(&self) -> Span {
        Span::from_ticks(self.ended.ticks() - self.arrived.ticks())
    }

    fn date_time(&self, time: Span) -> Option<DateTime> {
        self.start?.checked_add(SignedDuration::from_micros(time.ticks())).ok()
    }

    /// A time of day, or the time since the start, to the minute; to the second if `fine`.
    fn clock(&self, time: Span, fine: bool) -> String {
        let (hour, minute, second) = match self.date_time(time) {
            Some(at) => (i64::from(at.hour()), i64::from(at.minute()), i64::from(at.second())),
            None => {
                let seconds = time.ticks() / 1_000_000;
                (seconds / 3600, seconds / 60 % 60, seconds % 60)
            }
        };
        if fine { format!("{hour:02}:{minute:02}:{second:02}") } else { format!("{hour:02}:{minute:02}") }
    }
}

impl fmt::Display for Timeline {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let lead = self.lead_time().as_hours();
        let (unit, length) = display_unit(lead);
        let outcome = match self.outcome {
            Outcome::Completed => "completed",
            Outcome::Rejected => "rejected",
            Outcome::Reneged => "reneged",
            Outcome::TurnedAway => "turned away",
            Outcome::Balked => "balked",
            Outcome::Unfinished => "unfinished",
        };
        let Timeline { name, class, replication, .. } = self;
        let lead = lead / length;
        write!(f, "{name}, class {class}, replication {replication}: {outcome} after {lead:.1} {unit}")?;
        let fine = self.lead_time() < hours(3);
        let mut date = None;
        for piece in &self.pieces {
            let (from, to) = (self.date_time(piece.from), self.date_time(piece.to));
            let today = from.map(DateTime::date);
            if today != date
                && let Some(today) = today
            {
                write!(f, "\n{today}")?;
                date = Some(today);
            }
            let later = from.zip(to).map_or(0, |(from, to)| (to.date() - from.date()).get_days());
            let next = if later > 0 { format!(" (+{later} d)") } else { String::new() };
            let (from, to) = (self.clock(piece.from, fine), self.clock(piece.to, fine));
            write!(f, "\n{from}-{to}{next} {piece}")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::minutes;

    fn party(name: &str) -> Party {
        Party { kind: PartyKind::Department, name: name.into() }
    }

    fn timeline(start: Option<DateTime>) -> Timeline {
        let case = CaseId { stream: 0, number: 312, member: 0 };
        let held = TimelinePiece {
            from: minutes(72),
            to: minutes(160),
            felt: party("Reps"),
            cause: Cause::Held,
            toward: None,
            who: party("Engineering"),
            what: What::Service,
            whose: Whose::Ahead,
            on: Some(CaseId { number: 311, ..case }),
            on_name: Some("order 311".into()),
        };
        let served = TimelinePiece {
            from: minutes(160),
            to: minutes(960),
            cause: Cause::Work,
            who: party("Reps"),
            whose: Whose::Own,
            on: Some(case),
            on_name: Some("order 312".into()),
            ..held.clone()
        };
        Timeline {
            replication: 3,
            case,
            name: "order 312".into(),
            class: "routine".into(),
            arrived: minutes(72),
            ended: minutes(960),
            outcome: Outcome::Completed,
            start,
            pieces: vec![held, served],
        }
    }

    #[test]
    fn a_timeline_is_readable() {
        let start = DateTime::constant(2026, 3, 2, 8, 0, 0, 0);
        let lines = [
            "order 312, class routine, replication 3: completed after 14.8 h",
            "2026-03-02",
            "09:12-10:40 waited at Reps: staff held by Engineering, which was working on order 311",
            "10:40-00:00 (+1 d) served at Reps",
        ];
        assert_eq!(timeline(Some(start)).to_string(), lines.join("\n"));
        let lines = timeline(None).to_string();
        assert_eq!(lines.lines().nth(1).map(|line| &line[..11]), Some("01:12-02:40"));
        assert_eq!(lines.lines().count(), 3);
    }

    #[test]
    fn it_survives_a_file() {
        let timeline = timeline(Some(DateTime::constant(2026, 3, 2, 8, 0, 0, 0)));
        let text = serde_json::to_string(&timeline).unwrap();
        assert_eq!(serde_json::from_str::<Timeline>(&text).unwrap(), timeline);
    }
}
