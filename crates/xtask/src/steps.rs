//! Steps with a heading, a time and a count.

use std::time::Instant;

/// How a step that did not fail ended.
pub(crate) enum Outcome {
    /// It ran and found nothing wrong.
    Passed,
    /// It did not run; the reason is for the reader.
    Skipped(String),
}

/// The steps so far.
pub(crate) struct Steps {
    started: Instant,
    passed: usize,
    failed: usize,
    skipped: usize,
}

#[expect(clippy::disallowed_methods, reason = "the time a step takes is shown and changes nothing")]
fn now() -> Instant {
    Instant::now()
}

impl Steps {
    pub(crate) fn start() -> Self {
        Self { started: now(), passed: 0, failed: 0, skipped: 0 }
    }

    /// Runs one step under its heading. An error stops the run: it names the step.
    pub(crate) fn step(
        &mut self,
        title: &str,
        body: impl FnOnce() -> Result<Outcome, String>,
    ) -> Result<(), String> {
        let started = now();
        let number = self.passed + self.failed + self.skipped + 1;
        println!("\n==== {number}. {title}");
        match body() {
            Ok(Outcome::Passed) => {
                self.passed += 1;
                println!("---- {title}: passed in {:.1} s", started.elapsed().as_secs_f64());
                Ok(())
            }
            Ok(Outcome::Skipped(reason)) => {
                self.skipped += 1;
                println!("---- {title}: skipped, {reason}");
                Ok(())
            }
            Err(message) => {
                self.failed += 1;
                println!("---- {title}: FAILED after {:.1} s", started.elapsed().as_secs_f64());
                Err(format!("{title}: {message}"))
            }
        }
    }

    /// The total time, and the counts alone on the last line.
    pub(crate) fn summarise(&self) {
        println!("\nsteps took {:.1} s in all", self.started.elapsed().as_secs_f64());
        let skipped = if self.skipped == 0 { String::new() } else { format!(", {} skipped", self.skipped) };
        println!("{} passed, {} failed{skipped}", self.passed, self.failed);
    }
}
