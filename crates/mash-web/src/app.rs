//! Addresses and what answers them.

use std::sync::Arc;

use axum::{
    Router,
    extract::DefaultBodyLimit,
    middleware,
    routing::{get, post, put},
};

use crate::{
    error::WebError,
    routes::{
        about, api, assets, debrief, desk, drafts, events, explore, export, home, host, join, new_room,
        paper, participant, practice, print, screen, tally, vignettes,
    },
    security::{headers, visit},
    state::Shared,
};

/// Most bytes of a form: a reason of 2,000 characters with room to spare.
const MOST_BYTES: usize = 64 * 1024;

/// The application as one service.
pub(crate) fn app(state: Shared) -> Router {
    let people = Router::new()
        .route("/", get(home::page))
        .route("/join", get(join::page).post(join::join))
        .route("/join/{code}", get(join::page_of))
        .route("/practice", get(practice::page).post(practice::start))
        .route("/r/{code}", get(participant::page))
        .route("/r/{code}/answer", post(participant::answer).get(participant::back))
        .route("/r/{code}/ask", post(participant::ask))
        .route("/r/{code}/skip", post(participant::skip))
        .route("/r/{code}/leave", post(participant::leave))
        .route("/r/{code}/next", post(practice::next))
        .route("/r/{code}/mine", get(participant::mine))
        .route("/r/{code}/events", get(events::of_participant));
    let facilitators = Router::new()
        .route("/host", get(host::page).post(host::enter))
        .route("/host/leave", post(host::leave))
        .route("/rooms", get(host::rooms))
        .route("/rooms/new", get(new_room::page).post(new_room::make))
        .route("/rooms/{code}/enter", get(host::enter_page).post(host::enter_room))
        .route("/rooms/{code}", get(desk::page))
        .route("/rooms/{code}/next", post(desk::next))
        .route("/rooms/{code}/pause", post(desk::pause))
        .route("/rooms/{code}/open", post(desk::open))
        .route("/rooms/{code}/settings", post(desk::settings))
        .route("/rooms/{code}/people/{person}", post(desk::person))
        .route("/rooms/{code}/delete", post(desk::delete))
        .route("/rooms/{code}/events", get(events::of_facilitator))
        .route("/rooms/{code}/projector", get(screen::projector))
        .route("/rooms/{code}/screen", get(screen::one_screen))
        .route("/rooms/{code}/paper", get(paper::list))
        .route("/rooms/{code}/paper/{number}", get(paper::page).post(paper::keep))
        .route("/rooms/{code}/tally/{vignette}/{round}", get(tally::page).post(tally::count))
        .route("/rooms/{code}/debrief", get(debrief::whole))
        .route("/rooms/{code}/debrief/{vignette}", get(debrief::one))
        .route("/rooms/{code}/run-sheet", get(print::run_sheet))
        .route("/rooms/{code}/pack", get(print::pack))
        .route("/rooms/{code}/attendance", get(print::attendance))
        .route("/rooms/{code}/export/{file}", get(export::file))
        .route("/drafts", get(drafts::list))
        .route("/drafts/{id}", get(drafts::page).post(drafts::change))
        .route("/vignettes", get(vignettes::list))
        .route("/vignettes/{id}", get(vignettes::one));
    let api = Router::new()
        .route("/api/v1/openapi.json", get(api::openapi))
        .route("/api/v1/vignettes", get(api::vignettes))
        .route("/api/v1/rooms/{code}", get(api::room))
        .route("/api/v1/rooms/{code}/answers/{vignette}/{round}", put(api::answer))
        .route("/api/v1/rooms/{code}/results", get(api::results));
    let explorer = explore::routes(Arc::clone(&state.explorer))
        .layer(middleware::from_fn_with_state(state.clone(), explore::only_for_hosts));
    Router::new()
        .merge(explorer)
        .merge(people)
        .merge(facilitators)
        .merge(api)
        .route("/accessibility", get(about::accessibility))
        .route("/privacy", get(about::privacy))
        .route("/static/{file}", get(assets::file))
        .fallback(|| async { WebError::NotFound })
        .layer(DefaultBodyLimit::max(MOST_BYTES))
        .layer(middleware::from_fn_with_state(state.clone(), visit::give))
        .layer(middleware::from_fn_with_state(state.clone(), headers::add))
        .with_state(state)
}
