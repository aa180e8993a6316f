//! Sends transactions the way a wallet does.

use backstop_client::under_token_2022;
use solana_compute_budget_interface::ComputeBudgetInstruction;
use solana_instruction::Instruction;
use solana_keypair::Keypair;
use solana_message::v0::Message;
use solana_message::{AddressLookupTableAccount, VersionedMessage};
use solana_pubkey::Pubkey;
use solana_signature::Signature;
use solana_signer::Signer;
use solana_transaction::versioned::VersionedTransaction;
use solana_transaction::TransactionError;

use crate::compiled::{failed, AllKeys};
use crate::footprint::Tracer;
use crate::outcome::{Failed, Landed, Wire};
use crate::tape::Deed;
use crate::World;

/// Compute units asked for in every transaction: the most the runtime grants.
const CU_LIMIT: u32 = 1_400_000;

/// The most bytes a transaction may have on the wire.
const PACKET_BYTES: usize = 1_232;

/// The most accounts a transaction may lock. The virtual machine's own limit may be higher; this is the one
/// every node keeps.
const ACCOUNT_LOCKS: usize = 64;

impl World {
    /// Sends one versioned transaction of the given instructions after a compute-budget instruction (1 400 000
    /// CU, default heap), under a fresh blockhash, paid by the world's fee payer. Of `signers` those sign whom
    /// the instructions name as signers; the rest is ignored.
    ///
    /// # Errors
    /// The runtime's refusal, with nothing changed but the fee. Also `SignatureFailure` if no key was given for
    /// a signer, `SanitizeFailure` for a transaction of more than 1 232 bytes and `TooManyAccountLocks` for more
    /// than 64 accounts, which no node would take.
    pub fn send(
        &mut self,
        instructions: &[Instruction],
        signers: &[&Keypair],
    ) -> Result<Landed, Failed> {
        self.send_with_tables(instructions, signers, &[])
    }

    /// [`World::send`], recorded in the cost log as `name`.
    ///
    /// # Errors
    /// As [`World::send`]; a failure is not recorded.
    pub fn send_as(
        &mut self,
        name: &str,
        instructions: &[Instruction],
        signers: &[&Keypair],
    ) -> Result<Landed, Failed> {
        let landed = self.send(instructions, signers)?;
        let cu = match landed.program_cu(&self.program_id) {
            0 => landed.cu,
            cu => cu,
        };
        self.costs.record(name, cu, landed.footprint);
        Ok(landed)
    }

    /// [`World::send`] with address lookup tables, which must exist ([`World::lookup_table`]).
    ///
    /// # Errors
    /// As [`World::send`].
    pub fn send_with_tables(
        &mut self,
        instructions: &[Instruction],
        signers: &[&Keypair],
        tables: &[AddressLookupTableAccount],
    ) -> Result<Landed, Failed> {
        self.svm.expire_blockhash();
        let instructions: Vec<_> = match self.token_2022 {
            true => instructions.iter().cloned().map(under_token_2022).collect(),
            false => instructions.to_vec(),
        };
        let instructions = &instructions[..];
        let transaction = self.transaction(instructions, signers, tables)?;
        let keys = AllKeys::of(&transaction.message, tables);
        let wire = wire(&transaction.message);
        self.widest = self.widest.max(wire);
        let mut landed = match self.svm.send_transaction(transaction) {
            Ok(meta) => keys.landed(meta),
            Err(failure) => return Err(failed(failure.err, failure.meta)),
        };
        self.note(|| {
            let keys = signers.iter().map(|key| key.insecure_clone());
            Deed::Transaction(instructions.to_vec(), keys.collect())
        });
        landed.wire = wire;
        landed.footprint = self.tracer.as_ref().and_then(Tracer::take);
        for cost in &landed.instruction_costs {
            if let (true, Some(name)) = (cost.program == self.program_id, &cost.name) {
                self.costs.record(name, cost.cu, landed.footprint);
            }
        }
        Ok(landed)
    }

