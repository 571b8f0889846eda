//! Structures as text.

use std::fmt;

use super::{HoldUp, How, Structure};
use crate::model::FlowKind;
use crate::results::Party;

fn listed<'p>(parties: impl IntoIterator<Item = &'p Party>) -> String {
    let names: Vec<&str> = parties.into_iter().map(|party| party.name.as_str()).collect();
    if names.is_empty() { "nothing".to_owned() } else { names.join(", ") }
}

impl fmt::Display for How {
    /// What the one does that can hold up the other: "answers".
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            How::Work(FlowKind::Handoff) => "hands work on to",
            How::Work(FlowKind::Part) => "sends parts to",
            How::Work(FlowKind::Returned) => "returns what is wrong to",
            How::Work(FlowKind::Back) => "gives back what was wrong to",
            How::Work(FlowKind::Sent) => "sends what is wrong to",
            How::Work(FlowKind::Left) => "loses customers to",
            How::Blocks => "can block",
            How::Answers => "answers",
            How::Asks => "asks",
            How::Staffs => "lends people to",
            How::KeepsStaff => "keeps people of",
            How::Helps => "helps out in",
            How::IsHelped => "is helped by",
            How::Stocks => "is used up by",
            How::Takes => "takes from",
            How::Supplies => "supplies",
            How::Orders => "orders from",
        })
    }
}

impl fmt::Display for HoldUp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {} {}", self.who, self.how, self.whom)
    }
}

crate::text::displayed_as_prose!(Structure);

impl Structure {
    /// What each class depends on, then who can hold up whom directly, line by line.
    fn page(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for class in &self.classes {
            writeln!(f, "Every case of {} passes {}.", class.class, class.passes.join(", "))?;
            writeln!(f, "  It depends on {}.", listed(&class.depends_on))?;
        }
        for circle in &self.circles {
            writeln!(f, "All of these can hold up each other: {}.", listed(circle))?;
        }
        for two in &self.two_way {
            writeln!(f, "{} and {} serve each other.", two.between[0], two.between[1])?;
        }
        writeln!(f, "\nWho can hold up whom:")?;
        self.hold_ups.iter().try_for_each(|hold_up| writeln!(f, "  {hold_up}"))
    }
}
