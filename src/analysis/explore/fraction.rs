//! Two-level fractional factorial designs: words, generators, what is aliased with what (Box, Hunter and Hunter, *Statistics for
//! Experimenters*, 2nd edition, 2005, chapter 6).

use std::collections::BTreeMap;

use crate::error::Defect;

/// Factors are letters in generators, in their order. There is no I: that is the column of ones.
const LETTERS: &str = "ABCDEFGHJKLMNOPQRSTUVWXYZ";

/// The most factors of a fraction.
pub(super) const MOST_FACTORS: usize = LETTERS.len();

/// Factors whose columns are multiplied: a bit for each.
pub(super) type Word = u32;

/// A factor whose column is the product of those of others, perhaps with the sign changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Generator {
    pub factor: usize,
    pub product: Word,
    pub negative: bool,
}

/// Words that are constant in a design: with each, whether it is -1.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Relation(BTreeMap<Word, bool>);

/// The standard designs of the fewest runs with the highest resolution, by number of factors: resolution and generators
/// (Box, Hunter and Hunter, table 6.22; NIST/SEMATECH *e-Handbook of Statistical Methods*, section 5.3.3.4.7).
const STANDARD: [(usize, u32, &[&str]); 22] = [
    (3, 3, &["C=AB"]),
    (4, 4, &["D=ABC"]),
    (5, 3, &["D=AB", "E=AC"]),
    (5, 5, &["E=ABCD"]),
    (6, 3, &["D=AB", "E=AC", "F=BC"]),
    (6, 4, &["E=ABC", "F=BCD"]),
    (6, 6, &["F=ABCDE"]),
    (7, 3, &["D=AB", "E=AC", "F=BC", "G=ABC"]),
    (7, 4, &["E=ABC", "F=BCD", "G=ACD"]),
    (7, 7, &["G=ABCDEF"]),
    (8, 4, &["E=BCD", "F=ACD", "G=ABC", "H=ABD"]),
    (8, 5, &["G=ABCD", "H=ABEF"]),
    (9, 3, &["E=ABC", "F=BCD", "G=ACD", "H=ABD", "J=ABCD"]),
    (9, 4, &["F=BCDE", "G=ACDE", "H=ABDE", "J=ABCE"]),
    (9, 6, &["H=ACDFG", "J=BCEFG"]),
    (10, 3, &["E=ABC", "F=BCD", "G=ACD", "H=ABD", "J=ABCD", "K=AB"]),
    (10, 4, &["F=ABCD", "G=ABCE", "H=ABDE", "J=ACDE", "K=BCDE"]),
    (10, 5, &["H=ABCG", "J=BCDE", "K=ACDF"]),
    (11, 3, &["E=ABC", "F=BCD", "G=ACD", "H=ABD", "J=ABCD", "K=AB", "L=AC"]),
    (11, 4, &["F=ABC", "G=BCD", "H=CDE", "J=ACD", "K=ADE", "L=BDE"]),
    (11, 5, &["H=ABCG", "J=BCDE", "K=ACDF", "L=ABCDEFG"]),
    (15, 3, &["E=AB", "F=AC", "G=AD", "H=BC", "J=BD", "K=CD", "L=ABC", "M=ABD", "N=ACD", "O=BCD", "P=ABCD"]),
];

/// The generators of the standard design of the fewest runs that has at least a resolution.
pub(super) fn standard(factors: usize, resolution: u32) -> Option<Vec<String>> {
    let fits = STANDARD.iter().filter(|design| design.0 == factors && design.1 >= resolution);
    let smallest = fits.max_by_key(|design| design.2.len())?;
    Some(smallest.2.iter().map(|&text| text.to_owned()).collect())
}

/// The letter of a factor.
pub(super) fn letter(factor: usize) -> char {
    char::from(LETTERS.as_bytes()[factor])
}

/// Reads generators like "D = ABC" or "D = -ABC", for so many factors.
pub(super) fn read(generators: &[String], factors: usize) -> Result<Vec<Generator>, Vec<Defect>> {
    let mut defects = Vec::new();
    let mut read: Vec<Generator> = Vec::new();
    for text in generators {
        match read_one(text, factors) {
            Ok(generator) => read.push(generator),
            Err(rule) => defects.push(Defect::new(format!("generator `{text}`"), rule)),
        }
    }
    let made: Word = read.iter().map(|generator| 1 << generator.factor).fold(0, |all, one| all | one);
    for (at, generator) in read.iter().enumerate() {
        let place = || format!("generator of {}", letter(generator.factor));
        if read[..at].iter().any(|other| other.factor == generator.factor) {
            defects.push(Defect::new(place(), "there are two, must be one"));
        }
        if generator.product & made != 0 {
            let rule = "the product holds a factor that has a generator itself, must be of others";
            defects.push(Defect::new(place(), rule));
        }
    }
    if defects.is_empty() { Ok(read) } else { Err(defects) }
}

