//! Who can hold up whom.

use crate::analysis::{How, Structure};
use crate::report::Reportable;
use crate::report::section::{Section, Sections};
use crate::report::table::Table;
use crate::report::text::listed;
use crate::results::Party;

fn names(parties: &[Party]) -> String {
    listed(&parties.iter().map(|party| party.name.as_str()).collect::<Vec<_>>())
}

impl Reportable for Structure {}

impl Sections for Structure {
    fn sections(&self) -> Vec<Section> {
        let mut section = Section::new("Who depends on whom");
        section.text("What the model says before anything runs: who can hold up whom. How much, runs tell.");
        let circles =
            self.circles.iter().map(|circle| format!("{} can all hold up each other.", names(circle)));
        section.list(circles.collect());
        let rows = self.classes.iter().map(|class| {
            vec![class.class.as_str().into(), listed(&class.passes).into(), names(&class.depends_on).into()]
        });
        let table = Table::new("Customers", "class").words("every case passes");
        section.table(table.words("every case can be held up by").rows(rows));
        let rows = self
            .hold_ups
            .iter()
            .map(|of| vec![of.who.name.as_str().into(), of.whom.name.as_str().into(), how(of.how).into()]);
        section.table(Table::new("Directly", "who can hold up").words("whom").words("how").rows(rows));
        vec![section]
    }
}

fn how(how: How) -> &'static str {
    match how {
        How::Work(_) => "work comes from it",
        How::Blocks => "its queue may be full",
        How::Answers => "it answers questions",
        How::Asks => "its questions are work",
        How::Staffs => "the people are its own",
        How::KeepsStaff => "it keeps the people",
        How::Helps => "its people help out",
        How::IsHelped => "it takes people to help out",
        How::Stocks => "it is used up",
        How::Takes => "it takes from it",
        How::Supplies => "it makes what is ordered",
        How::Orders => "its orders are work",
    }
}
