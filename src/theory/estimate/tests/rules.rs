//! What no formula describes is refused where it matters, and only there.

use super::*;

/// Two desks in line, with more about the first, its customers and the model. Not validated: what a test leaves out
/// does not matter to it.
fn line(first: &str, customers: &str, more: &str) -> ModelEstimate {
    let text = format!(
        r#"
name = "line"
[[class]]
name = "a"
priority = 2
[[class]]
name = "b"
priority = 1
[[department]]
name = "first"
staff = 1
service = {{ exponential = {{ mean = "6m" }} }}
{first}
[[department]]
name = "second"
staff = 1
service = {{ exponential = {{ mean = "6m" }} }}
[[handoff]]
from = "first"
to = "second"
[[customers]]
name = "all"
enter = "first"
mix = [{{ class = "a", share = 0.5 }}, {{ class = "b", share = 0.5 }}]
arrivals = {{ poisson = {{ rate = "5/h" }} }}
{customers}
{more}"#
    );
    estimate_valid(&toml::from_str(&text).unwrap_or_else(|error| panic!("{error}\n{text}")))
}

/// Why the figures of both, and the lead time of the first class, are refused.
fn reasons(estimate: &ModelEstimate) -> [Option<&str>; 3] {
    let [first, second] = [0, 1].map(|at: usize| estimate.departments[at].figures.reason());
    [first, second, estimate.classes[0].completed.reason()]
}

#[test]
fn departments_with_rules() {
    let plain = line("", "", "");
    assert_eq!(reasons(&plain), [None; 3]);
    for (rule, why) in [
        ("preemption = \"restart\"", "More urgent work interrupts other work in department `first`."),
        ("batch = { size = 2 }", "Department `first` serves several items together."),
        (
            "setup = { time = { constant = { value = \"1m\" } } }",
            "Department `first` has to set up for its work.",
        ),
        ("slots = { times = [\"9h\"] }", "Department `first` begins services at given times only."),
        ("balking = { join = [1.0] }", "Customers balk at department `first`."),
        ("use = [{ stock = \"s\" }]", "The work of department `first` waits for stock."),
        (
            "period = [{ from = \"1h\", service_factor = 2.0 }]",
            "The work of department `first` takes another time in some periods.",
        ),
        (
            "outage = [{ at = \"1h\", lasts = \"1h\" }]",
            "People of department `first` are away at given times.",
        ),
        (
            "vacation = { duration = { constant = { value = \"1m\" } } }",
            "People of department `first` go away when there is nothing to do.",
        ),
        (
            "standard = [{ class = \"a\", within = \"1h\", acts = { before = \"1h\" } }]",
            "Work of class `a` rises in the line of department `first`.",
        ),
    ] {
        let estimate = line(rule, "", "");
        let flow = "The flow out of department `first` is not known.";
        let lead = format!("Department `first` has no figures: {why}");
        assert_eq!(reasons(&estimate), [Some(why), Some(flow), Some(&lead[..])], "{rule}");
        assert_eq!(estimate.departments[1].arrival_rate, Some(5.0), "{rule}");
    }
    // These change nothing.
    for rule in [
        "standard = [{ within = \"1h\" }]",
        "standard = [{ within = \"1h\", acts = { before = \"1h\", priority = 2 } }]",
        "batch = { size = 1 }",
        "cost = { idle = 5.0 }",
    ] {
        assert_eq!(line(rule, "", ""), plain, "{rule}");
    }
    // Nobody is interrupted, and nobody rises, where there is one line only.
    let alone = line("ignore_priority = true", "", "");
    for rule in ["preemption = \"resume\"", "standard = [{ within = \"1h\", acts = { before = \"1h\" } }]"] {
        assert_eq!(line(&format!("ignore_priority = true\n{rule}"), "", ""), alone, "{rule}");
    }
}

#[test]
fn customers_with_rules() {
    for (rule, why) in [
        ("until = \"9h\"", "Customers `all` end at a given time. There is no steady state."),
        (
            "retry = { probability = 0.5, after = { constant = { value = \"1h\" } } }",
            "How many customers `all` come back, no formula says.",
        ),
    ] {
        let estimate = line("", rule, "");
        assert_eq!(reasons(&estimate)[..2], [Some(why); 2], "{rule}");
        assert!(estimate.classes.iter().all(|class| class.completed.value().is_none()), "{rule}");
        assert!(estimate.departments.iter().all(|department| department.arrival_rate.is_none()), "{rule}");
    }
    let impatient = line("", "patience = { constant = { value = \"1h\" } }", "");
    let why = "Customers `all` lose patience wherever they wait.";
    assert_eq!(reasons(&impatient)[..2], [Some(why); 2]);
    assert_eq!(line("", "from = \"9h\"", ""), line("", "", ""));
    let population = "[[customers]]\nname = \"them\"\nclass = \"a\"\nenter = \"second\"\n\
                      arrivals = { population = { customers = 3 } }";
    let estimate = line("", "", population);
    assert_eq!(reasons(&estimate)[..2], [None, Some("Customers `them` come back again and again.")]);
}

