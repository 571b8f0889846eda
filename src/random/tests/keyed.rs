//! Tests of the keyed random words themselves: pinned values, and statistics of neighbouring keys.
//!
//! Every statistical test has the level 1e-5 (two-sided), and there are some 900 of them, so a
//! correct generator passes all with probability 0.99. Seeds are fixed. The same with a hundred
//! times as many words: `cargo test --release -- --ignored keyed`.

use statrs::distribution::{Binomial, ChiSquared, ContinuousCDF, Discrete, DiscreteCDF, Normal, Poisson};

use super::super::keyed::{KeyPair, Purpose, item_key, name_key, splitmix, unit};

const LEVEL: f64 = 1e-5;

/// Everything that a word belongs to.
#[derive(Clone, Copy, Debug)]
struct Key {
    seed: u64,
    replication: u64,
    /// Hashes of names.
    department: u64,
    stream: u64,
    case: u64,
    member: u32,
    visit: u32,
    purpose: Purpose,
    /// Which word of the purpose, from 0.
    word: u32,
}

impl Key {
    fn word(&self) -> u64 {
        let keys = KeyPair::new(self.seed, self.replication, self.department);
        let item = item_key(self.stream, self.case, self.member);
        let mut words = keys.words(item, self.visit).of(self.purpose);
        (0..self.word).for_each(|_| {
            words.next();
        });
        words.next()
    }
}

fn department(name: &str) -> u64 {
    name_key("department", name)
}

fn stream(name: &str) -> u64 {
    name_key("customers", name)
}

/// An ordinary key, and the weakest.
fn origins() -> [Key; 2] {
    let ordinary = Key {
        seed: 7,
        replication: 3,
        department: department("billing"),
        stream: stream("insured"),
        case: 41,
        member: 0,
        visit: 1,
        purpose: Purpose::Service,
        word: 0,
    };
    let weak = Key {
        seed: 0,
        replication: 0,
        department: department("a"),
        stream: stream("a"),
        case: 0,
        ..ordinary
    };
    [ordinary, weak]
}

const PURPOSES: [Purpose; 9] = [
    Purpose::Service,
    Purpose::Routing,
    Purpose::Transfer,
    Purpose::Patience,
    Purpose::Interarrival,
    Purpose::Batch,
    Purpose::Class,
    Purpose::Size,
    Purpose::Choice,
];

/// Worked out by another program, in another language.
#[test]
fn values_are_pinned() {
    let [ordinary, weak] = origins();
    let last = Key {
        seed: u64::MAX,
        replication: u64::MAX,
        department: department("Prüfung"),
        stream: stream("été"),
        case: u64::MAX,
        member: u32::MAX,
        visit: u32::MAX,
        purpose: Purpose::Patience,
        word: 2,
    };
    assert_eq!(weak.word(), 0xA007_258C_40FA_FF86);
    assert_eq!(ordinary.word(), 0x9CED_EDC8_E941_943C);
    assert_eq!(Key { visit: 2, word: 1, ..ordinary }.word(), 0xF2B8_C490_AAB0_91F7);
    assert_eq!(Key { member: 5, purpose: Purpose::Routing, ..ordinary }.word(), 0x6DEA_5B26_2F9C_4C85);
    assert_eq!(last.word(), 0xD03A_E901_5C13_70D6);
}

/// The words of streams, which are keyed by the stream itself and have visit number 0.
#[test]
fn values_of_streams_are_pinned() {
    let insured = stream("insured");
    let of = |member, purpose| {
        KeyPair::new(1, 0, insured).words(item_key(insured, 2, member), 0).of(purpose).next()
    };
    assert_eq!(of(0, Purpose::Interarrival), 0xD6D4_5B51_2AAE_03E9);
    assert_eq!(of(9, Purpose::Size), 0x6071_2FF9_E474_BCA1);
}