    /// The most any transaction sent so far took of each limit, whether it landed or not.
    pub fn widest(&self) -> Wire {
        self.widest
    }

    /// Runs the transaction and reports what it would have done, changing nothing: for read-only instructions
    /// that answer by return data.
    ///
    /// # Errors
    /// As [`World::send`].
    pub fn simulate(
        &mut self,
        instructions: &[Instruction],
        signers: &[&Keypair],
    ) -> Result<Landed, Failed> {
        let transaction = self.transaction(instructions, signers, &[])?;
        let keys = AllKeys::of(&transaction.message, &[]);
        match self.svm.simulate_transaction(transaction) {
            Ok(info) => Ok(keys.landed(info.meta)),
            Err(failure) => Err(failed(failure.err, failure.meta)),
        }
    }

    fn transaction(
        &mut self,
        instructions: &[Instruction],
        signers: &[&Keypair],
        tables: &[AddressLookupTableAccount],
    ) -> Result<VersionedTransaction, Failed> {
        let mut all = vec![ComputeBudgetInstruction::set_compute_unit_limit(CU_LIMIT)];
        all.extend_from_slice(instructions);
        let blockhash = self.svm.latest_blockhash();
        let message = Message::try_compile(&self.payer.pubkey(), &all, tables, blockhash)
            .map_err(|error| refused(TransactionError::SanitizeFailure, error.to_string()))?;
        let message = VersionedMessage::V0(message);
        let signatures = self.signatures(&message, signers)?;
        let Wire { bytes, accounts } = wire(&message);
        if bytes > PACKET_BYTES {
            let note = format!("the transaction has {bytes} bytes, {PACKET_BYTES} at most fit");
            return Err(refused(TransactionError::SanitizeFailure, note));
        }
        if accounts > ACCOUNT_LOCKS {
            let note = format!("{accounts} accounts, {ACCOUNT_LOCKS} at most may be locked");
            return Err(refused(TransactionError::TooManyAccountLocks, note));
        }
        Ok(VersionedTransaction {
            signatures,
            message,
        })
    }

    fn signatures(
        &mut self,
        message: &VersionedMessage,
        signers: &[&Keypair],
    ) -> Result<Vec<Signature>, Failed> {
        self.sent_count += 1;
        let count = usize::from(message.header().num_required_signatures);
        let required = &message.static_account_keys()[..count];
        let bytes = message.serialize();
        let checked = self.svm.get_sigverify();
        let sign = |needed: &Pubkey| {
            let mut keys = signers.iter().copied().chain([&self.payer]);
            let Some(signer) = keys.find(|key| key.pubkey() == *needed) else {
                let note = format!("no key was given for the signer {}", self.name(needed));
                return Err(refused(TransactionError::SignatureFailure, note));
            };
            Ok(if checked {
                signer.sign_message(&bytes)
            } else {
                stand_in(self.sent_count)
            })
        };
        required.iter().map(sign).collect()
    }
}

/// Bytes and accounts of a transaction: a byte for the number of signatures, the signatures, the message.
fn wire(message: &VersionedMessage) -> Wire {
    let lookups = message.address_table_lookups().unwrap_or_default();
    let loaded = lookups
        .iter()
        .map(|lookup| lookup.writable_indexes.len() + lookup.readonly_indexes.len());
    Wire {
        bytes: 1
            + usize::from(message.header().num_required_signatures) * 64
            + message.serialize().len(),
        accounts: message.static_account_keys().len() + loaded.sum::<usize>(),
    }
}

/// A signature that nobody checks, different for every transaction.
fn stand_in(number: u64) -> Signature {
    let mut bytes = [0; 64];
    bytes[..8].copy_from_slice(&number.to_le_bytes());
    Signature::from(bytes)
}

fn refused(error: TransactionError, note: String) -> Failed {
    Failed {
        error,
        logs: vec![format!("testkit: {note}")],
        cu: 0,
        fee_lamports: 0,
    }
}
