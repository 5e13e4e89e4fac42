//! What is known after some stages of a vignette.

use mash_model::{Contact, FactDictionary, FactSheet, StageId};
use mash_rules::{cases::Otherwise, facts::value_of};

use crate::vignette::Vignette;

impl Vignette {
    /// The facts known after these stages; the first stage is always among them. A fact that no stage told is not known.
    #[must_use]
    pub fn told_after(&self, dictionary: &FactDictionary, stages: &[StageId]) -> FactSheet {
        let truth = self.truth(dictionary);
        let mut sheet = FactSheet::unknown(dictionary);
        for (position, stage) in self.stages.iter().enumerate() {
            if position > 0 && !stages.contains(&stage.id) {
                continue;
            }
            for slot in stage.facts.iter().filter_map(|fact| dictionary.slot(fact.as_str())) {
                sheet.set(slot, truth.get(slot));
            }
        }
        sheet
    }

    /// All that is true of the case, told or not. What the dictionary does not know is left out; [checking](crate::check)
    /// names it.
    #[must_use]
    pub fn truth(&self, dictionary: &FactDictionary) -> FactSheet {
        let mut sheet = match self.otherwise {
            Otherwise::Absent => FactSheet::absent(dictionary),
            Otherwise::NotKnown => FactSheet::unknown(dictionary),
        };
        for (id, written) in &self.facts {
            if let Some((slot, fact)) = dictionary.find(id.as_str()) {
                sheet.set(slot, value_of(fact, written).ok());
            }
        }
        sheet
    }

    /// The contact after these stages, as the rules see it.
    #[must_use]
    pub fn contact_after(&self, dictionary: &FactDictionary, stages: &[StageId]) -> Contact {
        Contact {
            id: self.id.as_str().into(),
            received: self.received,
            source: self.source,
            household: None,
            contact: None,
            child: None,
            facts: self.told_after(dictionary, stages),
            characteristics: self.characteristics.clone(),
        }
    }
}
