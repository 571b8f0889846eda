//! What things cost.

use crate::model::Model;
use crate::plan::Plan;
use crate::results::ClassTotals;

/// What things cost, in money.
#[derive(Debug)]
pub(super) struct Prices {
    /// By class: each hour of the lead time, and each lost customer.
    classes: Vec<(f64, f64)>,
    /// By department that makes errors: each defect that reaches the customer.
    makers: Vec<f64>,
}

impl Prices {
    /// The prices in a model, in the order of its plan.
    pub fn of(model: &Model, plan: &Plan) -> Prices {
        let class = |name: &String| {
            let class = model.classes.iter().find(|class| class.name == *name);
            class.map_or((0.0, 0.0), |class| (class.delay_cost, class.lost_cost))
        };
        let makers = plan.full.iter().flat_map(|full| {
            let errors = |&maker: &u32| full.departments[maker as usize].errors.as_ref();
            full.makers.iter().map(move |maker| errors(maker).map_or(0.0, |errors| errors.cost))
        });
        Prices { classes: plan.classes.iter().map(class).collect(), makers: makers.collect() }
    }

    /// Whether anything costs anything.
    pub fn any(&self) -> bool {
        self.classes.iter().any(|&prices| prices != (0.0, 0.0))
            || self.makers.iter().any(|&price| price != 0.0)
    }

    /// What a defect of a maker costs that reaches the customer.
    pub fn of_defect(&self, maker: usize) -> f64 {
        self.makers[maker]
    }

    /// What an hour of delay costs a class.
    pub fn of_delay(&self, class: usize) -> f64 {
        self.classes[class].0
    }

    /// Charges all classes with their delays and with those who were lost.
    pub fn charge(&self, classes: &mut [ClassTotals]) {
        for (class, &(delay, lost)) in classes.iter_mut().zip(&self.classes) {
            class.cost.delay = delay * class.lead_time.sum;
            class.cost.lost = lost * class.lost() as f64;
        }
    }
}
