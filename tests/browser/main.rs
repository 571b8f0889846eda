//! Reports in a real browser: nothing is complained of, all charts are there and say what the results say, in light and in
//! dark, on a phone and on a large screen, with the keyboard as with the mouse.
//!
//! `cargo test --test browser -- --ignored` needs Chromium (the environment variable `CHROMIUM` says where, if it is not on
//! the path). Without it the tests say so loudly and pass; with `BROWSER=required` they fail. With `PICTURES=folder` they
//! leave pictures of the pages there, to be looked at.

mod chromium;
mod pages;

use std::path::{Path, PathBuf};

use chromium::Browser;
use pages::Page;
use serde_json::Value;

const SCHEMES: [&str; 2] = ["light", "dark"];
const WIDTHS: [u32; 2] = [400, 1400];

/// A browser, and a folder for pages.
fn browser(name: &str) -> Option<(Browser, PathBuf)> {
    let Some(program) = chromium::program() else {
        assert!(
            std::env::var_os("BROWSER").is_none_or(|value| value != "required"),
            "BROWSER=required, but there is no Chromium: install it, or say where it is with CHROMIUM=path"
        );
        eprintln!(
            "\n!!! NO BROWSER: `{name}` has tested nothing. Install Chromium, or say where it is with CHROMIUM=path.\n"
        );
        return None;
    };
    let folder = std::env::temp_dir().join(format!("knockon-browser-{name}-{}", std::process::id()));
    std::fs::create_dir_all(&folder).expect("a folder for the pages");
    Some((Browser::start(&program, folder.clone()), folder))
}

/// Marks that can be seen, with the figures that they say.
const MARKS: &str = "Array.from(document.querySelectorAll('figure.chart')).map(figure => [figure.dataset.chart, \
    Array.from(figure.querySelectorAll('[data-name][data-value]')).filter(mark => mark.getClientRects().length) \
    .map(mark => [mark.dataset.name, Number(mark.dataset.value)])])";

/// Words of charts that can be seen and stick out of their chart, or lie on each other.
const BAD_WORDS: &str = "(() => { const bad = []; document.querySelectorAll('figure.chart svg').forEach(svg => { \
    const all = svg.getBoundingClientRect(); if (!all.width) return; const seen = []; \
    svg.querySelectorAll('text').forEach(text => { const box = text.getBoundingClientRect(); \
    const turned = text.hasAttribute('transform'); \
    if (box.left < all.left - 2 || box.right > all.right + 2 || box.top < all.top - 2 || box.bottom > all.bottom + 2) \
        bad.push(svg.closest('figure').dataset.chart + ': sticks out: ' + text.textContent); \
    seen.forEach(other => { const o = other.getBoundingClientRect(); \
        const wide = Math.min(box.right, o.right) - Math.max(box.left, o.left); \
        const high = Math.min(box.bottom, o.bottom) - Math.max(box.top, o.top); \
        if (wide > 3 && high > 5) \
            bad.push(svg.closest('figure').dataset.chart + ': on each other: ' + text.textContent + ' | ' + other.textContent); }); \
    if (!turned && text.textContent) seen.push(text); }); }); return bad; })()";

