//! What pages show of a room, ready for templates.

use mash_exercise::{
    Vignette,
    ballot::{Ballot, BallotForm, BallotProblem, MAX_CONFIDENCE, MAX_REASON},
    session::{Phase, Step, minutes_of},
    vignette::{DocumentKind, Field, InformationStage},
};
use mash_model::StageId;
use mash_rules::manifest::Manifest;
use serde::Serialize;

use crate::{
    clock::Seconds,
    store::{Asked, Room},
};

/// Sectors from which people join; wide, so that groups are not too small to show. Unlike a vignette's agencies, these
/// are people in a training room.
pub(crate) const SECTORS: [&str; 10] = [
    "Children's social care",
    "Police",
    "Health",
    "Education",
    "Early help",
    "Housing",
    "Youth justice and probation",
    "Domestic abuse service",
    "Voluntary and community",
    "Other",
];

/// Where a room stands.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Where {
    /// `gathering`, `note`, `first`, `informed`, `group`, `talk` or `finished`.
    pub(crate) step: &'static str,
    /// What people read.
    pub(crate) title: String,
    /// Position of the vignette, from 0.
    pub(crate) vignette: Option<usize>,
    /// Title of the vignette.
    pub(crate) about: String,
    /// Number of vignettes.
    pub(crate) of: usize,
    /// Position of the step.
    pub(crate) position: usize,
}

/// Where a room stands at a step.
pub(crate) fn place(room: &Room, step: Step) -> Where {
    let of = room.deck.len();
    let position = room.steps().iter().position(|it| *it == step).unwrap_or(room.position);
    let (step, title, vignette) = match step {
        Step::Gathering => ("gathering", "People are joining".to_owned(), None),
        Step::Vignette { vignette, phase } => (phase_id(phase), phase.title().to_owned(), Some(vignette)),
        Step::Finished => ("finished", "Debrief of the whole".to_owned(), None),
    };
    let about = vignette.and_then(|at| room.deck.get(at)).map_or("", |it| it.title.as_str()).to_owned();
    Where { step, title, vignette, about, of, position }
}

fn phase_id(phase: Phase) -> &'static str {
    match phase {
        Phase::Note => "note",
        Phase::Talk => "talk",
        Phase::First => "first",
        Phase::Informed => "informed",
        Phase::Group => "group",
    }
}

/// A document of a stage.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct StageView {
    pub(crate) id: String,
    pub(crate) title: String,
    pub(crate) from: &'static str,
    pub(crate) kind: &'static str,
    pub(crate) heading: String,
    pub(crate) fields: Vec<Field>,
    pub(crate) paragraphs: Vec<String>,
    pub(crate) asked: bool,
    pub(crate) needs_agreement: bool,
    pub(crate) opened: bool,
}

/// A stage as a document.
pub(crate) fn stage(stage: &InformationStage, opened: bool) -> StageView {
    StageView {
        id: stage.id.to_string(),
        title: stage.title.clone(),
        from: stage.from.title(),
        kind: kind(stage.document.kind),
        heading: stage.document.heading.clone(),
        fields: stage.document.fields.clone(),
        paragraphs: stage.document.paragraphs.clone(),
        asked: stage.asked,
        needs_agreement: stage.needs_agreement,
        opened,
    }
}

/// A kind of document as people read it.
pub(crate) fn kind(kind: DocumentKind) -> &'static str {
    match kind {
        DocumentKind::PoliceNotice => "Police safeguarding notice",
        DocumentKind::ConcernForm => "Concern form",
        DocumentKind::Letter => "Letter",
        DocumentKind::Email => "E-mail",
        DocumentKind::DischargeNote => "Discharge note",
        DocumentKind::CallNote => "Note of a call",
        DocumentKind::RecordExtract => "Extract of records",
        DocumentKind::VisitNote => "Note of a visit",
    }
}

