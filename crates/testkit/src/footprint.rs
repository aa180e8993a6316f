//! How much heap and stack the program needs, read from the registers of every instruction it executes.

use std::sync::{Arc, Mutex, PoisonError};

use litesvm::{InvocationInspectCallback, LiteSVM};
use serde::Serialize;
use solana_program_runtime::invoke_context::InvokeContext;
use solana_pubkey::Pubkey;
use solana_transaction::sanitized::SanitizedTransaction;

/// Where the heap begins in the virtual machine's memory.
const HEAP_START: u64 = 3 << 32;

/// Bytes of heap a program gets unless the transaction asks for more.
const HEAP_BYTES: u64 = 32 * 1_024;

/// Bytes of the heap in which the allocator keeps its position.
const ALLOCATOR_BYTES: u64 = 8;

/// Where the stack begins.
const STACK_START: u64 = 2 << 32;

/// Bytes of one stack frame.
const FRAME_BYTES: u64 = 4_096;

/// The register that points to the current stack frame.
const FRAME_POINTER: usize = 10;

/// The most memory that any one invocation of the program under test needed in a transaction.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Footprint {
    /// Bytes of heap handed out, allocator included. The allocator never takes back, hands out from the top
    /// downwards, and the address of everything it hands out passes through a register: so the lowest heap address
    /// ever in a register bounds the use from above.
    pub heap_bytes: u64,
    /// Bytes of stack frames in use at the deepest call: 4 096 for each call, however little of its frame it uses.
    pub stack_bytes: u64,
}

impl Footprint {
    /// Footprint of one invocation, given every state of the registers during it and the distance from one frame
    /// to the next.
    fn of(trace: &[[u64; 12]], frame_stride: u64) -> Self {
        let heap = HEAP_START + ALLOCATOR_BYTES + 1..HEAP_START + HEAP_BYTES;
        let pointers = trace.iter().flatten().filter(|value| heap.contains(value));
        let heap_bytes = match pointers.min() {
            Some(lowest) => HEAP_START + HEAP_BYTES - lowest + ALLOCATOR_BYTES,
            None => 0,
        };
        let stack = STACK_START..HEAP_START;
        let frames = || {
            let pointers = trace.iter().map(|registers| registers[FRAME_POINTER]);
            pointers.filter(|pointer| stack.contains(pointer))
        };
        let span = frames().max().unwrap_or(0) - frames().min().unwrap_or(0);
        Self {
            heap_bytes,
            stack_bytes: (span / frame_stride + 1) * FRAME_BYTES,
        }
    }

    /// The larger of both, each for itself.
    pub fn max(self, other: Self) -> Self {
        Self {
            heap_bytes: self.heap_bytes.max(other.heap_bytes),
            stack_bytes: self.stack_bytes.max(other.stack_bytes),
        }
    }
}

/// Hooked into the virtual machine of a traced world; clones share what was measured last.
#[derive(Debug, Clone)]
pub(crate) struct Tracer {
    program_id: Pubkey,
    last: Arc<Mutex<Option<Footprint>>>,
}

impl Tracer {
    /// A tracer of that program's invocations, hooked into `svm`.
    pub(crate) fn hook(program_id: Pubkey, svm: &mut LiteSVM) -> Self {
        let tracer = Self {
            program_id,
            last: Arc::default(),
        };
        svm.set_invocation_inspect_callback(tracer.clone());
        tracer
    }

    /// The same tracer for a fork of its world.
    pub(crate) fn fork(&self, svm: &mut LiteSVM) -> Self {
        Self::hook(self.program_id, svm)
    }

    /// The footprint of the last transaction, if the program ran in it.
    pub(crate) fn take(&self) -> Option<Footprint> {
        self.last
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take()
    }

    fn note(&self, footprint: Footprint) {
        let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        *last = Some(last.unwrap_or_default().max(footprint));
    }
}

impl InvocationInspectCallback for Tracer {
    fn before_invocation(
        &self,
        _: &LiteSVM,
        _: &SanitizedTransaction,
        _: &[u16],
        _: &mut InvokeContext,
        _tracing: bool,
    ) {
        self.take();
    }

    fn after_invocation(
        &self,
        _: &LiteSVM,
        _: &SanitizedTransaction,
        _: &[u16],
        context: &InvokeContext,
        _tracing: bool,
    ) {
        context.iterate_vm_traces(&|instruction, executable, trace| {
            // The oldest version of the bytecode leaves a gap of one frame between any two.
            let has_gaps = executable.get_sbpf_version().stack_frame_gaps();
            let frame_stride = if has_gaps {
                2 * FRAME_BYTES
            } else {
                FRAME_BYTES
            };
            if instruction.get_program_key().ok() == Some(&self.program_id) {
                self.note(Footprint::of(trace, frame_stride));
            }
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn registers(r1: u64, frame: u64) -> [u64; 12] {
        let mut registers = [0; 12];
        (registers[1], registers[FRAME_POINTER]) = (r1, STACK_START + frame);
        registers
    }

    #[test]
    fn the_lowest_heap_pointer_and_the_deepest_frame_count() {
        let trace = [
            registers(HEAP_START, 4_096),
            registers(HEAP_START + HEAP_BYTES - 100, 12_288),
            registers(HEAP_START + HEAP_BYTES - 164, 8_192),
            registers(HEAP_START + HEAP_BYTES, 4_096),
            registers(HEAP_START + ALLOCATOR_BYTES, 4_096),
        ];
        let expected = Footprint {
            heap_bytes: 172,
            stack_bytes: 12_288,
        };
        assert_eq!(Footprint::of(&trace, 4_096), expected);
        assert_eq!(Footprint::of(&trace, 8_192).stack_bytes, 8_192);
    }

    #[test]
    fn a_program_without_heap_uses_none() {
        let trace = [registers(HEAP_START + HEAP_BYTES, 4_096)];
        assert_eq!(Footprint::of(&trace, 4_096).heap_bytes, 0);
    }
}
