//! Factors with their levels, and which combinations of them are run.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::fraction::{Generator, MOST_FACTORS, Relation, letter, read, standard};
use crate::analysis::Scenario;
use crate::analysis::scenario::named_twice;
use crate::error::{Defect, Error, Result};
use crate::interventions::Intervention;

/// No design may have more runs.
const MOST_RUNS: usize = 4096;

/// Something that can be set to several levels: each a change to the model, or none.
///
/// ```
/// use knockon::analysis::{Factor, Scenario};
/// use knockon::interventions::Intervention;
///
/// let people = Factor::added_staff("billing", [0, 1, 2]);
/// assert_eq!(people.name, "staff of billing");
/// assert_eq!(people.levels[1], Scenario::new("+1", [Intervention::add_staff("billing", 1)]));
/// let helping = Factor::either("cross-training", [Intervention::cross_train("registration", "billing", 0.8)]);
/// assert_eq!(helping.levels[0], Scenario::new("no", []));
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Factor {
    /// What it is called.
    pub name: String,
    /// Its levels, two or more. Effects are those of the others over the first; the low end is the first, the high end the
    /// last.
    pub levels: Vec<Scenario>,
}

impl Factor {
    /// A factor with levels of any kind.
    #[must_use]
    pub fn new(name: impl Into<String>, levels: impl IntoIterator<Item = Scenario>) -> Factor {
        Factor { name: name.into(), levels: levels.into_iter().collect() }
    }

    /// Some changes, not made or made.
    #[must_use]
    pub fn either(name: impl Into<String>, changes: impl IntoIterator<Item = Intervention>) -> Factor {
        Factor::new(name, [Scenario::new("no", []), Scenario::new("yes", changes)])
    }

    /// So many more people of a department or pool, or fewer.
    #[must_use]
    pub fn added_staff(to: impl Into<String>, counts: impl IntoIterator<Item = i32>) -> Factor {
        let to = to.into();
        let level = |count: i32| {
            let change = (count != 0).then(|| Intervention::add_staff(&to, count));
            Scenario::new(format!("{count:+}"), change)
        };
        Factor::new(format!("staff of {to}"), counts.into_iter().map(level))
    }

    /// All service times of a department times these.
    #[must_use]
    pub fn service(department: impl Into<String>, factors: impl IntoIterator<Item = f64>) -> Factor {
        let department = department.into();
        let change = |factor| Intervention::scale_service(&department, factor);
        Factor::scaled(format!("service at {department}"), factors, change)
    }

    /// All probabilities of the errors of a department times these.
    #[must_use]
    pub fn errors(department: impl Into<String>, factors: impl IntoIterator<Item = f64>) -> Factor {
        let department = department.into();
        let change = |factor| Intervention::scale_errors(&department, factor);
        Factor::scaled(format!("errors of {department}"), factors, change)
    }

    /// The rank of a class in every queue; 0 is the most urgent.
    #[must_use]
    pub fn priority(class: impl Into<String>, ranks: impl IntoIterator<Item = u32>) -> Factor {
        let class = class.into();
        let level = |priority: u32| {
            let change = Intervention::SetPriority { class: class.clone(), priority };
            Scenario::new(priority.to_string(), [change])
        };
        Factor::new(format!("priority of {class}"), ranks.into_iter().map(level))
    }

    fn scaled(
        name: String,
        factors: impl IntoIterator<Item = f64>,
        change: impl Fn(f64) -> Intervention,
    ) -> Factor {
        let level =
            |factor: f64| Scenario::new(format!("x {factor}"), (factor != 1.0).then(|| change(factor)));
        Factor::new(name, factors.into_iter().map(level))
    }
}

/// Which combinations of the levels of some factors are run: all of them (a full factorial design, or grid), or where all factors
/// have two levels, a fraction.
///
/// A fraction is told by generators. Factors are letters in their order, A B C D E F G H J and so on, without I; "D = ABC" says that
/// D is at its high level where an odd number of A, B and C are. What such a fraction cannot tell apart is *aliased*. Its
/// *resolution* says how bad that is: at 3, main effects are aliased with interactions of two factors, at 4 those
/// with each other, from 5 on neither (Box, Hunter and Hunter, *Statistics for Experimenters*, 2nd edition, 2005, chapter 6).
///
/// ```
/// use knockon::analysis::{Design, Factor};
///
/// let factors = ["a", "b", "c", "d"].map(|name| Factor::service(name, [1.0, 0.9]));
/// let design = Design::fraction(factors, ["D = ABC"]);
/// assert_eq!(design.runs()?.len(), 8);
/// assert_eq!(design.resolution()?, Some(4));
/// // The first run has all factors at their low levels.
/// assert_eq!(design.scenarios()?[0].changes, []);
/// # Ok::<(), knockon::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Design {
    /// The factors.
    pub factors: Vec<Factor>,
    /// What makes it a fraction; none of a full design.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub generators: Vec<String>,
}

