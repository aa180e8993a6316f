//! Translates what the virtual machine reports by compiled index back to what the caller gave.

use backstop_client::plan::Wire;
use litesvm::types::TransactionMetadata;
use solana_instruction::{AccountMeta, Instruction};
use solana_message::inner_instruction::{InnerInstruction, InnerInstructionsList};
use solana_message::v0::LoadedAddresses;
use solana_message::{AccountKeys, AddressLookupTableAccount, VersionedMessage};
use solana_transaction::TransactionError;

use crate::logs::instruction_costs;
use crate::outcome::{Failed, InnerCall, Landed};

/// Instructions of the compute budget that precede the given ones.
const PRELUDE: u8 = 1;

/// The failure in the caller's terms.
pub(crate) fn failed(error: TransactionError, meta: TransactionMetadata) -> Failed {
    // The compute-budget instruction in front is ours: callers count from their own first one.
    let error = match error {
        TransactionError::InstructionError(index, error) => {
            TransactionError::InstructionError(index.saturating_sub(PRELUDE), error)
        }
        other => other,
    };
    Failed {
        error,
        logs: meta.logs,
        cu: meta.compute_units_consumed,
        fee_lamports: meta.fee,
    }
}

/// Every address of a transaction with what it may do, in the order of the compiled indices.
pub(crate) struct AllKeys(Vec<AccountMeta>);

impl AllKeys {
    pub(crate) fn of(message: &VersionedMessage, tables: &[AddressLookupTableAccount]) -> Self {
        let loaded = loaded_addresses(message, tables);
        let keys = AccountKeys::new(message.static_account_keys(), Some(&loaded));
        let statics = message.static_account_keys().len();
        let header = message.header();
        let signers = usize::from(header.num_required_signatures);
        let writable_signers = signers - usize::from(header.num_readonly_signed_accounts);
        let writable_statics = statics - usize::from(header.num_readonly_unsigned_accounts);
        let metas = keys.iter().enumerate().map(|(index, key)| AccountMeta {
            pubkey: *key,
            is_signer: index < signers,
            is_writable: index < writable_signers
                || (signers..writable_statics).contains(&index)
                || (statics..statics + loaded.writable.len()).contains(&index),
        });
        Self(metas.collect())
    }

    pub(crate) fn landed(&self, meta: TransactionMetadata) -> Landed {
        let returned = meta.return_data;
        let has_returned = !returned.data.is_empty();
        Landed {
            signature: meta.signature,
            instruction_costs: instruction_costs(&meta.logs),
            logs: meta.logs,
            cu: meta.compute_units_consumed,
            fee_lamports: meta.fee,
            return_data: has_returned.then_some((returned.program_id, returned.data)),
            inner: self.inner(meta.inner_instructions),
            footprint: None,
            wire: Wire::default(),
        }
    }

    fn inner(&self, list: InnerInstructionsList) -> Vec<Vec<InnerCall>> {
        let of_given = list.into_iter().skip(usize::from(PRELUDE));
        of_given
            .map(|calls| calls.into_iter().map(|call| self.call(call)).collect())
            .collect()
    }

    fn call(&self, call: InnerInstruction) -> InnerCall {
        let meta = |index: &u8| self.0[usize::from(*index)].clone();
        let compiled = call.instruction;
        InnerCall {
            instruction: Instruction {
                program_id: meta(&compiled.program_id_index).pubkey,
                accounts: compiled.accounts.iter().map(meta).collect(),
                data: compiled.data,
            },
            height: call.stack_height,
        }
    }
}

fn loaded_addresses(
    message: &VersionedMessage,
    tables: &[AddressLookupTableAccount],
) -> LoadedAddresses {
    let mut loaded = LoadedAddresses::default();
    for lookup in message.address_table_lookups().unwrap_or_default() {
        let Some(table) = tables.iter().find(|table| table.key == lookup.account_key) else {
            continue;
        };
        let address = |index: &u8| table.addresses[usize::from(*index)];
        loaded
            .writable
            .extend(lookup.writable_indexes.iter().map(address));
        loaded
            .readonly
            .extend(lookup.readonly_indexes.iter().map(address));
    }
    loaded
}
