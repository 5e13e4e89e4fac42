//! What `check` says of a table as a whole, against every combination of its facts put to the interpreter.

use mash_model::{FactSheet, FactValue, Slot, Stage};
use mash_rules::{
    PackFiles, RulePack,
    decision_table::overlap::{FactCell, TableAnalysis, analyse},
};
use mash_tests_support::{folder, table, tabled, with_files};
use proptest::prelude::*;

const COLUMNS: [&str; 4] = ["p", "g", "e", "n"];
/// Cells of each column, the frequent `-` among them.
const CELLS: [&[&str]; 4] = [
    &["-", "-", "true", "false", "known", "not known"],
    &["-", "-", "none", "low | high", ">= medium", "< medium", "<= low", "> low", "!= none", "not known"],
    &["-", "-", "left", "none | right", "!= left", "known"],
    &["-", "-", "0", ">= 3", "< 3", "3..7", "5 | 9", "!= 4", "> threshold::three", "8..20", "not known"],
];

fn pack(rows: &[Vec<&str>]) -> RulePack {
    let rows: Vec<&[&str]> = rows.iter().map(Vec::as_slice).collect();
    tabled(&table(&COLUMNS, &rows)).unwrap_or_else(|error| panic!("{rows:?}: {error}"))
}

/// Every combination of the four facts' values and not known.
fn points(pack: &RulePack) -> Vec<FactSheet> {
    let values = |id: &str, count: u16| -> (Slot, Vec<Option<FactValue>>) {
        let value = |i: u16| match id {
            "p" => FactValue::Bool(i == 1),
            "n" => FactValue::Integer(i64::from(i)),
            _ => FactValue::Rank(i),
        };
        (pack.dictionary.slot(id).unwrap(), (0..count).map(value).map(Some).chain([None]).collect())
    };
    let mut points = vec![FactSheet::unknown(&pack.dictionary)];
    for (slot, values) in [values("p", 2), values("g", 4), values("e", 3), values("n", 21)] {
        points = points
            .iter()
            .flat_map(|point| {
                values.iter().map(|value| {
                    let mut point = point.clone();
                    point.set(slot, *value);
                    point
                })
            })
            .collect();
    }
    points
}

/// Rows, from 0, that fire at a point.
fn fired(pack: &RulePack, point: &FactSheet) -> Vec<usize> {
    pack.marks(pack.interpreter(), Stage::Decision, point).fired.iter().map(|rule| rule.0).collect()
}

fn only(pack: &RulePack) -> TableAnalysis {
    let mut all = analyse(pack);
    assert_eq!(all.len(), 1);
    all.remove(0)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn overlaps_covered_rows_and_gaps_are_exact(
        picks in prop::collection::vec(prop::array::uniform4(any::<prop::sample::Index>()), 1..7)
    ) {
        let rows: Vec<Vec<&str>> = picks
            .iter()
            .map(|row| row.iter().zip(CELLS).map(|(pick, cells)| cells[pick.index(cells.len())]).collect())
            .collect();
        let pack = pack(&rows);
        let analysis = only(&pack);
        prop_assert!(analysis.exhaustive);
        let points = points(&pack);
        let fired: Vec<Vec<usize>> = points.iter().map(|point| fired(&pack, point)).collect();

        let pairs: Vec<(usize, usize)> =
            analysis.overlaps.iter().map(|overlap| (overlap.first.row - 2, overlap.second.row - 2)).collect();
        let covered: Vec<usize> = analysis.covered.iter().map(|covered| covered.row.row - 2).collect();
        for second in 0..rows.len() {
            for first in 0..second {
                let both = fired.iter().any(|fired| fired.contains(&first) && fired.contains(&second));
                prop_assert_eq!(pairs.contains(&(first, second)), both, "{:?}: {} {}", &rows, first, second);
            }
            let adds = fired.iter().any(|fired| fired.first() == Some(&second));
            prop_assert_eq!(covered.contains(&second), !adds, "{:?}: {}", &rows, second);
        }
        for row in &analysis.covered {
            // Wherever the row fires, one of those named does too.
            let by: Vec<usize> = row.by.iter().map(|by| by.row - 2).collect();
            let missed = fired.iter().any(|f| f.contains(&(row.row.row - 2)) && !f.iter().any(|r| by.contains(r)));
            prop_assert!(!missed, "{:?}: {:?}", &rows, row);
        }

        // Gaps are written as cells, so they make a table of their own.
        let cell = |gap: &[FactCell], fact: &str| {
            gap.iter().find(|cell| cell.fact == fact).map_or("known".to_owned(), |cell| cell.cell.clone())
        };
        let gaps: Vec<Vec<String>> =
            analysis.gaps.iter().map(|gap| COLUMNS.iter().map(|fact| cell(gap, fact)).collect()).collect();
        let gaps: Vec<Vec<&str>> = gaps.iter().map(|gap| gap.iter().map(String::as_str).collect()).collect();
        let told = |point: &FactSheet| COLUMNS.iter().all(|id| point.get(pack.dictionary.slot(id).unwrap()).is_some());
        let gap_pack = (!gaps.is_empty()).then(|| self::pack(&gaps));
        for (point, fired) in points.iter().zip(&fired).filter(|(point, _)| told(point)) {
            let in_gap = gap_pack.as_ref().is_some_and(|gaps| !self::fired(gaps, point).is_empty());
            prop_assert_eq!(in_gap, fired.is_empty(), "{:?} gaps {:?} at {:?}", &rows, &gaps, point);
        }
    }
}

