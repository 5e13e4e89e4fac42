//! Contacts decided block by block.

use mash_rules::{EngineKind, Outline, RulePack};

use super::{ContactColumns, ContactRow};

impl ContactColumns {
    /// Every contact in order with the outline of its decision. The compiled engine decides them as columns, but for those
    /// that a person must decide, whose reasons are told one by one.
    pub fn outlines<'c>(
        &'c self,
        pack: &'c RulePack,
        engine: EngineKind,
        all_rules: bool,
    ) -> impl Iterator<Item = (ContactRow<&'c str>, Outline)> + 'c {
        let facts = self.facts();
        let columns = (engine == EngineKind::Compiled).then(|| pack.decide_columns(facts));
        let engine = pack.engine(engine);
        let alone = move |row: usize| -> Option<Outline> {
            let contact = self.contact(row, &pack.dictionary)?;
            let triage = pack.triage(&*engine, &contact.facts);
            Some(pack.outline(&*engine, &contact, &triage, all_rules))
        };
        self.rows().enumerate().filter_map(move |(row, contact)| {
            let together =
                columns.as_ref().and_then(|columns| pack.outline_row(facts, columns, row, all_rules));
            Some((contact, together.or_else(|| alone(row))?))
        })
    }
}
