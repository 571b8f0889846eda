//! Keyed randomness: a draw belongs to what it is for, not to when it happens.
//!
//! # Construction
//!
//! Every draw has a key: (seed, replication, purpose, department or stream *by name*, item, this
//! item's n-th visit there, n-th word). It is turned into 64 random bits in three steps:
//!
//! 1. Once per replication, [`KeyPair::new`] hashes the seed, the replication and a name into two
//!    strong 64-bit keys, with the finalizer of MurmurHash3 (Appleby 2011; constants by Stafford's
//!    "variant 13", as in SplitMix64, Steele, Lea and Flood 2014) after each word taken in.
//! 2. Once per visit (or arrival), [`KeyPair::words`] makes one full 64 x 64 to 128 bit product of
//!    (item key xor key 0) and (spread visit number xor key 1) and keeps both halves, as a
//!    [`Words`]. The second factor is forced odd, so that the low half differs for any two items.
//! 3. Once per word, the two halves, each mixed with a counter of its own, are multiplied again and
//!    the product is folded: high half xor low half.
//!
//! Nothing is stored between draws and nothing depends on the order in which draws are made. The
//! values are the same on every platform and are pinned by a test; a release that changes them says
//! so in the changelog.

use std::convert::Infallible;

use rand_core::TryRng;

/// The odd constants of the construction: digits of the golden ratio and of square roots of primes.
const GOLDEN: u64 = 0x9E37_79B9_7F4A_7C15;
const ROOT_2: u64 = 0x6A09_E667_F3BC_C909;
const ROOT_3: u64 = 0xBB67_AE85_84CA_A73B;

/// What a draw is for. Draws of one visit or arrival for different purposes are independent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Purpose {
    Service,
    Routing,
    Transfer,
    Patience,
    Interarrival,
    Batch,
    Class,
    Size,
    Choice,
    Question,
    LongestWait,
    AnswerTransfer,
    Error,
    Detection,
    Complaint,
    ComplaintTime,
    AbsenceBetween,
    AbsenceDuration,
    Setup,
    Compliance,
    Notice,
    OverallPatience,
    Balking,
    Retry,
    RetryTime,
    Away,
    ForkOrder,
    Shortest,
    LeadTime,
}

/// The finalizer "variant 13": a bijection of 64 bits in which every input bit flips every output
/// bit with probability close to one half.
const fn mix(mut x: u64) -> u64 {
    x = (x ^ (x >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    x = (x ^ (x >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    x ^ (x >> 31)
}

/// High half xor low half of the full product.
#[inline(always)]
const fn fold(a: u64, b: u64) -> u64 {
    let product = a as u128 * b as u128;
    (product >> 64) as u64 ^ product as u64
}

/// The key of an item: the `member`-th of the `number`-th batch from `origin` (the [`name_key`] of its
/// stream).
#[inline(always)]
pub(crate) const fn item_key(origin: u64, number: u64, member: u32) -> u64 {
    mix(origin.wrapping_add(number.wrapping_mul(GOLDEN)).wrapping_add((member as u64).wrapping_mul(ROOT_3)))
}

/// A 64-bit hash of a name, the same on every platform.
pub(crate) fn name_key(kind: &str, name: &str) -> u64 {
    let absorb = |state: u64, &byte: &u8| mix(state ^ u64::from(byte)).wrapping_add(GOLDEN);
    let state = kind.as_bytes().iter().fold(ROOT_2, absorb);
    let state = absorb(state, &0xFF);
    name.as_bytes().iter().fold(state, absorb)
}

/// The two keys of a department or stream in one replication.
#[derive(Clone, Copy, Debug)]
pub(crate) struct KeyPair {
    item: u64,
    visit: u64,
}

impl KeyPair {
    /// The keys of the thing with hash `name` (see [`name_key`]).
    pub(crate) fn new(seed: u64, replication: u64, name: u64) -> KeyPair {
        let state =
            mix(mix(mix(seed ^ ROOT_3).wrapping_add(GOLDEN) ^ replication).wrapping_add(GOLDEN) ^ name);
        KeyPair { item: mix(state ^ ROOT_2), visit: mix(state ^ ROOT_3) }
    }

    /// The random words of `item`'s `visit`-th visit.
    #[inline(always)]
    pub(crate) const fn words(self, item: u64, visit: u32) -> Words {
        let spread = (visit as u64).wrapping_mul(GOLDEN << 1);
        let product = (item ^ self.item) as u128 * ((spread ^ self.visit) | 1) as u128;
        Words { high: (product >> 64) as u64, low: product as u64, counter: 0 }
    }
}

/// An unlimited sequence of random words that belongs to one visit of one item (or one arrival).
///
/// It implements the `Rng` of `rand_core`, so that any distribution of `rand_distr` can draw from it.
#[derive(Clone, Copy, Debug)]
pub struct Words {
    high: u64,
    low: u64,
    counter: u64,
}

impl Words {
    /// The words for one purpose, from the first.
    #[inline(always)]
    pub(crate) const fn of(self, purpose: Purpose) -> Words {
        Words { counter: (purpose as u64).wrapping_mul(ROOT_2 << 8), ..self }
    }

    /// The words from here on, as plain numbers: a function that is not inlined takes numbers in
    /// registers, but a whole `Words` in memory, which its callers would have to write even where they
    /// hardly ever call it.
    #[inline(always)]
    pub(super) const fn into_parts(self) -> [u64; 3] {
        [self.high, self.low, self.counter]
    }

    /// The words of [`Words::into_parts`].
    pub(super) const fn from_parts([high, low, counter]: [u64; 3]) -> Words {
        Words { high, low, counter }
    }

    /// The next word.
    #[inline(always)]
    pub const fn next(&mut self) -> u64 {
        self.counter = self.counter.wrapping_add(GOLDEN);
        fold(self.high ^ self.counter, self.low ^ self.counter.rotate_left(32))
    }
}

/// A word as a number in [0, 1), from its upper 53 bits.
#[inline(always)]
pub const fn unit(word: u64) -> f64 {
    (word >> 11) as f64 * (1.0 / (1u64 << 53) as f64)
}

impl TryRng for Words {
    type Error = Infallible;

    #[inline(always)]
    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        Ok((self.next() >> 32) as u32)
    }

    #[inline(always)]
    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        Ok(self.next())
    }

    fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), Infallible> {
        for chunk in bytes.chunks_mut(8) {
            chunk.copy_from_slice(&self.next().to_le_bytes()[..chunk.len()]);
        }
        Ok(())
    }
}

/// A plain sequence of random words (SplitMix64: Steele, Lea and Flood, *Fast Splittable Pseudorandom Number
/// Generators*, 2014).
pub(crate) fn splitmix(seed: u64) -> impl FnMut() -> u64 {
    let mut state = seed;
    move || {
        state = state.wrapping_add(GOLDEN);
        mix(state)
    }
}
