//! Elements of SVG and HTML, written so that they are XML as well.

use std::fmt::Write;

use crate::stats::Estimate;

/// An element that is being written.
#[derive(Clone, Debug)]
pub(super) struct El {
    tag: &'static str,
    attributes: String,
    content: String,
}

/// An element without anything yet.
pub(super) fn el(tag: &'static str) -> El {
    El { tag, attributes: String::new(), content: String::new() }
}

impl El {
    /// An attribute.
    pub fn set(mut self, name: &str, value: impl AsRef<str>) -> El {
        push(&mut self.attributes, format_args!(" {name}=\"{}\"", escaped(value.as_ref())));
        self
    }

    /// A length or place, to a tenth of a unit.
    pub fn at(self, name: &str, place: f64) -> El {
        self.set(name, place_of(place))
    }

    /// The class that says how it looks.
    pub fn class(self, class: impl AsRef<str>) -> El {
        self.set("class", class)
    }

    /// A number to be read back, with all its digits.
    pub fn data(self, name: &str, value: f64) -> El {
        self.set(&format!("data-{name}"), value.to_string())
    }

    /// What it stands for, and how much that is.
    pub fn stands_for(self, name: &str, value: f64) -> El {
        self.set("data-name", name).data("value", value)
    }

    /// The same, with the interval.
    pub fn estimates(self, name: &str, estimate: &Estimate) -> El {
        let own = self.stands_for(name, estimate.mean);
        match estimate.interval {
            Some(interval) => own.data("low", interval.low).data("high", interval.high),
            None => own,
        }
    }

    /// What is told of it when it is pointed at.
    pub fn tip(self, text: impl AsRef<str>) -> El {
        self.with(el("title").text(text))
    }

    /// Text inside.
    pub fn text(mut self, text: impl AsRef<str>) -> El {
        self.content += &escaped(text.as_ref());
        self
    }

    /// An element inside.
    pub fn with(mut self, inner: El) -> El {
        self.content += &inner.written();
        self
    }

    /// Elements inside.
    pub fn with_all(self, inner: impl IntoIterator<Item = El>) -> El {
        inner.into_iter().fold(self, El::with)
    }

    /// Markup inside, as it is.
    pub fn raw(mut self, markup: impl AsRef<str>) -> El {
        self.content += markup.as_ref();
        self
    }

    pub fn written(&self) -> String {
        let El { tag, attributes, content } = self;
        // A browser takes an empty `<td/>` for one that is never closed.
        match content.is_empty() && VOID.contains(tag) {
            true => format!("<{tag}{attributes}/>"),
            false => format!("<{tag}{attributes}>{content}</{tag}>"),
        }
    }
}

/// Elements that are written without an end where they are empty.
const VOID: [&str; 11] =
    ["rect", "circle", "line", "path", "polygon", "polyline", "meta", "input", "br", "hr", "link"];

/// A rectangle; what would be thinner than nothing is nothing.
pub(super) fn rect(x: f64, y: f64, width: f64, height: f64) -> El {
    el("rect").at("x", x).at("y", y).at("width", width.max(0.0)).at("height", height.max(0.0))
}

/// A line from one place to another.
pub(super) fn line(from: (f64, f64), to: (f64, f64)) -> El {
    el("line").at("x1", from.0).at("y1", from.1).at("x2", to.0).at("y2", to.1)
}

/// A word at a place.
pub(super) fn word(x: f64, y: f64, class: &str, text: impl AsRef<str>) -> El {
    el("text").at("x", x).at("y", y).class(class).text(text)
}

/// A path through places, straight from one to the next.
pub(super) fn through(places: &[(f64, f64)]) -> String {
    let mut path = String::new();
    for (at, &(x, y)) in places.iter().enumerate() {
        let command = if at == 0 { 'M' } else { 'L' };
        push(&mut path, format_args!("{command}{} {}", place_of(x), place_of(y)));
    }
    path
}

/// A place, to a tenth, without needless zeros.
pub(super) fn place_of(place: f64) -> String {
    let tenths = (place * 10.0).round() / 10.0;
    // No "-0", and nothing that is no number.
    if tenths == 0.0 || !tenths.is_finite() { "0".to_owned() } else { tenths.to_string() }
}

/// Writing to a string cannot fail.
pub(super) fn push(text: &mut String, more: std::fmt::Arguments) {
    let _ = text.write_fmt(more);
}

/// Text as markup. What XML cannot have at all is replaced.
pub(super) fn escaped(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&#39;"),
            '\t' => safe.push(' '),
            '\n' => safe.push(letter),
            '\u{0}'..='\u{1f}' | '\u{7f}'..='\u{9f}' | '\u{fffe}' | '\u{ffff}' => safe.push('\u{fffd}'),
            _ => safe.push(letter),
        }
    }
    safe
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_name_is_text() {
        let nasty = "<b a='1'>&\"\u{1}\u{ffff}</b> ]]>";
        let written = el("g").set("data-name", nasty).with(el("title").text(nasty)).written();
        let document = roxmltree::Document::parse(&written).unwrap();
        let seen = nasty.replace(['\u{1}', '\u{ffff}'], "\u{fffd}");
        assert_eq!(document.root_element().attribute("data-name"), Some(&*seen));
        assert_eq!(document.root_element().first_element_child().unwrap().text(), Some(&*seen));
    }

    #[test]
    fn places_are_short() {
        assert_eq!(place_of(1.0), "1");
        assert_eq!(place_of(-0.04), "0");
        assert_eq!(place_of(2.349), "2.3");
        assert_eq!(place_of(f64::NAN), "0");
        assert_eq!(rect(1.0, 2.0, -1.0, 3.25).written(), r#"<rect x="1" y="2" width="0" height="3.3"/>"#);
    }

    #[test]
    fn only_what_may_be_void_is() {
        assert_eq!(el("td").written(), "<td></td>");
        assert_eq!(
            el("path").set("d", through(&[(0.0, 1.0), (2.0, 3.0)])).written(),
            r#"<path d="M0 1L2 3"/>"#
        );
    }
}
