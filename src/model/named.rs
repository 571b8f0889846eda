//! Parts of a model by name, to be changed.

use super::{Class, Department, Model, Pool, Request, Stock, Stream};
use crate::error::{ErrorKind, Result};

/// To ask "what if": changes for which there is no [`Intervention`](crate::interventions::Intervention) are changes of the data.
///
/// ```
/// use knockon::prelude::*;
///
/// let mut model = Model::builder("desk")
///     .department("desk", |d| d.staff(1).service(Dist::exponential(minutes(20))))
///     .customers("visitors", |c| c.poisson(per_hour(2.0)).enter("desk"))
///     .build()?;
/// model.department_mut("desk")?.patience = Some(Dist::exponential(minutes(30)));
/// model.stream_mut("visitors")?.promise = Some(hours(1));
/// let error = model.department_mut("desks").unwrap_err();
/// assert_eq!(error.to_string(), "there is no department `desks`; there is desk");
/// # Ok::<(), knockon::Error>(())
/// ```
impl Model {
    /// A class that is listed in the model.
    ///
    /// # Errors
    ///
    /// When there is none of that name; the error lists those there are.
    pub fn class_mut(&mut self, name: &str) -> Result<&mut Class> {
        named("class", name, &mut self.classes, |class| class.name.clone())
    }

    /// A department.
    ///
    /// # Errors
    ///
    /// When there is none of that name; the error lists those there are.
    pub fn department_mut(&mut self, name: &str) -> Result<&mut Department> {
        named("department", name, &mut self.departments, |department| department.name.clone())
    }

    /// A pool.
    ///
    /// # Errors
    ///
    /// When there is none of that name; the error lists those there are.
    pub fn pool_mut(&mut self, name: &str) -> Result<&mut Pool> {
        named("pool", name, &mut self.pools, |pool| pool.name.clone())
    }

    /// A request, by its name, given or made: see [`Request::title`].
    ///
    /// # Errors
    ///
    /// When there is none of that name; the error lists those there are.
    pub fn request_mut(&mut self, name: &str) -> Result<&mut Request> {
        named("request", name, &mut self.requests, Request::title)
    }

    /// A stock.
    ///
    /// # Errors
    ///
    /// When there is none of that name; the error lists those there are.
    pub fn stock_mut(&mut self, name: &str) -> Result<&mut Stock> {
        named("stock", name, &mut self.stocks, |stock| stock.name.clone())
    }

    /// A customer stream.
    ///
    /// # Errors
    ///
    /// When there is none of that name; the error lists those there are.
    pub fn stream_mut(&mut self, name: &str) -> Result<&mut Stream> {
        named("customer stream", name, &mut self.streams, |stream| stream.name.clone())
    }
}

fn named<'m, T>(
    kind: &'static str,
    name: &str,
    list: &'m mut [T],
    of: impl Fn(&T) -> String,
) -> Result<&'m mut T> {
    match list.iter().position(|part| of(part) == name) {
        Some(at) => Ok(&mut list[at]),
        None => {
            let known = list.iter().map(of).collect();
            Err(ErrorKind::UnknownName { kind, name: name.to_owned(), known }.into())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::Dist;
    use crate::time::minutes;

    /// Every kind of part is found, and nothing else is.
    #[test]
    fn parts_are_found_by_name() {
        let text = include_str!("../../examples/models/gown_hoarding.toml");
        let mut model = Model::from_toml(text).unwrap();
        model.pools.push(Pool::new("aides", 3));
        let question = Request::new("ward A", "supply team");
        model.requests.push(question.clone());
        model.class_mut("patient A").unwrap().delay_cost = 7.0;
        assert_eq!((model.classes[0].delay_cost, model.classes[1].delay_cost), (7.0, 30.0));
        model.department_mut("ward B").unwrap().patience = Some(Dist::constant(minutes(5)));
        assert!(model.departments[0].patience.is_none() && model.departments[1].patience.is_some());
        assert_eq!(model.pool_mut("aides").unwrap().staff, 3);
        assert_eq!(*model.request_mut("ward A asks supply team").unwrap(), question);
        model.stock_mut("closet B").unwrap().initial = 9;
        assert_eq!((model.stocks[0].initial, model.stocks[1].initial), (54, 9));
        assert_eq!(model.stream_mut("linen").unwrap().enter, "supply team");

        let errors = [
            model.class_mut("linens").unwrap_err(),
            model.pool_mut("ward A").unwrap_err(),
            model.stock_mut("closet").unwrap_err(),
            model.stream_mut("gowns").unwrap_err(),
        ];
        for (error, expected) in errors.iter().zip([
            "there is no class `linens`; there is patient A, patient B, gowns, linen",
            "there is no pool `ward A`; there is aides",
            "there is no stock `closet`; there is closet A, closet B",
            "there is no customer stream `gowns`; there is patient A, patient B, linen",
        ]) {
            assert_eq!(error.to_string(), expected);
        }
    }
}
