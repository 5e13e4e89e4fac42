//! The explanations of findings: every example is run, and the documents say the same.

use std::fs;

use mash_rules::{
    FindingKind, RulePack,
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
            fs::write(folder.path().join(pack).join(file.name), file.text).unwrap();
        }
    }
    folder
}

/// The kinds of finding an example gives, in order.
fn kinds(example: &Example) -> Vec<FindingKind> {
    let folder = laid_out(example);
    let files = mash_io::pack_folder::read(&folder.path().join("ours")).unwrap();
    findings_of(&RulePack::load(&files)).iter().map(|finding| finding.kind).collect()
}

#[test]
fn every_bad_example_gives_its_finding_and_no_other() {
    for kind in FindingKind::ALL {
        let mut found = kinds(&kind.explanation().bad);
        found.dedup();
        assert_eq!(found, [kind], "{}", kind.id());
    }
}

#[test]
fn every_good_example_loads_without_the_finding() {
    for kind in FindingKind::ALL {
        let folder = laid_out(&kind.explanation().good);
        let files = mash_io::pack_folder::read(&folder.path().join("ours")).unwrap();
        let pack = RulePack::load(&files).unwrap_or_else(|error| panic!("{}: {error}", kind.id()));
        assert!(pack.warnings.iter().all(|finding| finding.kind != kind), "{}", kind.id());
    }
}

#[test]
fn the_usual_severity_is_the_examples() {
    for kind in FindingKind::ALL {
        let folder = laid_out(&kind.explanation().bad);
        let files = mash_io::pack_folder::read(&folder.path().join("ours")).unwrap();
        let loaded = RulePack::load(&files);
        assert_eq!(findings_of(&loaded)[0].severity, kind.explanation().severity, "{}", kind.id());
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
