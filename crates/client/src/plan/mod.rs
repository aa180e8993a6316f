//! The one planner: from instructions that must land together to transactions a node takes.
//!
//! A node takes at most 1 232 bytes and locks at most 64 accounts. What fits is planned as a plain transaction; what is
//! too long names its accounts through lookup tables, those that exist or else new ones: one of the addresses of a
//! market, which serves everybody, and one of what else is named. Signers and programs must be spelled out. What
//! cannot fit is refused with its reason.

mod tables;
mod units;

use anchor_lang::prelude::Pubkey;
use anchor_lang::solana_program::instruction::Instruction;
use core::fmt;
use solana_compute_budget_interface::ComputeBudgetInstruction;
use solana_message::{legacy, v0, AddressLookupTableAccount, VersionedMessage};
use std::collections::BTreeSet;

pub use units::{units_of, MOST_UNITS};

use tables::NewTable;

/// The most bytes a transaction may have on the wire, signatures included.
pub const PACKET_BYTES: usize = 1_232;

/// The most accounts a transaction may lock, those of lookup tables included.
pub const ACCOUNT_LOCKS: usize = 64;

/// What a transaction takes of the two limits every node sets.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Wire {
    /// Bytes with signatures; at most [`PACKET_BYTES`] fit.
    pub bytes: usize,
    /// Accounts, those of lookup tables included; at most [`ACCOUNT_LOCKS`] may be locked.
    pub accounts: usize,
}

impl Wire {
    /// Bytes and accounts of a transaction: a byte for the number of signatures, the signatures, the message.
    pub fn of(message: &VersionedMessage) -> Self {
        let lookups = message.address_table_lookups().unwrap_or_default();
        let loaded = lookups
            .iter()
            .map(|lookup| lookup.writable_indexes.len() + lookup.readonly_indexes.len());
        let signatures = usize::from(message.header().num_required_signatures);
        Self {
            bytes: 1 + signatures * 64 + message.serialize().len(),
            accounts: message.static_account_keys().len() + loaded.sum::<usize>(),
        }
    }

    /// The larger of each.
    pub fn max(self, other: Self) -> Self {
        Self {
            bytes: self.bytes.max(other.bytes),
            accounts: self.accounts.max(other.accounts),
        }
    }
}

/// Why no transaction takes these instructions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unfit {
    /// So many accounts, more than may be locked; tables do not help.
    Accounts(usize),
    /// So many bytes although every address that may stand in a table does.
    Bytes(usize),
    /// So many addresses of the market, more than a table holds.
    Table(usize),
}

impl fmt::Display for Unfit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Accounts(accounts) => write!(
                f,
                "{accounts} accounts, {ACCOUNT_LOCKS} at most may be locked"
            ),
            Self::Bytes(bytes) => write!(
                f,
                "the transaction has {bytes} bytes, {PACKET_BYTES} at most fit"
            ),
            Self::Table(addresses) => write!(
                f,
                "{addresses} addresses, a lookup table holds {}",
                tables::MOST_ADDRESSES
            ),
        }
    }
}

impl std::error::Error for Unfit {}

/// Transactions of an intent. The sender puts a recent blockhash into each and has it signed.
#[derive(Debug, Clone)]
pub struct Plan {
    /// Those that make lookup tables, in order, paid and signed by the payer alone; empty for nearly everything. The
    /// tables serve from the slot after the last of them.
    pub before: Vec<VersionedMessage>,
    /// The tables they make, for the next plan.
    pub made: Vec<AddressLookupTableAccount>,
    /// The transaction of the instructions, behind one that asks for their compute units.
    pub message: VersionedMessage,
    /// What it takes of the limits.
    pub wire: Wire,
}

/// Who plans, and what he knows.
#[derive(Debug, Clone, Copy)]
pub struct Planner<'a> {
    /// Pays the fee and the rent of new tables, which are his.
    pub payer: Pubkey,
    /// A slot of the last few hundred; addresses of new tables derive from it and the ones before it.
    pub recent_slot: u64,
    /// Addresses any transaction of the market may name ([`MarketKeys::shared`](crate::MarketKeys::shared)).
    pub shared: &'a [Pubkey],
    /// Tables that exist and serve already.
    pub tables: &'a [AddressLookupTableAccount],
}

