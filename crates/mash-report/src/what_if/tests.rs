use super::*;
use crate::sample;

fn html(comparison: &Comparison) -> String {
    comparison_html(comparison).expect("a report")
}

#[test]
fn every_sample_has_the_structure() {
    for comparison in sample::all() {
        sample::check_structure(&html(&comparison));
    }
}

#[test]
fn the_warnings_come_first() {
    let html = html(&sample::rich());
    let warning = html.find("Synthetic cases only. Not for a decision about a real child.").expect("warned");
    assert!(warning < html.find("What was changed").expect("changes"));
    assert!(html.contains("Not reviewed by practitioners: the rules of option B."));
}

#[test]
fn hostile_names_are_text() {
    let html = html(&sample::hostile());
    assert!(html.contains("&lt;script&gt;"));
    assert!(!html.contains("<script") && !html.contains("onerror=alert(2)>"));
}

#[test]
fn uninformed_breakdowns_show_no_figures() {
    let html = html(&sample::rich());
    let sex = html
        .split_once("id=\"by-3-sex\"")
        .expect("sex")
        .1
        .split_once("id=\"by-4-ethnicity\"")
        .expect("next")
        .0;
    assert!(sex.contains("The model cannot inform this.") && !sex.contains("<table"));
}

#[test]
fn suppressed_groups_show_no_figures() {
    let html = html(&sample::rich());
    let row = html.split_once("Youth justice").expect("row").1.split_once("</tr>").expect("end").0;
    assert_eq!(row.matches("too few to show").count(), 3);
    assert!(!row.contains("class=\"interval\""));
}

#[test]
fn no_difference_is_said() {
    let html = html(&sample::no_flips());
    assert!(
        html.contains("No contact gets a different outcome under option B in any of the 200 replications.")
    );
    assert!(html.contains("<span class=\"figure\">no difference</span>"));
    assert!(html.contains("No difference between the packs is recorded."));
}

#[test]
fn one_replication_has_no_interval() {
    let html = html(&sample::one_replication());
    assert!(html.contains("(no interval)") && !html.contains(" to 14.0)"));
    assert!(html.contains("only differences are"));
}

#[test]
fn absolute_harm_stands_beside_its_denominator() {
    let rich = html(&sample::rich());
    assert!(rich.contains("Denominator: children a year whose latent need calls for at least early help"));
    assert!(rich.contains("1,904"));
    assert!(!rich.contains("only differences are"));
}

#[test]
fn changed_cells_are_told_in_words_as_well() {
    let html = html(&sample::rich());
    assert!(html.contains("class=\"number changed\"><span class=\"hidden\">changed: </span>"));
}

#[test]
fn the_same_comparison_gives_the_same_bytes() {
    assert_eq!(html(&sample::rich()), html(&sample::rich()));
}

/// Writes the samples to the folder that `MASH_REPORT_SAMPLES` names, to be looked at.
#[test]
fn write_samples() {
    let Ok(folder) = std::env::var("MASH_REPORT_SAMPLES") else { return };
    let names = ["rich", "no_flips", "one_replication", "hostile", "empty"];
    for (name, comparison) in names.iter().zip(sample::all()) {
        std::fs::write(format!("{folder}/{name}.html"), html(&comparison)).expect("written");
        let text = crate::comparison_text(&comparison, 80);
        std::fs::write(format!("{folder}/{name}.txt"), text).expect("written");
    }
    let document = crate::threshold_document_html(&sample::document()).expect("a document");
    std::fs::write(format!("{folder}/document.html"), document).expect("written");
}
