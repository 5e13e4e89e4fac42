//! Drafts from flipped cases: what a draft holds, what both packs answer, the words to write, and accepting or rejecting.

use axum::{
    extract::{Path, State},
    http::StatusCode,
    response::{Html, IntoResponse as _, Response},
};
use mash_exercise::{Vignette, VignetteAnswer, VignetteProblem, answer_after, vignette::DocumentKind};
use mash_rules::facts::value_of;
use serde::Serialize;

use super::join::{Problem, problem};
use crate::{
    answers, clock,
    error::WebError,
    library::{
        Library,
        drafts::{Draft, DraftError},
    },
    pages,
    security::{fields::Fields, visit::Visit},
    state::Shared,
    view,
};

mod form;

/// Drafts that wait for a facilitator.
pub(crate) async fn waiting(app: &Shared) -> Result<usize, WebError> {
    app.computed(|app| Ok(app.library.drafts().0.len())).await
}

#[derive(Serialize)]
struct List {
    drafts: Vec<(String, String, String)>,
    errors: Vec<String>,
    said: &'static str,
}

/// GET `/drafts`
pub(crate) async fn list(
    State(app): State<Shared>,
    visit: Visit,
    query: axum::extract::RawQuery,
) -> Result<Html<String>, WebError> {
    app.host(&visit).await?;
    let (drafts, errors) = app.computed(|app| Ok(app.library.drafts())).await?;
    let one = |draft: Draft| {
        let theme = draft.vignette.theme.replace('_', " ");
        (draft.vignette.id.to_string(), draft.vignette.title, theme)
    };
    let list = List {
        drafts: drafts.into_iter().map(one).collect(),
        errors: errors.iter().map(ToString::to_string).collect(),
        said: match query.0.as_deref() {
            Some("accepted") => "The draft is accepted: rooms can be made of it.",
            Some("rejected") => {
                "The draft is rejected. Its file lies in the folder “rejected” beside the others."
            }
            _ => "",
        },
    };
    pages::page(&app, &visit, "drafts.html", &list)
}

