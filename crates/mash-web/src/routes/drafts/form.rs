//! The words of a draft as a form has them, and the vignette that they make.

use jiff::civil::Date;
use mash_exercise::{
    Vignette,
    vignette::{Acceptance, DocumentKind, Field, LaterFound, LearningPoint, Person},
};
use serde::Serialize;

use crate::{
    routes::join::{Problem, problem},
    security::fields::Fields,
};

/// Longest line and longest text, in characters.
const MOST_LINE: usize = 200;
const MOST_TEXT: usize = 6_000;
/// Empty rows for more fields of a document.
const MORE: usize = 2;

/// A draft's words as typed.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Form {
    pub(crate) title: String,
    pub(crate) content_note: String,
    pub(crate) theme: String,
    /// A line a person: `Child A: a girl of six`.
    pub(crate) people: String,
    pub(crate) stages: Vec<StageForm>,
    /// Ids of the routes that can be defended.
    pub(crate) accepted: Vec<String>,
    /// `yes`, `no` or nothing.
    pub(crate) harm: String,
    pub(crate) later: String,
    /// A paragraph a point.
    pub(crate) points: String,
    /// Why a panel may answer otherwise than the pack.
    pub(crate) differs: String,
    pub(crate) who: String,
}

/// The words of a stage.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct StageForm {
    pub(crate) title: String,
    pub(crate) kind: String,
    pub(crate) heading: String,
    /// Label and text, with empty rows at the end.
    pub(crate) fields: Vec<(String, String)>,
    /// Separated by an empty line.
    pub(crate) paragraphs: String,
}

/// A kind of document as files name it.
pub(crate) fn kind_id(kind: DocumentKind) -> String {
    serde_json::to_value(kind).ok().and_then(|it| it.as_str().map(str::to_owned)).unwrap_or_default()
}

fn kind_of(id: &str) -> Option<DocumentKind> {
    DocumentKind::ALL.into_iter().find(|kind| kind_id(*kind) == id)
}

/// Texts that an empty line separates.
fn paragraphs(text: &str) -> Vec<String> {
    let text = text.replace("\r\n", "\n");
    let parts = text.split("\n\n").map(|part| part.trim().to_owned());
    parts.filter(|part| !part.is_empty()).collect()
}

fn with_more(mut fields: Vec<(String, String)>) -> Vec<(String, String)> {
    fields.retain(|(label, text)| !label.is_empty() || !text.is_empty());
    fields.extend(std::iter::repeat_n((String::new(), String::new()), MORE));
    fields
}

impl Form {
    /// The form of a draft.
    pub(crate) fn of(draft: &Vignette) -> Self {
        let (differs, points): (Vec<&LearningPoint>, Vec<_>) =
            draft.learning_points.iter().partition(|point| point.panel_may_differ);
        let joined = |points: Vec<&LearningPoint>| {
            points.iter().map(|point| point.text.as_str()).collect::<Vec<_>>().join("\n\n")
        };
        let person = |person: &Person| format!("{}: {}", person.name, person.what);
        let stages = draft.stages.iter().map(|stage| StageForm {
            title: stage.title.clone(),
            kind: kind_id(stage.document.kind),
            heading: stage.document.heading.clone(),
            fields: with_more(
                stage.document.fields.iter().map(|it| (it.label.clone(), it.text.clone())).collect(),
            ),
            paragraphs: stage.document.paragraphs.join("\n\n"),
        });
        Self {
            title: draft.title.clone(),
            content_note: draft.content_note.clone(),
            theme: draft.theme.clone(),
            people: draft.people.iter().map(person).collect::<Vec<_>>().join("\n"),
            stages: stages.collect(),
            accepted: draft.accepted.iter().map(ToString::to_string).collect(),
            harm: draft.later_found.as_ref().map_or("", |it| if it.harm { "yes" } else { "no" }).to_owned(),
            later: draft.later_found.as_ref().map(|it| it.what.clone()).unwrap_or_default(),
            points: joined(points),
            differs: joined(differs),
            who: String::new(),
        }
    }

    /// The form as it was sent.
    pub(crate) fn typed(fields: &Fields, draft: &Vignette) -> Self {
        let text = |name: &str| fields.trimmed(name).to_owned();
        let stages = (0..draft.stages.len()).map(|at| {
            let row = |item: usize| {
                let [label, value] = ["label", "text"].map(|part| format!("{part}-{at}-{item}"));
                let sent = fields.ticked(&label) || fields.ticked(&value);
                sent.then(|| (text(&label), text(&value)))
            };
            StageForm {
                title: text(&format!("stage-{at}")),
                kind: text(&format!("kind-{at}")),
                heading: text(&format!("heading-{at}")),
                fields: with_more((0..).map_while(row).collect()),
                paragraphs: fields.text(&format!("paragraphs-{at}")).replace("\r\n", "\n"),
            }
        });
        Self {
            title: text("title"),
            content_note: text("content_note"),
            theme: text("theme"),
            people: fields.text("people").replace("\r\n", "\n"),
            stages: stages.collect(),
            accepted: fields.all("accepted").to_vec(),
            harm: text("harm"),
            later: text("later"),
            points: fields.text("points").replace("\r\n", "\n"),
            differs: fields.text("differs").replace("\r\n", "\n"),
            who: text("who"),
        }
    }