/// Gaps in words.
fn gaps(facts: &[&str], rows: &[&[&str]]) -> Vec<String> {
    let pack = tabled(&table(facts, rows)).unwrap();
    let gap = |gap: &Vec<FactCell>| {
        gap.iter().map(|cell| format!("{} {}", cell.fact, cell.cell)).collect::<Vec<_>>().join(", ")
    };
    only(&pack).gaps.iter().map(gap).collect()
}

#[test]
fn a_gap_is_as_wide_as_it_goes_and_the_simplest_comes_first() {
    assert_eq!(gaps(&["p"], &[&["true"]]), ["p false"]);
    assert_eq!(gaps(&["p"], &[&["true"], &["false"]]), [""; 0]);
    assert_eq!(gaps(&["p", "q"], &[&["true", "-"], &["-", "true"]]), ["p false, q false"]);
    assert_eq!(gaps(&["p", "q"], &[&["true", "true"]]), ["p false", "q false"]);
    assert_eq!(gaps(&["n", "g"], &[&[">= 5", "-"], &["0..4", ">= low"]]), ["n <= 4, g none"]);
    assert_eq!(gaps(&["n"], &[&["3 | 5..7"]]), ["n <= 2 | 4 | >= 8"]);
    // A row that asks for not known covers nothing that is known.
    assert_eq!(gaps(&["p"], &[&["true"], &["not known"]]), ["p false"]);
}

#[test]
fn what_constraints_exclude_is_neither_gap_nor_overlap() {
    // An unborn child is in the age band `unborn`, and nobody else is.
    let rows: [&[&str]; 2] = [&["true", "-"], &["-", "!= unborn"]];
    let pack = tabled(&table(&["unborn", "age_band"], &rows)).unwrap();
    let analysis = only(&pack);
    // Both can apply only where one of the two facts is not known.
    assert_eq!(analysis.gaps, Vec::<Vec<FactCell>>::new());
    assert_eq!(analysis.overlaps, []);
    let rows: [&[&str]; 2] = [&["true", "!= unborn"], &["false", "unborn"]];
    let pack = tabled(&table(&["unborn", "age_band"], &rows)).unwrap();
    let never: Vec<usize> =
        only(&pack).covered.iter().filter(|row| row.by.is_empty()).map(|row| row.row.row).collect();
    assert_eq!(never, [2, 3]);
}

#[test]
fn overlaps_say_whether_the_conclusions_differ() {
    let csv = table(&["p", "g"], &[&["true", "-"], &["-", "high"], &["true", "high"]]);
    let csv = csv.replacen("R-1,t,\"-\",\"high\",early_help", "R-1,t,\"-\",\"high\",strategy_discussion", 1);
    let analysis = only(&tabled(&csv).unwrap());
    let overlaps: Vec<(usize, usize, bool)> =
        analysis.overlaps.iter().map(|o| (o.first.row, o.second.row, o.same_conclusion)).collect();
    assert_eq!(overlaps, [(2, 3, false), (2, 4, true), (3, 4, false)]);
    let covered = &analysis.covered[0];
    assert_eq!(
        (covered.row.row, covered.by[0].row, covered.by.len(), covered.same_conclusion),
        (4, 2, 1, true)
    );
}

#[test]
fn tables_are_compared_each_by_itself() {
    let one = table(&["p"], &[&["true"]]);
    let two = one.replace("R-0", "S-0");
    let pack = with_files(&[("tables/a.csv", &one), ("tables/b.csv", &two)]).unwrap();
    let all = analyse(&pack);
    assert_eq!(
        all.iter().map(|t| t.table.as_str()).collect::<Vec<_>>(),
        ["small/tables/a.csv", "small/tables/b.csv"]
    );
    assert!(all.iter().all(|table| table.overlaps.is_empty() && table.gaps.len() == 1));
}

#[test]
fn a_search_past_its_bound_says_so_and_ends() {
    // Each row pins down a few of many facts, as a checkerboard: what they leave falls into very many pieces.
    let core: mash_rules::facts::FactsFile = serde_json::from_str(mash_rules::facts::CORE_FACTS).unwrap();
    let bools: Vec<&str> = core
        .facts
        .iter()
        .filter(|fact| fact.kind == mash_rules::facts::FactType::Bool)
        .map(|fact| fact.id.as_str())
        .take(24)
        .collect();
    let rows: Vec<Vec<&str>> = (0..300usize)
        .map(|row| {
            let cell = |column: usize| match (row * 7 + column * 13 + row * column) % 11 {
                0 => "true",
                1 => "false",
                _ => "-",
            };
            (0..bools.len()).map(cell).collect()
        })
        .collect();
    let rows: Vec<&[&str]> = rows.iter().map(Vec::as_slice).collect();
    let own = table(&bools, &rows);
    let files = folder("small", &[("manifest.json", mash_tests_support::MANIFEST), ("tables/t.csv", &own)]);
    let pack = RulePack::load(&PackFiles { chain: vec![files], broken_base: None }).unwrap();
    let analysis = only(&pack);
    assert!(!analysis.exhaustive && analysis.overlaps.len() == 500);
}