#[test]
fn a_unit_lies_in_its_interval() {
    assert_eq!(unit(0), 0.0);
    assert_eq!(unit(1 << 63), 0.5);
    assert!(unit(u64::MAX) < 1.0);
}

#[test]
fn purposes_share_no_words() {
    let [ordinary, _] = origins();
    let mut seen = std::collections::HashSet::new();
    for purpose in PURPOSES {
        for word in 0..100 {
            assert!(seen.insert(Key { purpose, word, ..ordinary }.word()));
        }
    }
}

/// One way in which keys can be neighbours: the key that is `n` steps away.
type Step = fn(Key, u64) -> Key;

/// A short name, another for each number: "a" to "z", "aa", and so on.
fn short_name(mut number: u64) -> String {
    let mut name = String::new();
    loop {
        name.push(char::from(b'a' + (number % 26) as u8));
        if number < 26 {
            return name;
        }
        number = number / 26 - 1;
    }
}

const DIMENSIONS: [(&str, Step); 10] = [
    ("seeds", |key, n| Key { seed: key.seed.wrapping_add(n), ..key }),
    ("replications", |key, n| Key { replication: key.replication + n, ..key }),
    ("departments", |key, n| Key { department: department(&format!("department {n}")), ..key }),
    ("short names", |key, n| Key { department: department(&short_name(n)), ..key }),
    ("streams", |key, n| Key { stream: stream(&short_name(n)), ..key }),
    ("cases", |key, n| Key { case: key.case + n, ..key }),
    ("members", |key, n| Key { member: key.member + n as u32, ..key }),
    ("visits", |key, n| Key { visit: key.visit + n as u32, ..key }),
    // There are only so many purposes: the next word follows the last of them.
    ("purposes", |key, n| Key { purpose: PURPOSES[n as usize % 9], word: key.word + n as u32 / 9, ..key }),
    ("words", |key, n| Key { word: key.word + n as u32, ..key }),
];

/// What is to be tested: words of keys that differ in one dimension only, `n` by `n`; and, for each
/// dimension, of pairs of neighbours (next to each other) for one case after the other.
fn sequences(count: u64) -> impl Iterator<Item = (String, Vec<u64>)> {
    origins().into_iter().enumerate().flat_map(move |(weak, origin)| {
        DIMENSIONS.into_iter().flat_map(move |(name, step)| {
            let along = if name == "words" {
                words_in_a_row(&origin, count)
            } else {
                (0..count).map(|n| step(origin, n).word()).collect()
            };
            let pair = |n: u64| {
                let key = Key { case: origin.case + n / 2 * u64::from(name != "cases"), ..origin };
                step(key, if name == "cases" { ((n / 2) << 32) | (n % 2) } else { n % 2 }).word()
            };
            let across = (0..count).map(pair).collect();
            let kind = ["", ", weak"][weak];
            [(format!("along {name}{kind}"), along), (format!("across {name}{kind}"), across)]
        })
    })
}

fn words_in_a_row(origin: &Key, count: u64) -> Vec<u64> {
    let keys = KeyPair::new(origin.seed, origin.replication, origin.department);
    let item = item_key(origin.stream, origin.case, origin.member);
    let mut words = keys.words(item, origin.visit).of(origin.purpose);
    (0..count).map(|_| words.next()).collect()
}

/// Fails unless a value below the observed one is neither too unlikely nor too certain.
#[track_caller]
fn assert_likely(name: &str, below: f64) {
    let inside = LEVEL / 2.0 < below && below < 1.0 - LEVEL / 2.0;
    assert!(inside, "{name}: the distribution function at what was observed is {below:e}");
}

#[track_caller]
fn assert_normal(name: &str, z: f64) {
    assert_likely(name, Normal::standard().cdf(z));
}

