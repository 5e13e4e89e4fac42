//! Votes as positions in a list of categories, a row a vignette, a column a person; a vote may be missing.

/// Votes on vignettes.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Votes {
    // INVARIANT: every row has the same length, and every vote is below `categories`.
    categories: usize,
    rows: Vec<Vec<Option<usize>>>,
}

/// Rows that are no votes.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum VotesError {
    /// A row has another length than the first.
    #[error(
        "row {row} has {found} places for votes, the first has {expected}; give every person a place, empty or not"
    )]
    Ragged {
        /// The row, from 0.
        row: usize,
        /// Its length.
        found: usize,
        /// The first row's.
        expected: usize,
    },
    /// A vote names no category.
    #[error(
        "row {row} holds a vote for category {vote}, and there are {categories}; categories count from 0"
    )]
    NoCategory {
        /// The row, from 0.
        row: usize,
        /// The vote.
        vote: usize,
        /// Number of categories.
        categories: usize,
    },
}

impl Votes {
    /// Votes on categories numbered from 0, in their order; all that were offered count, chosen or not.
    ///
    /// # Errors
    /// [`VotesError`] names the first row that does not fit.
    pub fn new(categories: usize, rows: Vec<Vec<Option<usize>>>) -> Result<Self, VotesError> {
        let expected = rows.first().map_or(0, Vec::len);
        for (row, votes) in rows.iter().enumerate() {
            if votes.len() != expected {
                return Err(VotesError::Ragged { row, found: votes.len(), expected });
            }
            if let Some(&vote) = votes.iter().flatten().find(|vote| **vote >= categories) {
                return Err(VotesError::NoCategory { row, vote, categories });
            }
        }
        Ok(Self { categories, rows })
    }

    /// Number of categories.
    #[must_use]
    pub fn categories(&self) -> usize {
        self.categories
    }

    /// Rows of votes.
    #[must_use]
    pub fn rows(&self) -> &[Vec<Option<usize>>] {
        &self.rows
    }

    /// The votes of these people only, by column.
    #[must_use]
    pub fn of_people(&self, people: &[usize]) -> Self {
        let rows = self.rows.iter();
        let rows = rows.map(|row| people.iter().map(|&person| row.get(person).copied().flatten()).collect());
        Self { categories: self.categories, rows: rows.collect() }
    }

    /// People with at least one vote.
    #[must_use]
    pub fn raters(&self) -> usize {
        self.voters().len()
    }

    /// Columns with at least one vote.
    fn voters(&self) -> Vec<usize> {
        let people = self.rows.first().map_or(0, Vec::len);
        let votes = |person: usize| self.rows.iter().any(|row| row.get(person).is_some_and(Option::is_some));
        (0..people).filter(|&person| votes(person)).collect()
    }

    /// Votes for each category, a row a vignette.
    #[must_use]
    pub fn counts(&self) -> Vec<Vec<f64>> {
        let count = |row: &Vec<Option<usize>>| {
            let mut counts = vec![0.0; self.categories];
            for vote in row.iter().flatten() {
                counts.get_mut(*vote).into_iter().for_each(|count| *count += 1.0);
            }
            counts
        };
        self.rows.iter().map(count).collect()
    }

    /// Where exactly two people voted: their votes on each vignette on which both did.
    #[must_use]
    pub fn pair_of_raters(&self) -> Option<Vec<(usize, usize)>> {
        let [a, b] = *self.voters() else { return None };
        let both = |row: &Vec<Option<usize>>| Some((row.get(a).copied()??, row.get(b).copied()??));
        Some(self.rows.iter().filter_map(both).collect())
    }
}
