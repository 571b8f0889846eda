//! Distributions in files.

use super::every_kind;
use crate::random::{Dist, cv};
use crate::time::{hours, minutes};

#[test]
fn every_kind_reads_what_it_writes() {
    for (name, dist) in every_kind() {
        let json = serde_json::to_string(&dist).unwrap();
        assert_eq!(serde_json::from_str::<Dist<f64>>(&json).unwrap(), dist, "{name}: {json}");
        let toml = toml::to_string(&dist).unwrap();
        assert_eq!(toml::from_str::<Dist<f64>>(&toml).unwrap(), dist, "{name}: {toml}");
    }
}

#[test]
fn files_are_written_like_this() {
    let (m3, m10, h1) = (minutes(3), minutes(10), hours(1));
    for (text, dist) in [
        (r#"constant = { value = "3m" }"#, Dist::constant(m3)),
        (r#"pert = { low = "3m", mode = "10m", high = "1h" }"#, Dist::pert(m3, m10, h1)),
        (r#"erlang = { stages = 2, mean = "10m" }"#, Dist::erlang(2, m10)),
        (r#"lognormal = { mean = "10m", cv = 1 }"#, Dist::lognormal(m10, cv(1.0))),
        (r#"weibull = { mean = "10m", cv = 0.5 }"#, Dist::weibull(m10, cv(0.5))),
        (r#"weibull = { scale = "10m", shape = 1.5 }"#, Dist::weibull_shape(m10, 1.5)),
        (r#"pareto = { minimum = "10m", shape = 2 }"#, Dist::pareto_shape(m10, 2.0)),
        (
            r#"truncated-normal = { mean = "10m", sd = "3m", low = "0s" }"#,
            Dist::truncated_normal(m10, m3, minutes(0)),
        ),
        (r#"beta = { low = "3m", high = "1h", alpha = 2, beta = 3 }"#, Dist::beta_shapes(m3, h1, 2.0, 3.0)),
        (r#"beta = { low = "3m", high = "1h", mean = "10m", cv = 0.5 }"#, Dist::beta(m3, h1, m10, cv(0.5))),
        (r#"hyperexponential = { mean = "10m", cv = 2 }"#, Dist::hyperexponential_cv(m10, cv(2.0))),
        (
            r#"hyperexponential = { branches = [{ probability = 0.9, mean = "3m" }, { probability = 0.1, mean = "1h" }] }"#,
            Dist::hyperexponential([(0.9, m3), (0.1, h1)]),
        ),
        (
            r#"mixture = { parts = [{ weight = 2, dist = { exponential = { mean = "3m" } } }] }"#,
            Dist::mixture([(2.0, Dist::exponential(m3))]),
        ),
        (
            r#"shifted = { by = "-1m", dist = { scaled = { factor = 2, dist = { constant = { value = "3m" } } } } }"#,
            Dist::constant(m3).scaled(2.0).shifted(minutes(-1)),
        ),
        (r#"discrete = { values = [{ value = "3m", probability = 1 }] }"#, Dist::discrete([(m3, 1.0)])),
        (r#"empirical = { sample = ["3m", "1h"] }"#, Dist::empirical([m3, h1])),
        (r#"empirical = { sample = ["3m", "1h"], interpolate = true }"#, Dist::interpolated([m3, h1])),
    ] {
        assert_eq!(toml::from_str::<Dist>(text).unwrap(), dist, "{text}");
        assert_eq!(dist.defects(), [""; 0], "{text}");
    }
}

#[test]
fn unknown_words_are_refused() {
    for text in [
        r#"normal = { mean = "3m", sd = "1m" }"#,
        r#"exponential = { mean = "3m", cv = 1 }"#,
        r#"gamma = { mean = "3m" }"#,
        r#"weibull = { scale = "3m", alpha = 1 }"#,
        r#"constant = { value = 3 }"#,
    ] {
        assert!(toml::from_str::<Dist>(text).is_err(), "{text}");
    }
}