/// Pearson's test that counts have the given expectations.
#[track_caller]
fn assert_as_expected(name: &str, counts: &[u32], expected: impl Fn(usize) -> f64) {
    let square = |(cell, &count): (usize, &u32)| (f64::from(count) - expected(cell)).powi(2) / expected(cell);
    let statistic: f64 = counts.iter().enumerate().map(square).sum();
    let freedom = counts.len() as f64 - 1.0;
    assert_likely(name, ChiSquared::new(freedom).unwrap().cdf(statistic));
}

fn bytes_are_uniform(name: &str, words: &[u64]) {
    for byte in 0..8 {
        let mut counts = [0; 256];
        words.iter().for_each(|word| counts[(word >> (8 * byte)) as usize & 255] += 1);
        assert_as_expected(&format!("{name}, byte {byte}"), &counts, |_| words.len() as f64 / 256.0);
    }
}

/// Each bit is set half of the time, and as often equal to its like in the next word as not.
fn bits_are_fair(name: &str, words: &[u64]) {
    let changes: Vec<u64> = words.windows(2).map(|pair| pair[0] ^ pair[1]).collect();
    for (what, words) in [("set", words), ("changed", &changes)] {
        let count = words.len() as f64;
        let z_squared = |bit: u32| {
            let set: u64 = words.iter().map(|word| word >> bit & 1).sum();
            (2.0 * set as f64 - count).powi(2) / count
        };
        let statistic = (0..64).map(z_squared).sum();
        assert_likely(&format!("{name}, bits {what}"), ChiSquared::new(64.0).unwrap().cdf(statistic));
    }
}

/// Kolmogorov (1933) and Smirnov, with the approximation of Stephens (1970) for the statistic's
/// distribution.
fn units_are_uniform(name: &str, words: &[u64]) {
    let mut units: Vec<f64> = words.iter().map(|&word| unit(word)).collect();
    units.sort_unstable_by(f64::total_cmp);
    let count = units.len() as f64;
    let off = |(index, &value): (usize, &f64)| {
        f64::max(value - index as f64 / count, (index + 1) as f64 / count - value)
    };
    let distance = units.iter().enumerate().map(off).fold(0.0, f64::max);
    let scaled = distance * (count.sqrt() + 0.12 + 0.11 / count.sqrt());
    let term = |k: i32| (-1f64).powi(k - 1) * (-2.0 * f64::from(k * k) * scaled * scaled).exp();
    assert_likely(&format!("{name}, Kolmogorov-Smirnov"), 1.0 - 2.0 * (1..100).map(term).sum::<f64>());
}

fn units_are_uncorrelated(name: &str, words: &[u64]) {
    for lag in [1, 2, 3, 9, 256] {
        let pairs = words.iter().zip(&words[lag..]);
        let sum: f64 = pairs.map(|(&a, &b)| (unit(a) - 0.5) * (unit(b) - 0.5)).sum();
        let z = 12.0 * sum / ((words.len() - lag) as f64).sqrt();
        assert_normal(&format!("{name}, lag {lag}"), z);
    }
}

/// Non-overlapping pairs in a square of 64 x 64 (of 32 x 32, where there are few), by the upper and
/// by the lower bits.
fn pairs_fill_the_square(name: &str, words: &[u64]) {
    let side_bits = if words.len() < 1 << 16 { 5 } else { 6 };
    for (what, shift) in [("upper", 64 - side_bits), ("lower", 0)] {
        let mut counts = vec![0; 1 << (2 * side_bits)];
        for pair in words.chunks_exact(2) {
            let at = |word: u64| (word >> shift) as usize & ((1 << side_bits) - 1);
            counts[at(pair[0]) << side_bits | at(pair[1])] += 1;
        }
        let expected = (words.len() / 2) as f64 / counts.len() as f64;
        assert_as_expected(&format!("{name}, pairs of {what} bits"), &counts, |_| expected);
    }
}

