use backstop_client::exercise::{self, Asked, Deciding, Payee};
use backstop_client::settlement::Holder;
use backstop_client::SeriesKeys;
use backstop_interface::accounts::{exercise_wait, ExerciseRequest, Exercises};
use backstop_interface::pda;
use solana_instruction::Instruction;
use solana_pubkey::Pubkey;
use solana_signer::Signer;

use super::{Outcome, Stage};
use crate::{key, pubkey};

impl Stage {
    /// An actor's request of exercise, or the right it became; `None` if there is none.
    pub fn exercise_of(
        &self,
        name: &str,
        series: &SeriesKeys,
        nonce: u64,
    ) -> Option<ExerciseRequest> {
        self.read(&pda::exercise_request(&series.series, &pubkey(name), nonce))
    }

    /// The exercises of an American series.
    pub fn exercises_of(&self, series: &SeriesKeys) -> Exercises {
        let account = self.world.account(&series.exercises);
        let account = account.expect("an American series has exercises");
        backstop_client::fetch::exercises(&account.data).expect("these are exercises")
    }

    /// Waits, at the price of now, until a request is decided 20 seconds later in a second in which exercises come.
    pub fn before_exercise(&mut self) {
        let soon = 20;
        let wait = exercise_wait(self.world.now() + soon);
        if wait > 0 {
            let price = self.price_update().price().get();
            self.pass(wait, price);
        }
    }

    /// An actor asks to exercise tokens of his wallet (made if missing).
    pub fn request_exercise(&mut self, name: &str, series: &SeriesKeys, asked: Asked) -> Outcome {
        let signer = key(name);
        let tokens = self.option_wallet(name, series);
        let from = (signer.pubkey(), tokens);
        let built = exercise::request_exercise(&self.keys, series, from, &asked);
        self.world.send_as("request_exercise", &[built], &[&signer])
    }

    /// `execute_exercise` of an actor's request, at the update in an account; a late one is shown the price of now.
    pub fn executing_exercise(
        &mut self,
        executor: &str,
        (owner, nonce): (&str, u64),
        series: &SeriesKeys,
        update: Pubkey,
    ) -> Instruction {
        let back = self.option_wallet(owner, series);
        let request = (pubkey(owner), nonce);
        let asked = self.exercise_of(owner, series, nonce);
        let late = asked.is_some_and(|asked| asked.is_late(self.world.now()));
        let price = late.then_some(self.price_account);
        let to = (back, Deciding { update, price });
        exercise::execute_exercise(&self.keys, pubkey(executor), series, request, to)
    }

    /// A keeper decides an actor's request at the update in an account.
    pub fn execute_exercise(
        &mut self,
        executor: &str,
        request: (&str, u64),
        series: &SeriesKeys,
        update: Pubkey,
    ) -> Outcome {
        let built = self.executing_exercise(executor, request, series, update);
        self.world
            .send_as("execute_exercise", &[built], &[&key(executor)])
    }

    /// Anyone has an actor's short bear the exercises that wait for it.
    pub fn synchronise(&mut self, name: &str, series: &SeriesKeys) -> Outcome {
        let built = exercise::synchronise(&self.keys, series, self.margin(name));
        self.world.send_as("synchronise", &[built], &[])
    }

    /// Anyone pays an actor's right; claim tokens go to his wallet (made if missing).
    pub fn pay_exercise(&mut self, owner: &str, series: &SeriesKeys, nonce: u64) -> Outcome {
        let holder = self.holder(owner, series);
        let payee = Payee {
            destination: Some(holder.destination),
            claim_account: holder.claim_account,
        };
        let is_listed = self.world.account(&series.exercises).is_some();
        let request = (holder.wallet, nonce);
        let built = exercise::pay_exercise(series, request, &payee, is_listed);
        self.world.send_as("pay_exercise", &[built], &[])
    }

    /// An actor as a holder in a series; his wallets are made if missing.
    pub fn holder(&mut self, name: &str, series: &SeriesKeys) -> Holder {
        let wallet = pubkey(name);
        let claims = self.world.token_account(&wallet, &series.expiry.claim_mint);
        Holder {
            wallet,
            tokens: self.option_wallet(name, series),
            destination: self.quote_wallet(name),
            claim_account: Some(claims),
        }
    }

    /// An actor's wallet for option tokens, made if missing.
    pub fn option_wallet(&mut self, name: &str, series: &SeriesKeys) -> Pubkey {
        self.world.token_account(&pubkey(name), &series.option_mint)
    }
}