/// What is to be true of every page in every width and colour.
fn look(browser: &mut Browser, page: &Path, width: u32, scheme: &str) {
    browser.open(page, width, scheme);
    let told = format!("{}, {width} wide, {scheme}", page.display());
    let complaints = browser.complaints();
    assert!(complaints.is_empty(), "{told}: {complaints:#?}");
    // Nothing is wider than the page, but for what moves within its own frame.
    let wide =
        browser.evaluate("[document.documentElement.scrollWidth, document.documentElement.clientWidth]");
    assert_eq!(wide[0], wide[1], "{told}");
    // One drawing of each chart can be seen.
    let unseen = browser.evaluate(
        "Array.from(document.querySelectorAll('figure.chart')).filter(figure => \
         Array.from(figure.querySelectorAll('svg')).filter(svg => svg.getBoundingClientRect().height > 30).length != 1) \
         .map(figure => figure.dataset.chart)",
    );
    assert_eq!(unseen, Value::Array(vec![]), "{told}");
    let bad = browser.evaluate(BAD_WORDS);
    assert_eq!(bad, Value::Array(vec![]), "{told}: {bad:#}");
    let ink = browser.evaluate("getComputedStyle(document.body).color");
    let expected = if scheme == "dark" { "rgb(232, 236, 241)" } else { "rgb(27, 36, 48)" };
    assert_eq!(ink, expected, "{told}");
    let fill = browser.evaluate("getComputedStyle(document.querySelector('svg .m')).fill");
    let expected = if scheme == "dark" { "rgb(166, 177, 191)" } else { "rgb(86, 97, 112)" };
    assert_eq!(fill, expected, "{told}");
}

/// The values of a page, read back, are those of the results.
fn read_back(browser: &mut Browser, page: &Page) {
    let charts = browser.evaluate(MARKS);
    let charts = charts.as_array().expect("charts");
    let titles: Vec<&str> = charts.iter().filter_map(|chart| chart[0].as_str()).collect();
    assert_eq!(titles, page.charts, "all charts are there, in order");
    for (chart, name, value) in &page.values {
        let found = charts.iter().find(|of| of[0] == **chart).unwrap_or_else(|| panic!("{chart}"));
        let marks = found[1].as_array().expect("marks");
        let seen: Vec<f64> =
            marks.iter().filter(|mark| mark[0] == **name).filter_map(|mark| mark[1].as_f64()).collect();
        assert_eq!(seen, [*value], "{chart}: {name}");
    }
}

fn pictures(browser: &mut Browser, name: &str) {
    if let Some(folder) = std::env::var_os("PICTURES") {
        let path = PathBuf::from(folder).join(format!("{name}.png"));
        std::fs::write(path, browser.picture()).expect("the picture can be written");
    }
}

fn in_every_light(name: &str, make: impl Fn() -> Page) {
    let Some((mut browser, folder)) = browser(name) else { return };
    let page = make();
    let path = folder.join(format!("{name}.html"));
    page.report.write(&path).expect("the page can be written");
    for scheme in SCHEMES {
        for width in WIDTHS {
            look(&mut browser, &path, width, scheme);
            read_back(&mut browser, &page);
            pictures(&mut browser, &format!("{name}-{scheme}-{width}"));
        }
    }
    drop(browser);
    let _ = std::fs::remove_dir_all(folder);
}

#[test]
#[ignore = "needs a browser"]
fn results_and_analyses_are_shown() {
    in_every_light("everything", pages::everything);
}

#[test]
#[ignore = "needs a browser"]
fn a_thousand_departments_are_shown() {
    in_every_light("large", pages::large);
}

/// The pages that the programs of the stories have written, if they have run.
#[test]
#[ignore = "needs a browser, and the pages of the stories"]
fn the_pages_of_the_stories_are_shown() {
    let Some((mut browser, folder)) = browser("stories") else { return };
    let pages =
        std::fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/target/reports")).into_iter().flatten();
    let mut pages: Vec<PathBuf> = pages.map(|page| page.expect("a page").path()).collect();
    pages.sort();
    for page in &pages {
        for scheme in SCHEMES {
            for width in WIDTHS {
                look(&mut browser, page, width, scheme);
                let name = page.file_stem().expect("a name").to_string_lossy();
                pictures(&mut browser, &format!("{name}-{scheme}-{width}"));
            }
        }
    }
    let required = std::env::var_os("BROWSER").is_some_and(|value| value == "required");
    assert!(!required || pages.len() >= 10, "only {} of the stories have written their pages", pages.len());
    drop(browser);
    let _ = std::fs::remove_dir_all(folder);
}

