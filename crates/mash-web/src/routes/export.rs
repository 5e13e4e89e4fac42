//! What leaves the room: answers, results, attendance, the room's variation as a scenario.

use axum::{
    extract::{Path, State},
    http::{HeaderValue, header},
    response::{IntoResponse as _, Response},
};

use crate::{error::WebError, results, security::visit::Visit, state::Shared};

/// GET `/rooms/{code}/export/{file}`
pub(crate) async fn file(
    State(app): State<Shared>,
    visit: Visit,
    Path((code, file)): Path<(String, String)>,
) -> Result<Response, WebError> {
    let room = app.led_room(&visit, &code).await?;
    let name = format!("mash-{}-{file}", room.code.to_lowercase());
    let (kind, bytes) = app
        .computed(move |app| {
            let results = results::Results::of(app, &room)?;
            Ok(match file.as_str() {
                "answers.csv" => ("text/csv; charset=utf-8", results.answers_csv()?),
                "attendance.csv" => ("text/csv; charset=utf-8", results.attendance_csv()?),
                "results.json" => ("application/json", results.json()?),
                "results.xlsx" => {
                    ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", results.xlsx()?)
                }
                "variation.json" => ("application/json", results.variation()?),
                _ => return Err(WebError::NotFound),
            })
        })
        .await?;
    let mut response = ([(header::CONTENT_TYPE, kind)], bytes).into_response();
    if let Ok(disposition) = HeaderValue::from_str(&format!("attachment; filename=\"{name}\"")) {
        response.headers_mut().insert(header::CONTENT_DISPOSITION, disposition);
    }
    Ok(response)
}
