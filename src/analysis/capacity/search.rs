//! The least number that will do.

use crate::error::Result;

/// What was found.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Found<T> {
    /// This is the least, with what is known of it and of one less, where that is allowed.
    At { staff: u32, what: T, below: Option<T> },
    /// Not even the most will do.
    Beyond { what: T },
    /// Nothing is known of some number.
    Silent,
}

/// The least number from `fewest` to `most` of which `tried` says that it will do, if all larger ones will do as well: from
/// `start` outward in steps of 1, 2, 4, ..., then by halving.
pub(super) fn least<T: Clone>(
    start: u32,
    fewest: u32,
    most: u32,
    mut tried: impl FnMut(u32) -> Result<Option<(bool, T)>>,
) -> Result<Found<T>> {
    let mut at = start.clamp(fewest, most);
    let mut no: Option<(u32, T)> = None;
    let mut yes: Option<(u32, T)> = None;
    let mut step = 1;
    loop {
        let Some((will_do, what)) = tried(at)? else { return Ok(Found::Silent) };
        if will_do {
            yes = Some((at, what))
        } else {
            no = Some((at, what))
        }
        at = match (&no, &yes) {
            (None, Some((staff, what))) if *staff == fewest => {
                return Ok(Found::At { staff: *staff, what: what.clone(), below: None });
            }
            (Some((staff, what)), None) if *staff == most => return Ok(Found::Beyond { what: what.clone() }),
            (Some((below, what_below)), Some((staff, what))) if below + 1 == *staff => {
                let (staff, what, below) = (*staff, what.clone(), Some(what_below.clone()));
                return Ok(Found::At { staff, what, below });
            }
            (Some((below, _)), Some((above, _))) => below + (above - below) / 2,
            (None, Some((staff, _))) => staff.saturating_sub(step).max(fewest),
            (Some((staff, _)), None) => staff.saturating_add(step).min(most),
            (None, None) => return Ok(Found::Silent),
        };
        step = step.saturating_mul(2);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_least_is_found_from_anywhere() {
        for answer in 3..60 {
            for start in 1..70 {
                let mut asked = Vec::new();
                let found = least(start, 3, 59, |staff| {
                    assert!(!asked.contains(&staff) && (3..=59).contains(&staff));
                    asked.push(staff);
                    Ok(Some((staff >= answer, staff)))
                });
                let below = (answer > 3).then(|| answer - 1);
                assert_eq!(found.unwrap(), Found::At { staff: answer, what: answer, below });
                assert!(asked.len() < 14, "{asked:?}");
            }
        }
        assert_eq!(least(7, 3, 59, |_| Ok(Some((false, ())))).unwrap(), Found::Beyond { what: () });
        assert_eq!(least::<()>(7, 3, 59, |_| Ok(None)).unwrap(), Found::Silent);
    }
}
