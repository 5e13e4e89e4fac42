//! Making a room: which vignettes, in which way, with which support.

use axum::{
    extract::State,
    http::StatusCode,
    response::{Html, IntoResponse as _, Response},
};
use mash_exercise::{Vignette, VignetteProblem, session::run_sheet};
use mash_rules::RulePack;
use serde::Serialize;

use super::join::{Problem, problem};
use crate::{
    answers, clock,
    error::WebError,
    library::USUAL_PACK,
    pages,
    security::{code, fields::Fields, passphrase, visit::Visit},
    state::Shared,
    store::{Kind, NewRoom, Right},
};

/// Most vignettes of a room.
pub(crate) const MOST_VIGNETTES: usize = 40;
/// Longest title and text about support, in characters.
const MOST_TITLE: usize = 80;
const MOST_SUPPORT: usize = 2_000;
/// Said where a facilitator writes nothing.
const SUPPORT: &str = "These cases can be hard to read. You may skip any of them, stop, or leave the room without giving a \
                       reason. Speak to the facilitator, your manager, or your organisation's support for staff.";

#[derive(Serialize)]
struct New {
    title: String,
    one_screen: bool,
    small_groups: bool,
    timing: bool,
    support: String,
    pack: String,
    packs: Vec<(String, String)>,
    vignettes: Vec<Listed>,
    problems: Vec<Problem>,
}

/// A vignette to choose.
#[derive(Serialize)]
pub(crate) struct Listed {
    pub(crate) id: String,
    pub(crate) title: String,
    pub(crate) theme: String,
    pub(crate) content_note: String,
    pub(crate) pair: Option<Paired>,
    pub(crate) stages: usize,
    pub(crate) chosen: bool,
}

/// The other of a pair.
#[derive(Serialize)]
pub(crate) struct Paired {
    with: String,
    differs_in: String,
}

pub(crate) fn listed(vignette: &Vignette, chosen: bool) -> Listed {
    Listed {
        id: vignette.id.to_string(),
        title: vignette.title.clone(),
        theme: vignette.theme.replace('_', " "),
        content_note: vignette.content_note.clone(),
        pair: vignette
            .pair
            .as_ref()
            .map(|pair| Paired { with: pair.with.to_string(), differs_in: pair.differs_in.clone() }),
        stages: vignette.stages.len(),
        chosen,
    }
}

fn form(app: &Shared, fields: Option<&Fields>, problems: Vec<Problem>) -> New {
    let text = |name: &str, otherwise: &str| {
        fields.map_or_else(|| otherwise.to_owned(), |fields| fields.trimmed(name).to_owned())
    };
    let chosen = |id: &str| fields.is_some_and(|fields| fields.all("vignette").iter().any(|it| it == id));
    New {
        title: text("title", ""),
        one_screen: text("kind", "group") == Kind::OneScreen.id(),
        small_groups: fields.is_none_or(|fields| fields.ticked("small_groups")),
        timing: fields.is_some_and(|fields| fields.ticked("timing")),
        support: text("support", SUPPORT),
        pack: text("pack", USUAL_PACK),
        packs: app.library.packs.iter().map(|(id, pack)| (id.clone(), pack.manifest.title.clone())).collect(),
        vignettes: app.library.deck().iter().map(|it| listed(it, chosen(it.id.as_str()))).collect(),
        problems,
    }
}

/// GET `/rooms/new`
pub(crate) async fn page(State(app): State<Shared>, visit: Visit) -> Result<Html<String>, WebError> {
    app.host(&visit).await?;
    pages::page(&app, &visit, "new_room.html", &form(&app, None, Vec::new()))
}

