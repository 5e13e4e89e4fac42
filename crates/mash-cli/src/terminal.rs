//! Writing to standard output and standard error.

use std::io::{self, IsTerminal, Write};

use serde::Serialize;

/// Writes a text to standard output; a reader that went away is no error.
pub(crate) fn out(text: &str) {
    let mut stdout = io::stdout().lock();
    stdout.write_all(text.as_bytes()).and_then(|()| stdout.flush()).ok();
}

/// Writes a text to standard error.
pub(crate) fn err(text: &str) {
    io::stderr().lock().write_all(text.as_bytes()).ok();
}

/// Writes a value to standard output as JSON.
pub(crate) fn json(value: &impl Serialize) {
    let text =
        serde_json::to_string_pretty(value).unwrap_or_else(|error| format!("{{\"error\": \"{error}\"}}"));
    out(&format!("{text}\n"));
}

/// A line of progress, drawn over itself on a terminal and left out elsewhere.
pub(crate) fn progress(text: &str) {
    if io::stderr().is_terminal() {
        err(&format!("\r\u{1b}[2K{text}"));
    }
}

/// Ends a line of progress.
pub(crate) fn progress_done() {
    if io::stderr().is_terminal() {
        err("\r\u{1b}[2K");
    }
}

/// Wraps a paragraph to a width: the first line keeps its own indent, the others get this one.
pub(crate) fn wrap(text: &str, width: usize, indent: &str) -> String {
    let first: String = text.chars().take_while(|letter| *letter == ' ').collect();
    let mut lines = vec![first.clone()];
    for word in text.split_whitespace() {
        let line = lines.last().map_or(0, |line| line.chars().count());
        let fits = line == 0 || line + 1 + word.chars().count() <= width;
        if !fits {
            lines.push(indent.to_owned());
        }
        if let Some(last) = lines.last_mut() {
            if !last.trim_start().is_empty() {
                last.push(' ');
            }
            last.push_str(word);
        }
    }
    lines.join("\n")
}

/// The width reports are wrapped to.
pub(crate) const WIDTH: usize = 80;

/// The digits of a figure that tell.
pub(crate) fn figure(value: f64) -> String {
    match value.abs() {
        size if size >= 100.0 => format!("{value:.0}"),
        size if size >= 10.0 => format!("{value:.1}"),
        size if size >= 0.1 => format!("{value:.2}"),
        size if size > 0.0 => format!("{value:.3}"),
        _ => "0".to_owned(),
    }
}
