//! Colours, for light and for dark, and the style of charts.
//!
//! Series differ in lightness as well as in hue, and sequences grow darker (in the dark, lighter) evenly, so that they can
//! be told apart without seeing colours. Tests compute contrasts by the formula of the Web Content Accessibility
//! Guidelines 2.2.

use super::svg::push;

/// A colour by its name in styles: for light, for dark.
type Colour = (&'static str, &'static str, &'static str);

/// The page: behind it, behind charts, text, lesser text, lines, fine lines, links.
const PAGE: [Colour; 8] = [
    ("page", "#f5f7f9", "#0f1318"),
    ("card", "#ffffff", "#171c23"),
    ("ink", "#1b2430", "#e8ecf1"),
    ("muted", "#566170", "#a6b1bf"),
    ("line", "#b9c2cd", "#465160"),
    ("grid", "#e4e8ed", "#2a323c"),
    ("link", "#0b5cad", "#7cbcf5"),
    ("none", "#edf0f4", "#232a33"),
];

/// Series of a chart; the first is for what is less important.
const SERIES: [Colour; 6] = [
    ("s0", "#76818f", "#8f9cab"),
    ("s1", "#0b6bb5", "#62b3f2"),
    ("s2", "#c04a00", "#f2894a"),
    ("s3", "#007a5a", "#35c79a"),
    ("s4", "#94458a", "#dc95d2"),
    ("s5", "#8a6600", "#dcb545"),
];

/// From little to much, of time.
const HEAT: [Colour; 8] = [
    ("h0", "#f1f6fc", "#1a2633"),
    ("h1", "#d9e8f7", "#1f3c57"),
    ("h2", "#b5d3ee", "#25547b"),
    ("h3", "#85b7e0", "#2f6fa2"),
    ("h4", "#5195cc", "#418fca"),
    ("h5", "#2b74b3", "#69b0e6"),
    ("h6", "#115591", "#9acdf4"),
    ("h7", "#0a3a69", "#d0e9fd"),
];

/// From little to much, of load.
const LOAD: [Colour; 7] = [
    ("w0", "#fff6e3", "#2b241c"),
    ("w1", "#ffe6b8", "#463216"),
    ("w2", "#fccb80", "#6a4612"),
    ("w3", "#f4a64f", "#935f10"),
    ("w4", "#dd7a26", "#bf7c17"),
    ("w5", "#b24f10", "#e59f38"),
    ("w6", "#7c3009", "#ffd083"),
];

/// Less than nothing: time won.
const WON: [Colour; 3] =
    [("n0", "#d5efe3", "#173a2d"), ("n1", "#8fd1b3", "#22684f"), ("n2", "#3a9a73", "#43b187")];

/// How many steps there are from little to much.
pub(super) const HEAT_STEPS: usize = HEAT.len();
pub(super) const LOAD_STEPS: usize = LOAD.len();
pub(super) const WON_STEPS: usize = WON.len();

/// How many series have a colour of their own, beside the grey one.
pub(super) const SERIES_COLOURS: usize = SERIES.len() - 1;

/// A page is light or dark.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Theme {
    Light,
    Dark,
}

impl Theme {
    fn of(self, colour: &Colour) -> &'static str {
        match self {
            Theme::Light => colour.1,
            Theme::Dark => colour.2,
        }
    }
}

fn colours() -> impl Iterator<Item = &'static Colour> {
    [&PAGE[..], &SERIES, &HEAT, &LOAD, &WON].into_iter().flatten()
}

/// Fills that have text on them.
fn fills() -> impl Iterator<Item = &'static Colour> {
    [&HEAT[..], &LOAD, &WON].into_iter().flatten()
}

/// Black or white, whichever is read better.
fn text_on(fill: &str) -> &'static str {
    if contrast(fill, "#000000") >= contrast(fill, "#ffffff") { "#000000" } else { "#ffffff" }
}

/// The values of all colours, as `name:value;`.
pub(super) fn variables(theme: Theme) -> String {
    let mut text = String::new();
    for colour in colours() {
        push(&mut text, format_args!("--{}:{};", colour.0, theme.of(colour)));
    }
    for fill in fills() {
        push(&mut text, format_args!("--t{}:{};", fill.0, text_on(theme.of(fill))));
    }
    text
}

