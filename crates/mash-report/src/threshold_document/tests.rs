use super::*;
use crate::sample;

#[test]
fn the_document_has_the_structure() {
    let html = threshold_document_html(&sample::document()).expect("a document");
    sample::check_structure(&html);
    assert!(html.contains("Not reviewed by practitioners."));
    assert!(html.contains("statutory floor"));
    assert!(html.contains("f.dash_grade != &quot;none&quot; &amp;&amp; f.strangulation_or_weapon"));
    assert!(html.contains(">No</dd>"));
}

#[test]
fn only_web_addresses_are_linked() {
    let html = threshold_document_html(&sample::document()).expect("a document");
    assert!(!html.contains("javascript:"));
    assert!(html.contains("href=\"https:&#x2f;&#x2f;www.example.org&#x2f;levels\""));
}

#[test]
fn an_empty_document_still_prints() {
    let html = threshold_document_html(&ThresholdDocument::default()).expect("a document");
    sample::check_structure(&html);
}