/// The lengths of gaps between units below 1/8 (Knuth, *The Art of Computer Programming* 2, 3.3.2).
fn gaps_are_geometric(name: &str, words: &[u64]) {
    const LONGEST: usize = 32;
    let (mut counts, mut gap) = ([0; LONGEST + 1], 0);
    for &word in words {
        if unit(word) < 0.125 {
            counts[gap.min(LONGEST)] += 1;
            gap = 0;
        } else {
            gap += 1;
        }
    }
    let gaps = f64::from(counts.iter().sum::<u32>());
    let share = |gap: usize| 0.875f64.powi(gap as i32) * if gap < LONGEST { 0.125 } else { 1.0 };
    assert_as_expected(&format!("{name}, gaps"), &counts, |gap| gaps * share(gap));
}

/// Runs above and below one half: their number is binomial.
fn runs_are_as_many_as_expected(name: &str, words: &[u64]) {
    let changes = words.windows(2).filter(|pair| (pair[0] ^ pair[1]) >> 63 == 1).count();
    let binomial = Binomial::new(0.5, words.len() as u64 - 1).unwrap();
    assert_likely(&format!("{name}, runs"), binomial.cdf(changes as u64));
}

fn battery(count: u64) {
    for (name, words) in sequences(count) {
        bytes_are_uniform(&name, &words);
        bits_are_fair(&name, &words);
        units_are_uniform(&name, &words);
        units_are_uncorrelated(&name, &words);
        pairs_fill_the_square(&name, &words);
        gaps_are_geometric(&name, &words);
        runs_are_as_many_as_expected(&name, &words);
    }
}

#[test]
fn words_of_neighbouring_keys_are_uniform_and_independent() {
    battery(1 << 14);
}

#[test]
#[ignore = "long: cargo test --release -- --ignored keyed"]
fn many_words_of_neighbouring_keys_are_uniform_and_independent() {
    battery(1 << 21);
}

/// The number of equal pairs (less one for each further of a kind) among words cut to `bits` bits
/// is nearly Poisson: the collision test (Knuth, 3.3.2).
fn collisions(name: &str, words: &[u64], bits: u32) {
    let expected = (words.len() as f64).powi(2) / 2f64.powi(bits as i32 + 1);
    for (what, rotate) in [("upper", 0), ("lower", bits)] {
        let mut cut: Vec<u64> = words.iter().map(|word| word.rotate_right(rotate) >> (64 - bits)).collect();
        cut.sort_unstable();
        let equal = cut.windows(2).filter(|pair| pair[0] == pair[1]).count();
        assert_poisson(&format!("{name}, collisions of {what} bits"), equal as u64, expected);
    }
}

/// Both tails, each of which has what was observed in it.
#[track_caller]
fn assert_poisson(name: &str, observed: u64, expected: f64) {
    let poisson = Poisson::new(expected).unwrap();
    let (at_most, at_least) = (poisson.cdf(observed), poisson.sf(observed) + poisson.pmf(observed));
    let likely = at_most > LEVEL / 2.0 && at_least > LEVEL / 2.0;
    assert!(likely, "{name}: {observed}, expected {expected}");
}

/// Spacings between sorted birthdays that occur more than once, with `1 << days` days and many
/// years: nearly Poisson (Marsaglia 1985). Lattices fail this one first.
fn birthday_spacings(name: &str, words: &[u64], days: u32) {
    const BIRTHDAYS: usize = 1 << 9;
    let mut doubles = 0;
    for year in words.chunks_exact(BIRTHDAYS) {
        let mut birthdays: Vec<u64> = year.iter().map(|word| word >> (64 - days)).collect();
        birthdays.sort_unstable();
        let mut spacings: Vec<u64> = birthdays.windows(2).map(|pair| pair[1] - pair[0]).collect();
        spacings.sort_unstable();
        doubles += spacings.windows(2).filter(|pair| pair[0] == pair[1]).count() as u64;
    }
    let per_year = (BIRTHDAYS as f64).powi(3) / 2f64.powi(days as i32 + 2);
    let years = words.len() / BIRTHDAYS;
    assert_poisson(&format!("{name}, birthday spacings"), doubles, years as f64 * per_year);
}

