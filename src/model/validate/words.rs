//! How defects name things.

use std::fmt::{self, Display, Formatter, Write};

/// The longest name, in characters.
pub(super) const LONGEST_NAME: usize = 200;

/// How many names a defect spells out.
const MOST_LISTED: usize = 5;

/// Whether a character shows nothing, or changes the direction or the lines of what is around it.
pub(super) fn is_invisible(letter: char) -> bool {
    matches!(letter, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{2064}' | '\u{feff}')
}

/// A name in backticks, without control or invisible characters and not endless.
#[derive(Clone, Copy)]
pub(in crate::model) struct Shown<'n>(&'n str);

pub(in crate::model) fn shown(name: &str) -> Shown<'_> {
    Shown(name)
}

impl Display for Shown<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_char('`')?;
        for letter in self.0.chars().take(LONGEST_NAME) {
            if letter.is_control() || is_invisible(letter) {
                write!(f, "{}", letter.escape_default())?;
            } else {
                f.write_char(letter)?;
            }
        }
        f.write_str(if self.0.chars().nth(LONGEST_NAME).is_some() { "...`" } else { "`" })
    }
}

/// How defects name a thing. Only written out where there is one.
#[derive(Clone, Copy)]
pub(in crate::model) struct Place<'n> {
    kind: &'static str,
    name: &'n str,
}

/// How defects name a thing of one kind.
pub(in crate::model) fn place<'n>(kind: &'static str, name: &'n str) -> Place<'n> {
    Place { kind, name }
}

impl Display for Place<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.kind, shown(self.name))
    }
}

/// How defects name a department.
pub(in crate::model) fn department_place(name: &str) -> Place<'_> {
    place("department", name)
}

/// How defects name a stream.
pub(in crate::model) fn stream_place(name: &str) -> Place<'_> {
    place("customers", name)
}

/// "class `a`", "classes `a`, `b`", or the first few "and 7 more".
pub(super) fn listed<'n>(one: &str, many: &str, names: impl ExactSizeIterator<Item = &'n str>) -> String {
    let count = names.len();
    let first: Vec<_> = names.take(MOST_LISTED).map(|name| shown(name).to_string()).collect();
    let rest = match count.saturating_sub(MOST_LISTED) {
        0 => String::new(),
        rest => format!(" and {rest} more"),
    };
    format!("{} {}{rest}", if count == 1 { one } else { many }, first.join(", "))
}

/// A sum as people write it: 1.07, not 1.0700000000000001.
pub(super) fn tidy(sum: f64) -> f64 {
    (sum * 1e10).round() / 1e10
}

/// The known name nearest to `name`, if it is near enough to be what was meant.
pub(in crate::model) fn meant<'n>(name: &str, known: impl Iterator<Item = &'n str>) -> Option<&'n str> {
    let name: Vec<char> = name.chars().take(LONGEST_NAME + 1).collect();
    let near = known.filter_map(|candidate| Some((distance_up_to_2(&name, candidate)?, candidate)));
    near.filter(|&(distance, _)| 2 * distance <= name.len())
        .min_by_key(|&(distance, _)| distance)
        .map(|(_, n)| n)
}

/// The edit distance of Levenshtein (1966), if it is at most 2. Only the band of the table within 2
/// of the diagonal is filled.
fn distance_up_to_2(a: &[char], b: &str) -> Option<usize> {
    let b: Vec<char> = b.chars().take(LONGEST_NAME + 1).collect();
    if a.len().abs_diff(b.len()) > 2 {
        return None;
    }
    let mut above: Vec<usize> = (0..=b.len()).collect();
    for (i, letter) in a.iter().enumerate() {
        let mut row = vec![3; b.len() + 1];
        row[0] = i + 1;
        for j in i.saturating_sub(2)..b.len().min(i + 3) {
            let changed = above[j] + usize::from(*letter != b[j]);
            row[j + 1] = changed.min(above[j + 1] + 1).min(row[j] + 1);
        }
        if row.iter().all(|&distance| distance > 2) {
            return None;
        }
        above = row;
    }
    above.last().copied().filter(|&distance| distance <= 2)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_edit_distance_agrees_with_the_full_table() {
        fn full(a: &[char], b: &[char]) -> usize {
            match (a, b) {
                ([], rest) | (rest, []) => rest.len(),
                ([x, a_rest @ ..], [y, b_rest @ ..]) if x == y => full(a_rest, b_rest),
                ([_, a_rest @ ..], [_, b_rest @ ..]) => {
                    1 + full(a_rest, b).min(full(a, b_rest)).min(full(a_rest, b_rest))
                }
            }
        }
        let words = ["", "a", "coding", "codng", "coding2", "gnidoc", "kodink", "odin", "billing", "belly"];
        for a in words {
            for b in words {
                let (x, y): (Vec<_>, Vec<_>) = (a.chars().collect(), b.chars().collect());
                let exact = full(&x, &y);
                assert_eq!(distance_up_to_2(&x, b), (exact <= 2).then_some(exact), "{a} {b}");
            }
        }
    }

    #[test]
    fn names_are_shown_safely() {
        assert_eq!(shown("a\nb").to_string(), "`a\\nb`");
        assert_eq!(shown("a\u{202e}b").to_string(), "`a\\u{202e}b`");
        assert_eq!(shown("Zürich \"x\"").to_string(), "`Zürich \"x\"`");
        assert_eq!(shown(&"x".repeat(300)).to_string(), format!("`{}...`", "x".repeat(200)));
    }
}
