//! Matrices in which much is dark.

use super::{is_narrow, nothing};
use crate::report::chart::{Draw, Drawing};
use crate::report::palette::{HEAT_STEPS, WON_STEPS};
use crate::report::scale::step;
use crate::report::svg::{El, el, rect, word};
use crate::report::text::{Unit, fit, width};
use crate::stats::Estimate;

/// The most rows and columns that are drawn.
pub(in crate::report) const MOST: (usize, usize) = (16, 14);

/// A matrix of figures; where there is none, nothing is drawn.
#[derive(Clone, Debug)]
pub(in crate::report) struct Heat {
    /// The unit of each column, or one for all.
    pub units: Vec<Unit>,
    /// What rows and columns are.
    pub corner: (&'static str, &'static str),
    pub rows: Vec<String>,
    pub columns: Vec<String>,
    /// By row and column.
    pub cells: Vec<Vec<Option<Estimate>>>,
    /// Cells with a frame.
    pub framed: Vec<(usize, usize)>,
    /// Whether shades compare within a column only, as where columns are in different units.
    pub by_column: bool,
}

impl Heat {
    fn unit(&self, column: usize) -> Unit {
        self.units.get(column).or(self.units.first()).copied().unwrap_or(Unit::Number(""))
    }

    /// The most of all, and the least below zero; in a column, or in all.
    fn extremes(&self, column: usize) -> (f64, f64) {
        let counts = |at: usize| !self.by_column || at == column;
        let cells = self.cells.iter().flat_map(|row| row.iter().enumerate());
        let means = cells.filter(|&(at, _)| counts(at)).filter_map(|(_, cell)| Some(cell.as_ref()?.mean));
        means.fold((0.0, 0.0), |(most, least), mean| (mean.max(most), mean.min(least)))
    }

    /// The class of a shade.
    fn shade(&self, column: usize, value: f64) -> String {
        let (most, least) = self.extremes(column);
        match value {
            0.0 => "none".to_owned(),
            value if value > 0.0 => format!("h{}", step(value, most, HEAT_STEPS)),
            value => format!("n{}", step(-value, -least, WON_STEPS)),
        }
    }
}

impl Draw for Heat {
    fn draw(&self, room: f64) -> Drawing {
        if self.rows.is_empty() || self.columns.is_empty() {
            return nothing(room, "There is nothing to show.");
        }
        let narrow = is_narrow(room);
        let widest = |names: &[String]| names.iter().map(|name| width(name, 12.0)).fold(0.0, f64::max);
        let left = (widest(&self.rows) + 10.0).min(if narrow { 104.0 } else { 200.0 });
        let wide = ((room - left - 4.0) / self.columns.len() as f64).min(110.0);
        let high = if narrow { 24.0 } else { 28.0 };
        // Short names that do not all fit, as hours, are told now and then.
        let long = widest(&self.columns);
        let every = if long > wide - 4.0 && long < 22.0 { ((long + 6.0) / wide).ceil() as usize } else { 1 };
        let level = every > 1 || long <= wide - 4.0;
        // Slanted names take room above, and to the right of the last.
        let long = if level { 0.0 } else { widest(&self.columns).min(if narrow { 110.0 } else { 150.0 }) };
        let top = if level { 40.0 } else { 24.0 + 0.75 * long };
        let spill = if level { 0.0 } else { 0.7 * long + 14.0 - wide / 2.0 };
        let wide = wide.min((room - left - 4.0 - spill.max(0.0)) / self.columns.len() as f64);

        let mut marks =
            vec![word(0.0, 12.0, "m small", format!("rows: {}; columns: {}", self.corner.0, self.corner.1))];
        let middle = |column: usize| left + (column as f64 + 0.5) * wide;
        for (at, name) in self.columns.iter().enumerate().step_by(every) {
            let x = middle(at);
            let label = match level {
                true => word(x, top - 8.0, "t mid", name),
                false => {
                    let turned = format!("rotate(-45 {} {})", x + 2.0, top - 6.0);
                    word(x + 2.0, top - 6.0, "t small", fit(name, long + 2.0, 11.0)).set("transform", turned)
                }
            };
            marks.push(label.with(el("title").text(name)));
        }
        for (at, name) in self.rows.iter().enumerate() {
            let y = top + at as f64 * high;
            let shown = fit(name, left - 8.0, 12.0);
            let label = word(left - 8.0, y + high / 2.0 + 4.0, "t end", shown);
            marks.push(label);
            let cells = self.cells[at].iter().enumerate();
            let cells = cells.filter_map(|(column, cell)| Some((column, cell.as_ref()?)));
            marks.extend(cells.map(|(column, cell)| {
                let place = (left + column as f64 * wide, y);
                self.cell((at, column), cell, place, (wide, high))
            }));
        }
        let bottom = top + self.rows.len() as f64 * high;
        for &(row, column) in &self.framed {
            let place = (left + column as f64 * wide + 1.5, top + row as f64 * high + 1.5);
            let frame = rect(place.0, place.1, wide - 3.0, high - 3.0).class("inkline");
            marks.push(frame.set("stroke-width", "2").set("pointer-events", "none"));
        }
        let (legend, height) = self.scale(room);
        marks.push(super::below(legend, bottom + 10.0));
        Drawing { width: room, height: bottom + 10.0 + height, marks }
    }
}