/// 2^14 words cut to 24 bits: 8 collisions expected. 32 years with 1/2 a double spacing each.
#[test]
fn words_of_neighbouring_keys_collide_as_often_as_expected() {
    for (name, words) in sequences(1 << 14) {
        collisions(&name, &words, 24);
        birthday_spacings(&name, &words, 26);
    }
}

/// 2^22 words cut to 40 bits: 8 collisions expected.
#[test]
#[ignore = "long: cargo test --release -- --ignored keyed"]
fn many_words_of_neighbouring_keys_collide_as_often_as_expected() {
    for (name, words) in sequences(1 << 22) {
        collisions(&name, &words, 40);
        birthday_spacings(&name, &words, 26);
    }
}

/// One input of the key, as a number whose bits are flipped.
type Input = (&'static str, u32, fn(Key, u64) -> Key);

const INPUTS: [Input; 5] = [
    ("seed", 64, |key, value| Key { seed: value, ..key }),
    ("replication", 64, |key, value| Key { replication: value, ..key }),
    ("case", 64, |key, value| Key { case: value, ..key }),
    ("member", 32, |key, value| Key { member: value as u32, ..key }),
    ("visit", 32, |key, value| Key { visit: value as u32, ..key }),
];

/// Flipping any bit of an input flips every bit of the word with probability one half. The level is
/// shared among the 4,096 pairs of bits.
fn avalanche(trials: u64) {
    let bound = -Normal::standard().inverse_cdf(LEVEL / 2.0 / 4096.0);
    for (origin, (name, width, with)) in
        origins().into_iter().flat_map(|origin| INPUTS.map(|input| (origin, input)))
    {
        let mut random = splitmix(1);
        for bit in 0..width {
            let mut flips = [0u32; 64];
            for trial in 0..trials {
                // Small numbers, as there will be, and any numbers.
                let value = if trial % 2 == 0 { trial / 2 } else { random() };
                let change = with(origin, value).word() ^ with(origin, value ^ 1 << bit).word();
                (0..64).for_each(|out| flips[out] += (change >> out) as u32 & 1);
            }
            for (out, &count) in flips.iter().enumerate() {
                let z = (2.0 * f64::from(count) - trials as f64) / (trials as f64).sqrt();
                assert!(z.abs() < bound, "{name}, bit {bit} on bit {out}: z is {z}");
            }
        }
    }
}

#[test]
fn every_bit_of_a_key_flips_every_bit_of_its_words() {
    avalanche(256);
}

#[test]
#[ignore = "long: cargo test --release -- --ignored keyed"]
fn every_bit_of_a_key_flips_every_bit_of_its_words_half_the_time() {
    avalanche(1 << 14);
}

/// The tests themselves notice a poor generator: a plain counter, and one multiplication.
#[test]
fn poor_words_are_noticed() {
    let fails = |words: fn(u64) -> u64, test: fn(&str, &[u64])| {
        let words: Vec<u64> = (0..1 << 15).map(words).collect();
        std::panic::catch_unwind(|| test("poor", &words)).is_err()
    };
    let weyl = |n: u64| n.wrapping_mul(0x9E37_79B9_7F4A_7C15);
    for test in [bytes_are_uniform, units_are_uniform, pairs_fill_the_square, gaps_are_geometric] {
        assert!(fails(|n| n << 20, test));
    }
    for test in [bytes_are_uniform, bits_are_fair, units_are_uncorrelated, pairs_fill_the_square] {
        assert!(fails(weyl, test));
    }
    assert!(fails(weyl, runs_are_as_many_as_expected));
    assert!(fails(weyl, |name, words| birthday_spacings(name, words, 26)));
    assert!(fails(weyl, |name, words| collisions(name, words, 24)));
}
