//! Tables as text, for terminals and plain files.
//!
//! ```
//! use knockon::text::Table;
//!
//! let rows = [["desk", "12 min", "0.8"], ["coding", "1.5 h", "0.95"]].map(|row| row.map(str::to_owned).to_vec());
//! let table = Table::new(&["department", "mean wait", "utilization"], rows);
//! assert_eq!(
//!     table.to_string(),
//!     "department  mean wait  utilization\n\
//!      ----------------------------------\n\
//!      desk           12 min          0.8\n\
//!      coding          1.5 h         0.95\n"
//! );
//! // Where that is too wide, columns that find no room follow below, beside the first.
//! assert_eq!(
//!     format!("{table:25}"),
//!     "department  mean wait\n\
//!      ---------------------\n\
//!      desk           12 min\n\
//!      coding          1.5 h\n\
//!      \n\
//!      department  utilization\n\
//!      -----------------------\n\
//!      desk                0.8\n\
//!      coding             0.95\n"
//! );
//! ```
//!
//! Every result of this library displays its tables so, at most [`WIDTH`] columns wide where nothing else is asked for;
//! `println!("{results:width$}")` asks for another width.

use std::fmt;

use unicode_width::UnicodeWidthStr;

/// How wide tables are where no width is asked for, in columns of a terminal.
pub const WIDTH: usize = 80;

/// Between two columns.
const GAP: usize = 2;

/// How wide the terminal of the standard output is, in columns: by the environment variable `COLUMNS`, else, with the
/// feature `progress`, by the terminal itself. `None` where neither says.
///
/// ```
/// # let results = "desk";
/// let width = knockon::text::terminal_width().unwrap_or(knockon::text::WIDTH);
/// println!("{results:width$}");
/// ```
#[must_use]
pub fn terminal_width() -> Option<usize> {
    let told = std::env::var("COLUMNS").ok().and_then(|columns| columns.parse().ok());
    told.filter(|&columns| columns > 0).or_else(asked_width)
}

#[cfg(feature = "progress")]
fn asked_width() -> Option<usize> {
    console::Term::stdout().size_checked().map(|(_, columns)| columns.into())
}

#[cfg(not(feature = "progress"))]
fn asked_width() -> Option<usize> {
    None
}

/// Rows under a header: the first column to the left, the others to the right.
///
/// Displayed every line ends with a line break. A width in the format (`{:60}`) is the widest that a line may be; where
/// the columns need more, those that find no room follow in a second table below, which begins with the first column
/// again. Nothing is cut off, so that two wide columns may still be wider.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Table {
    header: Vec<String>,
    rows: Vec<Vec<String>>,
}

impl Table {
    /// A table of these rows. Cells that a row does not have are empty.
    #[must_use]
    pub fn new(header: &[&str], rows: impl IntoIterator<Item = Vec<String>>) -> Table {
        let on_one_line = |cell: &str| cell.replace(|letter: char| letter.is_control(), " ");
        Table {
            header: header.iter().map(|name| on_one_line(name)).collect(),
            rows: rows.into_iter().map(|row| row.iter().map(|cell| on_one_line(cell)).collect()).collect(),
        }
    }

    /// How wide each column is.
    fn widths(&self) -> Vec<usize> {
        let width = |(column, name): (usize, &String)| {
            let cells = self.rows.iter().filter_map(|row| row.get(column));
            cells.map(|cell| cell.width()).fold(name.width(), usize::max)
        };
        self.header.iter().enumerate().map(width).collect()
    }
}

/// The columns after the first in as many groups as are needed for each to fit beside the first.
fn groups(widths: &[usize], most: usize) -> Vec<Vec<usize>> {
    let first = widths.first().copied().unwrap_or(0);
    let (mut groups, mut taken) = (vec![Vec::new()], first);
    for (column, width) in widths.iter().enumerate().skip(1) {
        if taken + GAP + width > most && taken > first {
            groups.push(Vec::new());
            taken = first;
        }
        taken += GAP + width;
        if let Some(group) = groups.last_mut() {
            group.push(column);
        }
    }
    groups
}

impl fmt::Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let widths = self.widths();
        for (at, group) in groups(&widths, f.width().unwrap_or(WIDTH)).into_iter().enumerate() {
            if at > 0 {
                writeln!(f)?;
            }
            let columns: Vec<usize> = [0].into_iter().chain(group).collect();
            write_line(f, &self.header, &columns, &widths)?;
            let all = columns.iter().filter_map(|&column| widths.get(column)).sum::<usize>();
            writeln!(f, "{}", "-".repeat(all + GAP * (columns.len() - 1)))?;
            self.rows.iter().try_for_each(|row| write_line(f, row, &columns, &widths))?;
        }
        Ok(())
    }
}

/// Writes a text whose lines are broken between words where they are wider than the format's width, or [`WIDTH`]. What
/// goes on is indented as its line is. Lines of tables stay as they are: they have gaps.
pub(crate) fn write_prose(f: &mut fmt::Formatter<'_>, text: &impl fmt::Display) -> fmt::Result {
    let most = f.width().unwrap_or(WIDTH);
    for (at, line) in format!("{text:most$}").split('\n').enumerate() {
        if at > 0 {
            writeln!(f)?;
        }
        let words = line.trim_start_matches(' ');
        let indent = &line[..line.len() - words.len()];
        if words.contains("  ") {
            f.write_str(line)?;
            continue;
        }
        let mut taken = 0;
        for word in unbroken(words) {
            let needed = taken + usize::from(taken > 0) + word.width();
            if taken > 0 && indent.len() + needed > most {
                writeln!(f)?;
                taken = 0;
            }
            write!(f, "{}{word}", if taken > 0 { " " } else { indent })?;
            taken += usize::from(taken > 0) + word.width();
        }
    }
    Ok(())
}

