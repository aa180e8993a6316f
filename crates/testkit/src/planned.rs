//! Transactions as the client plans them, lookup tables made on the way.

use backstop_client::plan::{Plan, Planner, Unfit};
use backstop_client::under_token_2022;
use solana_clock::Clock;
use solana_instruction::Instruction;
use solana_message::AddressLookupTableAccount;
use solana_pubkey::Pubkey;
use solana_signer::Signer;
use solana_slot_hashes::SlotHashes;
use solana_transaction::TransactionError;

use crate::outcome::Failed;
use crate::send::refused;
use crate::tape::Deed;
use crate::World;

impl World {
    /// From here on a table of these addresses is made when a transaction first needs one, and serves all later ones.
    pub fn share(&mut self, addresses: Vec<Pubkey>) {
        self.shared = addresses;
    }

    /// Lookup tables made so far.
    pub fn tables(&self) -> &[AddressLookupTableAccount] {
        &self.tables
    }

    /// The transactions of the instructions; nothing is sent.
    ///
    /// # Errors
    /// `SanitizeFailure` for more than 1 232 bytes that no table helps, `TooManyAccountLocks` for more than 64
    /// accounts.
    pub fn plan(&self, instructions: &[Instruction]) -> Result<Plan, Failed> {
        let given = self.as_sent(instructions);
        let planner = Planner {
            payer: self.payer.pubkey(),
            recent_slot: self.slot().saturating_sub(1),
            shared: &self.shared,
            tables: &self.tables,
        };
        planner.plan(&given).map_err(|unfit| {
            let error = match unfit {
                Unfit::Accounts(_) => TransactionError::TooManyAccountLocks,
                Unfit::Bytes(_) | Unfit::Table(_) => TransactionError::SanitizeFailure,
            };
            refused(error, unfit.to_string())
        })
    }

    /// The instructions with the token program of this world.
    pub(crate) fn as_sent(&self, instructions: &[Instruction]) -> Vec<Instruction> {
        let all = instructions.iter().cloned();
        match self.token_2022 {
            true => all.map(under_token_2022).collect(),
            false => all.collect(),
        }
    }

    /// Makes the tables a plan needs, by the real program, and lets a slot pass, from which on they serve.
    pub(crate) fn make_tables(&mut self, plan: &mut Plan) -> Result<(), Failed> {
        if plan.before.is_empty() {
            return Ok(());
        }
        // The slots new tables may derive their addresses from.
        let recent = (1..=8).map(|ago| (self.slot().saturating_sub(ago), Default::default()));
        let recent: Vec<_> = recent.collect();
        self.svm.set_sysvar(&SlotHashes::new(&recent));
        for message in plan.before.drain(..) {
            self.deliver(message, &[])?;
        }
        for table in plan.made.drain(..) {
            self.label(table.key, "lookup table");
            let account = self.account(&table.key).unwrap_or_default();
            self.note(|| Deed::Table(table.clone(), account));
            self.tables.push(table);
        }
        let mut clock = self.svm.get_sysvar::<Clock>();
        clock.slot += 1;
        self.svm.set_sysvar(&clock);
        self.note(|| {
            Deed::Time(crate::Moment {
                unix: clock.unix_timestamp,
                slot: clock.slot,
            })
        });
        Ok(())
    }
}
