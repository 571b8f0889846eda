//! A change to a model that has a name.

use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::error::{Defect, Error, Result};
use crate::interventions::Intervention;
use crate::model::{Model, parse_toml, read_as};

/// Some changes to a model, made one after the other, under a name: an idea of the analyst's.
///
/// ```
/// use knockon::analysis::Scenario;
/// use knockon::interventions::Intervention;
///
/// let hired = Scenario::new("one more biller", [Intervention::add_staff("billing", 1)]);
/// assert_eq!(hired.changes.len(), 1);
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Scenario {
    /// What it is called in results.
    pub name: String,
    /// What is changed. Without any, it is the model as it is.
    #[serde(default)]
    pub changes: Vec<Intervention>,
}

impl Scenario {
    /// A scenario of that name.
    pub fn new(name: impl Into<String>, changes: impl IntoIterator<Item = Intervention>) -> Scenario {
        Scenario { name: name.into(), changes: changes.into_iter().collect() }
    }
}

/// A file of scenarios.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, expecting = "scenarios, each under [[scenario]]")]
struct Scenarios {
    scenario: Vec<Scenario>,
}

/// Scenarios in files: TOML or JSON, a list called `scenario`, each with a name and what is changed.
impl Scenario {
    /// Reads scenarios from TOML.
    ///
    /// ```
    /// use knockon::analysis::Scenario;
    /// use knockon::interventions::Intervention;
    ///
    /// let ideas = Scenario::from_toml(
    ///     r#"
    ///     [[scenario]]
    ///     name = "one more biller"
    ///     changes = [{ add-staff = { to = "billing", count = 1 } }]
    ///
    ///     [[scenario]]
    ///     name = "a course"
    ///     [[scenario.changes]]
    ///     training = { department = "billing", service_factor = 0.9, introduction = { at = "4w", lasts = "2d", staff = 1, cost = 800 } }
    ///     "#,
    /// )?;
    /// assert_eq!(ideas[0], Scenario::new("one more biller", [Intervention::add_staff("billing", 1)]));
    /// # Ok::<(), knockon::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// The line and column where the text is not TOML or not a list of scenarios. Whether they fit a model is told where they
    /// are run, as by [`Study::compare`](super::Study::compare).
    pub fn from_toml(text: &str) -> Result<Vec<Scenario>> {
        parse_toml(text, "TOML").map(|of: Scenarios| of.scenario)
    }

    /// Reads scenarios from a file called `*.toml` or `*.json`.
    ///
    /// # Errors
    ///
    /// As [`Scenario::from_toml`]; also when the file cannot be read, is not UTF-8, or has another extension.
    pub fn read(path: impl AsRef<Path>) -> Result<Vec<Scenario>> {
        read_as(path.as_ref(), "a file of scenarios").map(|of: Scenarios| of.scenario)
    }
}

impl AsRef<[Intervention]> for Scenario {
    fn as_ref(&self) -> &[Intervention] {
        &self.changes
    }
}

/// The models of some scenarios.
///
/// # Errors
///
/// Names that several have, and all changes that do not fit the model.
pub(super) fn models(model: &Model, scenarios: &[Scenario]) -> Result<Vec<Model>> {
    let mut defects = named_twice("scenario", scenarios.iter().map(|scenario| &scenario.name));
    let mut models = Vec::with_capacity(scenarios.len());
    for Scenario { name, changes } in scenarios {
        match model.with(changes) {
            Ok(model) => models.push(model),
            Err(error) if error.defects().is_empty() => return Err(error),
            Err(error) => defects.extend(error.defects().iter().map(|defect| {
                Defect::new(format!("scenario `{name}`, {}", defect.place), defect.rule.clone())
            })),
        }
    }
    if defects.is_empty() { Ok(models) } else { Err(Error::from_defects(defects)) }
}

