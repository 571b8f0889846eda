//! What an experiment is asked for, as data: the results carry it with them.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::time::Span;

/// When a replication ends.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Horizon {
    /// At a time. Nothing that falls on it happens.
    Time(Span),
    /// When so many cases have ended, completed or lost; where several end in the same event, it may be
    /// more.
    Cases(u64),
    /// When all cases are done. For models whose streams all come to an end.
    AllDone,
}

/// How long the start of a replication is left out of the results.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum WarmUp {
    /// So long.
    Given(Span),
    /// As long as MSER-5 finds necessary, from the number of cases in the system averaged over pilot
    /// replications.
    Chosen,
}

/// How many replications are made.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Stopping {
    /// So many.
    Fixed(u32),
    /// As many as a figure needs.
    Precision(Precision),
}

/// A figure, and how precisely it is wanted.
///
/// The run ends when half the width of the figure's confidence interval is at most `half_width`
/// (Law, Simulation Modeling and Analysis, section 9.4.1), looked at after at least 30 replications
/// and then in growing steps.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Precision {
    /// The figure.
    pub figure: Figure,
    /// The half width to reach.
    pub half_width: HalfWidth,
    /// The most replications to make, reached or not.
    pub at_most: u32,
}

/// Half the width of a confidence interval.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum HalfWidth {
    /// As a share of the figure: 0.02 is 2 %.
    Relative(f64),
    /// In the figure's own unit: hours for times.
    Absolute(f64),
}

/// A figure of the results.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Figure {
    /// The mean lead time, in hours.
    LeadTime {
        /// Whose.
        of: Customers,
    },
    /// A percentile of the lead time, in hours.
    LeadTimePercentile {
        /// Whose.
        of: Customers,
        /// The share of cases that take no longer; one of those in the results.
        share: f64,
    },
    /// The share of promises that are kept.
    PromiseKept {
        /// Whose.
        of: Customers,
    },
    /// The mean waiting time at a department, in hours.
    WaitingTime {
        /// The department.
        department: String,
    },
    /// The mean number waiting at a department.
    QueueLength {
        /// The department.
        department: String,
    },
    /// Time at work over time on shift of a department's own people.
    Utilization {
        /// The department, which must have people of its own.
        department: String,
    },
    /// Time at work over time on shift of a pool's people.
    PoolUtilization {
        /// The pool.
        pool: String,
    },
    /// The mean response time of a request, in hours.
    ResponseTime {
        /// The request.
        request: String,
    },
    /// The share of a request that is answered within the standard.
    StandardKept {
        /// The request, which must have a standard.
        request: String,
    },
    /// The mean lead time in working hours.
    WorkingLeadTime {
        /// Whose.
        of: Customers,
    },
    /// The share of cases that are completed with a defect.
    DefectiveShare {
        /// Whose.
        of: Customers,
    },
    /// Cases completed per hour.
    Throughput {
        /// Whose.
        of: Customers,
    },
    /// The share of customers that are lost: rejected, balked, reneged, or turned away.
    LostShare {
        /// Whose.
        of: Customers,
    },
    /// What everything costs, in money per replication; of a class, what its customers cost.
    Cost {
        /// Of everything, or of the customers of a class.
        of: Customers,
    },
}

/// Whose figure it is.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Customers {
    /// That of all customers together.
    All,
    /// That of a class.
    Class(String),
}

impl From<String> for Customers {
    fn from(class: String) -> Customers {
        Customers::Class(class)
    }
}

impl From<&str> for Customers {
    fn from(class: &str) -> Customers {
        Customers::Class(class.to_owned())
    }
}

impl fmt::Display for Customers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Customers::All => f.write_str("all customers"),
            Customers::Class(class) => write!(f, "`{class}`"),
        }
    }
}