#[test]
#[ignore = "needs a browser"]
fn tables_sort_and_have_pages_and_keys_read_charts() {
    let Some((mut browser, folder)) = browser("script") else { return };
    let path = folder.join("script.html");
    pages::large().report.write(&path).expect("the page can be written");
    browser.open(&path, 1400, "light");

    // Twenty-five rows of a thousand, and the next; sorted and searched as a whole.
    browser.evaluate(
        "window.table = Array.from(document.querySelectorAll('table')).find(table => table.caption.textContent == 'Departments'); \
         window.rows = () => Array.from(table.tBodies[0].rows).filter(row => !row.hidden).map(row => row.cells[0].textContent); \
         window.press = name => Array.from(table.closest('.table').querySelectorAll('button')).find(button => button.textContent == name).click(); 0",
    );
    let rows = |browser: &mut Browser| browser.evaluate("rows()").as_array().cloned().unwrap_or_default();
    let first = rows(&mut browser);
    assert_eq!((first.len(), first[0].as_str()), (25, Some("department 0000")));
    browser.evaluate("press('next')");
    assert_eq!(rows(&mut browser)[0], "department 0025");
    browser.evaluate("press('queue')");
    let sorted = browser.evaluate(
        "(() => { const column = Array.from(table.tHead.rows[0].cells).findIndex(cell => cell.textContent == 'queue'); \
         return Array.from(table.tBodies[0].rows).map(row => Number(row.cells[column].dataset.value)); })()",
    );
    let sorted: Vec<f64> = sorted.as_array().expect("values").iter().filter_map(Value::as_f64).collect();
    assert!(sorted.len() == 1000 && sorted.windows(2).all(|pair| pair[0] >= pair[1]), "the most first");
    let up = browser.evaluate("table.tHead.querySelector('[aria-sort]').getAttribute('aria-sort')");
    assert_eq!(up, "descending");
    browser.evaluate("press('department')");
    assert_eq!(rows(&mut browser)[0], "department 0000");
    browser.evaluate(
        "(() => { const input = table.closest('.table').querySelector('input'); input.value = '099'; \
         input.dispatchEvent(new Event('input')); })()",
    );
    let found = rows(&mut browser);
    assert!(
        found.len() >= 10 && found.iter().all(|name| name.as_str().is_some_and(|name| name.contains("099")))
            || found.len() == 25
    );

    // The arrow keys go from mark to mark, and what they say is read out.
    browser.evaluate("Array.from(document.querySelectorAll('figure.chart .wide svg'))[0].focus()");
    browser.press("ArrowRight");
    let tip = "[document.querySelector('.tip').hidden, document.querySelector('.tip').textContent, document.querySelector('.tip').getAttribute('role')]";
    let shown = browser.evaluate(tip);
    assert_eq!((shown[0].as_bool(), shown[2].as_str()), (Some(false), Some("status")));
    assert!(shown[1].as_str().is_some_and(|text| text.len() > 10), "{shown}");
    browser.press("ArrowRight");
    assert_ne!(browser.evaluate(tip)[1], shown[1]);
    browser.press("Escape");
    assert_eq!(browser.evaluate(tip)[0], true);

    // The reader's choice is stronger than the system's.
    browser.evaluate("document.querySelector('.theme').click()");
    assert_eq!(browser.evaluate("getComputedStyle(document.body).color"), "rgb(232, 236, 241)");
    // On paper it is light all the same, and every row is there.
    browser.call("Emulation.setEmulatedMedia", serde_json::json!({ "media": "print" }));
    assert_eq!(browser.evaluate("getComputedStyle(document.body).color"), "rgb(27, 36, 48)");
    let printed =
        "Array.from(table.tBodies[0].rows).filter(row => getComputedStyle(row).display != 'none').length";
    assert_eq!(browser.evaluate(printed), 1000);
    assert!(browser.complaints().is_empty());
    drop(browser);
    let _ = std::fs::remove_dir_all(folder);
}