impl Planner<'_> {
    /// Plans one transaction of all the instructions.
    ///
    /// # Errors
    /// [`Unfit`].
    pub fn plan(&self, instructions: &[Instruction]) -> Result<Plan, Unfit> {
        let units = units::units_of_all(instructions);
        let mut all = vec![ComputeBudgetInstruction::set_compute_unit_limit(units)];
        all.extend_from_slice(instructions);
        let accounts = self.named(&all).len();
        if accounts > ACCOUNT_LOCKS {
            return Err(Unfit::Accounts(accounts));
        }
        let plain = self.plain(&all);
        let wire = Wire::of(&plain);
        if wire.bytes <= PACKET_BYTES {
            return Ok(Plan {
                before: Vec::new(),
                made: Vec::new(),
                message: plain,
                wire,
            });
        }
        self.through_tables(&all, wire)
    }

    /// The same with as few new tables as will do: none, the market's, that and one of the rest.
    fn through_tables(&self, all: &[Instruction], mut wire: Wire) -> Result<Plan, Unfit> {
        let (mut tables, mut made) = (self.tables.to_vec(), Vec::new());
        for step in 0..3 {
            let mut missing = self.missing(all, &tables);
            let shared = |key: &Pubkey| self.shared.contains(key);
            let serves = match step {
                0 => false,
                1 => missing.iter().any(shared),
                _ => !missing.is_empty(),
            };
            if serves {
                if step == 1 {
                    let held =
                        |key: &&Pubkey| !tables.iter().any(|one| one.addresses.contains(key));
                    missing = self.shared.iter().filter(held).copied().collect();
                }
                let table = NewTable::new(self.payer, self.recent_slot, missing, &tables)?;
                tables.push(table.account.clone());
                made.push(table);
            }
            let Some(message) = self.versioned(all, &tables) else {
                continue;
            };
            wire = Wire::of(&message);
            if wire.bytes <= PACKET_BYTES {
                let steps = made.iter().flat_map(|table| table.steps(self.payer));
                return Ok(Plan {
                    before: steps.map(|step| self.plain(&step)).collect(),
                    made: made.into_iter().map(|table| table.account).collect(),
                    message,
                    wire,
                });
            }
        }
        Err(Unfit::Bytes(wire.bytes))
    }

    fn plain(&self, all: &[Instruction]) -> VersionedMessage {
        VersionedMessage::Legacy(legacy::Message::new(all, Some(&self.payer)))
    }

    fn versioned(
        &self,
        all: &[Instruction],
        tables: &[AddressLookupTableAccount],
    ) -> Option<VersionedMessage> {
        let message = v0::Message::try_compile(&self.payer, all, tables, Default::default());
        message.ok().map(VersionedMessage::V0)
    }

    /// Every address a transaction of the instructions names.
    fn named(&self, all: &[Instruction]) -> BTreeSet<Pubkey> {
        let of_one = |one: &Instruction| {
            let metas = one.accounts.iter().map(|meta| meta.pubkey);
            metas.chain([one.program_id]).collect::<Vec<_>>()
        };
        let named = all.iter().flat_map(of_one);
        named.chain([self.payer]).collect()
    }

    /// Those that may stand in a table and do in none of these.
    fn missing(&self, all: &[Instruction], tables: &[AddressLookupTableAccount]) -> Vec<Pubkey> {
        let spelled_out = |key: &Pubkey| {
            let signs = |one: &Instruction| {
                let mut metas = one.accounts.iter();
                metas.any(|meta| meta.is_signer && meta.pubkey == *key)
            };
            *key == self.payer || all.iter().any(|one| one.program_id == *key || signs(one))
        };
        let held = |key: &Pubkey| tables.iter().any(|table| table.addresses.contains(key));
        let mut missing: Vec<_> = self.named(all).into_iter().collect();
        missing.retain(|key| !spelled_out(key) && !held(key));
        missing
    }
}