impl Heat {
    fn cell(&self, at: (usize, usize), cell: &Estimate, place: (f64, f64), size: (f64, f64)) -> El {
        let name = format!("{}, {}", self.rows[at.0], self.columns[at.1]);
        let shade = self.shade(at.1, cell.mean);
        let told = self.unit(at.1).show(cell);
        let fill = rect(place.0 + 0.5, place.1 + 0.5, size.0 - 1.0, size.1 - 1.0).class(&shade);
        let mut mark = el("g").estimates(&name, cell).tip(format!("{name}: {told}")).with(fill);
        let mut short = self.unit(at.1).show_point(cell);
        if width(&short, 11.0) >= size.0 - 4.0 && self.unit(at.1) == Unit::Share {
            // The scale below says what it is.
            short = short.replace(" %", "").trim_end_matches(".0").to_owned();
        }
        if cell.mean != 0.0 && width(&short, 11.0) < size.0 - 4.0 {
            let class =
                if shade == "none" { "m small mid".to_owned() } else { format!("t{shade} small mid") };
            mark = mark.with(word(place.0 + size.0 / 2.0, place.1 + size.1 / 2.0 + 4.0, &class, short));
        }
        mark
    }

    /// What the shades mean.
    fn scale(&self, room: f64) -> (Vec<El>, f64) {
        if self.by_column {
            return (vec![word(0.0, 14.0, "m small", "Shades compare within a column.")], 20.0);
        }
        let (most, least) = self.extremes(0);
        let wide = (room / 2.0 / HEAT_STEPS as f64).min(26.0);
        let mut marks = vec![word(0.0, 12.0, "m small", "0")];
        for at in 0..HEAT_STEPS {
            marks.push(rect(12.0 + at as f64 * wide, 2.0, wide, 12.0).class(format!("h{at}")));
        }
        let end = 18.0 + HEAT_STEPS as f64 * wide;
        let won = if least < 0.0 {
            format!("; green: less than nothing, to {}", self.unit(0).number(least))
        } else {
            String::new()
        };
        marks.push(word(end, 12.0, "m small", format!("{}{won}", self.unit(0).number(most))));
        (marks, 20.0)
    }
}

/// A row, a column, and what there is of it in each replication.
pub(in crate::report) type Entry<'e> = (usize, usize, &'e [f64]);

