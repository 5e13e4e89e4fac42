//! Pages from templates, everything escaped.

use std::sync::LazyLock;

use axum::response::Html;
use minijinja::{AutoEscape, Environment, UndefinedBehavior, Value, context};
use rust_embed::RustEmbed;
use serde::Serialize;

use crate::{
    error::WebError,
    security::{token, visit::Visit},
    state::Shared,
};

#[derive(RustEmbed)]
#[folder = "templates"]
struct Templates;

/// The templates, read once.
static ENVIRONMENT: LazyLock<Environment<'static>> = LazyLock::new(|| {
    let mut env = Environment::new();
    env.set_undefined_behavior(UndefinedBehavior::Strict);
    env.set_auto_escape_callback(|_| AutoEscape::Html);
    env.set_trim_blocks(true);
    env.set_lstrip_blocks(true);
    env.set_loader(|name| {
        let file = Templates::get(name);
        Ok(file.and_then(|file| String::from_utf8(file.data.into_owned()).ok()))
    });
    env.add_filter("percent", |share: f64| format!("{:.0}%", 100.0 * share));
    env.add_filter("one", |value: f64| format!("{value:.1}"));
    env.add_filter("first_upper", |text: String| {
        let mut letters = text.chars();
        letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
    });
    env.add_filter("day_and_time", |text: String| crate::clock::in_words(&text));
    env.add_filter("two", |value: f64| format!("{value:.2}"));
    env
});

/// Fills a template. Everything in `page` is escaped unless it is a safe [`Value`].
pub(crate) fn page<P: Serialize>(
    app: &Shared,
    visit: &Visit,
    template: &str,
    page: &P,
) -> Result<Html<String>, WebError> {
    let html = ENVIRONMENT.get_template(template)?.render(context! {
        page => Value::from_serialize(page),
        form_token => token::form_token(&app.key, &visit.token),
        notice => NOTICE,
        has_host_passphrase => app.host_passphrase.is_some(),
    })?;
    Ok(Html(html))
}

/// Fills a template that shows nothing of the visit and holds no form that changes anything.
pub(crate) fn fill<P: Serialize>(template: &str, page: &P) -> Result<String, minijinja::Error> {
    ENVIRONMENT.get_template(template)?.render(context! {
        page => Value::from_serialize(page),
        form_token => "",
        notice => NOTICE,
        has_host_passphrase => false,
    })
}

/// What every page says at its foot.
const NOTICE: &str = "Every child here is invented. mash never scores a real child.";

/// The page of something that went wrong; plain text where even that fails.
pub(crate) fn trouble(said: &str, mend: &str, href: &str, link: &str) -> String {
    let filled = fill("trouble.html", &context! { said, mend, href, link });
    filled.unwrap_or_else(|_| {
        format!("<!DOCTYPE html><title>mash</title><p>Something went wrong. {NOTICE}</p>")
    })
}
