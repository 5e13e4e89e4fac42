//! The frame of every HTML document: templates with escaping on, one style sheet, a policy that allows nothing else.

use minijinja::{AutoEscape, Environment, UndefinedBehavior, Value, context};
use serde::Serialize;
use sha2::{Digest, Sha256};

use crate::narrative::WARNING;

const LAYOUT: &str = include_str!("../templates/layout.html");
const MACROS: &str = include_str!("../templates/macros.html");
const WHAT_IF: &str = include_str!("../templates/what_if.html");
pub(crate) const EXPERIMENT: &str = include_str!("../templates/experiment.html");
const SWEEP: &str = include_str!("../templates/sweep.html");
const THRESHOLD_DOCUMENT: &str = include_str!("../templates/threshold_document.html");
const STYLE: &str = include_str!("../templates/style.css");

/// A report that could not be written.
#[derive(Debug, thiserror::Error)]
pub enum ReportError {
    /// A template failed: a defect of this crate, never of the figures.
    #[error("the report template `{template}` failed")]
    Template {
        /// The template.
        template: &'static str,
        /// What failed in it.
        #[source]
        source: minijinja::Error,
    },
    /// A template of the user's own leaves out what every page must say.
    #[error(
        "the page does not say \u{201c}{0}\u{201d}: write `{{{{ page.warning }}}}` where it is read first"
    )]
    NoWarning(&'static str),
    /// A template of the user's own fails.
    #[error("{}", own(.0))]
    Own(minijinja::Error),
}

/// What is wrong with a template, and where.
fn own(error: &minijinja::Error) -> String {
    let place = error.line().map_or(String::new(), |line| format!("line {line}: "));
    let detail = error.detail().map_or(String::new(), |detail| format!(": {detail}"));
    format!("{place}{}{detail}", error.kind())
}

/// Fills a template. Everything in `page` is escaped unless it is a safe [`Value`].
pub(crate) fn render<P: Serialize>(template: &'static str, page: &P) -> Result<String, ReportError> {
    fill(template, None, page).map_err(|source| ReportError::Template { template, source })
}

/// Fills a template of the user's own, which may extend and import the shipped ones.
///
/// The page must still say what its cases are.
pub(crate) fn render_own<P: Serialize>(text: &str, page: &P) -> Result<String, ReportError> {
    let html = fill("own.html", Some(text), page).map_err(ReportError::Own)?;
    if html.contains(WARNING) { Ok(html) } else { Err(ReportError::NoWarning(WARNING)) }
}

fn fill<P: Serialize>(template: &str, own: Option<&str>, page: &P) -> Result<String, minijinja::Error> {
    let mut env = Environment::new();
    env.set_undefined_behavior(UndefinedBehavior::Strict);
    env.set_auto_escape_callback(|_| AutoEscape::Html);
    env.set_trim_blocks(true);
    env.set_lstrip_blocks(true);
    for (name, text) in [
        ("layout.html", LAYOUT),
        ("macros.html", MACROS),
        ("what_if.html", WHAT_IF),
        ("threshold_document.html", THRESHOLD_DOCUMENT),
        ("experiment.html", EXPERIMENT),
        ("sweep.html", SWEEP),
    ] {
        env.add_template(name, text)?;
    }
    if let Some(text) = own {
        env.add_template(template, text)?;
    }
    let policy = format!(
        "default-src 'none'; style-src 'sha256-{}'; base-uri 'none'; form-action 'none'",
        base64(&Sha256::digest(STYLE.as_bytes()))
    );
    env.get_template(template)?.render(context! {
        page => Value::from_serialize(page),
        style => Value::from_safe_string(STYLE.to_owned()),
        policy => policy,
    })
}

/// An address that a link may hold: the web's, nothing that runs.
pub(crate) fn link(href: &str) -> Option<String> {
    let lower = href.trim().to_ascii_lowercase();
    (lower.starts_with("https://") || lower.starts_with("http://")).then(|| href.trim().to_owned())
}

/// Base64 as a content security policy writes a hash.
fn base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut out = String::new();
    for three in bytes.chunks(3) {
        let bits = (0..3).fold(0_u32, |bits, at| bits << 8 | u32::from(three.get(at).copied().unwrap_or(0)));
        for at in 0..4 {
            let digit = DIGITS.get(((bits >> (18 - 6 * at)) & 63) as usize).copied().unwrap_or(b'=');
            out.push(if at <= three.len() { char::from(digit) } else { '=' });
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64_known_answers() {
        for (given, expect) in
            [("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foobar", "Zm9vYmFy")]
        {
            assert_eq!(base64(given.as_bytes()), expect);
        }
    }

    #[test]
    fn only_web_addresses_are_links() {
        assert_eq!(link("https://example.org/a").as_deref(), Some("https://example.org/a"));
        assert_eq!(link(" javascript:alert(1)"), None);
        assert_eq!(link("data:text/html,x"), None);
        assert_eq!(link("//example.org"), None);
    }

    #[test]
    fn the_style_sheet_loads_nothing_and_is_small() {
        assert!(!STYLE.contains("http") && !STYLE.contains("url(") && !STYLE.contains("@import"));
        assert!(!STYLE.contains('<') && STYLE.len() < 20_000);
    }
}