/// A matrix with its largest rows and columns; the others are added up, replication by replication, as one.
pub(in crate::report) fn largest(
    (rows, columns): (Vec<String>, Vec<String>),
    entries: &[Entry<'_>],
    (most_rows, most_columns): (usize, usize),
    estimate: &dyn Fn(&[f64]) -> Option<Estimate>,
) -> (Vec<String>, Vec<String>, Vec<Vec<Option<Estimate>>>) {
    let (mut by_row, mut by_column) = (vec![0.0; rows.len()], vec![0.0; columns.len()]);
    for &(row, column, amounts) in entries {
        let size: f64 = amounts.iter().sum();
        by_row[row] += size;
        by_column[column] += size;
    }
    let (rows, row_of) = grouped(rows, most_rows, &by_row);
    let (columns, column_of) = grouped(columns, most_columns, &by_column);
    let mut sums: Vec<Vec<Vec<f64>>> = vec![vec![Vec::new(); columns.len()]; rows.len()];
    for &(row, column, amounts) in entries {
        let sum = &mut sums[row_of[row]][column_of[column]];
        sum.resize(amounts.len(), 0.0);
        sum.iter_mut().zip(amounts).for_each(|(sum, amount)| *sum += amount);
    }
    let cell = |sum: &Vec<f64>| if sum.is_empty() { None } else { estimate(sum) };
    (rows, columns, sums.iter().map(|row| row.iter().map(cell).collect()).collect())
}

/// The largest of some things in their order, and the others together; and the place of each among them.
fn grouped(names: Vec<String>, most: usize, sizes: &[f64]) -> (Vec<String>, Vec<usize>) {
    let mut order: Vec<usize> = (0..names.len()).collect();
    if names.len() <= most {
        return (names, order);
    }
    order.sort_by(|&a, &b| sizes[b].total_cmp(&sizes[a]));
    let others = order.split_off(most - 1);
    order.sort_unstable();
    let mut place = vec![most - 1; names.len()];
    order.iter().enumerate().for_each(|(at, &name)| place[name] = at);
    let kept = order.iter().map(|&at| names[at].clone());
    (kept.chain([format!("{} others", others.len())]).collect(), place)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn point(mean: f64) -> Estimate {
        Estimate { mean, interval: None, replications: 1 }
    }

    #[test]
    fn the_largest_are_kept_and_nothing_is_lost() {
        let names = |letter: char| (0..5).map(|at| format!("{letter}{at}")).collect::<Vec<_>>();
        let values: Vec<[f64; 2]> = (0..25).map(|at| [f64::from(at / 5 * 10 + at % 5), 1.0]).collect();
        let entries: Vec<Entry> =
            values.iter().enumerate().map(|(at, of)| (at / 5, at % 5, &of[..])).collect();
        let sum = |amounts: &[f64]| Some(point(amounts.iter().sum()));
        let (rows, columns, cells) = largest((names('r'), names('c')), &entries, (3, 2), &sum);
        assert_eq!(rows, ["r3", "r4", "3 others"]);
        assert_eq!(columns, ["c4", "4 others"]);
        let all: f64 = cells.iter().flatten().flatten().map(|of| of.mean).sum();
        assert_eq!(all, values.iter().flatten().sum::<f64>());
        assert_eq!(cells[1][0].unwrap().mean, 45.0);
        assert_eq!(largest((names('r'), names('c')), &[], (9, 9), &sum).2[0][0], None);
    }

    #[test]
    fn shades_follow_values() {
        let cells = vec![vec![Some(point(8.0)), Some(point(0.1))], vec![Some(point(-2.0)), None]];
        let heat = Heat {
            units: vec![Unit::Time],
            corner: ("a", "b"),
            rows: vec!["x".into(), "y".into()],
            columns: vec!["p".into(), "q".into()],
            cells,
            framed: vec![(0, 0)],
            by_column: false,
        };
        assert_eq!(heat.shade(0, 8.0), "h7");
        assert_eq!(heat.shade(0, 0.1), "h0");
        assert_eq!(heat.shade(0, -2.0), "n2");
        assert_eq!(heat.shade(0, 0.0), "none");
        assert_eq!(Heat { by_column: true, ..heat.clone() }.shade(1, 0.1), "h7");
        let written: String = heat.draw(400.0).marks.iter().map(El::written).collect();
        assert_eq!(written.matches("data-value").count(), 3);
    }
}
