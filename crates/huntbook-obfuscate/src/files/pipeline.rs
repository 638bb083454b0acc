//! Blocks of a stream: read and written in order by one thread, worked on by all others meanwhile.

use rayon::iter::{IntoParallelIterator, ParallelIterator};

use crate::ObfuscationError;

/// Gives each block that `read` returns to `work`, and each result, in the same order, to `write`.
///
/// At most six blocks a thread are in memory. Stops at the first error.
pub(super) fn run<I: Send, O: Send>(
    mut read: impl FnMut() -> Result<Option<I>, ObfuscationError> + Send,
    work: impl Fn(I) -> Result<O, ObfuscationError> + Sync,
    mut write: impl FnMut(O) -> Result<(), ObfuscationError> + Send,
) -> Result<(), ObfuscationError> {
    let width = 2 * rayon::current_num_threads();
    let mut read_group = move || {
        let mut group = Vec::with_capacity(width);
        while group.len() < width
            && let Some(block) = read()?
        {
            group.push(block);
        }
        Ok::<_, ObfuscationError>(group)
    };
    let mut waiting = read_group()?;
    let mut finished: Vec<O> = Vec::new();
    while !waiting.is_empty() {
        let blocks = waiting;
        let (moved, worked) = rayon::join(
            || {
                finished.drain(..).try_for_each(&mut write)?;
                read_group()
            },
            || blocks.into_par_iter().map(&work).collect::<Result<Vec<O>, _>>(),
        );
        waiting = moved?;
        finished = worked?;
    }
    finished.into_iter().try_for_each(write)
}
