//! Rules with a formula of their own, in models.

use super::*;

/// One desk, or several, described in a file.
fn model(text: &str) -> Model {
    toml::from_str(&format!("name = \"special\"\n{text}")).unwrap_or_else(|error| panic!("{error}\n{text}"))
}

/// One desk of one class, not validated: times in hours.
fn one(rate: f64, desk: &str) -> Figures {
    let text = format!(
        "[[department]]\nname = \"desk\"\n{desk}\n[[customers]]\nname = \"all\"\nenter = \"desk\"\n\
         arrivals = {{ poisson = {{ rate = \"{rate}/h\" }} }}"
    );
    let estimate = estimate_valid(&model(&text));
    let figures = estimate.departments[0].figures.value();
    let figures = figures.unwrap_or_else(|| panic!("{:?}", estimate.departments[0].figures.reason())).clone();
    assert_eq!(figures.exactness, Exactness::Exact);
    let lead = estimate.classes[0].completed.value().unwrap().lead_time_mean;
    near(lead, figures.sojourn_mean, 1e-9);
    figures
}

const HOUR: &str = "staff = 1\nservice = { exponential = { mean = \"1h\" } }\n";

/// The reference cases of the formulas.
#[test]
fn one_desk_with_one_rule() {
    let sharing = one(0.75, &format!("{HOUR}discipline = \"processor-sharing\""));
    near(sharing.sojourn_mean, 4.0, 1e-9);
    near(sharing.sojourn_variance.unwrap(), 35.2, 1e-9);
    assert_eq!((sharing.wait_mean, sharing.queue_mean), (0.0, 0.0));
    let vacation =
        one(0.5, &format!("{HOUR}vacation = {{ duration = {{ constant = {{ value = \"2h\" }} }} }}"));
    near(vacation.wait_mean, 2.0, 1e-9);
    near(vacation.wait_variance.unwrap(), 10.0 / 3.0, 1e-9);
    let once = "vacation = { kind = \"once\", duration = { constant = { value = \"2h\" } } }";
    let once = one(0.5, &format!("{HOUR}{once}"));
    // The rest of a vacation, times the share of those who come in one: 1 to exp(-1).
    near(once.wait_mean, 1.0 + 1.0 / (1.0 + (-1.0_f64).exp()), 1e-9);
    let setup = "setup = { after_idle = { uniform = { low = \"30m\", high = \"2h 30m\" } } }";
    let setup = one(0.5, &format!("{HOUR}{setup}"));
    near(setup.wait_mean, 2.226190476, 1e-9);
    let balking = one(1.5, &format!("{HOUR}balking = {{ join = [], beyond = \"harmonic\" }}"));
    near(balking.number_mean, 1.5, 1e-9);
    near(balking.loss_probability, 0.4820867734, 1e-9);
    // Who counts those waiting joins an idle desk and the first place for certain: 1, 1, 1, 1/2, 1/3 ...
    let waiting =
        one(1.5, &format!("{HOUR}balking = {{ counts = \"waiting\", join = [], beyond = \"harmonic\" }}"));
    let join = |present: u64| 1.0 / present.max(1) as f64;
    near(waiting.number_mean, crate::theory::balking_mmc(1.5, 1.0, 1, 0, join).unwrap().number_mean, 1e-9);
    let some =
        one(0.5, &format!("{HOUR}balking = {{ join = [1.0, 1.0], beyond = {{ probability = 0.0 }} }}"));
    near(some.loss_probability, crate::theory::mmck(0.5, 1.0, 1, 2).unwrap().loss_probability, 1e-9);
}

/// Two classes, the first more urgent, at a desk of so many.
fn two_classes(rates: [f64; 2], desk: &str) -> DepartmentEstimate {
    let stream = |name: &str, rate: f64| {
        let arrivals = format!("arrivals = {{ poisson = {{ rate = \"{rate}/h\" }} }}");
        format!("[[customers]]\nname = \"{name}\"\nenter = \"desk\"\n{arrivals}\n")
    };
    let classes = "[[class]]\nname = \"a\"\n[[class]]\nname = \"b\"\npriority = 1\n";
    let streams = format!("{}{}", stream("a", rates[0]), stream("b", rates[1]));
    let text = format!("{classes}[[department]]\nname = \"desk\"\n{desk}\n{streams}");
    estimate_valid(&model(&text)).departments.remove(0)
}

/// Reference cases: Kleinrock (1976); Gross and others (2008).
#[test]
fn work_is_interrupted() {
    let own = "staff = 1\nservice = { exponential = { mean = \"1h\" } }\n\
               service_for = [{ class = \"b\", service = { exponential = { mean = \"1h 12m\" } } }]\n";
    for preemption in ["resume", "resample"] {
        let found = two_classes([0.3, 0.4], &format!("{own}preemption = \"{preemption}\""));
        near(found.classes[0].sojourn_mean, 1.428571429, 1e-9);
        near(found.classes[1].sojourn_mean, 7.402597403, 1e-9);
    }
    let restart = two_classes([0.3, 0.4], &format!("{own}preemption = \"restart\""));
    assert!(restart.figures.reason().unwrap().starts_with("More urgent work interrupts"));
    let several = "staff = 4\nservice = { exponential = { mean = \"1h\" } }\npreemption = \"resume\"";
    let found = two_classes([1.0, 2.4], several);
    near(found.classes[0].sojourn_mean, 1.006802721, 1e-9);
    near(found.figures.value().unwrap().number_mean, 7.306125256, 1e-9);
}

