//! The best plan in words.

use std::fmt;

use super::{Bound, ChosenLevel, Kept, KeptVerdict, Optimum, Requirement};
use crate::analysis::disturbance::brief;
use crate::text::Table;

/// "staff of billing +1, training yes": what is not as it was.
fn in_words(plan: &[ChosenLevel]) -> String {
    let changed = plan.iter().filter(|level| !level.as_it_is);
    let changed: Vec<String> = changed.map(|of| format!("{} {}", of.factor, of.level)).collect();
    if changed.is_empty() { "as it is".to_owned() } else { changed.join(", ") }
}

impl fmt::Display for Requirement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let unit = self.figure.unit();
        match self.bound {
            Bound::AtLeast(bound) => write!(f, "{} is at least {bound}{unit}", self.figure),
            Bound::AtMost(bound) => write!(f, "{} is at most {bound}{unit}", self.figure),
        }
    }
}

impl fmt::Display for Kept {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let verdict = match self.verdict {
            KeptVerdict::Surely => "surely kept",
            KeptVerdict::Probably => "kept by the estimate, not surely",
            KeptVerdict::No => "NOT KEPT",
        };
        write!(f, "{}: {verdict}, {}", self.requirement, brief(&self.figure))
    }
}

crate::text::displayed_as_prose!(Optimum);

impl Optimum {
    fn page(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "Best plan: {}.", in_words(&self.plan))?;
        let (goal, unit) = (&self.goal.figure, self.goal.figure.unit());
        writeln!(f, "  {goal}: {}{unit}, on fresh draws", self.confirmed)?;
        self.requirements.iter().try_for_each(|kept| writeln!(f, "  {kept}"))?;
        if !self.is_kept() {
            writeln!(f, "No plan was found that keeps all that is required; this one comes closest.")?;
        }
        let cut_short = if self.cut_short { "; the search had to stop before its end" } else { "" };
        writeln!(f, "\n{} of {} plans were run{cut_short}. The way to it:\n", self.plans_run, self.plans)?;
        let header = ["plan", "goal in the search", "all kept"];
        let rows: Vec<Vec<String>> = self
            .path
            .iter()
            .map(|step| {
                let kept = if step.kept { "yes" } else { "no" };
                vec![in_words(&step.plan), format!("{}{unit}", brief(&step.goal)), kept.to_owned()]
            })
            .collect();
        fmt::Display::fmt(&Table::new(&header, rows), f)
    }
}