#[test]
fn ways_with_rules() {
    let third =
        "[[department]]\nname = \"third\"\nstaff = 1\nservice = { exponential = { mean = \"6m\" } }\n";
    let after = |text: &str| line("", "", &format!("{third}{text}"));
    let figures = |estimate: &ModelEstimate| -> Vec<_> {
        estimate.departments.iter().map(|of| of.figures.reason().map(str::to_owned)).collect()
    };
    let shorter = after(
        "[[handoff]]\nfrom = \"second\"\nto = \"exit\"\nprobability = 0.5\n[[handoff]]\nfrom = \"second\"\nto = \"third\"\nor_shorter = [\"first\"]\nprobability = 0.5",
    );
    let why = "Where cases go on from department `second`, the queues decide.".to_owned();
    assert_eq!(figures(&shorter), [Some(why.clone()), Some(why.clone()), Some(why)]);
    let picked = after("[[handoff]]\nfrom = \"second\"\nto = \"third\"\npickup = { times = [\"9h\"] }");
    let why = "The handoff from `second` to `third` takes work along at given times only.".to_owned();
    assert_eq!(figures(&picked), [None, None, Some(why)]);
    assert_eq!(picked.departments[2].arrival_rate, Some(5.0));
    let out = line("", "", "[[handoff]]\nfrom = \"second\"\nto = \"exit\"\ncapacity = 3");
    let why = "The handoff from `second` to `exit` has so much under way at most.";
    assert_eq!(reasons(&out), [None, None, Some(why)]);
    let fork = "[[fork]]\nfrom = \"second\"\njoin = \"third\"\nbranch = [{ to = \"x\" }, { to = \"y\" }]\n\
                [[handoff]]\nfrom = \"x\"\nto = \"third\"\n[[handoff]]\nfrom = \"y\"\nto = \"third\"\n";
    let branch = |name: &str| format!("{}\n", third.replace("third", name));
    let parts = after(&format!("{}{}{fork}", branch("x"), branch("y")));
    let why =
        Some("Cases go on in parts from department `second`, and meet in department `third`.".to_owned());
    assert_eq!(figures(&parts), [None, None, why.clone(), why.clone(), why]);
    let rates: Vec<_> = parts.departments.iter().map(|department| department.arrival_rate.unwrap()).collect();
    assert_eq!(rates, [5.0; 5]);
    let stock = line(
        "",
        "",
        "[[stock]]\nname = \"s\"\nsupply = [{ policy = { reorder = { at = 1, quantity = 1 } }, \
         source = { department = { department = \"second\", class = \"a\" } } }]",
    );
    assert_eq!(reasons(&stock)[..2], [None, Some("How often `s` is ordered, no formula says.")]);
}

#[test]
fn classes_with_rules() {
    let with = |class: &str| {
        let text = format!(
            "[[class]]\nname = \"c\"\npriority = 9\n{class}\n[[customers]]\nname = \"c\"\nenter = \"second\"\narrivals = {{ poisson = {{ rate = \"1/h\" }} }}"
        );
        line("", "", &text)
    };
    assert_eq!(reasons(&with("")), [None; 3]);
    let turning = with("turns = { after = \"1h\", into = \"a\" }");
    assert_eq!(
        reasons(&turning)[..2],
        [None, Some("How often cases of class `c` turn into `a`, no formula says.")]
    );
    let rising = with("rise = [{ after = \"1h\", priority = 3 }]");
    assert_eq!(
        reasons(&rising)[..2],
        [None, Some("Work of class `c` rises in the line of department `second`.")]
    );
    assert_eq!(reasons(&with("rise = [{ after = \"1h\", priority = 9 }]")), [None; 3]);
}

/// Work that is done on several at once is so much less.
#[test]
fn batches_carry_more() {
    let overloaded = |size: u32| {
        let text = format!("batch = {{ size = {size} }}\nstaff_needed = 1");
        let estimate = line(&text, "batch = { constant = { value = 3 } }", "");
        estimate.overloads.iter().map(|overload| overload.department.clone()).collect::<Vec<_>>()
    };
    assert_eq!(overloaded(1), ["first", "second"]);
    assert_eq!(overloaded(2), ["second"]);
}
