//! What is asked, as an address says it: `scenario`, `pack`, `against` and any number of `set=PLACE:VALUE`.

use mash_batch::exploration::{Change, Knob, MOST_CHANGES, Tried, knobs, tried};

use super::{ExploreError, Explorer};

/// A field of the form stands under this and its place: what is unchanged is left out of the address.
pub(crate) const FIELD: &str = "v.";
/// Most parts of an address that are read.
const MOST_PARTS: usize = 400;

/// A question: what is held against what.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Asked {
    /// Name of the scenario.
    pub(crate) scenario: String,
    /// Name of the baseline's pack.
    pub(crate) pack: String,
    /// Name of the pack that is tried, where it is another.
    pub(crate) against: Option<String>,
    /// What is moved.
    pub(crate) changes: Vec<Change>,
}

/// A question with what it is about.
#[derive(Debug)]
pub(crate) struct Read {
    pub(crate) asked: Asked,
    /// What can be moved, with the values of the baseline.
    pub(crate) knobs: Vec<Knob>,
    /// Did a form ask, whose address is not the one to share?
    pub(crate) by_form: bool,
    /// Parts of the address that are not the question's: which case of which replication, in which form.
    pub(crate) rest: Vec<(String, String)>,
}

impl Asked {
    /// Reads an address; what is not said is usual.
    ///
    /// # Errors
    /// [`ExploreError::Parameter`] names the part and the mend.
    pub(crate) fn read(
        explorer: &Explorer,
        parts: impl IntoIterator<Item = (String, String)>,
        more: &[&str],
    ) -> Result<Read, ExploreError> {
        let (mut scenario, mut pack, mut against) = (None, None, None);
        let (mut sets, mut fields, mut rest) = (Vec::new(), Vec::new(), Vec::new());
        for (at, (name, value)) in parts.into_iter().enumerate() {
            if at >= MOST_PARTS {
                return Err(ExploreError::parameter("set", "the address has too many parts", "Start again."));
            }
            match name.as_str() {
                "scenario" => once(&name, &mut scenario, value)?,
                "pack" => once(&name, &mut pack, value)?,
                "against" => once(&name, &mut against, value)?,
                "set" => sets.push(value.parse::<Change>()?),
                name if more.contains(&name) => rest.push((name.to_owned(), value)),
                field => match field.strip_prefix(FIELD) {
                    Some(place) => fields.push((place.to_owned(), value)),
                    None => {
                        let name: String = field.chars().take(60).collect();
                        let mend = "An address has `scenario`, `pack`, `against` and `set=PLACE:VALUE`.";
                        return Err(ExploreError::parameter(&name, "there is no such parameter", mend));
                    }
                },
            }
        }
        let shelf = &explorer.shelf;
        let stated = |name: Option<String>| name.filter(|it| !it.trim().is_empty());
        let scenario = stated(scenario).unwrap_or_else(|| shelf.first_scenario().to_owned());
        let loaded = shelf.scenario(&scenario)?;
        let pack = stated(pack).unwrap_or_else(|| shelf.usual_pack(&loaded).to_owned());
        let against = stated(against).filter(|against| *against != pack);
        shelf.pack("pack", &pack)?;
        let of = match &against {
            Some(against) => shelf.pack("against", against)?,
            None => shelf.pack("pack", &pack)?,
        };
        let knobs = knobs(&loaded.scenario, &of.pack);
        let by_form = !fields.is_empty();
        // A field that is left empty is left as it was.
        let fields = fields.into_iter().filter(|(_, value)| !value.trim().is_empty());
        sets.extend(fields.map(|(place, value)| Change { place, value: Change::value_of(&value) }));
        let moved = |change: &Change| {
            knobs
                .iter()
                .find(|knob| knob.place == change.place)
                .is_none_or(|knob| !knob.is_unmoved(&change.value))
        };
        let mut changes: Vec<Change> = sets.into_iter().filter(moved).collect();
        // One order, so that one question has one address.
        let position = |change: &Change| knobs.iter().position(|knob| knob.place == change.place);
        changes.sort_by_key(position);
        if changes.len() > MOST_CHANGES {
            return Err(mash_batch::exploration::ExplorationError::TooMany(changes.len()).into());
        }
        mash_batch::exploration::check(&knobs, &changes)?;
        Ok(Read { asked: Self { scenario, pack, against, changes }, knobs, by_form, rest })
    }

    /// The address after the question mark.
    pub(crate) fn address(&self) -> String {
        let mut all = form_urlencoded::Serializer::new(String::new());
        all.append_pair("scenario", &self.scenario).append_pair("pack", &self.pack);
        if let Some(against) = &self.against {
            all.append_pair("against", against);
        }
        for change in &self.changes {
            all.append_pair("set", &change.to_string());
        }
        all.finish()
    }

    /// The same with nothing tried.
    pub(crate) fn baseline(&self) -> Self {
        Self { against: None, changes: Vec::new(), ..self.clone() }
    }

    /// Is anything tried at all?
    pub(crate) fn is_tried(&self) -> bool {
        self.against.is_some() || !self.changes.is_empty()
    }

    /// Name of the alternative.
    pub(crate) fn title(&self) -> String {
        let mut parts: Vec<String> = self.against.iter().map(|pack| format!("pack {pack}")).collect();
        parts.extend(self.changes.iter().map(|change| {
            let name = change.place.trim_start_matches("threshold.");
            let name = name.rsplit_once("front_door.").map_or(name, |(_, name)| name);
            format!("{name} = {}", Change::text(&change.value))
        }));
        match parts.len() {
            0 => "The baseline".to_owned(),
            1..=3 => parts.join(", "),
            many => format!(
                "{many} changes: {}, ...",
                parts.iter().take(2).cloned().collect::<Vec<_>>().join(", ")
            ),
        }
    }

    /// What is tried.
    ///
    /// # Errors
    /// The scenario or the pack is wrong with the changes.
    pub(crate) fn tried(&self, explorer: &Explorer) -> Result<Tried, ExploreError> {
        let scenario = explorer.shelf.scenario(&self.scenario)?;
        let pack = explorer.shelf.pack("pack", self.against.as_ref().unwrap_or(&self.pack))?;
        let tried =
            tried(&scenario.scenario, &pack.files, &pack.pack, &self.changes, "tried", &self.title())?;
        Ok(tried)
    }
}

fn once(name: &str, place: &mut Option<String>, value: String) -> Result<(), ExploreError> {
    match place.replace(value) {
        None => Ok(()),
        Some(_) => Err(ExploreError::parameter(name, "is given twice", "Keep one of them.")),
    }
}