/// The stages that are told: the contact, what the facilitator opened, what an agency told when asked, and, once
/// agencies are asked, whatever needs no asking.
pub(crate) fn told(room: &Room, at: usize, asked: &[Asked]) -> Vec<StageId> {
    let Some(vignette) = room.deck.get(at) else { return Vec::new() };
    let asking = match room.step() {
        Step::Vignette { vignette, phase } => vignette > at || (vignette == at && phase >= Phase::Informed),
        Step::Gathering => false,
        Step::Finished => true,
    };
    let is_told = |(position, stage): &(usize, &InformationStage)| {
        *position == 0
            || (asking && !stage.asked)
            || room.opened_of(at).any(|opened| *opened == stage.id)
            || asked.iter().any(|it| it.stage == stage.id && it.reply == mash_exercise::asking::Reply::Told)
    };
    let stages = vignette.stages.iter().enumerate();
    stages.filter(is_told).map(|(_, stage)| stage.id.clone()).collect()
}

/// These stages as documents, in the vignette's order.
pub(crate) fn documents(vignette: &Vignette, told: &[StageId]) -> Vec<StageView> {
    let wanted = vignette.stages.iter().filter(|stage| told.contains(&stage.id));
    wanted.map(|it| stage(it, true)).collect()
}

/// A form to answer with.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct BallotView {
    pub(crate) vignette: usize,
    pub(crate) round: &'static str,
    pub(crate) form: BallotForm,
    pub(crate) saved: bool,
    /// Does the form hold what was typed and not saved?
    pub(crate) typed: bool,
    pub(crate) problems: Vec<BallotProblem>,
    pub(crate) routes: Vec<Choice>,
    pub(crate) levels: Vec<Choice>,
    pub(crate) ratings: Vec<Choice>,
    pub(crate) most_reason: usize,
    pub(crate) confidence: Vec<Choice>,
}

/// Something to choose.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Choice {
    pub(crate) id: String,
    pub(crate) title: String,
}

fn choice(id: impl Into<String>, title: impl Into<String>) -> Choice {
    Choice { id: id.into(), title: title.into() }
}

/// The form of a round.
pub(crate) fn ballot(
    manifest: &Manifest,
    vignette: usize,
    round: &'static str,
    form: BallotForm,
    problems: Vec<BallotProblem>,
) -> BallotView {
    let sure = |at: u8| match at {
        1 => "1, a guess".to_owned(),
        MAX_CONFIDENCE => format!("{MAX_CONFIDENCE}, sure"),
        at => at.to_string(),
    };
    BallotView {
        vignette,
        round,
        form,
        saved: false,
        typed: false,
        problems,
        routes: manifest.routes.iter().map(|it| choice(it.id.as_str(), &it.title)).collect(),
        levels: manifest
            .levels
            .iter()
            .map(|it| choice(it.level.to_string(), format!("{}, {}", it.level, it.title)))
            .collect(),
        ratings: manifest.ratings.iter().map(|it| choice(it.id.as_str(), &it.title)).collect(),
        most_reason: MAX_REASON,
        confidence: (1..=MAX_CONFIDENCE).map(|at| choice(at.to_string(), sure(at))).collect(),
    }
}

/// Does a level say anything that the route does not? It says nothing where each route has a level of its own.
pub(crate) fn levels_tell(manifest: &Manifest) -> bool {
    let mut levels: Vec<u8> = manifest.numbering.values().copied().collect();
    let routes = levels.len();
    levels.sort_unstable();
    levels.dedup();
    !manifest.levels.is_empty() && (levels.len() < routes || routes < manifest.routes.len())
}

/// The short codes of answers on paper: routes by number, levels by their number, ratings by their first letter, or by
/// number where two begin with the same.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Codes {
    /// Code, id and title.
    routes: Vec<(String, String, String)>,
    /// Numbers and titles; none where the route tells the level.
    levels: Vec<(String, String)>,
    ratings: Vec<(String, String, String)>,
}

impl Codes {
    pub(crate) fn of(manifest: &Manifest) -> Self {
        let initial = |title: &str| title.chars().next().map(|it| it.to_uppercase().to_string());
        let mut initials: Vec<_> = manifest.ratings.iter().map(|it| initial(&it.title)).collect();
        initials.sort();
        initials.dedup();
        let plain = initials.len() == manifest.ratings.len();
        let rating = |at: usize, title: &str| match initial(title) {
            Some(letter) if plain => letter,
            _ => (at + 1).to_string(),
        };
        Self {
            routes: manifest
                .routes
                .iter()
                .enumerate()
                .map(|(at, it)| ((at + 1).to_string(), it.id.to_string(), it.title.clone()))
                .collect(),
            levels: if levels_tell(manifest) {
                manifest.levels.iter().map(|it| (it.level.to_string(), it.title.clone())).collect()
            } else {
                Vec::new()
            },
            ratings: manifest
                .ratings
                .iter()
                .enumerate()
                .map(|(at, it)| (rating(at, &it.title), it.id.to_string(), it.title.clone()))
                .collect(),
        }
    }

