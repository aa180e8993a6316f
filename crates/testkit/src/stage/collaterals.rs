//! Collaterals with feeds of their own on a stage: deposited, withdrawn, converted, observed.

use backstop_client::remaining::{with_proof_of_life, CollateralKeys};
use backstop_client::{account::Flow, feed, fetch, liquidation, under_token_2022};
use backstop_interface::accounts::{Collateral, FeedClock};
use backstop_interface::shown::OLDEST_SECONDS;
use solana_instruction::Instruction;
use solana_pubkey::Pubkey;
use solana_signer::Signer;

use super::{Outcome, Stage};
use crate::key;
use crate::pyth::PythPrice;

/// A collateral with a feed of its own.
#[derive(Clone, Debug)]
pub struct OtherCollateral {
    /// Name of its mint.
    pub name: &'static str,
    /// Addresses.
    pub keys: CollateralKeys,
    /// The price in its account.
    pub price: PythPrice,
}

impl Stage {
    /// A collateral with a feed of its own, by the name of its mint.
    ///
    /// # Panics
    /// If the stage has none of that name.
    pub fn other(&self, collateral: &str) -> &OtherCollateral {
        let mut same = self.others.iter().filter(|one| one.name == collateral);
        same.next().expect("the stage lists such a collateral")
    }

    /// Mints tokens of it into an actor's wallet.
    pub fn fund_other(&mut self, name: &str, collateral: &str, atoms: u64) -> Pubkey {
        let (owner, mint) = (key(name).pubkey(), self.other(collateral).keys.mint);
        self.world.fund(&owner, &mint, atoms)
    }

    /// A deposit with the proof that its collateral can be judged, where that has a feed of its own: a keeper ticks a
    /// clock that is about to be too old for one.
    pub(super) fn living(&mut self, mint: &Pubkey, deposit: Instruction) -> Instruction {
        let Some(other) = self.others.iter().find(|one| one.keys.mint == *mint) else {
            return deposit;
        };
        let (keys, feed_id, newest) = (other.keys, other.price.feed_id, other.price.publish_at);
        let clock: Option<FeedClock> = self.read(&keys.clock);
        let shown_at = clock.map_or(0, |clock| clock.publish_at);
        if newest > shown_at && self.world.now() - shown_at > OLDEST_SECONDS {
            let tick = feed::tick_of(&self.keys, &feed_id, keys.price);
            // If nobody can, the deposit says why.
            drop(self.world.send_as("tick", &[tick], &[]));
        }
        with_proof_of_life(deposit, &keys)
    }

    /// Shows its price to the clock of its feed.
    pub fn tick_other(&mut self, collateral: &str) -> Outcome {
        let other = self.other(collateral);
        let instruction = feed::tick_of(&self.keys, &other.price.feed_id, other.keys.price);
        self.world.send_as("tick", &[instruction], &[])
    }

    /// Holds its price against what its pool pays.
    pub fn observe(&mut self, collateral: &str) -> Outcome {
        let keys = self.other(collateral).keys;
        let instruction = feed::observe_collateral(&self.keys, &keys, self.price_account);
        self.world
            .send_as("observe_collateral", &[instruction], &[])
    }

    /// An actor deposits it.
    pub fn deposit_other(&mut self, name: &str, collateral: &str, amount_atoms: u64) -> Outcome {
        let flow = self.flow(name, collateral, amount_atoms);
        self.deposit(name, flow)
    }

    /// An actor withdraws it.
    pub fn withdraw_other(&mut self, name: &str, collateral: &str, amount_atoms: u64) -> Outcome {
        let flow = self.flow(name, collateral, amount_atoms);
        self.withdraw(name, flow)
    }

    fn flow(&mut self, name: &str, collateral: &str, amount_atoms: u64) -> Flow {
        let (owner, mint) = (key(name).pubkey(), self.other(collateral).keys.mint);
        let wallet = self.world.token_account(&owner, &mint);
        Flow {
            mint,
            wallet,
            amount_atoms,
        }
    }

    /// An actor buys up to `sell_atoms` of it from a debtor or an estate at any price.
    pub fn convert_other(
        &mut self,
        buyer: &str,
        target: &str,
        collateral: &str,
        sell_atoms: u64,
    ) -> Outcome {
        let signer = key(buyer);
        let flow = self.flow(buyer, collateral, sell_atoms);
        let conversion = liquidation::Conversion {
            margin_account: self.margin(target),
            mint: flow.mint,
            token_program: self.world.token_program(&flow.mint),
            payment: self.quote_wallet(buyer),
            destination: flow.wallet,
            sell_atoms,
            highest_price: u64::MAX,
        };
        let instruction =
            liquidation::convert(&self.keys, signer.pubkey(), &conversion, self.price_account);
        let instruction = self.with_other(instruction, &[], Some(flow.mint));
        self.world.send_as("convert", &[instruction], &[&signer])
    }

    /// The instruction with the token program of a mint; it moves no other.
    pub(super) fn of_mint(&self, mint: &Pubkey, instruction: Instruction) -> Instruction {
        match self.world.token_program(mint) == anchor_spl::token_2022::ID {
            true => under_token_2022(instruction),
            false => instruction,
        }
    }

    /// A collateral's configuration.
    pub fn config_of(&self, collateral: &str) -> Collateral {
        let address = self.other(collateral).keys.collateral;
        let account = self.world.account(&address).expect("it was listed");
        fetch::read(&account.data).expect("the account is a collateral")
    }
}
