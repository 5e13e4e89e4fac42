//! Text as a Rhai string literal: whatever stands in a cell stays text.

use std::fmt::Write as _;

/// The literal that Rhai reads as this text.
pub(super) fn quoted(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for letter in text.chars() {
        match letter {
            '"' | '\\' => out.extend(['\\', letter]),
            _ if letter.is_control() => {
                let _ = write!(out, "\\u{:04x}", u32::from(letter));
            }
            _ => out.push(letter),
        }
    }
    out.push('"');
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rhai_reads_back_every_text() {
        let engine = rhai::Engine::new_raw();
        let texts = [
            "",
            "plain",
            "say \"no\"",
            "back\\slash\\",
            "\\",
            "\\\"",
            "line\nbreak\r\n",
            "tab\t\u{0}\u{1b}\u{7f}\u{85}",
            "${f.p} `tick` 'single'",
            "// no comment /* none */",
            "café £5 … \u{2028} 🙂",
            "\"); rule(\"X\", \"",
        ];
        for text in texts {
            let read: String = engine.eval(&quoted(text)).unwrap_or_default();
            assert_eq!(read, text);
        }
    }
}
