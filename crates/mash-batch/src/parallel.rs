//! Work spread over threads, results in the order of the work.

use std::{
    collections::VecDeque,
    sync::mpsc::{Receiver, TryRecvError, sync_channel},
};

use rayon::{Yield, prelude::*};

/// Number of threads that work is spread over.
#[must_use]
pub fn threads() -> usize {
    rayon::current_num_threads()
}

/// Results of `work` on each item, in the items' order, whatever the number of threads.
pub fn map<T: Sync, R: Send>(items: &[T], work: impl Fn(&T) -> R + Sync + Send) -> Vec<R> {
    items.par_iter().map(work).collect()
}

/// Results of `work` on each item of a stream, given to `take` in the items' order, whatever the number of threads.
///
/// At most `ahead` items, and at least one, have been drawn from the stream and not yet taken, so that memory is
/// bounded however long the stream is.
///
/// # Errors
/// The first error of `take`; nothing is drawn from the stream after it.
pub fn in_order<T: Send, R: Send, E>(
    items: impl Iterator<Item = T>,
    ahead: usize,
    work: impl Fn(T) -> R + Sync,
    mut take: impl FnMut(R) -> Result<(), E>,
) -> Result<(), E> {
    let work = &work;
    rayon::in_place_scope_fifo(|scope| {
        let mut begun = VecDeque::new();
        for item in items {
            let (sender, receiver) = sync_channel(1);
            // A result that nobody waits for any more is dropped.
            scope.spawn_fifo(move |_| drop(sender.send(work(item))));
            begun.push_back(receiver);
            if begun.len() >= ahead.max(1) {
                begun.pop_front().and_then(|first| wait(&first)).map_or(Ok(()), &mut take)?;
            }
        }
        begun.iter().filter_map(wait).try_for_each(&mut take)
    })
}

/// The result that comes through a channel; `None` when its work panicked, which the scope passes on when it ends.
fn wait<R>(result: &Receiver<R>) -> Option<R> {
    loop {
        match result.try_recv() {
            Ok(result) => return Some(result),
            Err(TryRecvError::Disconnected) => return None,
            // A thread of the pool works while it waits: it may be the only one. Any other thread sleeps.
            Err(TryRecvError::Empty) => match rayon::yield_now() {
                Some(Yield::Executed) => {}
                Some(Yield::Idle) => std::thread::yield_now(),
                None => return result.recv().ok(),
            },
        }
    }
}

/// Runs `work` on this many threads; 0 is one a core.
///
/// # Errors
/// The threads cannot be started.
pub fn with_threads<R: Send>(threads: usize, work: impl FnOnce() -> R + Send) -> Result<R, String> {
    let pool = rayon::ThreadPoolBuilder::new()
        .num_threads(threads)
        .build()
        .map_err(|error| format!("threads cannot be started: {error}"))?;
    Ok(pool.install(work))
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;

    fn squares(threads: usize, ahead: usize) -> Vec<u64> {
        let mut taken = Vec::new();
        let run = || {
            in_order(
                0..100_u64,
                ahead,
                |item| item * item,
                |square| {
                    taken.push(square);
                    Ok::<(), ()>(())
                },
            )
        };
        with_threads(threads, run).unwrap().unwrap();
        taken
    }

    #[test]
    fn results_come_in_order_at_any_number_of_threads() {
        let expect: Vec<u64> = (0..100).map(|item| item * item).collect();
        for (threads, ahead) in [(1, 0), (1, 1), (1, 7), (2, 1), (2, 4), (8, 3), (3, 200)] {
            assert_eq!(squares(threads, ahead), expect, "{threads} threads, {ahead} ahead");
        }
    }

    #[test]
    fn no_more_are_drawn_than_may_be_ahead() {
        let (drawn, most) = (AtomicUsize::new(0), AtomicUsize::new(0));
        let mut taken = 0;
        let items = (0..50).inspect(|_| {
            drawn.fetch_add(1, Ordering::SeqCst);
        });
        let result = in_order(
            items,
            4,
            |item| item,
            |item| {
                most.fetch_max(drawn.load(Ordering::SeqCst) - taken, Ordering::SeqCst);
                taken += 1;
                if item < 20 { Ok(()) } else { Err(item) }
            },
        );
        assert_eq!((result, most.into_inner(), drawn.into_inner()), (Err(20), 4, 24));
    }

    #[test]
    #[should_panic(expected = "seven")]
    fn a_panic_of_the_work_is_passed_on() {
        let work = |item: u32| assert!(item != 7, "seven");
        in_order(0..20, 3, work, |()| Ok::<(), ()>(())).ok();
    }
}
