//! Lookup tables still to be made.

use anchor_lang::prelude::Pubkey;
use anchor_lang::solana_program::instruction::Instruction;
use solana_address_lookup_table_interface::instruction::{
    create_lookup_table, extend_lookup_table,
};
use solana_message::AddressLookupTableAccount;

use super::Unfit;

/// The most addresses one table holds.
pub(super) const MOST_ADDRESSES: usize = 256;

/// Addresses added by one transaction: with the creation in front of them they fill it to four fifths.
const ADDRESSES_AT_ONCE: usize = 20;

/// A table of these addresses, as it will be.
pub(super) struct NewTable {
    /// Address and contents.
    pub account: AddressLookupTableAccount,
    create: Instruction,
}

impl NewTable {
    /// A table of the payer's; its address derives from his and the newest slot that none of the others has.
    pub fn new(
        payer: Pubkey,
        newest_slot: u64,
        addresses: Vec<Pubkey>,
        others: &[AddressLookupTableAccount],
    ) -> Result<Self, Unfit> {
        if addresses.len() > MOST_ADDRESSES {
            return Err(Unfit::Table(addresses.len()));
        }
        let mut slot = newest_slot;
        loop {
            let (create, key) = create_lookup_table(payer, payer, slot);
            if slot == 0 || others.iter().all(|other| other.key != key) {
                let account = AddressLookupTableAccount { key, addresses };
                return Ok(Self { account, create });
            }
            slot -= 1;
        }
    }

    /// The transactions that make it: the first creates it, each adds addresses.
    pub fn steps(&self, payer: Pubkey) -> Vec<Vec<Instruction>> {
        let key = self.account.key;
        let parts = self.account.addresses.chunks(ADDRESSES_AT_ONCE);
        let mut steps: Vec<_> = parts
            .map(|part| vec![extend_lookup_table(key, payer, Some(payer), part.to_vec())])
            .collect();
        if let Some(first) = steps.first_mut() {
            first.insert(0, self.create.clone());
        }
        steps
    }
}
