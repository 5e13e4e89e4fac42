//! Drafts among the vignettes of one's own: read afresh each time, changed only where nobody else has changed the file
//! meanwhile, and written beside their place before they are moved there, so that no error loses what was there.

use std::{
    path::{Path, PathBuf},
    sync::{Arc, PoisonError},
};

use mash_exercise::{Deck, Vignette, VignetteProblem};
use mash_io::FileError;
use sha2::{Digest as _, Sha256};

use super::Library;
use crate::security::token;

/// Where rejected drafts go, below the folder of vignettes.
const REJECTED: &str = "rejected";

/// A draft that no facilitator has accepted.
#[derive(Debug, Clone)]
pub(crate) struct Draft {
    pub(crate) path: PathBuf,
    pub(crate) vignette: Vignette,
    /// Tells one state of the file from another.
    pub(crate) state: String,
}

/// Why a draft was left as it was.
#[derive(Debug)]
pub(crate) enum DraftError {
    /// There is none of that id, or it was accepted or rejected meanwhile.
    Gone,
    /// Somebody has changed the file since the page was shown.
    Changed,
    /// What would be accepted is wrong.
    Wrong(Vec<VignetteProblem>),
    /// The file cannot be written.
    File(FileError),
}

impl Library {
    /// Drafts by id, and files that are no vignettes.
    pub(crate) fn drafts(&self) -> (Vec<Draft>, Vec<FileError>) {
        let mut drafts = Vec::new();
        let mut errors = Vec::new();
        for (path, read) in self.own.iter().flat_map(|own| mash_io::vignettes::each(own)) {
            match read {
                Ok(vignette) if !vignette.accepted_by_facilitator => {
                    drafts.push(Draft { state: state_of(&path), path, vignette });
                }
                Ok(_) => {}
                Err(found) => errors.extend(found),
            }
        }
        (drafts, errors)
    }

    /// The draft of this id.
    pub(crate) fn draft(&self, id: &str) -> Option<Draft> {
        self.drafts().0.into_iter().find(|draft| draft.vignette.id.as_str() == id)
    }

    /// Writes a draft as it is now, not accepted yet.
    pub(crate) fn keep_draft(&self, known: &str, changed: &Vignette) -> Result<(), DraftError> {
        let _changing = self.changing.lock().unwrap_or_else(PoisonError::into_inner);
        let draft = self.as_known(known, changed)?;
        written(&draft.path, changed)
    }

    /// Writes a draft that is accepted, and adds it to the vignettes that rooms are made of. It is held to everything
    /// that vignettes of one's own are held to when the server starts.
    pub(crate) fn accept_draft(&self, known: &str, accepted: &Vignette) -> Result<(), DraftError> {
        let _changing = self.changing.lock().unwrap_or_else(PoisonError::into_inner);
        let draft = self.as_known(known, accepted)?;
        let deck = self.with(accepted).map_err(DraftError::Wrong)?;
        written(&draft.path, accepted)?;
        *self.deck.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(deck);
        Ok(())
    }

    /// Everything that would be wrong with this vignette among the others.
    pub(crate) fn with(&self, accepted: &Vignette) -> Result<Deck, Vec<VignetteProblem>> {
        let others = self.deck();
        let deck = Deck::new(others.iter().cloned().chain([accepted.clone()])).map_err(|_| {
            let message = format!("there is another vignette `{}`", accepted.id);
            vec![
                VignetteProblem::error("id", message).mend("give the draft's file and its `id` another name"),
            ]
        })?;
        let mut found = super::errors_of(&accepted.id, &deck, &self.packs);
        found.extend(looks_real(accepted));
        if found.is_empty() { Ok(deck) } else { Err(found) }
    }

    /// Moves a draft out of the way; it stays a file, and nothing else has its place.
    pub(crate) fn reject_draft(&self, known: &str, id: &str) -> Result<PathBuf, DraftError> {
        let _changing = self.changing.lock().unwrap_or_else(PoisonError::into_inner);
        let draft = self.draft(id).ok_or(DraftError::Gone)?;
        if draft.state != known {
            return Err(DraftError::Changed);
        }
        let failed =
            |error: &std::io::Error| DraftError::File(mash_io::output::cannot_write(&draft.path, error));
        let folder = draft.path.parent().unwrap_or(Path::new(".")).join(REJECTED);
        std::fs::create_dir_all(&folder).map_err(|error| failed(&error))?;
        let free = (1..).map(|turn| {
            let name = if turn == 1 { format!("{id}.json") } else { format!("{id}-{turn}.json") };
            folder.join(name)
        });
        let Some(place) = free.into_iter().find(|place| !place.exists()) else {
            return Err(DraftError::Gone);
        };
        std::fs::rename(&draft.path, &place).map_err(|error| failed(&error))?;
        Ok(place)
    }

    /// The draft whose file is still as the page had it.
    fn as_known(&self, known: &str, changed: &Vignette) -> Result<Draft, DraftError> {
        let draft = self.draft(changed.id.as_str()).ok_or(DraftError::Gone)?;
        if draft.state == known { Ok(draft) } else { Err(DraftError::Changed) }
    }
}

fn written(path: &Path, vignette: &Vignette) -> Result<(), DraftError> {
    let text =
        vignette.to_json().map_err(|error| DraftError::File(FileError::new(path, error.to_string())))?;
    mash_io::output::write(path, &text).map_err(DraftError::File)
}

fn state_of(path: &Path) -> String {
    std::fs::read(path).map_or_else(|_| String::new(), |bytes| token::hex(&Sha256::digest(bytes)))
}

/// Texts with the form of a number, postcode, date or address: nobody has such in an invented case.
fn looks_real(vignette: &Vignette) -> Vec<VignetteProblem> {
    let stages = vignette.stages.iter().enumerate().flat_map(|(at, stage)| {
        let fields = stage
            .document
            .fields
            .iter()
            .enumerate()
            .map(move |(item, field)| (format!("stages[{at}].document.fields[{item}]"), &field.text));
        let paragraphs = stage
            .document
            .paragraphs
            .iter()
            .enumerate()
            .map(move |(item, text)| (format!("stages[{at}].document.paragraphs[{item}]"), text));
        fields.chain(paragraphs).chain([(format!("stages[{at}].document.heading"), &stage.document.heading)])
    });
    let people = vignette.people.iter().enumerate().flat_map(|(at, person)| {
        [(format!("people[{at}].name"), &person.name), (format!("people[{at}].what"), &person.what)]
    });
    let later = vignette.later_found.iter().map(|found| ("later_found.what".to_owned(), &found.what));
    let points = vignette.learning_points.iter().enumerate();
    let points = points.map(|(at, point)| (format!("learning_points[{at}].text"), &point.text));
    let own = [("title".to_owned(), &vignette.title), ("content_note".to_owned(), &vignette.content_note)];
    let all = own.into_iter().chain(people).chain(stages).chain(later).chain(points);
    let found = all.filter_map(|(at, text)| {
        let what = mash_io::personal_data::by_value(text)?;
        let problem = VignetteProblem::error(at, format!("looks like {what}"));
        Some(problem.mend("use invented cases only: letters for people, no dates, numbers or addresses"))
    });
    found.collect()
}