/// A reference case: Baskett, Chandy, Muntz, Palacios (1975).
#[test]
fn two_classes_share_in_a_network() {
    let text = r#"
[[department]]
name = "desk"
staff = 1
service = { exponential = { mean = "24m" } }
[[department]]
name = "lab"
staff = 1
discipline = "processor-sharing"
service = { exponential = { mean = "1h" } }
service_for = [{ class = "y", service = { lognormal = { mean = "30m", cv = 2.0 } } }]
[[department]]
name = "mail"
staff = "infinite"
service = { exponential = { mean = "3h" } }
service_for = [{ class = "y", service = { exponential = { mean = "1h" } } }]
[[handoff]]
from = "desk"
to = "lab"
probability_for = [{ class = "x", probability = 1.0 }, { class = "y", probability = 0.5 }]
[[handoff]]
from = "desk"
to = "mail"
probability_for = [{ class = "y", probability = 0.5 }]
[[handoff]]
from = "lab"
to = "mail"
probability_for = [{ class = "x", probability = 0.4 }]
[[handoff]]
from = "lab"
to = "exit"
probability_for = [{ class = "x", probability = 0.6 }]
[[handoff]]
from = "lab"
to = "desk"
probability_for = [{ class = "y", probability = 0.2 }]
[[handoff]]
from = "lab"
to = "exit"
probability_for = [{ class = "y", probability = 0.8 }]
[[customers]]
name = "x"
enter = "desk"
arrivals = { poisson = { rate = "0.5/h" } }
[[customers]]
name = "y"
enter = "desk"
arrivals = { poisson = { rate = "0.6/h" } }
"#;
    let estimate = estimate_valid(&model(text));
    let [desk, lab, _] = [0, 1, 2].map(|at: usize| &estimate.departments[at]);
    near(desk.figures.value().unwrap().number_mean, 0.875, 1e-9);
    let figures = lab.figures.value().unwrap();
    assert_eq!(figures.exactness, Exactness::Exact);
    near(figures.number_mean, 2.0, 1e-9);
    near(lab.classes[0].sojourn_mean, 3.0, 1e-9);
    near(lab.classes[1].sojourn_mean, 1.5, 1e-9);
    let arrivals: f64 = estimate.classes.iter().map(|class| class.arrival_rate.unwrap()).sum();
    let present: f64 = estimate
        .classes
        .iter()
        .map(|class| class.arrival_rate.unwrap() * class.completed.value().unwrap().lead_time_mean)
        .sum();
    near(present, 3.808333333, 1e-8);
    near(present / arrivals, 3.462121212, 1e-8);
}

/// Where a formula does not fit, it says so.
#[test]
fn rules_among_other_things() {
    let refused = |rate: f64, desk: &str, more: &str| {
        let text = format!(
            "[[department]]\nname = \"desk\"\n{desk}\n{more}\n[[customers]]\nname = \"all\"\nenter = \"desk\"\n\
             arrivals = {{ renewal = {{ interarrival = {{ constant = {{ value = \"{rate}h\" }} }} }} }}"
        );
        estimate_valid(&model(&text)).departments[0].figures.reason().expect("figures").to_owned()
    };
    let sharing = format!("{HOUR}discipline = \"processor-sharing\"");
    let why = "There is no formula for people who share their time unless arrivals are Poisson.";
    assert_eq!(refused(2.0, &sharing, ""), why);
    let balking = format!("{HOUR}balking = {{ join = [0.5] }}");
    let why = "There is no formula for customers who balk unless arrivals are Poisson.";
    assert_eq!(refused(2.0, &balking, ""), why);
    let back = "[[handoff]]\nfrom = \"desk\"\nto = \"desk\"\nprobability = 0.1\n\
                [[handoff]]\nfrom = \"desk\"\nto = \"exit\"\nprobability = 0.9";
    assert_eq!(refused(2.0, &balking, back), "Only some of those balk who come to department `desk`.");
    let two = format!(
        "{}vacation = {{ duration = {{ constant = {{ value = \"1h\" }} }} }}",
        HOUR.replace("= 1", "= 2")
    );
    assert_eq!(refused(2.0, &two, ""), "People of department `desk` go away when there is nothing to do.");
    let both = format!("{sharing}\nslots = {{ times = [\"9h\"] }}");
    assert_eq!(refused(2.0, &both, ""), "Department `desk` begins services at given times only.");
}
