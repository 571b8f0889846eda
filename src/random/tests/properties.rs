//! Whatever a distribution holds, nothing panics; and what is valid never yields nonsense.

use proptest::collection::vec;
use proptest::prelude::*;
use rand::distr::Distribution;

use super::words;
use crate::random::{Branch, Chance, Cv, Dist, Part, Quantity};
use crate::time::{Span, seconds};

/// Numbers of which many are sensible, many extreme and some nonsense.
fn number() -> impl Strategy<Value = f64> {
    prop_oneof![
        6 => 0.0..10.0_f64,
        2 => (0..4_u32).prop_map(f64::from),
        2 => (-300.0..20.0_f64).prop_map(|exponent| 10.0_f64.powf(exponent)),
        1 => any::<f64>(),
        1 => Just(f64::NAN),
        1 => Just(-1.0),
    ]
}

/// Distributions of what `quantity` makes of a number.
fn dists<T: Quantity + 'static>(quantity: fn(f64) -> T) -> impl Strategy<Value = Dist<T>> {
    let q = move || number().prop_map(quantity);
    let cv = || number().prop_map(Cv);
    let chance = move || {
        (number().prop_map(quantity), prop_oneof![Just(0.5), Just(0.25), number()])
            .prop_map(|(value, probability)| Chance { value, probability })
    };
    let simple = prop_oneof![
        q().prop_map(Dist::constant),
        (q(), q()).prop_map(|(low, high)| Dist::uniform(low, high)),
        (q(), q(), q()).prop_map(|(low, mode, high)| Dist::triangular(low, mode, high)),
        (q(), q(), q(), number()).prop_map(|(low, mode, high, shape)| Dist::Pert { low, mode, high, shape }),
        q().prop_map(Dist::exponential),
        (0..9_u32, q()).prop_map(|(stages, mean)| Dist::erlang(stages, mean)),
        (q(), cv()).prop_map(|(mean, cv)| Dist::gamma(mean, cv)),
        (q(), cv()).prop_map(|(mean, cv)| Dist::lognormal(mean, cv)),
        (q(), cv()).prop_map(|(mean, cv)| Dist::weibull(mean, cv)),
        (q(), number()).prop_map(|(scale, shape)| Dist::weibull_shape(scale, shape)),
        (q(), cv()).prop_map(|(mean, cv)| Dist::pareto(mean, cv)),
        (q(), number()).prop_map(|(minimum, shape)| Dist::pareto_shape(minimum, shape)),
        (proptest::option::of(q()), proptest::option::of(cv())).prop_map(|(mean, cv)| Dist::Weibull {
            scale: mean,
            shape: Some(1.0),
            mean,
            cv
        }),
        (q(), q(), q(), proptest::option::of(q())).prop_map(|(mean, sd, low, high)| Dist::TruncatedNormal {
            mean,
            sd,
            low,
            high
        }),
        (q(), q(), q(), cv()).prop_map(|(low, high, mean, cv)| Dist::beta(low, high, mean, cv)),
        (q(), q(), number(), number()).prop_map(|(low, high, a, b)| Dist::beta_shapes(low, high, a, b)),
        (q(), cv()).prop_map(|(mean, cv)| Dist::hyperexponential_cv(mean, cv)),
        vec(chance(), 0..4).prop_map(|chances| {
            let branch = |c: Chance<T>| Branch { probability: c.probability, mean: c.value };
            let branches = chances.into_iter().map(branch).collect();
            Dist::Hyperexponential { branches, mean: None, cv: None }
        }),
        vec(chance(), 0..4).prop_map(|values| Dist::Discrete { values }),
        (vec(q(), 0..4), any::<bool>())
            .prop_map(|(sample, interpolate)| Dist::Empirical { sample, interpolate }),
    ];
    simple.prop_recursive(4, 16, 3, move |inner| {
        let part = (number(), inner.clone()).prop_map(|(weight, dist)| Part { weight, dist });
        prop_oneof![
            vec(part, 0..4).prop_map(|parts| Dist::Mixture { parts }),
            (number().prop_map(quantity), inner.clone()).prop_map(|(by, dist)| dist.shifted(by)),
            (number(), inner).prop_map(|(factor, dist)| dist.scaled(factor)),
        ]
    })
}

/// Looks at all that can be asked of a distribution.
fn examine<T: Quantity>(dist: &Dist<T>) -> Result<(), TestCaseError> {
    // Data without sense may be asked anything, too.
    let (mean, variance) = (dist.mean(), dist.variance());
    let Ok(sampler) = dist.sampler() else { return Ok(()) };
    prop_assert!(mean >= 0.0 && mean <= T::LIMIT.value(), "mean {mean}");
    prop_assert!(variance >= 0.0, "variance {variance}");
    for number in 0..50 {
        let value = sampler.sample(&mut words(number));
        prop_assert!(value >= 0.0 && value.is_finite(), "drew {value}");
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 500, failure_persistence: None, ..Default::default() })]

    #[test]
    fn distributions_of_numbers_never_misbehave(dist in dists(|x| x)) {
        examine(&dist)?;
    }

    #[test]
    fn distributions_of_spans_never_misbehave(dist in dists(seconds)) {
        examine(&dist)?;
        // Whatever can be read back is the same; JSON has no NaN and no infinity.
        let json = serde_json::to_string(&dist).unwrap();
        if let Ok(read) = serde_json::from_str::<Dist<Span>>(&json)
            && !json.contains("null")
        {
            prop_assert_eq!(read, dist);
        }
    }
}
