//! Answers of many people in one transaction: whatever waits when the file is free is written and brought to disk at
//! once, and each person is told only after that.

use std::sync::{Mutex, PoisonError};

use rusqlite::Transaction;
use tokio::sync::oneshot;

use super::{Store, StoreError};

/// Something to write; it may be run again, so it changes nothing but the file. False where nothing was kept.
type Work = Box<dyn Fn(&Transaction<'_>) -> Result<bool, StoreError> + Send>;

/// What somebody waits for.
struct Waiting {
    work: Work,
    said: oneshot::Sender<Result<bool, StoreError>>,
}

/// What waits to be written.
#[derive(Default)]
pub(super) struct Together {
    queue: Mutex<Queue>,
}

#[derive(Default)]
struct Queue {
    waiting: Vec<Waiting>,
    /// Does somebody write, who will also see what is added now?
    writing: bool,
}

impl std::fmt::Debug for Together {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str("Together")
    }
}

impl Together {
    /// What waits; nothing where nobody has to write any more.
    fn next(&self) -> Vec<Waiting> {
        let mut queue = self.queue.lock().unwrap_or_else(PoisonError::into_inner);
        let next = std::mem::take(&mut queue.waiting);
        queue.writing = !next.is_empty();
        next
    }
}

impl Store {
    /// Adds something to what is written next. Where the second is true, the caller has [`Store::write_waiting`] run.
    pub(crate) fn add(
        &self,
        work: impl Fn(&Transaction<'_>) -> Result<bool, StoreError> + Send + 'static,
    ) -> (oneshot::Receiver<Result<bool, StoreError>>, bool) {
        let (said, hears) = oneshot::channel();
        let mut queue = self.together.queue.lock().unwrap_or_else(PoisonError::into_inner);
        queue.waiting.push(Waiting { work: Box::new(work), said });
        (hears, !std::mem::replace(&mut queue.writing, true))
    }

    /// Writes what waits, and what comes meanwhile, until nothing waits.
    pub(crate) fn write_waiting(&self) {
        loop {
            let next = self.together.next();
            if next.is_empty() {
                return;
            }
            let (work, said): (Vec<Work>, Vec<_>) = next.into_iter().map(|it| (it.work, it.said)).unzip();
            for (done, said) in self.write_all(&work).into_iter().zip(said) {
                // Whoever does not listen any more finds the answer in the file.
                let _ = said.send(done);
            }
        }
    }

    /// All in one transaction; where that fails, each in one of its own, so that nobody suffers for another.
    fn write_all(&self, work: &[Work]) -> Vec<Result<bool, StoreError>> {
        let together: Result<Vec<bool>, StoreError> =
            self.with(|db| work.iter().map(|work| work(db)).collect());
        match together {
            Ok(done) => done.into_iter().map(Ok).collect(),
            Err(error) if work.len() == 1 => vec![Err(error)],
            Err(_) => work.iter().map(|work| self.with(|db| work(db))).collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_waits_is_written_together_and_a_failure_is_its_own() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(&folder.path().join("sessions.db")).unwrap();
        let insert = |name: &'static str| {
            move |db: &Transaction<'_>| {
                db.execute("INSERT INTO secret (name, value) VALUES (?1, x'00')", [name])?;
                Ok(true)
            }
        };
        let (first, writes) = store.add(insert("a"));
        assert!(writes);
        let (broken, writes) = store.add(|_| Err(StoreError::Missing("such thing")));
        assert!(!writes);
        let (last, _) = store.add(insert("b"));
        let (none, _) = store.add(|_| Ok(false));
        store.write_waiting();
        assert!(first.blocking_recv().unwrap().unwrap() && last.blocking_recv().unwrap().unwrap());
        assert!(matches!(broken.blocking_recv().unwrap(), Err(StoreError::Missing(_))));
        assert!(!none.blocking_recv().unwrap().unwrap());
        let kept: i64 =
            store.read(|db| Ok(db.query_row("SELECT count(*) FROM secret", [], |row| row.get(0))?)).unwrap();
        assert_eq!(kept, 2);
        // Whoever comes afterwards has to see to the writing again.
        assert!(store.add(insert("c")).1);
    }
}
