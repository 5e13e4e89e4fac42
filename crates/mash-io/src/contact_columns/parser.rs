//! A block of rows to columns and issues.

use mash_model::FactDictionary;

use super::{
    ContactColumns, ImportedBlock, blocks::line_ends, csv_row, json_row::JsonNames, names::LOOK_AHEAD,
};
use crate::{
    contact_file::{Format, Row, RowContent, RowParser, csv_rows::Header},
    error::Issue,
};

/// Parses the blocks of one file; threads may share it.
#[derive(Debug)]
pub(super) struct BlockParser<'d> {
    dictionary: &'d FactDictionary,
    rows: RowParser,
    names: JsonNames,
}

impl<'d> BlockParser<'d> {
    /// The parser of a file of this name, and of the header where it is a CSV.
    pub(super) fn new(name: String, header: Option<Header>, dictionary: &'d FactDictionary) -> Self {
        Self { dictionary, rows: RowParser::new(name, header), names: JsonNames::new(dictionary) }
    }

    /// The file, as issues name it.
    pub(super) fn name(&self) -> &str {
        self.rows.name()
    }

    /// The contacts of whole rows that begin on this line and hold so many line ends, and everything that is wrong with
    /// the rows that are none.
    pub(super) fn parse(&self, first_line: u64, line_ends: usize, text: &[u8]) -> ImportedBlock {
        let mut parsed = match self.rows.header() {
            Some(header) => self.csv(header, first_line, line_ends, text),
            None => self.json_lines(first_line, line_ends, text),
        };
        parsed.contacts.finish();
        parsed
    }

    fn json_lines(&self, first_line: u64, line_ends: usize, text: &[u8]) -> ImportedBlock {
        let mut parsed = ImportedBlock::with_room(self.dictionary, line_ends + 1);
        let mut line = first_line;
        // Names are looked up with what stands after them, so the last line is read from a copy with more after it.
        let all_but_one = text.len().saturating_sub(1);
        let last =
            text.get(..all_but_one).and_then(|text| memchr::memrchr(b'\n', text)).map_or(0, |end| end + 1);
        self.json_lines_before(last, text, &mut line, &mut parsed);
        let mut copy = text.get(last..).unwrap_or_default().to_vec();
        let length = copy.len();
        copy.resize(length + 1 + 2 * LOOK_AHEAD, b'\n');
        self.json_lines_before(length, &copy, &mut line, &mut parsed);
        parsed
    }

    /// The lines of a text that begin before this offset.
    fn json_lines_before(&self, end: usize, text: &[u8], line: &mut u64, parsed: &mut ImportedBlock) {
        let mut rest = text;
        // Most files are spaced alike throughout, so a row is tried as the last one was.
        let mut spaced = false;
        loop {
            let left = (end + rest.len()).saturating_sub(text.len());
            if left == 0 {
                return;
            }
            let contacts = &mut parsed.contacts;
            let at = contacts.len();
            let mut usual = |spaced| {
                if spaced {
                    self.names.row::<true>(self.dictionary, rest, *line, &mut contacts.facts, at)
                } else {
                    self.names.row::<false>(self.dictionary, rest, *line, &mut contacts.facts, at)
                }
            };
            let found = usual(spaced).or_else(|| {
                spaced = !spaced;
                usual(spaced)
            });
            if let Some((row, after)) = found {
                contacts.push(row);
                rest = after;
            } else {
                // What was put after the last line is no part of it.
                let length = memchr::memchr(b'\n', rest).map_or(left, |end| left.min(end + 1));
                let (bytes, after) = rest.split_at_checked(length).unwrap_or((rest, &[]));
                if !bytes.iter().all(u8::is_ascii_whitespace) {
                    self.unusual(*line, RowContent::Json(bytes.to_vec()), parsed);
                }
                rest = after;
            }
            *line += 1;
        }
    }

    fn csv(&self, header: &Header, first_line: u64, line_ends: usize, text: &[u8]) -> ImportedBlock {
        let returns = memchr::memchr_iter(b'\r', text).count();
        let mut parsed = ImportedBlock::with_room(self.dictionary, line_ends + returns + 1);
        let mut reader = csv::ReaderBuilder::new().flexible(true).has_headers(false).from_reader(text);
        let mut record = csv::ByteRecord::new();
        while let Ok(true) = reader.read_byte_record(&mut record) {
            let line = first_line + record.position().map_or(0, |start| line_ends_before(text, start));
            let contacts = &mut parsed.contacts;
            let at = contacts.len();
            match csv_row::row(header.columns(), self.dictionary, &record, line, &mut contacts.facts, at) {
                Some(row) => contacts.push(row),
                None => self.unusual(line, RowContent::Csv(record.clone()), &mut parsed),
            }
        }
        parsed
    }

    /// A row that is not the usual one: the row's own parser decides what it means.
    #[cold]
    fn unusual(&self, line: u64, content: RowContent, parsed: &mut ImportedBlock) {
        match self.rows.parse(&Row { line, content }, self.dictionary) {
            Ok(contact) => parsed.contacts.push_contact(line, &contact, self.dictionary),
            Err(issues) => {
                parsed.issues.extend(issues);
                parsed.contacts.facts.forget(parsed.contacts.len());
            }
        }
    }
}

/// Ends of lines before the record that the reader came to at this position, blank lines between included.
fn line_ends_before(text: &[u8], start: &csv::Position) -> u64 {
    let from = usize::try_from(start.byte()).unwrap_or(usize::MAX);
    let blank = text.get(from..).unwrap_or_default().iter().take_while(|byte| matches!(byte, b'\r' | b'\n'));
    start.line() - 1 + blank.filter(|byte| **byte == b'\n').count() as u64
}

/// The contacts of a whole text in this form, with what is wrong with the rows that are none; ids may stand twice, and
/// issues name the file `-`. Never panics, whatever the bytes.
#[must_use]
pub fn parse_block(format: Format, text: &[u8], dictionary: &FactDictionary) -> (ContactColumns, Vec<Issue>) {
    let text = text.strip_prefix(b"\xef\xbb\xbf").unwrap_or(text);
    let (header, first_line, rows) = match format {
        Format::JsonLines => (None, 1, text),
        Format::Csv => match split_header(text, "-", dictionary) {
            Ok((header, first_line, rows)) => (Some(header), first_line, rows),
            Err(issues) => return (ContactColumns::default(), issues),
        },
    };
    let parser = BlockParser::new("-".to_owned(), header, dictionary);
    let parsed = parser.parse(first_line, line_ends(rows), rows);
    (parsed.contacts, parsed.issues)
}

/// The header at the start of a CSV, and the rows after it with the line they begin on.
///
/// # Errors
/// Every issue of the header.
pub(super) fn split_header<'t>(
    text: &'t [u8],
    name: &str,
    dictionary: &FactDictionary,
) -> Result<(Header, u64, &'t [u8]), Vec<Issue>> {
    let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(text);
    let header = Header::read(&mut reader, name, dictionary)?;
    let end = reader.position();
    let rows = usize::try_from(end.byte()).ok().and_then(|end| text.get(end..)).unwrap_or_default();
    Ok((header, end.line(), rows))
}