/// The words of a line: a number and its unit are one.
fn unbroken(line: &str) -> impl Iterator<Item = &str> {
    let mut rest = Some(line);
    std::iter::from_fn(move || {
        let text = rest?;
        let ends = text.match_indices(' ').map(|(at, _)| at);
        let unit = |after: &str| {
            let word = after.split(' ').next().unwrap_or_default();
            ["%", "h", "d", "min", "s", "ms"].contains(&word.trim_end_matches(['.', ',', ';', ':', ')']))
        };
        let end = ends
            .into_iter()
            .find(|&at| !(text[..at].ends_with(|c: char| c.is_ascii_digit()) && unit(&text[at + 1..])));
        rest = end.map(|at| &text[at + 1..]);
        Some(end.map_or(text, |at| &text[..at]))
    })
}

/// A text whose lines are not broken, to be used in another one.
pub(crate) fn unbroken_text(text: &impl fmt::Display) -> String {
    format!("{text:width$}", width = usize::from(u16::MAX))
}

/// Results that are displayed by their method `page`, with long lines broken between words.
macro_rules! displayed_as_prose {
    ($result:ty) => {
        impl std::fmt::Display for $result {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                struct Page<'p>(&'p $result);

                impl std::fmt::Display for Page<'_> {
                    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        self.0.page(f)
                    }
                }

                crate::text::write_prose(f, &Page(self))
            }
        }
    };
}
pub(crate) use displayed_as_prose;

fn write_line(
    f: &mut fmt::Formatter<'_>,
    row: &[String],
    columns: &[usize],
    widths: &[usize],
) -> fmt::Result {
    let mut line = String::new();
    for &column in columns {
        let (cell, width) = (row.get(column).map_or("", String::as_str), widths.get(column).copied());
        let room = " ".repeat(width.unwrap_or(0).saturating_sub(cell.width()));
        match column {
            0 => line += &format!("{cell}{room}"),
            _ => line += &format!("{}{room}{cell}", " ".repeat(GAP)),
        }
    }
    writeln!(f, "{}", line.trim_end())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(rows: &[&[&str]]) -> Table {
        let owned = |row: &&[&str]| row.iter().map(|&cell| cell.to_owned()).collect();
        Table::new(rows[0], rows[1..].iter().map(owned))
    }

    #[test]
    fn wide_letters_take_two_columns() {
        let text = table(&[&["部門", "待"], &["窓口", "1"], &["é", "22"]]).to_string();
        assert_eq!(text, "部門  待\n--------\n窓口   1\né     22\n");
    }

    #[test]
    fn a_line_break_in_a_name_does_not_break_the_line() {
        let text = table(&[&["a", "b"], &["x\ny", "1"]]).to_string();
        assert_eq!(text, "a    b\n------\nx y  1\n");
    }

    #[test]
    fn no_line_is_wider_than_asked_for_where_two_columns_fit() {
        let names = ["department", "mean wait", "queue", "busy", "a much longer title", "x"];
        let rows: Vec<Vec<&str>> =
            (0..4).map(|_| vec!["billing", "3.6 h (3.3 to 4.0)", "1", "2", "3", ""]).collect();
        let rows: Vec<&[&str]> = [&names[..]].into_iter().chain(rows.iter().map(|row| &row[..])).collect();
        let table = table(&rows);
        for width in 31..=90 {
            let text = format!("{table:width$}");
            assert!(text.lines().all(|line| line.width() <= width), "{width}\n{text}");
            // Every column is there once.
            assert!(names[1..].iter().all(|name| text.matches(name).count() == 1 || *name == "x"), "{text}");
        }
        assert_eq!(format!("{table:90}").lines().count(), 6);
    }

    #[test]
    fn prose_is_broken_between_words() {
        struct Text(&'static str);
        displayed_as_prose!(Text);
        impl Text {
            fn page(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.0)
            }
        }
        let text = "  one two three\nfour\n\nabcdefghijkl 漢字漢字\n";
        assert_eq!(format!("{:9}", Text(text)), "  one two\n  three\nfour\n\nabcdefghijkl\n漢字漢字\n");
        assert_eq!(Text(text).to_string(), text);
        // A number keeps its unit.
        assert_eq!(format!("{:9}", Text("none of 12 %, 3 h (4 to 5 d)")), "none of\n12 %, 3 h\n(4 to\n5 d)");
        // A table.
        assert_eq!(format!("{:9}", Text("one  two  three four")), "one  two  three four");
    }

    #[test]
    fn tables_without_rows_or_columns() {
        assert_eq!(Table::new(&["a", "b"], []).to_string(), "a  b\n----\n");
        assert_eq!(Table::default().to_string().trim(), "");
        assert_eq!(table(&[&["a", "b", "c"], &["1"]]).to_string(), "a  b  c\n-------\n1\n");
    }
}