/// Names that occur more than once.
pub(super) fn named_twice<'n>(what: &str, names: impl Iterator<Item = &'n String> + Clone) -> Vec<Defect> {
    let before = |at: usize, name: &String| names.clone().take(at).filter(|other| *other == name).count();
    let second = names.clone().enumerate().filter(|&(at, name)| before(at, name) == 1);
    let defect = |(_, name): (usize, &String)| {
        Defect::new(
            format!("{what} `{name}`"),
            "the name is not unique: results could not tell which is meant",
        )
    };
    second.map(defect).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::Dist;
    use crate::time::{minutes, per_hour};

    #[test]
    fn all_that_is_wrong_with_scenarios_is_told() {
        let model = Model::builder("desk")
            .department("desk", |d| d.staff(1).service(Dist::exponential(minutes(20))))
            .customers("visitors", |c| c.poisson(per_hour(2.0)).enter("desk"))
            .build()
            .unwrap();
        let of = |name: &str, to: &str| Scenario::new(name, [Intervention::add_staff(to, 1)]);
        assert_eq!(models(&model, &[of("a", "desk"), of("b", "desk")]).unwrap().len(), 2);
        let error = models(&model, &[of("a", "desks"), of("a", "desk"), of("a", "side")]).unwrap_err();
        let text = error.to_string();
        assert_eq!(error.defects().len(), 3, "{text}");
        assert!(text.contains("scenario `a`: the name is not unique"), "{text}");
        assert!(text.contains("scenario `a`, intervention 1 (add-staff): no department or pool"), "{text}");
    }

    /// In TOML, in JSON, and made by hand.
    #[test]
    fn scenarios_in_files_are_those_made_by_hand() {
        use crate::interventions::Introduction;
        use crate::time::{days, weeks};
        let introduction = Introduction { at: weeks(4), lasts: days(2), staff: 1, cost: 800.0 };
        let by_hand = [
            Scenario::new("one more", [Intervention::add_staff("desk", 1)]),
            Scenario::new("a course", [Intervention::training("desk", 0.9, introduction)]),
            Scenario::new("nothing", []),
        ];
        let toml = r#"
            [[scenario]]
            name = "one more"
            changes = [{ add-staff = { to = "desk", count = 1 } }]
            [[scenario]]
            name = "a course"
            [[scenario.changes]]
            [scenario.changes.training]
            department = "desk"
            service_factor = 0.9
            introduction = { at = "4w", lasts = "2d", staff = 1, cost = 800 }
            [[scenario]]
            name = "nothing"
        "#;
        assert_eq!(Scenario::from_toml(toml).unwrap(), by_hand);
        let json = serde_json::json!({ "scenario": by_hand }).to_string();
        let path = std::env::temp_dir().join(format!("knockon scenarios {}.json", std::process::id()));
        std::fs::write(&path, format!("\u{feff}{json}")).unwrap();
        let read = Scenario::read(&path);
        std::fs::remove_file(&path).unwrap();
        assert_eq!(read.unwrap(), by_hand);
    }

    #[test]
    fn what_is_wrong_with_a_file_of_scenarios_is_told_with_its_place() {
        for (text, part) in [
            ("[[scenario]]\nname = \"a\"\nchange = []\n", "line 3, column 1: unknown field `change`"),
            ("[[scenario]]\nchanges = []\n", "missing field `name`"),
            ("[[scenario]]\nname = \"a\"\nchanges = [{ add-stuff = {} }]\n", "unknown kind `add-stuff`"),
            ("[[scenario]]\nname = \"a\"\nchanges = [[\"add-staff\"]]\n", "line 3, column"),
            ("[[department]]\nname = \"a\"\n", "line 1, column 3: unknown field `department`"),
            ("[[scenario]\n", "line 1"),
        ] {
            let error = Scenario::from_toml(text).unwrap_err().to_string();
            assert!(error.starts_with("TOML: ") && error.contains(part), "{text}\n{error}");
        }
        let error = Scenario::read("ideas.txt").unwrap_err().to_string();
        assert_eq!(error, "ideas.txt: a file of scenarios is called `*.toml` or `*.json`");
        assert!(
            Scenario::read("there is none.toml").unwrap_err().to_string().starts_with("there is none.toml: ")
        );
    }
}
