//! Capacities as text.

use std::fmt;

use super::{Capacity, DepartmentCapacity};
use crate::text::Table;

crate::text::displayed_as_prose!(Capacity);

impl Capacity {
    fn page(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let level = (self.level * 1e8).round() / 1e6;
        writeln!(
            f,
            "The staff with which at most {} % of visits wait at all, the other departments as they are\n\
             ({} replications of each staffing, on the same draws; in brackets {level} % intervals; * not told from one more or \
             fewer)\n",
            percent(self.waiting),
            self.replications
        )?;
        let header =
            ["department", "now", "load", "square root", "twin", "simulation", "% that wait", "one fewer"];
        let row = |of: &DepartmentCapacity| {
            let simulation = of.simulation.value();
            let share = |estimate: &crate::stats::Estimate| format!("{:#}", estimate.times(100.0));
            vec![
                of.department.clone(),
                or_dash(of.staff),
                of.offered_load.map_or("-".to_owned(), |load| format!("{load:.1}")),
                or_dash(of.square_root.value().map(|needed| needed.staff)),
                or_dash(of.twin.value().map(|needed| needed.staff)),
                simulation
                    .map_or("-".to_owned(), |of| format!("{}{}", of.staff, if of.sure { "" } else { "*" })),
                simulation.map_or("-".to_owned(), |of| share(&of.waiting)),
                simulation.and_then(|of| of.with_one_fewer.as_ref().map(share)).unwrap_or("-".to_owned()),
            ]
        };
        fmt::Display::fmt(&Table::new(&header, self.departments.iter().map(row)), f)?;
        let mut first = true;
        for of in &self.departments {
            let reasons = [
                ("square root", of.square_root.reason()),
                ("twin", of.twin.reason()),
                ("simulation", of.simulation.reason()),
            ];
            for (method, reason) in reasons {
                if let Some(reason) = reason {
                    let gap = if std::mem::take(&mut first) { "\n" } else { "" };
                    writeln!(f, "{gap}{}, {method}: {reason}", of.department)?;
                }
            }
        }
        Ok(())
    }
}

impl fmt::Display for DepartmentCapacity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.department)?;
        match self.staff {
            Some(staff) => write!(f, " has {staff}: ")?,
            None => write!(f, ": ")?,
        }
        match &self.simulation {
            crate::theory::Estimated::Value(of) => {
                write!(f, "{} needed", of.staff)?;
                write!(f, ", then {:#} % of visits wait", of.waiting.times(100.0))?;
                match of.with_one_fewer {
                    Some(fewer) => write!(f, ", {:#} % with one fewer", fewer.times(100.0)),
                    None => Ok(()),
                }
            }
            crate::theory::Estimated::NotApplicable(reason) => f.write_str(reason),
        }
    }
}

fn or_dash(number: Option<u32>) -> String {
    number.map_or("-".to_owned(), |number| number.to_string())
}

fn percent(share: f64) -> f64 {
    (share * 1e8).round() / 1e6
}
