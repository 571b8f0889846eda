//! What people do with their time.

use serde::{Deserialize, Serialize};

use crate::stats::Estimate;

/// What a member of staff does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum StaffState {
    /// At work on a case, a request or an order.
    Serving,
    /// Preparing for work.
    SettingUp,
    /// With work that waits for an answer, or for colleagues who are away.
    Held,
    /// With finished work that finds no room where it goes.
    Blocked,
    /// Waiting with a piece of work for more people to come.
    Reserved,
    /// On shift, with nothing to do.
    Idle,
    /// Kept from work during their shift.
    Absent,
    /// Not on shift.
    OffShift,
}

/// What the people of a department or pool do with their time.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct StaffResults {
    /// All their time, in hours per replication: that in every state together.
    pub hours: Estimate,
    /// Their time by state; those states that the model does not have are left out.
    pub states: Vec<StaffStateResults>,
    /// Time after the end of a shift, in hours per replication. It is part of the states above.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub overtime: Option<Estimate>,
    /// Time at work, setups included, in departments that they help out in, in hours per replication. It is part of
    /// the states above.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub helping: Option<Estimate>,
}

/// Time of staff in one state.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct StaffStateResults {
    /// The state.
    pub state: StaffState,
    /// Its share of all their time, that off shift included, averaged over replications.
    pub share: Option<Estimate>,
    /// Hours per replication.
    pub hours: Estimate,
}

impl StaffResults {
    /// The share of all time that is spent in a state; `None` where the model does not have it.
    pub fn share(&self, state: StaffState) -> Option<Estimate> {
        self.states.iter().find(|own| own.state == state)?.share
    }
}

/// How the people of a pool fared.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PoolResults {
    /// The pool.
    pub name: String,
    /// How many people it has.
    pub staff: u32,
    /// What they do with their time.
    pub time: StaffResults,
    /// Time at work over time on shift, averaged over replications. Absence and overtime are on shift.
    pub utilization: Option<Estimate>,
}

/// What the people of a department or pool did in the window of one replication, in person-hours. All but the
/// last three sum to all their time.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct StaffTotals {
    /// At work.
    pub serving: f64,
    /// Preparing for work.
    #[serde(default)]
    pub setting_up: f64,
    /// With work that waits for an answer, or for colleagues who are away.
    pub held: f64,
    /// With finished work that finds no room.
    pub blocked: f64,
    /// Waiting with a piece of work for more people to come.
    pub reserved: f64,
    /// With nothing to do.
    pub idle: f64,
    /// Kept from work during their shift.
    pub absent: f64,
    /// Not on shift.
    pub off_shift: f64,
    /// Of these, after the end of a shift.
    pub overtime: f64,
    /// Of those after the end of a shift, at work or preparing for it.
    #[serde(default)]
    pub overtime_at_work: f64,
    /// Of those at work or preparing for it, in departments that they help out in.
    pub helping: f64,
}

impl StaffTotals {
    /// That of so many people who are always there and depend on nobody: they serve, or they are idle.
    pub(crate) fn plain(staff: u32, serving: f64, window: f64) -> StaffTotals {
        let idle = (f64::from(staff) * window - serving).max(0.0);
        StaffTotals { serving, idle, ..StaffTotals::default() }
    }

    /// All their time.
    pub fn all(&self) -> f64 {
        self.on_shift() + self.off_shift
    }

    /// The time on shift, absence and overtime included.
    pub fn on_shift(&self) -> f64 {
        self.at_work() + self.held + self.blocked + self.reserved + self.idle + self.absent
    }

    /// The time at work, setups included.
    pub fn at_work(&self) -> f64 {
        self.serving + self.setting_up
    }

    /// The time in a state.
    pub fn of(&self, state: StaffState) -> f64 {
        match state {
            StaffState::Serving => self.serving,
            StaffState::SettingUp => self.setting_up,
            StaffState::Held => self.held,
            StaffState::Blocked => self.blocked,
            StaffState::Reserved => self.reserved,
            StaffState::Idle => self.idle,
            StaffState::Absent => self.absent,
            StaffState::OffShift => self.off_shift,
        }
    }
}