#[derive(Serialize)]
struct Page {
    id: String,
    state: String,
    form: form::Form,
    /// Fact, value and the stages that tell it.
    facts: Vec<(String, String, String)>,
    stages: Vec<view::StageView>,
    sides: Vec<Side>,
    /// Ids and titles of routes, themes and kinds of documents.
    routes: Vec<(String, String)>,
    themes: Vec<(String, String)>,
    kinds: Vec<(String, &'static str)>,
    said: &'static str,
    problems: Vec<Problem>,
}

/// What one of the two packs answers.
#[derive(Serialize)]
struct Side {
    title: String,
    /// Title of the route in the comparison.
    recorded: String,
    /// What the pack answers now, with the title of its route; none where this server does not have the pack.
    answer: Option<(String, VignetteAnswer)>,
}

/// GET `/drafts/{id}`
pub(crate) async fn page(
    State(app): State<Shared>,
    visit: Visit,
    Path(id): Path<String>,
    query: axum::extract::RawQuery,
) -> Result<Html<String>, WebError> {
    app.host(&visit).await?;
    let said = match query.0.as_deref() {
        Some("saved") => "What you wrote is saved in the draft's file. It is not accepted yet.",
        _ => "",
    };
    let shared = app.clone();
    app.computed(move |app| {
        let draft = app.library.draft(&id).ok_or(WebError::NotFound)?;
        let form = form::Form::of(&draft.vignette);
        let page = page_of(&app.library, &draft, form, said, Vec::new());
        pages::page(&shared, &visit, "draft.html", &page)
    })
    .await
}

fn page_of(
    library: &Library,
    draft: &Draft,
    form: form::Form,
    said: &'static str,
    problems: Vec<Problem>,
) -> Page {
    let usual = library.usual().map(|(_, pack)| pack);
    let vignette = &draft.vignette;
    let routes: Vec<(String, String)> = usual
        .iter()
        .flat_map(|pack| &pack.manifest.routes)
        .map(|it| (it.id.to_string(), it.title.clone()))
        .collect();
    let facts = vignette.facts.iter().map(|(id, written)| {
        let found = usual.and_then(|pack| pack.dictionary.find(id.as_str()));
        let tells = vignette.stages.iter().filter(|stage| stage.facts.contains(id));
        let told: Vec<&str> = tells.map(|stage| stage.title.as_str()).collect();
        let (question, value) = match found {
            Some((_, fact)) => (
                fact.question.clone(),
                value_of(fact, written).map_or_else(|_| written.to_string(), |value| fact.text_of(value)),
            ),
            None => (id.to_string(), written.to_string()),
        };
        (question, value, told.join(", "))
    });
    let themes = usual.map(|pack| mash_exercise::check::themes(pack)).unwrap_or_default();
    Page {
        id: vignette.id.to_string(),
        state: draft.state.clone(),
        facts: facts.collect(),
        stages: view::documents(vignette, &vignette.stage_ids()),
        sides: sides(library, vignette),
        routes,
        themes: themes.into_iter().map(|id| (id.to_owned(), id.replace('_', " "))).collect(),
        kinds: DocumentKind::ALL.into_iter().map(|kind| (form::kind_id(kind), view::kind(kind))).collect(),
        form,
        said,
        problems,
    }
}

fn sides(library: &Library, vignette: &Vignette) -> Vec<Side> {
    let Some(flip) = &vignette.flip else {
        // A draft of one's own belongs to no comparison.
        let usual = library.usual().map(|(name, _)| side(library, vignette, name, ""));
        return usual.into_iter().collect();
    };
    vec![
        side(library, vignette, &flip.pack_a, flip.before.as_str()),
        side(library, vignette, &flip.pack_b, flip.after.as_str()),
    ]
}

fn side(library: &Library, vignette: &Vignette, name: &str, recorded: &str) -> Side {
    let pack = library.pack(name);
    let route = |id: &str| {
        let usual = pack.or_else(|| library.usual().map(|(_, pack)| pack));
        let found = usual.and_then(|pack| pack.manifest.routes.iter().find(|it| it.id.as_str() == id));
        found.map_or_else(|| id.to_owned(), |it| it.title.clone())
    };
    let answer = pack.map(|pack| {
        let answer = answer_after(pack, &pack.compiled(), vignette, &vignette.stage_ids());
        (route(answer.decision.route.as_str()), answer)
    });
    let title = pack.map_or_else(|| name.to_owned(), |pack| pack.manifest.title.clone());
    Side { title, recorded: route(recorded), answer }
}

/// POST `/drafts/{id}`: saved, accepted or rejected.
pub(crate) async fn change(
    State(app): State<Shared>,
    visit: Visit,
    Path(id): Path<String>,
    fields: Fields,
) -> Result<Response, WebError> {
    app.host(&visit).await?;
    let shared = app.clone();
    app.computed(move |app| {
        let Some(draft) = app.library.draft(&id) else {
            return Err(WebError::Misuse(format!(
                "there is no draft `{id}` any more: somebody has accepted or rejected it, or taken its file away"
            )));
        };
        let known = fields.text("state").to_owned();
        let todo = fields.text("do").to_owned();
        // The form that rejects holds none of the words.
        let form = match todo.as_str() {
            "reject" => form::Form::of(&draft.vignette),
            _ => form::Form::typed(&fields, &draft.vignette),
        };
        let (done, onward) = match todo.as_str() {
            "reject" if !fields.ticked("sure") => {
                let problems = vec![problem("sure", "Tick the box to say that the draft is to be rejected")];
                (Err(problems), String::new())
            }
            "reject" => (rejected(&app.library, &known, &id), "/drafts?rejected".to_owned()),
            "accept" => (accepted(&app.library, &known, &draft, &form), "/drafts?accepted".to_owned()),
            _ => (saved(&app.library, &known, &draft, &form), format!("/drafts/{id}?saved")),
        };
        match done {
            Ok(()) => Ok(answers::see(&onward)),
            Err(problems) => {
                // What was typed is shown beside what the file has now, so that nothing is lost.
                let page = page_of(&app.library, &draft, form, "", problems);
                let page = pages::page(&shared, &visit, "draft.html", &page)?;
                Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
            }
        }
    })
    .await
}

fn rejected(library: &Library, known: &str, id: &str) -> Result<(), Vec<Problem>> {
    library.reject_draft(known, id).map(|_| ()).map_err(|error| said(error, &[]))
}

fn saved(library: &Library, known: &str, draft: &Draft, form: &form::Form) -> Result<(), Vec<Problem>> {
    let changed = form.written(&draft.vignette)?;
    library.keep_draft(known, &changed).map_err(|error| said(error, &form.stage_ids()))
}

fn accepted(library: &Library, known: &str, draft: &Draft, form: &form::Form) -> Result<(), Vec<Problem>> {
    let accepted = form.accepted(&draft.vignette, clock::today())?;
    library.accept_draft(known, &accepted).map_err(|error| said(error, &form.stage_ids()))
}

/// What kept a draft from being changed, each beside its field.
fn said(error: DraftError, stages: &[String]) -> Vec<Problem> {
    match error {
        DraftError::Gone => vec![problem("title", "The draft is gone: somebody has accepted or rejected it")],
        DraftError::Changed => vec![problem(
            "title",
            "Somebody has changed the draft's file since this page was shown. What you typed is below; send it again to \
             put it in place of theirs",
        )],
        DraftError::File(error) => {
            crate::log::trouble(&error.to_string());
            vec![problem(
                "title",
                format!("NOT SAVED: {error}. What you typed is below; send it again once that is mended"),
            )]
        }
        DraftError::Wrong(found) => found.iter().map(|found| beside(found, stages)).collect(),
    }
}

/// A problem of the file beside the field that its place is typed in.
fn beside(found: &VignetteProblem, stages: &[String]) -> Problem {
    let stage = found.at.strip_prefix("stages[").and_then(|rest| rest.split_once(']'));
    let field = match (stage, found.at.as_str()) {
        (Some((at, _)), place) if at.parse::<usize>().is_ok_and(|it| it < stages.len()) => {
            let part = if place.contains("fields[") {
                "label"
            } else if place.contains("heading") {
                "heading"
            } else {
                "paragraphs"
            };
            if part == "label" { format!("label-{at}-0") } else { format!("{part}-{at}") }
        }
        (_, place) if place.starts_with("accepted") => "accepted".to_owned(),
        (_, place) if place.starts_with("acceptance") => "who".to_owned(),
        (_, place) if place.starts_with("people") => "people".to_owned(),
        (_, place) if place.starts_with("later_found") => "later".to_owned(),
        (_, place) if place.starts_with("learning_points") => "points".to_owned(),
        (_, place @ ("content_note" | "theme")) => place.to_owned(),
        _ => "title".to_owned(),
    };
    let mend = found.mend.as_ref().map_or_else(String::new, |mend| format!("; {mend}"));
    problem(field, format!("{}: {}{mend}", found.at, found.message))
}
