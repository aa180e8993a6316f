//! Sends transactions the way a wallet does.

use solana_instruction::Instruction;
use solana_keypair::Keypair;
use solana_message::VersionedMessage;
use solana_pubkey::Pubkey;
use solana_signature::Signature;
use solana_signer::Signer;
use solana_transaction::versioned::VersionedTransaction;
use solana_transaction::TransactionError;

use backstop_client::plan::Wire;

use crate::compiled::{failed, AllKeys};
use crate::footprint::Tracer;
use crate::outcome::{Failed, Landed};
use crate::refusals;
use crate::tape::Deed;
use crate::World;

impl World {
    /// Sends the given instructions in one transaction as the client plans it: with the compute units the committed
    /// bounds say, through lookup tables where it needs them, which are made first; under a fresh blockhash, paid by
    /// the world's fee payer. Of `signers` those sign whom the instructions name as signers; the rest is ignored.
    ///
    /// # Errors
    /// The runtime's refusal, with nothing changed but the fee. Also `SignatureFailure` if no key was given for
    /// a signer, `SanitizeFailure` for a transaction of more than 1 232 bytes even with tables and
    /// `TooManyAccountLocks` for more than 64 accounts, which no node would take.
    pub fn send(
        &mut self,
        instructions: &[Instruction],
        signers: &[&Keypair],
    ) -> Result<Landed, Failed> {
        let mut plan = self.plan(instructions)?;
        self.make_tables(&mut plan)?;
        self.widest = self.widest.max(plan.wire);
        let delivered = self.deliver(plan.message, signers);
        let mut landed = delivered.inspect_err(|failed| refusals::note(instructions, failed))?;
        let sent = self.as_sent(instructions);
        self.note(|| {
            let keys = signers.iter().map(|key| key.insecure_clone());
            Deed::Transaction(sent, keys.collect())
        });
        landed.wire = plan.wire;
        landed.footprint = self.tracer.as_ref().and_then(Tracer::take);
        for cost in &landed.instruction_costs {
            if let (true, Some(name)) = (cost.program == self.program_id, &cost.name) {
                self.costs.record(name, cost.cu, landed.footprint);
            }
        }
        Ok(landed)
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

    /// The most any transaction planned so far took of each limit, whether it landed or not.
    pub fn widest(&self) -> Wire {
        self.widest
    }

    /// Runs the transaction and reports what it would have done, changing nothing: for read-only instructions
    /// that answer by return data. Tables are not made for it.
    ///
    /// # Errors
    /// As [`World::send`].
    pub fn simulate(
        &mut self,
        instructions: &[Instruction],
        signers: &[&Keypair],
    ) -> Result<Landed, Failed> {
        let message = self.plan(instructions)?.message;
        let (transaction, keys) = self.signed(message, signers)?;
        match self.svm.simulate_transaction(transaction) {
            Ok(info) => Ok(keys.landed(info.meta)),
            Err(failure) => Err(failed(failure.err, failure.meta)),
        }
    }

    /// Sends a planned transaction.
    pub(crate) fn deliver(
        &mut self,
        message: VersionedMessage,
        signers: &[&Keypair],
    ) -> Result<Landed, Failed> {
        self.svm.expire_blockhash();
        let (transaction, keys) = self.signed(message, signers)?;
        match self.svm.send_transaction(transaction) {
            Ok(meta) => Ok(keys.landed(meta)),
            Err(failure) => Err(failed(failure.err, failure.meta)),
        }
    }

    /// The transaction under the newest blockhash, and what its indices stand for.
    fn signed(
        &mut self,
        mut message: VersionedMessage,
        signers: &[&Keypair],
    ) -> Result<(VersionedTransaction, AllKeys), Failed> {
        message.set_recent_blockhash(self.svm.latest_blockhash());
        let keys = AllKeys::of(&message, &self.tables);
        let signatures = self.signatures(&message, signers)?;
        let transaction = VersionedTransaction {
            signatures,
            message,
        };
        Ok((transaction, keys))
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

/// A signature that nobody checks, different for every transaction.
fn stand_in(number: u64) -> Signature {
    let mut bytes = [0; 64];
    bytes[..8].copy_from_slice(&number.to_le_bytes());
    Signature::from(bytes)
}

pub(crate) fn refused(error: TransactionError, note: String) -> Failed {
    Failed {
        error,
        logs: vec![format!("testkit: {note}")],
        cu: 0,
        fee_lamports: 0,
    }
}
