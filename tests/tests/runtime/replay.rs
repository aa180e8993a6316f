//! Does what a tape says to a chain of `solana-program-test`.

use std::ops::Range;

use backstop_testkit::{Deed, Moment};
use solana_account::Account;
use solana_clock::Clock;
use solana_instruction::Instruction;
use solana_keypair::Keypair;
use solana_message::{v0::Message, AddressLookupTableAccount, VersionedMessage};
use solana_program_test::{ProgramTest, ProgramTestContext};
use solana_pubkey::Pubkey;
use solana_signer::Signer;
use solana_transaction::versioned::VersionedTransaction;

use super::story::Recorded;

/// The program that takes a transaction's compute-unit limit.
const COMPUTE_BUDGET: Pubkey =
    Pubkey::from_str_const("ComputeBudget111111111111111111111111111111");
/// Where the loader's state says in which slot the bytes were deployed.
const DEPLOYED_SLOT: Range<usize> = 4..12;
/// Compute units a transaction may ask for.
const CU_LIMIT: u32 = 1_400_000;

/// Replays the story and returns the accounts asked for, as they are afterwards.
pub fn replay(story: &Recorded, addresses: impl Iterator<Item = Pubkey>) -> Vec<Option<Account>> {
    // Its bank writes a line for every step unless told not to.
    if std::env::var_os("RUST_LOG").is_none() {
        std::env::set_var("RUST_LOG", "error");
    }
    // One thread: the background task of the test bank races with clock changes on several.
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime");
    runtime.block_on(async {
        let mut chain = Chain::begin(story).await;
        for deed in story.stage.world.tape() {
            chain.repeat(deed).await;
        }
        let mut accounts = Vec::new();
        for address in addresses {
            accounts.push(
                chain
                    .context
                    .banks_client
                    .get_account(address)
                    .await
                    .expect("the bank answers"),
            );
        }
        accounts
    })
}

struct Chain {
    context: ProgramTestContext,
    payer: Keypair,
    sent: u32,
    tables: Vec<AddressLookupTableAccount>,
}

impl Chain {
    /// A chain with the accounts the tape begins with, at the second it begins.
    async fn begin(story: &Recorded) -> Self {
        let world = &story.stage.world;
        let mut test = ProgramTest::default();
        for (address, account) in &story.transplant {
            let mut account = account.clone();
            if *address == world.program_data_address() {
                // This chain is younger than the slot the other one deployed in.
                account.data[DEPLOYED_SLOT].fill(0);
            }
            test.add_account(*address, account);
        }
        let context = test.start_with_context().await;
        let mut chain = Self {
            context,
            payer: world.payer_key(),
            sent: 0,
            tables: Vec::new(),
        };
        chain.set_time(story.begins_at).await;
        chain
    }

    async fn repeat(&mut self, deed: &Deed) {
        match deed {
            Deed::Time(moment) => self.set_time(*moment).await,
            Deed::Account(address, account) => {
                self.context.set_account(address, &account.clone().into())
            }
            Deed::Table(table, account) => {
                self.context
                    .set_account(&table.key, &account.clone().into());
                self.tables.push(table.clone());
            }
            Deed::Transaction(instructions, signers) => self.send(instructions, signers).await,
        }
    }

    async fn set_time(&mut self, moment: Moment) {
        let mut clock: Clock = self
            .context
            .banks_client
            .get_sysvar()
            .await
            .expect("the bank answers");
        (clock.unix_timestamp, clock.slot) = (moment.unix, moment.slot);
        self.context.set_sysvar(&clock);
    }

    /// Each transaction asks for one unit less than the one before, so that no two are the same.
    async fn send(&mut self, instructions: &[Instruction], signers: &[Keypair]) {
        self.sent += 1;
        let mut limit = vec![2];
        limit.extend((CU_LIMIT - self.sent).to_le_bytes());
        let mut all = vec![Instruction {
            program_id: COMPUTE_BUDGET,
            accounts: Vec::new(),
            data: limit,
        }];
        all.extend_from_slice(instructions);
        let blockhash = self
            .context
            .banks_client
            .get_latest_blockhash()
            .await
            .expect("the bank answers");
        let message = Message::try_compile(&self.payer.pubkey(), &all, &self.tables, blockhash)
            .expect("it compiled before");
        let transaction = self.signed(message, signers);
        let outcome = self
            .context
            .banks_client
            .process_transaction_with_metadata(transaction)
            .await;
        let outcome = outcome.expect("the bank answers");
        if let Err(error) = outcome.result {
            let logs = outcome
                .metadata
                .map(|metadata| metadata.log_messages.join("\n"))
                .unwrap_or_default();
            panic!(
                "transaction {} of the tape was refused: {error}\n{logs}",
                self.sent
            );
        }
    }

    /// The message signed by those of the keys it names as signers.
    fn signed(&self, message: Message, signers: &[Keypair]) -> VersionedTransaction {
        let count = usize::from(message.header.num_required_signatures);
        let required = &message.account_keys[..count];
        let others = signers
            .iter()
            .filter(|key| key.pubkey() != self.payer.pubkey() && required.contains(&key.pubkey()));
        let keys: Vec<_> = [&self.payer].into_iter().chain(others).collect();
        let message = VersionedMessage::V0(message);
        VersionedTransaction::try_new(message, &keys).expect("every signer is on the tape")
    }
}
