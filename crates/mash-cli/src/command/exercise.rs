//! `mash exercise`: what a pack answers to vignettes, and drafts of vignettes from cases that flipped.

mod answers;
mod from_flips;

pub(crate) use answers::ExerciseAnswers;

use crate::{args::ExerciseVerb, exit_code::Failure};

pub(crate) fn run(what: &ExerciseVerb, json: bool) -> Result<(), Failure> {
    match what {
        ExerciseVerb::Answers { vignettes, pack, trace } => answers::run(vignettes, pack, *trace, json),
        ExerciseVerb::FromFlips { results, out, pack } => from_flips::run(results, out, pack, json),
    }
}
