//! Marks in the log between which the host counts, and the answer that is returned.

use core::hint::black_box;
use solana_define_syscall::definitions::{sol_log_compute_units_, sol_set_return_data};

/// What a function answered, for the host to compare with its own.
pub struct Answer {
    bytes: [u8; 128],
    length: usize,
}

impl Answer {
    /// Nothing yet.
    pub fn new() -> Self {
        Self {
            bytes: [0; 128],
            length: 0,
        }
    }

    /// Adds bytes; what does not fit is a mistake of this program and aborts it.
    #[must_use]
    pub fn with(mut self, bytes: &[u8]) -> Self {
        self.bytes[self.length..self.length + bytes.len()].copy_from_slice(bytes);
        self.length += bytes.len();
        self
    }

    /// Makes it the return data.
    pub fn publish(&self) {
        // SAFETY: the pointer and the length are those of initialised bytes.
        unsafe { sol_set_return_data(self.bytes.as_ptr(), self.length as u64) }
    }
}

/// Logs the compute units that are left.
fn mark() {
    // SAFETY: the call takes nothing and only writes to the log.
    unsafe { sol_log_compute_units_() }
}

/// Runs `work` between the first and the second mark, nothing between the second and the third: the
/// first difference less the second is what the work costs, within three units for the registers that
/// the marks make the compiler save.
#[inline(always)]
pub fn measured<T>(work: impl FnOnce() -> T) -> T {
    mark();
    let result = black_box(work());
    mark();
    mark();
    result
}

/// The data of an instruction without accounts: a count of eight bytes, a length of eight bytes, data.
///
/// # Safety
/// `input` must be what the loader hands to an entrypoint.
pub unsafe fn instruction_data<'a>(input: *const u8) -> Option<&'a [u8]> {
    // SAFETY: the loader writes these fields at these places if there are no accounts.
    unsafe {
        if input.cast::<u64>().read_unaligned() != 0 {
            return None;
        }
        let length = input.add(8).cast::<u64>().read_unaligned();
        Some(core::slice::from_raw_parts(input.add(16), length as usize))
    }
}
