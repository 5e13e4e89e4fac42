//! The `mash` command: what happens if we move this threshold?
//!
//! [`args`] is what was typed, [`command`] what each verb does, [`diagnostic`] how errors look, [`exit_code`] what a
//! calling script may rely on. Standard output carries answers, standard error progress and errors.

mod args;
mod command;
mod diagnostic;
mod exit_code;
mod input;
mod interrupt;
mod terminal;

fn main() -> std::process::ExitCode {
    let args = args::parse();
    match command::run(&args) {
        Ok(()) => std::process::ExitCode::SUCCESS,
        Err(failure) => {
            diagnostic::show(&failure);
            exit_code::of(&failure)
        }
    }
}
