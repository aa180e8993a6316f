//! A program that measures single functions on the real virtual machine. It is never deployed.
//!
//! The first byte of an instruction chooses ([`codes`]), the rest are the arguments: they come from
//! outside, so that nothing is computed when the program is compiled.
#![cfg_attr(target_os = "solana", no_std)]

mod codes;
mod input;
mod meter;
mod numbers;
mod portfolio;
mod prices;
mod rivals;

use input::Reader;
use meter::Answer;

/// The loader's entry: 0 if something was measured and returned, 1 if the instruction is not understood.
///
/// # Safety
/// `input` must be what the loader hands to an entrypoint.
#[no_mangle]
pub unsafe extern "C" fn entrypoint(input: *mut u8) -> u64 {
    // SAFETY: the caller's promise is this function's.
    let data = unsafe { meter::instruction_data(input) };
    match data.and_then(<[u8]>::split_first).and_then(run) {
        Some(answer) => {
            answer.publish();
            0
        }
        None => 1,
    }
}

fn run((code, rest): (&u8, &[u8])) -> Option<Answer> {
    let mut reader = Reader::new(rest);
    match *code {
        codes::SOLMATH..=codes::CORDIC => rivals::run(*code, &mut reader),
        codes::PRICE_EUROPEAN..=codes::PRICE_MARGIN => prices::run(*code, &mut reader),
        codes::MARGIN | codes::MARGIN_RAMPED => margin(*code, &mut reader),
        _ => numbers::run(*code, &mut reader),
    }
}

/// Full margin; answers health at both tiers.
#[inline(never)]
fn margin(code: u8, reader: &mut Reader) -> Option<Answer> {
    let mut book = portfolio::Book::EMPTY;
    book.read(reader)?;
    let assessment = match code {
        codes::MARGIN => meter::measured(|| book.assess()),
        _ => meter::measured(|| book.assess_ramped()),
    }?;
    Some(
        Answer::new()
            .with(&assessment.health_im().to_le_bytes())
            .with(&assessment.health_mm().to_le_bytes()),
    )
}

/// A rival links the allocator; nothing that is measured may use it.
struct NoHeap;

// SAFETY: no memory is ever handed out, so none is given back.
unsafe impl core::alloc::GlobalAlloc for NoHeap {
    unsafe fn alloc(&self, _: core::alloc::Layout) -> *mut u8 {
        core::ptr::null_mut()
    }

    unsafe fn dealloc(&self, _: *mut u8, _: core::alloc::Layout) {}
}

#[global_allocator]
static HEAP: NoHeap = NoHeap;

#[cfg(target_os = "solana")]
#[panic_handler]
fn panic(_: &core::panic::PanicInfo) -> ! {
    // SAFETY: ends the program.
    unsafe { solana_define_syscall::definitions::abort() }
}
