//! What a browser calls: bytes in linear memory, no generated glue.
//!
//! The page writes a request into [`rlct_allocate`]d bytes, calls [`rlct_respond`], reads the reply
//! where it says, and gives both back with [`rlct_free`]. The module asks for one function of the
//! page, a clock.

#![allow(
    unsafe_code,
    reason = "linear memory is shared with the page by address and length"
)]

use std::alloc::{Layout, alloc, dealloc};

#[cfg(target_family = "wasm")]
#[link(wasm_import_module = "page")]
unsafe extern "C" {
    /// Milliseconds since any fixed moment.
    fn now() -> f64;
}

/// The clock of the page, for budgets.
#[cfg(target_family = "wasm")]
fn clock() -> std::time::Duration {
    // SAFETY: the page gives a function of this type when it instantiates the module; it reads
    // nothing of ours.
    let milliseconds = unsafe { now() };
    std::time::Duration::try_from_secs_f64(milliseconds / 1e3).unwrap_or_default()
}

/// Room for so many bytes; null where there is none.
#[unsafe(no_mangle)]
pub extern "C" fn rlct_allocate(length: usize) -> *mut u8 {
    match Layout::array::<u8>(length.max(1)) {
        // SAFETY: the size of the layout is not 0.
        Ok(layout) => unsafe { alloc(layout) },
        Err(_) => std::ptr::null_mut(),
    }
}

/// Gives back what [`rlct_allocate`] gave, or a reply.
///
/// # Safety
/// `bytes` comes from [`rlct_allocate`] with this `length`, or is a reply of this length, and is
/// not used again.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn rlct_free(bytes: *mut u8, length: usize) {
    if let Ok(layout) = Layout::array::<u8>(length.max(1)) {
        // SAFETY: by the contract it was allocated with this layout; a reply is a boxed slice of
        // its length, which is not 0.
        unsafe { dealloc(bytes, layout) };
    }
}

/// The reply to the request in these bytes. What is returned is the place of two numbers: the
/// address of the reply and its length. They are good until the next call.
///
/// # Safety
/// `bytes` points to `length` bytes that nothing else changes meanwhile.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn rlct_respond(bytes: *const u8, length: usize) -> *const [usize; 2] {
    use std::cell::Cell;
    thread_local! {
        static REPLY: Cell<[usize; 2]> = const { Cell::new([0; 2]) };
    }
    #[cfg(target_family = "wasm")]
    rlct::set_clock(clock);
    // SAFETY: the contract of this function.
    let request = unsafe { std::slice::from_raw_parts(bytes, length) };
    let reply = crate::respond(&String::from_utf8_lossy(request));
    let reply: &mut [u8] = Box::leak(reply.into_bytes().into_boxed_slice());
    REPLY.with(|place| {
        place.set([reply.as_mut_ptr().expose_provenance(), reply.len()]);
        place.as_ptr().cast_const()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_goes_in_and_a_reply_comes_out() {
        let request = br#"{"op": "version"}"#;
        let room = rlct_allocate(request.len());
        assert!(!room.is_null(), "there is room");
        // SAFETY: the room is as long as the request; the reply is at the address that is told.
        let reply = unsafe {
            std::ptr::copy_nonoverlapping(request.as_ptr(), room, request.len());
            let [start, length] = *rlct_respond(room, request.len());
            let start = std::ptr::with_exposed_provenance_mut::<u8>(start);
            let reply = std::slice::from_raw_parts(start, length).to_vec();
            rlct_free(start, length);
            rlct_free(room, request.len());
            reply
        };
        let reply: serde_json::Value = serde_json::from_slice(&reply).expect("it is JSON");
        assert_eq!(reply["version"], env!("CARGO_PKG_VERSION"));
    }
}
