//! The points of a sweep: from `--vary`, every combination of two lists, or the rows of a design file.

use mash_io::FileError;

use crate::{args::SweepArgs, exit_code::Failure};

/// Most points of a sweep.
const MOST: usize = 1_000;

/// What is varied, and over what.
pub(super) struct Design {
    pub(super) places: Vec<String>,
    pub(super) points: Vec<Vec<f64>>,
}

pub(super) fn design(args: &SweepArgs) -> Result<Design, Failure> {
    let design = match (&args.design, args.vary.as_slice()) {
        (Some(path), _) => from_file(path)?,
        (None, [one]) => {
            let (place, values) = vary(one)?;
            Design { places: vec![place], points: values.into_iter().map(|value| vec![value]).collect() }
        }
        (None, [one, two]) => {
            let ((first, outer), (second, inner)) = (vary(one)?, vary(two)?);
            let points = outer.iter().flat_map(|a| inner.iter().map(move |b| vec![*a, *b])).collect();
            Design { places: vec![first, second], points }
        }
        (None, []) => return Err(Failure::Misuse("what is varied? Give --vary PLACE=VALUES".to_owned())),
        (None, _) => {
            return Err(Failure::Misuse(
                "at most two places are varied against each other; write more as a --design file".to_owned(),
            ));
        }
    };
    if design.points.len() > MOST {
        return Err(Failure::Misuse(format!("{} points; at most {MOST} are run", design.points.len())));
    }
    Ok(design)
}

/// A place and its values: a list, or a range with the number of values in it.
fn vary(text: &str) -> Result<(String, Vec<f64>), Failure> {
    let wrong = || {
        Failure::Misuse(format!(
            "--vary: `{text}` is not PLACE=VALUES; values are a list (3,4,5) or a range with its number of values \
             (0.1..0.6/6)"
        ))
    };
    let (place, values) = text.split_once('=').ok_or_else(wrong)?;
    let values = match values.split_once("..") {
        Some((from, rest)) => {
            let (to, count) = rest.split_once('/').ok_or_else(wrong)?;
            let number =
                |text: &str| text.trim().parse::<f64>().ok().filter(|it| it.is_finite()).ok_or_else(wrong);
            let count: u32 = count.trim().parse().map_err(|_| wrong())?;
            let (from, to) = (number(from)?, number(to)?);
            if count < 2 || count > u32::try_from(MOST).unwrap_or(u32::MAX) {
                return Err(wrong());
            }
            let step = (to - from) / f64::from(count - 1);
            // Rounded, so that 0.1..0.3/3 has 0.2 in it and not its neighbour.
            (0..count).map(|at| ((from + step * f64::from(at)) * 1e9).round() / 1e9).collect()
        }
        None => values
            .split(',')
            .map(|value| value.trim().parse::<f64>().ok().filter(|it| it.is_finite()).ok_or_else(wrong))
            .collect::<Result<Vec<f64>, _>>()?,
    };
    Ok((place.trim().to_owned(), values))
}

fn from_file(path: &std::path::Path) -> Result<Design, Failure> {
    let failed = |problem: String| {
        let error = FileError::new(path, problem)
            .mend("write a CSV: places in the first line, one point of numbers a line below");
        Failure::Files(vec![error])
    };
    let text = mash_io::text_file::read(path, 16 * 1024 * 1024)?;
    let mut lines = text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty());
    let Some((_, head)) = lines.next() else { return Err(failed("is empty".to_owned())) };
    let places: Vec<String> = head.split(',').map(|place| place.trim().to_owned()).collect();
    let mut points = Vec::new();
    for (at, line) in lines {
        let cells: Vec<&str> = line.split(',').map(str::trim).collect();
        if cells.len() != places.len() {
            return Err(failed(format!(
                "line {}: {} values for {} places",
                at + 1,
                cells.len(),
                places.len()
            )));
        }
        let values = cells.iter().map(|cell| cell.parse::<f64>().ok().filter(|it| it.is_finite()));
        let values: Option<Vec<f64>> = values.collect();
        points.push(values.ok_or_else(|| failed(format!("line {}: not a number", at + 1)))?);
    }
    if points.is_empty() {
        return Err(failed("holds no point".to_owned()));
    }
    Ok(Design { places, points })
}
