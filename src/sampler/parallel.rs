//! Independent tasks over the available threads, results in the order of the tasks.

#[cfg(feature = "parallel")]
use crate::loss::with_spare_threads;

/// Runs `task(0)`, …, `task(count − 1)`; with the feature `parallel` on rayon's threads. Each task
/// owns its random stream, so the answer does not depend on the number of threads. Where there are
/// more of them than tasks, large matrix products within a task use the others.
#[cfg(feature = "parallel")]
pub(crate) fn map<R: Send>(count: usize, task: impl Fn(usize) -> R + Send + Sync) -> Vec<R> {
    use rayon::prelude::*;
    let spare = count < rayon::current_num_threads();
    (0..count)
        .into_par_iter()
        .with_max_len(1)
        .map(|index| with_spare_threads(spare, || task(index)))
        .collect()
}

/// Runs `task(0)`, …, `task(count − 1)` one after the other.
#[cfg(not(feature = "parallel"))]
pub(crate) fn map<R>(count: usize, task: impl Fn(usize) -> R) -> Vec<R> {
    (0..count).map(task).collect()
}

/// How many of so many tasks run at once.
pub(crate) fn at_once(tasks: usize) -> usize {
    #[cfg(feature = "parallel")]
    let threads = rayon::current_num_threads();
    #[cfg(not(feature = "parallel"))]
    let threads = 1;
    threads.min(tasks).max(1)
}

/// Runs `task` on every item, in place; with the feature `parallel` on rayon's threads.
#[cfg(feature = "parallel")]
pub(crate) fn each<S: Send>(items: &mut [S], task: impl Fn(&mut S) + Send + Sync) {
    use rayon::prelude::*;
    items.par_iter_mut().with_max_len(1).for_each(task);
}

/// Runs `task` on every item, in place.
#[cfg(not(feature = "parallel"))]
pub(crate) fn each<S>(items: &mut [S], task: impl Fn(&mut S)) {
    items.iter_mut().for_each(task);
}
