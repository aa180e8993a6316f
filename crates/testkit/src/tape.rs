//! What was done to a world, so that it can be done again to another chain with the same bytecode.

use std::sync::Arc;

use anchor_lang::solana_program::bpf_loader_upgradeable;
use solana_account::{Account, ReadableAccount};
use solana_instruction::Instruction;
use solana_keypair::Keypair;
use solana_message::AddressLookupTableAccount;
use solana_pubkey::Pubkey;

use crate::snapshot::SYSVAR_OWNER;
use crate::World;

/// One thing done to a world.
#[derive(Clone, Debug)]
pub enum Deed {
    /// A transaction that landed: its instructions and the keys that signed beside the fee payer's.
    Transaction(Vec<Instruction>, Arc<[Keypair]>),
    /// An account written from outside, such as a price.
    Account(Pubkey, Account),
    /// The clock set.
    Time(Moment),
    /// A lookup table made for a transaction, which need not have landed.
    Table(AddressLookupTableAccount, Account),
}

/// What the clock shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Moment {
    /// Unix second.
    pub unix: i64,
    /// Slot.
    pub slot: u64,
}

impl World {
    /// What the clock shows now.
    pub fn moment(&self) -> Moment {
        Moment {
            unix: self.now(),
            slot: self.slot(),
        }
    }

    /// Begins to record; what was recorded before is forgotten.
    pub fn start_tape(&mut self) {
        self.tape = Some(Vec::new());
    }

    /// What was done since [`World::start_tape`]; nothing if that was not called.
    pub fn tape(&self) -> &[Deed] {
        self.tape.as_deref().unwrap_or_default()
    }

    /// The key that pays the fees, for whoever replays the tape.
    pub fn payer_key(&self) -> Keypair {
        self.payer.insecure_clone()
    }

    /// Accounts another chain needs to go on from here: all but sysvars and programs, and of the programs the
    /// one under test with its two loader accounts.
    pub fn transplant(&self) -> Vec<(Pubkey, Account)> {
        let own = [self.program_id, self.program_data_address()];
        let accounts = self.all_accounts().iter().filter(|(address, account)| {
            let is_program = account.executable() || *account.owner() == bpf_loader_upgradeable::ID;
            own.contains(address) || !is_program && *account.owner() != SYSVAR_OWNER
        });
        accounts
            .map(|(address, account)| (*address, account.clone().into()))
            .collect()
    }

    pub(crate) fn note(&mut self, deed: impl FnOnce() -> Deed) {
        if let Some(tape) = &mut self.tape {
            tape.push(deed());
        }
    }
}
