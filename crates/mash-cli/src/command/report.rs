//! `mash report`: the report of an experiment, from its results.

use crate::{args::ReportArgs, command::Written, exit_code::Failure, terminal};

/// Largest template that is read, in bytes.
const MAX_TEMPLATE: u64 = 1024 * 1024;

pub(super) fn run(args: &ReportArgs, json: bool) -> Result<(), Failure> {
    if let Some(place) = &args.write_template {
        mash_io::output::write(place, mash_report::EXPERIMENT_TEMPLATE)?;
        return written(vec![place.display().to_string()], json);
    }
    let Some(path) = &args.results else {
        return Err(Failure::Misuse(
            "which results? Name a folder that `mash compare --out` wrote".to_owned(),
        ));
    };
    let results = mash_io::experiment_folder::read(path)?;
    let text = if args.markdown {
        mash_report::experiment_markdown(&results)
    } else {
        match &args.template {
            None => {
                mash_report::experiment_html(&results).map_err(|error| Failure::Run(error.to_string()))?
            }
            Some(template) => {
                let text = mash_io::text_file::read(template, MAX_TEMPLATE)?;
                mash_report::experiment_html_with(&results, &text).map_err(|error| {
                    let error = mash_io::FileError::new(template, error.to_string())
                        .mend("`mash report --write-template FILE` gives a template to start from");
                    Failure::Files(vec![error])
                })?
            }
        }
    };
    mash_io::output::write(&args.out, &text)?;
    written(vec![args.out.display().to_string()], json)
}

fn written(files: Vec<String>, json: bool) -> Result<(), Failure> {
    if json {
        terminal::json(&Written::new(files));
    } else {
        for file in files {
            terminal::err(&format!("{file}\n"));
        }
    }
    Ok(())
}
