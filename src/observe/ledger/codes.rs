//! What an entry of the ledger is made of, and the numbers that stand for departments, handoffs, pools, requests,
//! stocks and their suppliers.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::plan::{NONE, Plan};

/// What the time was used for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum What {
    /// Work on a case.
    Service,
    /// Work on a case that had to be put right. Charged to the department that made the error.
    Rework,
    /// Work on a request.
    Answering,
    /// On the way.
    Transfer,
    /// Off shift.
    Closed,
    /// Absent, or broken down.
    Absent,
    /// Waiting until enough people for one piece of work are free.
    SeveralStaff,
    /// Waits that wait for each other, until time breaks the circle.
    Standstill,
    /// Preparing for the work on a case.
    Setup,
    /// Waiting until enough cases are there to be served together.
    Batching,
    /// Waiting for stock, or for its supplier.
    StockOut,
    /// Serving others at the same time.
    Sharing,
    /// Between being lost and trying again.
    Away,
}

impl fmt::Display for What {
    /// In words: "work", "closed".
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            What::Service => "work",
            What::Rework => "putting errors right",
            What::Answering => "answering",
            What::Transfer => "on the way",
            What::Closed => "closed",
            What::Absent => "absent",
            What::SeveralStaff => "crew not complete",
            What::Standstill => "standstill",
            What::Setup => "setting up",
            What::Batching => "batch not complete",
            What::StockOut => "not in stock",
            What::Sharing => "serving others too",
            What::Away => "away",
        })
    }
}

/// Whose work the time was used for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Whose {
    /// The case's own.
    Own,
    /// Others', who had come earlier.
    Ahead,
    /// Others', who had come later, and were taken first.
    LetPast,
    /// Nobody's: closed, absent, standstill, and waits for a batch, a pickup, a stock or its supplier.
    Nobody,
}

/// What a case was doing, or waiting for, as one who looks at it alone sees it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Cause {
    /// Somebody worked on it.
    Work,
    /// It was on its way.
    Transfer,
    /// It waited for staff who served others.
    Busy,
    /// It waited for staff who were held by a question of another.
    Held,
    /// It waited for staff who could not let go of another for want of room.
    Blocked,
    /// It waited for staff who were reserved for another.
    Reserved,
    /// It waited for staff who were off shift.
    Closed,
    /// It waited for staff who were absent.
    Absent,
    /// It waited for the answer to its own question.
    Answer,
    /// It was done, and waited for room where it was to go.
    Room,
    /// Somebody prepared for the work on it.
    Setup,
    /// It waited for others to be served together with.
    Batch,
    /// It waited for stock.
    Stock,
    /// It was in service, while those who served it were with others.
    Sharing,
    /// It waited at a handoff to be taken along.
    Pickup,
    /// It was away, to try again.
    Away,
}

/// What kind of thing a code stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PartyKind {
    /// A department of the model.
    Department,
    /// A handoff between two departments, or out.
    Handoff,
    /// People whom departments share.
    Pool,
    /// A request, on its way.
    Request,
    /// A stock.
    Stock,
    /// Who supplies a stock from outside.
    Supplier,
}

/// The numbers of those who may be charged: departments, then handoffs, then homes that are pools, then
/// requests, then stocks, then the outside suppliers of stocks.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Codes {
    pub departments: u32,
    pub handoffs: u32,
    pools: u32,
    requests: u32,
    stocks: u32,
}

impl Codes {
    pub fn new(plan: &Plan) -> Codes {
        let full = plan.full.as_ref();
        Codes {
            departments: plan.departments.len() as u32,
            handoffs: plan.handoffs.len() as u32,
            pools: full
                .map_or(0, |full| full.homes.iter().filter(|home| home.department == NONE).count() as u32),
            requests: full.map_or(0, |full| full.asks.len() as u32),
            stocks: full.map_or(0, |full| full.stocks.len() as u32),
        }
    }

    pub fn count(&self) -> u32 {
        self.stock(2 * self.stocks)
    }

    pub fn handoff(&self, handoff: u32) -> u32 {
        self.departments + handoff
    }

    pub fn request(&self, ask: u32) -> u32 {
        self.departments + self.handoffs + self.pools + ask
    }

    pub fn stock(&self, stock: u32) -> u32 {
        self.request(self.requests) + stock
    }

    /// Who supplies a stock from outside.
    pub fn supplier(&self, stock: u32) -> u32 {
        self.stock(self.stocks) + stock
    }

    /// By person: the code of their home.
    pub fn of_people(&self, plan: &Plan) -> Vec<u32> {
        let mut codes = Vec::new();
        let Some(full) = &plan.full else {
            for (department, code) in plan.departments.iter().zip(0..) {
                codes.resize(codes.len() + department.staff.unwrap_or(0) as usize, code);
            }
            return codes;
        };
        let mut pool = self.departments + self.handoffs;
        for home in &full.homes {
            let code = if home.department == NONE { pool } else { home.department };
            pool += u32::from(home.department == NONE);
            codes.resize(codes.len() + home.staff as usize, code);
        }
        codes
    }

    /// What a code stands for, and its name.
    pub fn name(&self, plan: &Plan, code: u32) -> (PartyKind, String) {
        if code < self.departments {
            return (PartyKind::Department, plan.departments[code as usize].name.clone());
        }
        let code = code - self.departments;
        if code < self.handoffs {
            let handoff = &plan.handoffs[code as usize];
            return (PartyKind::Handoff, format!("{} to {}", handoff.from, handoff.to));
        }
        let code = (code - self.handoffs) as usize;
        let full = plan.full.as_ref();
        let pools = full.into_iter().flat_map(|full| &full.homes).filter(|home| home.department == NONE);
        if code < self.pools as usize {
            let name = pools.map(|home| &home.name).nth(code);
            return (PartyKind::Pool, name.cloned().unwrap_or_default());
        }
        let code = code - self.pools as usize;
        if code < self.requests as usize {
            let ask = full.and_then(|full| full.asks.get(code));
            return (PartyKind::Request, ask.map(|ask| ask.name.clone()).unwrap_or_default());
        }
        let (code, stocks) = (code - self.requests as usize, self.stocks as usize);
        let stock = full.and_then(|full| full.stocks.get(code % stocks));
        let name = stock.map(|stock| stock.name.clone()).unwrap_or_default();
        if code < stocks {
            (PartyKind::Stock, name)
        } else {
            (PartyKind::Supplier, format!("supplier of {name}"))
        }
    }
}
