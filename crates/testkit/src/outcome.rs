//! What a transaction came to.

use std::fmt;

use anchor_lang::{AnchorDeserialize, Discriminator};
use backstop_client::plan::Wire;
use base64::engine::general_purpose::STANDARD;
use base64::Engine;
use solana_instruction::error::InstructionError;
use solana_instruction::Instruction;
use solana_pubkey::Pubkey;
use solana_signature::Signature;
use solana_transaction::TransactionError;

use crate::footprint::Footprint;
use crate::logs::{self, InstructionCost};

/// An instruction that a program invoked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InnerCall {
    /// The instruction with its accounts and data.
    pub instruction: Instruction,
    /// Height in the invocation stack: 2 for what an instruction of the transaction invoked itself.
    pub height: u8,
}

/// A transaction that landed: its effects are in the world.
#[derive(Debug, Clone)]
pub struct Landed {
    /// First signature, or a made-up one when signatures are not checked.
    pub signature: Signature,
    /// Every log line, never truncated.
    pub logs: Vec<String>,
    /// Compute units of the whole transaction, the compute-budget instruction (150) included.
    pub cu: u64,
    /// Lamports the fee payer was charged.
    pub fee_lamports: u64,
    /// What the last program that set return data returned, with that program's address.
    pub return_data: Option<(Pubkey, Vec<u8>)>,
    /// For each given instruction the calls it made, in order.
    pub inner: Vec<Vec<InnerCall>>,
    /// For each instruction of the transaction that ran a loaded program: its address, name and compute units.
    pub instruction_costs: Vec<InstructionCost>,
    /// Heap and stack the program under test needed; only in a traced world and if it ran.
    pub footprint: Option<Footprint>,
    /// Bytes and accounts of the transaction, the compute-budget program among them.
    pub wire: Wire,
}

impl Landed {
    /// Compute units of the instructions of the transaction that were addressed to `program`, calls included.
    pub fn program_cu(&self, program: &Pubkey) -> u64 {
        let of_program = |cost: &&InstructionCost| cost.program == *program;
        let costs = self.instruction_costs.iter().filter(of_program);
        costs.map(|cost| cost.cu).sum()
    }

    /// Events of type `E` that `program` emitted, by self-invocation (`emit_cpi!`) and by log (`emit!`), each
    /// kind in the order of emission, the former first.
    pub fn events<E: AnchorDeserialize + Discriminator>(&self, program: &Pubkey) -> Vec<E> {
        let by_call = self.inner.iter().flatten().filter_map(|call| {
            let own = call.instruction.program_id == *program;
            let data = call.instruction.data.as_slice();
            data.strip_prefix(anchor_lang::event::EVENT_IX_TAG_LE)
                .filter(|_| own)
                .map(<[u8]>::to_vec)
        });
        let by_log = logs::program_data(&self.logs, program)
            .filter_map(|text| STANDARD.decode(text).ok())
            .collect::<Vec<_>>();
        by_call
            .chain(by_log)
            .filter_map(|bytes| E::deserialize(&mut bytes.strip_prefix(E::DISCRIMINATOR)?).ok())
            .collect()
    }
}

/// A transaction that did not land. Only the fee was taken, and not even that if it was refused before running.
#[derive(Debug, Clone, PartialEq)]
pub struct Failed {
    /// The exact error of the runtime. Instruction indices count the instructions as given.
    pub error: TransactionError,
    /// Every log line up to the failure; a line beginning with `testkit:` if the testkit refused it.
    pub logs: Vec<String>,
    /// Compute units used up to the failure.
    pub cu: u64,
    /// Lamports the fee payer was charged.
    pub fee_lamports: u64,
}

impl Failed {
    /// Index, among the given ones, of the instruction that failed.
    pub fn instruction_index(&self) -> Option<u8> {
        match self.error {
            TransactionError::InstructionError(index, _) => Some(index),
            _ => None,
        }
    }

    /// The error of the instruction that failed; none if the transaction was refused as a whole.
    pub fn instruction_error(&self) -> Option<&InstructionError> {
        match &self.error {
            TransactionError::InstructionError(_, error) => Some(error),
            _ => None,
        }
    }

    /// The program's own error number; none if the failure was not a program's.
    pub fn code(&self) -> Option<u32> {
        match self.instruction_error() {
            Some(InstructionError::Custom(code)) => Some(*code),
            _ => None,
        }
    }
}

impl fmt::Display for Failed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{:?} after {} CU; logs:", self.error, self.cu)?;
        self.logs
            .iter()
            .try_for_each(|line| writeln!(f, "  {line}"))
    }
}

impl std::error::Error for Failed {}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::keys::address;
    use anchor_lang::event::EVENT_IX_TAG_LE;
    use anchor_lang::prelude::event;
    use anchor_lang::{AnchorSerialize, Event};

    #[event]
    #[derive(Debug, PartialEq)]
    struct Paid {
        atoms: u64,
    }

    #[event]
    struct Other {
        atoms: u64,
    }

    fn call(program_id: Pubkey, event: &[u8]) -> InnerCall {
        InnerCall {
            instruction: Instruction {
                program_id,
                accounts: Vec::new(),
                data: [EVENT_IX_TAG_LE, event].concat(),
            },
            height: 2,
        }
    }

    #[test]
    fn events_are_found_by_type_and_program_in_calls_and_logs() {
        let (ours, theirs) = (address("ours"), address("theirs"));
        let paid = |atoms| Paid { atoms }.data();
        let calls = vec![
            call(ours, &paid(1)),
            call(ours, &Other { atoms: 2 }.data()),
            call(theirs, &paid(3)),
        ];
        let landed = Landed {
            signature: Signature::default(),
            logs: vec![
                format!("Program {ours} invoke [1]"),
                format!("Program data: {}", STANDARD.encode(paid(4))),
                format!("Program {ours} success"),
            ],
            cu: 0,
            fee_lamports: 0,
            return_data: None,
            inner: vec![calls],
            instruction_costs: Vec::new(),
            footprint: None,
            wire: Wire::default(),
        };
        let expected = [Paid { atoms: 1 }, Paid { atoms: 4 }];
        assert_eq!(landed.events::<Paid>(&ours), expected);
        assert_eq!(landed.events::<Paid>(&theirs), [Paid { atoms: 3 }]);
    }
}