    pub(crate) fn stage_ids(&self) -> Vec<String> {
        self.stages.iter().map(|stage| stage.title.clone()).collect()
    }

    /// The draft with these words; its facts, who tells them and where it came from stay as they are.
    pub(crate) fn written(&self, draft: &Vignette) -> Result<Vignette, Vec<Problem>> {
        let mut problems = self.too_long();
        let mut vignette = draft.clone();
        vignette.title.clone_from(&self.title);
        vignette.content_note.clone_from(&self.content_note);
        vignette.theme.clone_from(&self.theme);
        vignette.people = self.people_typed(&mut problems);
        for (at, (stage, typed)) in vignette.stages.iter_mut().zip(&self.stages).enumerate() {
            stage.title.clone_from(&typed.title);
            match kind_of(&typed.kind) {
                Some(kind) => stage.document.kind = kind,
                None => problems.push(problem(format!("kind-{at}"), "Choose what kind of document it is")),
            }
            stage.document.heading.clone_from(&typed.heading);
            let kept = typed.fields.iter().filter(|(label, text)| !label.is_empty() || !text.is_empty());
            stage.document.fields =
                kept.map(|(label, text)| Field { label: label.clone(), text: text.clone() }).collect();
            stage.document.paragraphs = paragraphs(&typed.paragraphs);
        }
        vignette.accepted = self.accepted.iter().map(|id| id.as_str().into()).collect();
        vignette.later_found = match (self.harm.as_str(), self.later.is_empty()) {
            ("yes" | "no", false) => Some(LaterFound { harm: self.harm == "yes", what: self.later.clone() }),
            ("yes" | "no", true) => {
                problems.push(problem("later", "Say what was later found, or choose that it is not said"));
                None
            }
            (_, true) => None,
            (_, false) => {
                problems.push(problem("later", "Say whether it was significant harm, or leave this empty"));
                None
            }
        };
        // A point whose words are the same keeps the rule that it names.
        let point = |text: String, panel_may_differ: bool| {
            let known = draft.learning_points.iter().find(|point| point.text == text);
            LearningPoint { rule: known.and_then(|point| point.rule.clone()), text, panel_may_differ }
        };
        let points = paragraphs(&self.points).into_iter().map(|text| point(text, false));
        let differs = paragraphs(&self.differs).into_iter().map(|text| point(text, true));
        vignette.learning_points = points.chain(differs).collect();
        if problems.is_empty() { Ok(vignette) } else { Err(problems) }
    }

    /// The same, accepted on this day.
    pub(crate) fn accepted(&self, draft: &Vignette, on: Date) -> Result<Vignette, Vec<Problem>> {
        let written = self.written(draft);
        let who = (self.who.is_empty()).then(|| {
            problem("who", "Say in which role you accept it, for example training lead; no name of your own")
        });
        match (written, who) {
            (Ok(vignette), None) => Ok(Vignette {
                accepted_by_facilitator: true,
                acceptance: Some(Acceptance { who: self.who.clone(), on }),
                ..vignette
            }),
            (written, who) => Err(written.err().unwrap_or_default().into_iter().chain(who).collect()),
        }
    }

    fn people_typed(&self, problems: &mut Vec<Problem>) -> Vec<Person> {
        let lines = self.people.lines().map(str::trim).filter(|line| !line.is_empty());
        let people: Option<Vec<Person>> = lines
            .map(|line| {
                let (name, what) = line.split_once(':')?;
                Some(Person { name: name.trim().to_owned(), what: what.trim().to_owned() })
            })
            .collect();
        people.unwrap_or_else(|| {
            let message = "Write a line a person, the letter first: Child A: a girl of six";
            problems.push(problem("people", message));
            Vec::new()
        })
    }

    fn too_long(&self) -> Vec<Problem> {
        let mut problems = Vec::new();
        let mut most = |field: String, text: &str, most: usize| {
            if text.chars().count() > most {
                problems.push(problem(field, format!("Use at most {most} characters")));
            }
        };
        let lines = [("title", &self.title), ("content_note", &self.content_note), ("who", &self.who)];
        for (field, text) in lines {
            most(field.to_owned(), text, MOST_LINE);
        }
        let texts = [
            ("people", &self.people),
            ("later", &self.later),
            ("points", &self.points),
            ("differs", &self.differs),
        ];
        for (field, text) in texts {
            most(field.to_owned(), text, MOST_TEXT);
        }
        for (at, stage) in self.stages.iter().enumerate() {
            most(format!("stage-{at}"), &stage.title, MOST_LINE);
            most(format!("heading-{at}"), &stage.heading, MOST_LINE);
            most(format!("paragraphs-{at}"), &stage.paragraphs, MOST_TEXT);
            for (item, (label, text)) in stage.fields.iter().enumerate() {
                most(format!("label-{at}-{item}"), label, MOST_LINE);
                most(format!("text-{at}-{item}"), text, MOST_TEXT);
            }
        }
        problems
    }
}