impl Figure {
    /// The mean lead time of a class, or of all customers.
    ///
    /// ```
    /// use knockon::experiment::{Customers, Figure};
    ///
    /// assert_eq!(Figure::lead_time("insured").to_string(), "the mean lead time of `insured`");
    /// assert_eq!(Figure::lead_time(Customers::All).to_string(), "the mean lead time of all customers");
    /// ```
    pub fn lead_time(of: impl Into<Customers>) -> Figure {
        Figure::LeadTime { of: of.into() }
    }

    /// The lead time that a share of a class does not exceed.
    pub fn lead_time_percentile(of: impl Into<Customers>, share: f64) -> Figure {
        Figure::LeadTimePercentile { of: of.into(), share }
    }

    /// The share of a class for which the promise is kept.
    pub fn promise_kept(of: impl Into<Customers>) -> Figure {
        Figure::PromiseKept { of: of.into() }
    }

    /// The mean waiting time at a department.
    pub fn waiting_time(department: impl Into<String>) -> Figure {
        Figure::WaitingTime { department: department.into() }
    }

    /// The mean number waiting at a department.
    pub fn queue_length(department: impl Into<String>) -> Figure {
        Figure::QueueLength { department: department.into() }
    }

    /// The share of a department's people that serve.
    pub fn utilization(department: impl Into<String>) -> Figure {
        Figure::Utilization { department: department.into() }
    }

    /// The share of a pool's time on shift that its people serve.
    pub fn pool_utilization(pool: impl Into<String>) -> Figure {
        Figure::PoolUtilization { pool: pool.into() }
    }

    /// The mean response time of a request.
    pub fn response_time(request: impl Into<String>) -> Figure {
        Figure::ResponseTime { request: request.into() }
    }

    /// The share of a request that is answered within the standard.
    pub fn standard_kept(request: impl Into<String>) -> Figure {
        Figure::StandardKept { request: request.into() }
    }

    /// The mean lead time of a class in working hours.
    pub fn working_lead_time(of: impl Into<Customers>) -> Figure {
        Figure::WorkingLeadTime { of: of.into() }
    }

    /// The share of a class that is completed with a defect.
    pub fn defective_share(of: impl Into<Customers>) -> Figure {
        Figure::DefectiveShare { of: of.into() }
    }

    /// Cases of a class completed per hour.
    pub fn throughput(of: impl Into<Customers>) -> Figure {
        Figure::Throughput { of: of.into() }
    }

    /// The share of a class that is lost.
    pub fn lost_share(of: impl Into<Customers>) -> Figure {
        Figure::LostShare { of: of.into() }
    }

    /// What everything costs, or what the customers of a class cost.
    pub fn cost(of: impl Into<Customers>) -> Figure {
        Figure::Cost { of: of.into() }
    }

    /// Whether it is a share, between 0 and 1.
    pub(crate) fn is_share(&self) -> bool {
        matches!(
            self,
            Figure::PromiseKept { .. }
                | Figure::Utilization { .. }
                | Figure::PoolUtilization { .. }
                | Figure::StandardKept { .. }
                | Figure::DefectiveShare { .. }
                | Figure::LostShare { .. }
        )
    }

    /// The unit of the figure, with a space before it.
    pub(crate) fn unit(&self) -> &'static str {
        match self {
            Figure::LeadTime { .. }
            | Figure::LeadTimePercentile { .. }
            | Figure::WaitingTime { .. }
            | Figure::ResponseTime { .. }
            | Figure::WorkingLeadTime { .. } => " h",
            Figure::Throughput { .. } => " per hour",
            Figure::PromiseKept { .. }
            | Figure::QueueLength { .. }
            | Figure::Utilization { .. }
            | Figure::PoolUtilization { .. }
            | Figure::StandardKept { .. }
            | Figure::DefectiveShare { .. }
            | Figure::LostShare { .. }
            | Figure::Cost { .. } => "",
        }
    }
}