/// POST `/rooms/new`
pub(crate) async fn make(
    State(app): State<Shared>,
    visit: Visit,
    fields: Fields,
) -> Result<Response, WebError> {
    app.host(&visit).await?;
    let mut problems = Vec::new();
    let wanted = form(&app, Some(&fields), Vec::new());
    match wanted.title.chars().count() {
        0 => problems.push(problem("title", "Give the exercise a title")),
        length if length > MOST_TITLE => {
            problems.push(problem("title", format!("Use at most {MOST_TITLE} characters")));
        }
        _ => {}
    }
    if wanted.support.chars().count() > MOST_SUPPORT {
        problems.push(problem("support", format!("Use at most {MOST_SUPPORT} characters")));
    }
    let known = app.library.deck();
    let deck: Vec<Vignette> =
        fields.all("vignette").iter().filter_map(|id| known.get(&id.as_str().into()).cloned()).collect();
    match deck.len() {
        0 => problems.push(problem("vignettes", "Choose at least one vignette")),
        several if several > MOST_VIGNETTES => {
            problems.push(problem("vignettes", format!("Choose at most {MOST_VIGNETTES} vignettes")));
        }
        _ => {}
    }
    match app.library.pack(&wanted.pack) {
        None => problems.push(problem("pack", "Choose a rule pack")),
        Some(pack) => problems.extend(misfits(&deck, pack)),
    }
    let typed = fields.text("passphrase").to_owned();
    let hash = match app.computed(move |_| Ok(passphrase::hashed(&typed)?)).await {
        Ok(hash) => Some(hash),
        Err(WebError::Passphrase(error)) => {
            let said = error.to_string();
            let mut letters = said.chars();
            let first = letters.next().map(|first| first.to_uppercase().to_string()).unwrap_or_default();
            problems.push(problem("passphrase", first + letters.as_str()));
            None
        }
        Err(other) => return Err(other),
    };
    let (true, Some(hash)) = (problems.is_empty(), hash) else {
        by_place(&mut problems);
        let page = pages::page(&app, &visit, "new_room.html", &New { problems, ..wanted })?;
        return Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response());
    };
    let code = code::new()?;
    let room = NewRoom {
        code: code.clone(),
        title: wanted.title,
        kind: if wanted.one_screen { Kind::OneScreen } else { Kind::Group },
        passphrase: Some(hash),
        pack: wanted.pack,
        deck,
        small_groups: wanted.small_groups,
        timing: wanted.timing,
        support: wanted.support,
    };
    let id = app.stored(move |store| store.make_room(&room, clock::now())).await?;
    let fresh = app.allow(&visit, Some(Right::Facilitate(id))).await?;
    Ok(answers::see_as(&format!("/rooms/{code}"), &fresh, app.secure))
}

/// Everything that keeps these vignettes from being played with a pack: vignette, place, pack and mend.
fn misfits(deck: &[Vignette], pack: &RulePack) -> Vec<Problem> {
    let of = |vignette: &Vignette| {
        let id = vignette.id.clone();
        let said = move |found: VignetteProblem| {
            let mend = found.mend.map_or_else(String::new, |mend| format!("; {mend}"));
            let message = format!(
                "“{}” cannot be played with “{}”: {id}, {}: {}{mend}. Choose another pack, or leave the vignette out",
                vignette.title, pack.manifest.title, found.at, found.message
            );
            problem("vignettes", message)
        };
        vignette.misfits(pack).into_iter().map(said).collect::<Vec<_>>()
    };
    deck.iter().flat_map(of).collect()
}

/// The order of the form, so that the list of problems follows it.
fn by_place(problems: &mut [Problem]) {
    const PLACES: [&str; 5] = ["title", "passphrase", "pack", "support", "vignettes"];
    problems.sort_by_key(|it| PLACES.iter().position(|place| *place == it.field));
}

/// The run sheet of a room of these vignettes.
pub(crate) fn sheet(deck: &[Vignette], small_groups: bool) -> mash_exercise::session::RunSheet {
    let titles: Vec<String> = deck.iter().map(|vignette| vignette.title.clone()).collect();
    run_sheet(&titles, small_groups)
}
