//! The explanations of findings: every example is run, and the documents say the same.

use std::fs;

use mash_rules::{
    Finding, FindingKind, RulePack, Severity,
    analysis::{Limits, check},
    lint::{Example, FLOOR, markdown_table},
    mend::{findings_of, mend},
};
use mash_tests_support::root;
use tempfile::TempDir;

/// The example as a pack on disk, beside the floor it stands on.
fn laid_out(example: &Example) -> TempDir {
    let folder = TempDir::new().unwrap();
    for (pack, files) in [("floor", FLOOR.files), ("ours", example.files)] {
        fs::create_dir(folder.path().join(pack)).unwrap();
        for file in files {
            let path = folder.path().join(pack).join(file.name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, file.text).unwrap();
        }
    }
    folder
}

/// What an example gives: what its loading finds or, for a kind that analysis finds, what that does of this kind.
fn found(example: &Example, kind: FindingKind) -> Vec<Finding> {
    let folder = laid_out(example);
    let files = mash_io::pack_folder::read(&folder.path().join("ours")).unwrap();
    let loaded = RulePack::load(&files);
    let mut found = findings_of(&loaded).to_vec();
    if kind.by_analysis() {
        let pack = loaded.unwrap_or_else(|error| panic!("{}: {error}", kind.id()));
        let claims = check(&pack, Limits::default()).claims.into_iter().map(|claim| claim.finding);
        found.extend(claims.filter(|finding| finding.kind == kind));
    }
    found
}

#[test]
fn every_bad_example_gives_its_finding_and_no_other() {
    for kind in FindingKind::ALL {
        let found = found(&kind.explanation().bad, kind);
        let mut kinds: Vec<FindingKind> = found.iter().map(|finding| finding.kind).collect();
        kinds.dedup();
        assert_eq!(kinds, [kind], "{}", kind.id());
        assert_eq!(found[0].severity, kind.explanation().severity, "{}", kind.id());
    }
}

#[test]
fn every_good_example_loads_without_the_finding() {
    for kind in FindingKind::ALL {
        let found = found(&kind.explanation().good, kind);
        assert!(
            found.iter().all(|finding| finding.severity == Severity::Warning),
            "{}: {found:?}",
            kind.id()
        );
        assert!(found.iter().all(|finding| finding.kind != kind), "{}: {found:?}", kind.id());
    }
}

/// What `--fix` is said to mend, it mends as the good example shows; the rest it leaves as it is.
#[test]
fn fixes_do_what_the_explanation_says() {
    for kind in FindingKind::ALL {
        let explanation = kind.explanation();
        let folder = laid_out(&explanation.bad);
        let files = mash_io::pack_folder::read(&folder.path().join("ours")).unwrap();
        let mended = mend(files);
        let expect = if explanation.fix.is_some() { explanation.good } else { explanation.bad };
        for (name, text) in &mended.files.chain[0].files {
            assert_eq!(Some(text.as_str()), expect.text(name), "{}, {name}", kind.id());
        }
    }
}

#[test]
fn the_floor_beneath_the_examples_is_a_sound_pack() {
    let folder = laid_out(&FLOOR);
    let files = mash_io::pack_folder::read(&folder.path().join("floor")).unwrap();
    assert!(RulePack::load(&files).unwrap().warnings.is_empty());
}

#[test]
fn the_table_in_the_documents_is_the_one_in_the_code() {
    let page = fs::read_to_string(root().join("docs/rule-authoring.md")).unwrap();
    let start = page.find("| id | what is wrong |").expect("the table of findings");
    let table: String =
        page[start..].split_inclusive('\n').take_while(|line| line.starts_with('|')).collect();
    assert!(table == markdown_table(), "put this into docs/rule-authoring.md:\n\n{}", markdown_table());
}