impl fmt::Display for Figure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Figure::LeadTime { of } => write!(f, "the mean lead time of {of}"),
            Figure::LeadTimePercentile { of, share } => {
                write!(f, "the {} % percentile of the lead time of {of}", percent(*share))
            }
            Figure::PromiseKept { of } => write!(f, "the share of promises kept to {of}"),
            Figure::WaitingTime { department } => write!(f, "the mean waiting time at `{department}`"),
            Figure::QueueLength { department } => write!(f, "the mean queue length at `{department}`"),
            Figure::Utilization { department } => write!(f, "the utilization of `{department}`"),
            Figure::PoolUtilization { pool } => write!(f, "the utilization of `{pool}`"),
            Figure::ResponseTime { request } => write!(f, "the mean response time of `{request}`"),
            Figure::StandardKept { request } => write!(f, "the share of `{request}` answered in time"),
            Figure::WorkingLeadTime { of } => {
                write!(f, "the mean lead time of {of} in working hours")
            }
            Figure::DefectiveShare { of } => write!(f, "the share of {of} completed with a defect"),
            Figure::Throughput { of } => write!(f, "the throughput of {of}"),
            Figure::LostShare { of } => write!(f, "the share of {of} that is lost"),
            Figure::Cost { of: Customers::All } => write!(f, "the cost of everything"),
            Figure::Cost { of } => write!(f, "the cost of {of}"),
        }
    }
}

/// A share in percent, without the noise of binary fractions.
fn percent(share: f64) -> f64 {
    (share * 1e8).round() / 1e6
}

impl fmt::Display for Precision {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "until {} is known to ", self.figure)?;
        match self.half_width {
            HalfWidth::Relative(share) => write!(f, "{} %", percent(share))?,
            HalfWidth::Absolute(width) => write!(f, "{width}{}", self.figure.unit())?,
        }
        write!(f, ", at most {} replications", self.at_most)
    }
}

impl fmt::Display for Stopping {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Stopping::Fixed(1) => write!(f, "1 replication"),
            Stopping::Fixed(count) => write!(f, "{count} replications"),
            Stopping::Precision(precision) => precision.fmt(f),
        }
    }
}

impl fmt::Display for Horizon {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Horizon::Time(end) => end.fmt(f),
            Horizon::Cases(1) => write!(f, "1 case"),
            Horizon::Cases(cases) => write!(f, "{cases} cases"),
            Horizon::AllDone => write!(f, "all cases"),
        }
    }
}

impl fmt::Display for WarmUp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            WarmUp::Given(_) => "given",
            WarmUp::Chosen => "MSER-5",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::{hours, weeks};

    #[test]
    fn settings_read_like_words() {
        assert_eq!(Horizon::Time(weeks(52)).to_string(), weeks(52).to_string());
        assert_eq!(Horizon::Cases(40).to_string(), "40 cases");
        assert_eq!(Horizon::AllDone.to_string(), "all cases");
        assert_eq!(WarmUp::Given(hours(3)).to_string(), "given");
        assert_eq!(WarmUp::Chosen.to_string(), "MSER-5");
        assert_eq!(Stopping::Fixed(30).to_string(), "30 replications");
        let of = |figure, half_width| {
            Stopping::Precision(Precision { figure, half_width, at_most: 500 }).to_string()
        };
        assert_eq!(
            of(Figure::lead_time_percentile("new", 0.95), HalfWidth::Relative(0.02)),
            "until the 95 % percentile of the lead time of `new` is known to 2 %, at most 500 replications"
        );
        assert_eq!(
            of(Figure::throughput("new"), HalfWidth::Absolute(0.5)),
            "until the throughput of `new` is known to 0.5 per hour, at most 500 replications"
        );
        assert_eq!(
            of(Figure::response_time("advice"), HalfWidth::Absolute(0.5)),
            "until the mean response time of `advice` is known to 0.5 h, at most 500 replications"
        );
        assert_eq!(
            of(Figure::standard_kept("advice"), HalfWidth::Relative(0.1)),
            "until the share of `advice` answered in time is known to 10 %, at most 500 replications"
        );
        assert_eq!(
            of(Figure::utilization("desk"), HalfWidth::Absolute(0.01)),
            "until the utilization of `desk` is known to 0.01, at most 500 replications"
        );
    }
}
