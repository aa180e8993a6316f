use anchor_spl::token_2022::spl_token_2022::instruction::{burn, transfer_checked};
use anchor_spl::token_2022::ID as TOKEN_2022;
use backstop_client::account;
use backstop_client::bearer::{self, Carried, Handover};
use backstop_client::SeriesKeys;
use solana_signer::Signer;

use super::{Outcome, Stage};
use crate::{expect_landed, key, pubkey};

impl Stage {
    /// An actor takes a ledger long out of his account as tokens, into his wallet (made if missing).
    pub fn withdraw_option(&mut self, name: &str, series: &SeriesKeys, contracts: u64) -> Outcome {
        let (signer, carried) = (key(name), self.carried(name, series, contracts));
        let instruction = bearer::withdraw_option(
            &self.keys,
            signer.pubkey(),
            series,
            &carried,
            self.price_account,
        );
        let instruction = self.showing(instruction, &[carried.margin_account]);
        self.world
            .send_as("withdraw_option", &[instruction], &[&signer])
    }

    /// An actor puts option tokens of his wallet (made if missing) into his account.
    pub fn deposit_option(&mut self, name: &str, series: &SeriesKeys, contracts: u64) -> Outcome {
        let (signer, carried) = (key(name), self.carried(name, series, contracts));
        let instruction = bearer::deposit_option(&self.keys, signer.pubkey(), series, &carried);
        self.world
            .send_as("deposit_option", &[instruction], &[&signer])
    }

    /// An actor hands contracts of his account (negative: a short) to another's, who pays; negative: is paid.
    pub fn transfer_leg(
        &mut self,
        from: &str,
        to: &str,
        series: &SeriesKeys,
        contracts: i64,
        payment_atoms: i64,
    ) -> Outcome {
        let (giver, receiver) = (key(from), key(to));
        let handover = Handover {
            giver: (self.margin(from), giver.pubkey()),
            receiver: (self.margin(to), receiver.pubkey()),
            contracts,
            payment_atoms,
        };
        let instruction = bearer::transfer_leg(&self.keys, series, &handover, self.price_account);
        let instruction = self.showing_trade(
            instruction,
            &[handover.giver.0, handover.receiver.0],
            &[*series],
        );
        self.world
            .send_as("transfer_leg", &[instruction], &[&giver, &receiver])
    }

    /// An actor names another his delegate in a place, or frees the place.
    pub fn set_delegate(&mut self, owner: &str, place: u8, delegate: Option<&str>) -> Outcome {
        let signer = key(owner);
        let delegate = delegate.map(pubkey).unwrap_or_default();
        let instruction =
            account::set_delegate(signer.pubkey(), self.margin(owner), place, delegate);
        self.world
            .send_as("set_delegate", &[instruction], &[&signer])
    }

    /// An actor sends option tokens to another's wallet (made if missing), through Token-2022 alone.
    ///
    /// # Panics
    /// If he holds too few.
    #[track_caller]
    pub fn give_tokens(&mut self, from: &str, to: &str, series: &SeriesKeys, contracts: u64) {
        let (signer, mint) = (key(from), series.option_mint);
        let source = self.world.ata(&signer.pubkey(), &mint);
        let target = self.world.token_account(&key(to).pubkey(), &mint);
        let owner = signer.pubkey();
        let given = transfer_checked(
            &TOKEN_2022,
            &source,
            &mint,
            &target,
            &owner,
            &[],
            contracts,
            6,
        );
        let given = given.expect("a token program");
        expect_landed(self.world.send(&[given], &[&signer]));
    }

    /// An actor destroys option tokens of his wallet, through Token-2022 alone.
    ///
    /// # Panics
    /// If he holds too few.
    #[track_caller]
    pub fn burn_tokens(&mut self, name: &str, series: &SeriesKeys, contracts: u64) {
        let (signer, mint) = (key(name), series.option_mint);
        let (owner, source) = (signer.pubkey(), self.world.ata(&signer.pubkey(), &mint));
        let burned = burn(&TOKEN_2022, &source, &mint, &owner, &[], contracts);
        let burned = burned.expect("a token program");
        expect_landed(self.world.send(&[burned], &[&signer]));
    }

    fn carried(&mut self, name: &str, series: &SeriesKeys, contracts: u64) -> Carried {
        let owner = key(name).pubkey();
        Carried {
            margin_account: self.margin(name),
            wallet: self.world.token_account(&owner, &series.option_mint),
            contracts,
        }
    }
}