impl Design {
    /// All combinations of levels.
    #[must_use]
    pub fn grid(factors: impl IntoIterator<Item = Factor>) -> Design {
        Design { factors: factors.into_iter().collect(), generators: Vec::new() }
    }

    /// The fraction with these generators. One for each factor halves the runs.
    #[must_use]
    pub fn fraction(
        factors: impl IntoIterator<Item = Factor>,
        generators: impl IntoIterator<Item = impl Into<String>>,
    ) -> Design {
        let generators = generators.into_iter().map(Into::into).collect();
        Design { factors: factors.into_iter().collect(), generators }
    }

    /// The standard fraction of the fewest runs that has at least a resolution (Box, Hunter and Hunter, table 6.22): up to 11
    /// factors, or 15 at resolution 3; all combinations, where no fraction has it.
    ///
    /// ```
    /// use knockon::analysis::{Design, Factor};
    ///
    /// let factors = ["a", "b", "c", "d", "e", "f", "g"].map(|name| Factor::service(name, [1.0, 0.9]));
    /// assert_eq!(Design::of_resolution(factors, 4).runs()?.len(), 16);
    /// # Ok::<(), knockon::Error>(())
    /// ```
    #[must_use]
    pub fn of_resolution(factors: impl IntoIterator<Item = Factor>, resolution: u32) -> Design {
        let factors: Vec<Factor> = factors.into_iter().collect();
        let generators = standard(factors.len(), resolution).unwrap_or_default();
        Design { factors, generators }
    }

    /// The combinations of levels, by run and factor. The first factor changes the fastest (the standard order, of Yates).
    ///
    /// # Errors
    ///
    /// All that is wrong with the design: no factors, names that occur twice, factors without two levels, more than 4096 runs;
    /// of a fraction, other numbers of levels than two, more than 25 factors, generators that are not like "D = ABC" or make
    /// main effects aliases of each other.
    pub fn runs(&self) -> Result<Vec<Vec<usize>>> {
        let (generators, _) = self.checked()?;
        Ok(self.runs_of(&generators))
    }

    /// The resolution; `None` of a full design, in which nothing is aliased.
    ///
    /// # Errors
    ///
    /// As [`Design::runs`].
    pub fn resolution(&self) -> Result<Option<u32>> {
        Ok(self.checked()?.1.resolution())
    }

    /// The defining relation of a fraction: the products of factors that are constant over its runs, as "ABCD". Two effects are
    /// aliased if their product is one of these.
    ///
    /// # Errors
    ///
    /// As [`Design::runs`].
    pub fn defining_relation(&self) -> Result<Vec<String>> {
        Ok(self.checked()?.1.words())
    }

    /// The runs as scenarios, each called by the levels of all factors.
    ///
    /// # Errors
    ///
    /// As [`Design::runs`].
    pub fn scenarios(&self) -> Result<Vec<Scenario>> {
        Ok(self.runs()?.iter().map(|run| self.scenario(run)).collect())
    }

    /// The model with some levels, one for each factor.
    pub(super) fn scenario(&self, levels: &[usize]) -> Scenario {
        let set: Vec<(&Factor, &Scenario)> =
            self.factors.iter().zip(levels).map(|(factor, &level)| (factor, &factor.levels[level])).collect();
        let names: Vec<String> =
            set.iter().map(|(factor, level)| format!("{}: {}", factor.name, level.name)).collect();
        Scenario::new(names.join(", "), set.into_iter().flat_map(|(_, level)| level.changes.clone()))
    }

