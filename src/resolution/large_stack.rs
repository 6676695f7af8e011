//! A thread with room for the search.

/// Runs work that follows hundreds of charts one above the other.
pub(super) fn on_large_stack<T: Send>(work: impl Fn() -> T + Sync) -> T {
    const STACK: usize = 256 << 20;
    std::thread::scope(|scope| {
        let thread = std::thread::Builder::new().stack_size(STACK);
        match thread.spawn_scoped(scope, &work) {
            Ok(handle) => handle
                .join()
                .unwrap_or_else(|p| std::panic::resume_unwind(p)),
            // no thread is to be had: the caller's stack is mostly enough
            Err(_) => work(),
        }
    })
}