/// How charts look, with colours by their names.
pub(super) fn chart_style() -> String {
    let mut text = include_str!("page/chart.css").to_owned();
    for (name, ..) in SERIES {
        let of = &name[1..];
        push(&mut text, format_args!("svg .f{of}{{fill:var(--{name})}}svg .l{of}{{stroke:var(--{name})}}\n"));
    }
    for (name, ..) in fills() {
        push(
            &mut text,
            format_args!("svg .{name}{{fill:var(--{name})}}svg .t{name}{{fill:var(--t{name})}}\n"),
        );
    }
    text
}

/// The same for a drawing by itself, with the colours written out: not every program knows names for them.
pub(super) fn chart_style_in(theme: Theme) -> String {
    let mut text = chart_style();
    for colour in colours() {
        text = text.replace(&format!("var(--{})", colour.0), theme.of(colour));
    }
    for fill in fills() {
        text = text.replace(&format!("var(--t{})", fill.0), text_on(theme.of(fill)));
    }
    text
}

/// The contrast of two colours, from 1 to 21 (Web Content Accessibility Guidelines 2.2, "contrast ratio").
fn contrast(one: &str, other: &str) -> f64 {
    let (a, b) = (luminance(one), luminance(other));
    (a.max(b) + 0.05) / (a.min(b) + 0.05)
}

fn luminance(colour: &str) -> f64 {
    let channel = |at: usize| {
        let value = u8::from_str_radix(&colour[at..at + 2], 16).map_or(0.0, f64::from) / 255.0;
        if value <= 0.04045 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
    };
    0.2126 * channel(1) + 0.7152 * channel(3) + 0.0722 * channel(5)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(name: &str) -> &'static Colour {
        colours().find(|colour| colour.0 == name).unwrap()
    }

    #[test]
    fn contrast_is_that_of_the_guidelines() {
        assert!((contrast("#000000", "#ffffff") - 21.0).abs() < 1e-9);
        // The grey that is often named as just enough on white.
        assert!((contrast("#767676", "#ffffff") - 4.54).abs() < 0.01);
    }

    #[test]
    fn text_is_readable_in_light_and_dark() {
        for theme in [Theme::Light, Theme::Dark] {
            for text in ["ink", "muted", "link"] {
                for behind in ["page", "card", "none"] {
                    let ratio = contrast(theme.of(named(text)), theme.of(named(behind)));
                    assert!(ratio >= 4.5, "{text} on {behind}, {theme:?}: {ratio:.2}");
                }
            }
            for fill in fills() {
                let fill = theme.of(fill);
                assert!(contrast(fill, text_on(fill)) >= 4.5, "{fill}");
            }
        }
    }

    /// What is drawn has a contrast of 3 to what is behind it.
    #[test]
    fn series_are_seen_in_light_and_dark() {
        for theme in [Theme::Light, Theme::Dark] {
            for series in &SERIES {
                let ratio = contrast(theme.of(series), theme.of(named("card")));
                assert!(ratio >= 3.0, "{}, {theme:?}: {ratio:.2}", series.0);
            }
        }
    }

    #[test]
    fn sequences_grow_steadily() {
        for (theme, sign) in [(Theme::Light, -1.0), (Theme::Dark, 1.0)] {
            for sequence in [&HEAT[..], &LOAD, &WON] {
                for pair in sequence.windows(2) {
                    let (less, more) = (luminance(theme.of(&pair[0])), luminance(theme.of(&pair[1])));
                    let ratio = (less.max(more) + 0.05) / (less.min(more) + 0.05);
                    assert!((more - less) * sign > 0.0 && ratio > 1.1, "{pair:?} {theme:?}");
                }
            }
        }
    }

    #[test]
    fn a_drawing_by_itself_names_no_colours() {
        for theme in [Theme::Light, Theme::Dark] {
            assert!(!chart_style_in(theme).contains("var("), "{}", chart_style_in(theme));
        }
    }
}
