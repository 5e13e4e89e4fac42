//! Pages from templates, everything escaped.

use std::sync::LazyLock;

use minijinja::{AutoEscape, Environment, UndefinedBehavior, Value, context};
use rust_embed::RustEmbed;

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
    env
});

/// What every page says at its foot.
const NOTICE: &str = "Every child here is invented. mash never scores a real child.";

/// Fills a template that needs nothing of the visit. Everything in `page` is escaped unless it is a safe [`Value`].
pub(crate) fn fill(template: &str, page: &Value) -> Result<String, minijinja::Error> {
    ENVIRONMENT.get_template(template)?.render(context! { notice => NOTICE, ..page.clone() })
}

/// The page of something that went wrong; plain text where even that fails.
pub(crate) fn trouble(said: &str, mend: &str, href: &str, link: &str) -> String {
    let filled = fill("trouble.html", &context! { page => context! { said, mend, href, link } });
    filled.unwrap_or_else(|_| {
        format!("<!DOCTYPE html><title>mash</title><p>Something went wrong. {NOTICE}</p>")
    })
}