fn read_one(text: &str, factors: usize) -> Result<Generator, String> {
    let known = &LETTERS[..factors.min(MOST_FACTORS)];
    let plain: String = text.chars().filter(|c| !c.is_whitespace()).collect();
    let (factor, product) = plain.split_once('=').ok_or("must read like D = ABC")?;
    let (negative, product) = match product.strip_prefix('-') {
        Some(product) => (true, product),
        None => (false, product.strip_prefix('+').unwrap_or(product)),
    };
    let at = |letter: char| {
        known
            .find(letter)
            .ok_or(format!("there is no factor {letter}: the letters of the factors are {known}"))
    };
    let mut letters = factor.chars();
    let factor = match (letters.next(), letters.next()) {
        (Some(one), None) => at(one)?,
        _ => return Err("one letter must stand before the equals sign".to_owned()),
    };
    let mut word = 0;
    for letter in product.chars() {
        word ^= 1 << at(letter)?;
    }
    Ok(Generator { factor, product: word, negative })
}

impl Relation {
    /// The defining relation: all products of the generators' words.
    pub fn of(generators: &[Generator]) -> Relation {
        let mut words = BTreeMap::from([(0, false)]);
        for generator in generators {
            let own = generator.product | 1 << generator.factor;
            let products = words.iter().map(|(&word, &negative)| (word ^ own, negative ^ generator.negative));
            let products: Vec<(Word, bool)> = products.collect();
            words.extend(products);
        }
        words.remove(&0);
        Relation(words)
    }

    /// The length of the shortest word; `None` of a full design.
    pub fn resolution(&self) -> Option<u32> {
        self.0.keys().map(|word| word.count_ones()).min()
    }

    /// Whether two effects cannot be told apart, and then, whether they count with opposite signs.
    pub fn aliased(&self, one: Word, other: Word) -> Option<bool> {
        self.0.get(&(one ^ other)).copied()
    }

    /// The words, the shortest first: "ABCD" or "-ABE".
    pub fn words(&self) -> Vec<String> {
        let mut words: Vec<(u32, String)> = Vec::with_capacity(self.0.len());
        for (&word, &negative) in &self.0 {
            let letters = (0..MOST_FACTORS).filter(|at| word >> at & 1 == 1).map(letter);
            let sign = if negative { "-" } else { "" };
            words.push((word.count_ones(), sign.chars().chain(letters).collect()));
        }
        words.sort();
        words.into_iter().map(|(_, text)| text).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn relation(generators: &[&str], factors: usize) -> Relation {
        let texts: Vec<String> = generators.iter().map(|&text| text.to_owned()).collect();
        Relation::of(&read(&texts, factors).unwrap())
    }

    /// 2^(5-2) with D = AB and E = AC: I = ABD = ACE = BCDE.
    #[test]
    fn a_defining_relation_is_that_worked_out_by_hand() {
        let of = relation(&["D = AB", "E = AC"], 5);
        assert_eq!(of.words(), ["ABD", "ACE", "BCDE"]);
        assert_eq!(of.resolution(), Some(3));
        let word = |letters: &str| -> Word {
            letters.chars().map(|letter| 1 << LETTERS.find(letter).unwrap()).sum()
        };
        // A = BD = CE, BC = DE, BE = CD.
        for (one, other) in [("A", "BD"), ("A", "CE"), ("BC", "DE"), ("BE", "CD"), ("BD", "CE")] {
            assert_eq!(of.aliased(word(one), word(other)), Some(false), "{one} {other}");
        }
        assert_eq!(of.aliased(word("A"), word("B")), None);
        let negative = relation(&["D = -AB", "E = AC"], 5);
        assert_eq!(negative.words(), ["-ABD", "ACE", "-BCDE"]);
        assert_eq!(negative.aliased(word("BC"), word("DE")), Some(true));
    }

    #[test]
    fn standard_designs_have_the_resolution_of_the_table() {
        for (factors, resolution, generators) in STANDARD {
            let found = relation(generators, factors).resolution();
            assert_eq!(found, Some(resolution), "{factors} factors, {generators:?}");
        }
        assert_eq!(standard(7, 4).unwrap().len(), 3);
        assert_eq!(standard(7, 5).unwrap(), ["G=ABCDEF"]);
        assert_eq!(standard(5, 4).unwrap(), ["E=ABCD"]);
        assert_eq!(standard(3, 4), None);
    }

    #[test]
    fn what_is_wrong_with_generators_is_told() {
        let wrong = ["D", "DE = ABC", "D = AX", "D = AB", "E = AD", "D = BC"].map(str::to_owned);
        let defects = read(&wrong, 5).unwrap_err();
        let text: Vec<String> = defects.iter().map(ToString::to_string).collect();
        assert_eq!(text.len(), 5, "{text:#?}");
        assert!(text[0].contains("must read like D = ABC"), "{}", text[0]);
        assert!(
            text[2].contains("there is no factor X: the letters of the factors are ABCDE"),
            "{}",
            text[2]
        );
        assert!(text[3].contains("holds a factor that has a generator itself"), "{}", text[3]);
        assert!(text[4].contains("there are two"), "{}", text[4]);
    }
}
