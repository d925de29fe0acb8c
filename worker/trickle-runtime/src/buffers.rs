//! The memory of array buffers, counted.

use std::{
    ffi::c_void,
    sync::{
        Arc,
        atomic::{AtomicU32, AtomicUsize, Ordering::Relaxed},
    },
};

use deno_core::v8::{Allocator, RustAllocatorVtable, UniqueRef, new_rust_allocator};
use trickle_model::LimitKind;

use crate::breach::Breaches;

/// The engine cannot go on without the smallest ones.
const ALWAYS_BYTES: usize = 64;

/// How often the engine asks for the same memory, collecting garbage in between, before the script gets an error.
const ATTEMPTS: u32 = 4;

/// What array buffers may take, and what they do take.
pub struct Buffers {
    limit: AtomicUsize,
    used: AtomicUsize,
    refused: AtomicU32,
    breaches: Breaches,
}

impl Buffers {
    /// With that limit, until another one is set.
    pub fn new(limit: usize, breaches: Breaches) -> Arc<Self> {
        Arc::new(Self {
            limit: AtomicUsize::new(limit),
            used: AtomicUsize::new(0),
            refused: AtomicU32::new(0),
            breaches,
        })
    }

    /// Sets the limit; what is there stays.
    pub fn limit(&self, bytes: usize) {
        self.limit.store(bytes, Relaxed);
    }

    /// Whether so many bytes are more than the limit.
    pub fn are_beyond(&self, bytes: usize) -> bool {
        bytes > self.limit.load(Relaxed)
    }

    /// Compares the engine's own count, which has in it what host functions have made.
    pub fn compare(&self, bytes: usize) {
        if self.are_beyond(bytes) {
            self.breaches.note(LimitKind::Buffers, bytes as u64);
        }
    }

    /// An allocator for an isolate.
    pub fn allocator(self: &Arc<Self>) -> UniqueRef<Allocator> {
        static CALLS: RustAllocatorVtable<Buffers> = RustAllocatorVtable {
            allocate,
            allocate_uninitialized,
            free,
            drop,
        };
        // SAFETY: the handle is one count of the `Arc`, which `drop` takes back; the functions take it as shared, and may be
        // called from any thread, as all of it is atomic. The engine's own allocators do not count.
        unsafe { new_rust_allocator(Arc::into_raw(self.clone()), &CALLS) }
    }

    fn take(&self, bytes: usize) -> bool {
        let before = self.used.fetch_add(bytes, Relaxed);
        let after = before.saturating_add(bytes);
        if after <= self.limit.load(Relaxed) || bytes <= ALWAYS_BYTES {
            self.refused.store(0, Relaxed);
            return true;
        }
        self.used.fetch_sub(bytes, Relaxed);
        if self.refused.fetch_add(1, Relaxed) + 1 >= ATTEMPTS {
            self.breaches.note(LimitKind::Buffers, after as u64);
        }
        false
    }

    fn give_back(&self, bytes: usize) {
        self.used.fetch_sub(bytes, Relaxed);
    }
}

unsafe extern "C" fn allocate(buffers: &Buffers, bytes: usize) -> *mut c_void {
    get(buffers, bytes, || {
        // SAFETY: any sizes are allowed; null is an answer that the engine expects.
        unsafe { libc::calloc(bytes.max(1), 1) }
    })
}

unsafe extern "C" fn allocate_uninitialized(buffers: &Buffers, bytes: usize) -> *mut c_void {
    get(buffers, bytes, || {
        // SAFETY: as above. The engine fills it before scripts see it.
        unsafe { libc::malloc(bytes.max(1)) }
    })
}

fn get(buffers: &Buffers, bytes: usize, make: impl Fn() -> *mut c_void) -> *mut c_void {
    if !buffers.take(bytes) {
        return std::ptr::null_mut();
    }
    let memory = make();
    if memory.is_null() {
        buffers.give_back(bytes);
    }
    memory
}

unsafe extern "C" fn free(buffers: &Buffers, memory: *mut c_void, bytes: usize) {
    // SAFETY: the engine gives back what it got of one of the two above, once.
    unsafe { libc::free(memory) };
    buffers.give_back(bytes);
}

unsafe extern "C" fn drop(buffers: *const Buffers) {
    // SAFETY: the pointer is that of `Arc::into_raw` in `allocator`, and the engine drops it once.
    std::mem::drop(unsafe { Arc::from_raw(buffers) });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn memory_that_is_given_back_can_be_had_again() {
        let buffers = Buffers::new(1000, Breaches::default());
        assert!(buffers.take(900));
        assert!(!buffers.take(200));
        buffers.give_back(900);
        assert!(buffers.take(1000));
        assert!(buffers.breaches.get().is_none());
    }

    #[test]
    fn the_smallest_are_never_refused() {
        let buffers = Buffers::new(10, Breaches::default());
        assert!(buffers.take(ALWAYS_BYTES));
    }

    #[test]
    fn what_is_refused_after_all_garbage_was_collected_is_a_breach() {
        let breaches = Breaches::default();
        let buffers = Buffers::new(1000, breaches.clone());
        for _ in 0..ATTEMPTS {
            assert!(breaches.get().is_none());
            assert!(!buffers.take(2000));
        }
        assert_eq!(breaches.get().unwrap().used, 2000);
    }
}