    /// Its generators and its defining relation, if nothing is wrong with it.
    pub(super) fn checked(&self) -> Result<(Vec<Generator>, Relation)> {
        let mut defects = defects_of(&self.factors);
        let fraction = !self.generators.is_empty();
        if fraction {
            let other = self.factors.iter().filter(|factor| factor.levels.len() > 2);
            defects.extend(other.map(|factor| {
                let rule = format!("has {} levels, must have 2 in a fraction", factor.levels.len());
                Defect::new(place(factor), rule)
            }));
            if self.factors.len() > MOST_FACTORS {
                let rule =
                    format!("are {}, must be at most {MOST_FACTORS} in a fraction", self.factors.len());
                defects.push(Defect::new("factors", rule));
            }
        }
        let generators = read(&self.generators, self.factors.len()).unwrap_or_else(|wrong| {
            defects.extend(wrong);
            Vec::new()
        });
        let levels = self.factors.iter().map(|factor| factor.levels.len());
        let runs = levels.fold(1, usize::saturating_mul) >> generators.len().min(63);
        if runs > MOST_RUNS {
            defects.push(Defect::new("design", format!("has {runs} runs, must have at most {MOST_RUNS}")));
        }
        // A fraction of resolution 3 has more runs than factors. So what is left has a relation of at most 2^20 words.
        let too_few = !generators.is_empty() && runs <= self.factors.len();
        let relation = Relation::of(if too_few { &[] } else { &generators });
        if too_few {
            let rule = format!("leave {runs} runs, must leave more than there are factors");
            defects.push(Defect::new("generators", rule));
        } else if relation.resolution().is_some_and(|resolution| resolution < 3) {
            let short = relation.words()[0].clone();
            let rule =
                format!("{short} is constant: main effects are aliased with each other or with the mean");
            defects.push(Defect::new("generators", rule));
        }
        if defects.is_empty() { Ok((generators, relation)) } else { Err(Error::from_defects(defects)) }
    }

    pub(super) fn runs_of(&self, generators: &[Generator]) -> Vec<Vec<usize>> {
        let made = |factor: usize| generators.iter().any(|generator| generator.factor == factor);
        let mut runs = vec![vec![0; self.factors.len()]];
        for (at, factor) in self.factors.iter().enumerate().filter(|&(at, _)| !made(at)) {
            let before = runs.clone();
            let with = |level| {
                before.iter().map(move |run| {
                    let mut run = run.clone();
                    run[at] = level;
                    run
                })
            };
            runs = (0..factor.levels.len()).flat_map(with).collect();
        }
        for run in &mut runs {
            for Generator { factor, product, negative } in generators {
                let high = (0..run.len()).filter(|&at| product >> at & 1 == 1 && run[at] == 1).count();
                // The product of -1 and 1 is 1 where an even number are low.
                let low = product.count_ones() as usize - high;
                run[*factor] = usize::from(low.is_multiple_of(2) != *negative);
            }
        }
        runs
    }
}

/// What is wrong with some factors.
pub(super) fn defects_of(factors: &[Factor]) -> Vec<Defect> {
    let mut defects = named_twice("factor", factors.iter().map(|factor| &factor.name));
    if factors.is_empty() {
        defects.push(Defect::new("factors", "there are none"));
    }
    for factor in factors {
        if factor.levels.len() < 2 {
            let rule = format!("levels: there is {}, must be 2 or more", factor.levels.len());
            defects.push(Defect::new(place(factor), rule));
        }
        let named_twice = named_twice("level", factor.levels.iter().map(|level| &level.name));
        let within =
            |defect: Defect| Defect::new(format!("{}, {}", place(factor), defect.place), defect.rule);
        defects.extend(named_twice.into_iter().map(within));
    }
    defects
}

fn place(factor: &Factor) -> String {
    format!("factor `{}`", factor.name)
}

impl fmt::Display for Design {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, Factor { name, levels }) in self.factors.iter().enumerate() {
            let levels: Vec<&str> = levels.iter().map(|level| level.name.as_str()).collect();
            let letter = if at < MOST_FACTORS { letter(at) } else { '-' };
            writeln!(f, "{letter}  {name}: {}", levels.join(", "))?;
        }
        match (self.runs(), self.resolution()) {
            (Ok(runs), Ok(Some(resolution))) => write!(
                f,
                "{} runs, a fraction of resolution {resolution}: {}",
                runs.len(),
                self.generators.join(", ")
            ),
            (Ok(runs), _) => write!(f, "{} runs, all combinations", runs.len()),
            (Err(error), _) => write!(f, "{error}"),
        }
    }
}