    /// Is this cell of a sheet asked for?
    pub(crate) fn asks(&self, cell: &str) -> bool {
        match cell {
            "level" => !self.levels.is_empty(),
            "rating" => !self.ratings.is_empty(),
            _ => true,
        }
    }

    /// The id of a route's code.
    pub(crate) fn route(&self, code: &str) -> Option<String> {
        self.routes.iter().find(|it| it.0 == code).map(|it| it.1.clone())
    }

    /// The id of a rating's code; small letters are no matter.
    pub(crate) fn rating(&self, code: &str) -> Option<String> {
        self.ratings.iter().find(|it| it.0.eq_ignore_ascii_case(code)).map(|it| it.1.clone())
    }

    /// What to type in a cell, where its codes are its own.
    pub(crate) fn mend(&self, cell: &str) -> Option<String> {
        let list = |codes: Vec<&str>| codes.join(", ");
        match cell {
            "route" => Some(format!("type the number of a route, 1 to {}", self.routes.len())),
            "level" => Some(format!(
                "type one of the levels {}",
                list(self.levels.iter().map(|it| it.0.as_str()).collect())
            )),
            "rating" => {
                Some(format!("type one of {}", list(self.ratings.iter().map(|it| it.0.as_str()).collect())))
            }
            "probability" => Some("type the per cent as a whole number from 0 to 100".to_owned()),
            "confidence" => Some(format!("type how sure the person was, 1 to {MAX_CONFIDENCE}")),
            _ => None,
        }
    }

    /// An answer in the codes of a sheet: cells that were filled in.
    pub(crate) fn written(&self, ballot: &Ballot) -> Vec<(&'static str, String)> {
        let route = self.routes.iter().find(|it| it.1 == ballot.route.as_str()).map(|it| it.0.clone());
        let rating = ballot.rating.as_ref().and_then(|id| self.ratings.iter().find(|it| it.1 == id.as_str()));
        let number = |value: Option<u8>| value.map(|value| value.to_string());
        let cells = [
            ("route", route),
            ("level", number(ballot.level)),
            ("rating", rating.map(|it| it.0.clone())),
            ("probability", number(ballot.probability)),
            ("confidence", number(ballot.confidence)),
        ];
        cells.into_iter().filter_map(|(cell, text)| Some((cell, text?))).collect()
    }
}

/// An answer as its form had it.
pub(crate) fn form_of(ballot: &Ballot) -> BallotForm {
    let text = |value: Option<u8>| value.map(|value| value.to_string()).unwrap_or_default();
    BallotForm {
        route: ballot.route.to_string(),
        level: text(ballot.level),
        rating: ballot.rating.as_ref().map(ToString::to_string).unwrap_or_default(),
        probability: text(ballot.probability),
        confidence: text(ballot.confidence),
        reason: ballot.reason.clone(),
    }
}

/// A clock for one person: nothing closes when it runs out, the facilitator goes on when people are ready.
#[derive(Debug, Clone, Copy, Serialize)]
pub(crate) struct Clock {
    /// When it runs out, seconds since 1970.
    pub(crate) ends: Seconds,
    /// Whole minutes left, rounded up.
    pub(crate) minutes: Seconds,
}

/// The clock of a step with so many minutes beyond the room's; none where timing is off or the step has none.
pub(crate) fn clock(room: &Room, extra_minutes: i64, now: Seconds) -> Option<Clock> {
    let Step::Vignette { phase, .. } = room.step() else { return None };
    if !room.timing || room.paused || phase.round().is_none() {
        return None;
    }
    let ends = room.step_since + 60 * (Seconds::from(minutes_of(phase)) + extra_minutes);
    Some(Clock { ends, minutes: ((ends - now).max(0) + 59) / 60 })
}
