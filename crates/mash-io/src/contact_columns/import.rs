//! A file of contacts, imported block by block.

use std::{
    io::{BufReader, Read},
    path::Path,
};

use mash_batch::parallel;
use mash_model::FactDictionary;

use super::{
    ContactColumns,
    blocks::{Block, Blocks},
    parser::{BlockParser, split_header},
    seen_ids::{SeenIds, fingerprint},
};
use crate::{
    contact_file::{self, Format, OpenError},
    error::Issue,
    text_file,
};

/// A file of contacts, opened.
#[derive(Debug)]
pub struct ContactImport<'d> {
    blocks: Blocks,
    /// What the block with a CSV's header holds besides it.
    first: Option<Block>,
    parser: BlockParser<'d>,
}

/// Part of a file of contacts.
#[derive(Debug, Default)]
pub struct ImportedBlock {
    /// The contacts, in the order of the file.
    pub contacts: ContactColumns,
    /// Everything wrong with the other rows, in the order of the file; also each contact whose id stood before.
    pub issues: Vec<Issue>,
}

impl ImportedBlock {
    pub(super) fn with_room(dictionary: &FactDictionary, rows: usize) -> Self {
        Self { contacts: ContactColumns::with_room(dictionary, rows), issues: Vec::new() }
    }
}

impl<'d> ContactImport<'d> {
    /// Opens a file of contacts; `-` is standard input.
    ///
    /// # Errors
    /// The file cannot be opened, or a CSV's header is unusable; every issue of the header is named.
    pub fn open(path: &Path, format: Format, dictionary: &'d FactDictionary) -> Result<Self, OpenError> {
        Self::new(contact_file::open(path)?, path, format, dictionary)
    }

    /// Contacts from any source, which issues name by `path`.
    ///
    /// # Errors
    /// As [`ContactImport::open`].
    pub fn new(
        source: impl Read + Send + 'static,
        path: &Path,
        format: Format,
        dictionary: &'d FactDictionary,
    ) -> Result<Self, OpenError> {
        let mut source = BufReader::new(source);
        contact_file::skip_byte_order_mark(&mut source)
            .map_err(|error| text_file::not_readable(path, &error))?;
        let name = path.display().to_string();
        let mut blocks = Blocks::new(Box::new(source), name.clone(), format);
        let (mut header, mut first) = (None, None);
        if format == Format::Csv {
            let block = blocks.next().unwrap_or_else(|| Ok(Block::new(1, Vec::new())));
            let block = block.map_err(|issue| OpenError::Header(vec![issue]))?;
            let (read, first_line, rows) =
                split_header(&block.text, &name, dictionary).map_err(OpenError::Header)?;
            (header, first) = (Some(read), Some(Block::new(first_line, rows.to_vec())));
        }
        Ok(Self { blocks, first, parser: BlockParser::new(name, header, dictionary) })
    }

    /// Imports the whole file: every block is parsed and given to `work` on any thread, then to `take` with what came of
    /// it, in the order of the file. Two blocks a thread, of 1 MiB each, are in memory at once.
    ///
    /// Only `take` is told of an id that stands twice; `work` sees the block before.
    ///
    /// # Errors
    /// The first error of `take`, which ends the import.
    pub fn run<R: Send, E>(
        self,
        work: impl Fn(&ImportedBlock) -> R + Sync,
        mut take: impl FnMut(ImportedBlock, R) -> Result<(), E>,
    ) -> Result<(), E> {
        let parser = &self.parser;
        let mut seen = SeenIds::default();
        parallel::in_order(
            self.first.map(Ok).into_iter().chain(self.blocks),
            2 * parallel::threads(),
            |block| {
                let imported = match block {
                    Ok(Block { first_line, line_ends, text }) => parser.parse(first_line, line_ends, &text),
                    Err(issue) => ImportedBlock { issues: vec![issue], ..ImportedBlock::default() },
                };
                let fingerprints: Vec<u128> = imported.contacts.ids().map(fingerprint).collect();
                let result = work(&imported);
                (imported, fingerprints, result)
            },
            |(mut imported, fingerprints, result)| {
                seen.check(parser.name(), &mut imported, &fingerprints);
                take(imported, result)
            },
        )
    }
}
