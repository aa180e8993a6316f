//! Instructions as an outsider builds them, to be bent before they are sent.

use anchor_lang::error::ErrorCode;
use anchor_lang::prelude::Pubkey;
use anchor_lang::solana_program::instruction::Instruction;
use backstop_client::account::{self, Flow};
use backstop_client::remaining::with_debts;
use backstop_client::settlement::{Holder, LotBid};
use backstop_client::trading::{self, Buyer, Fill};
use backstop_client::{insurance, liquidation, settlement, ExpiryKeys, SeriesKeys};
use backstop_interface::pda;
use backstop_testkit::{key, pubkey};

use crate::setting::Play;

/// The instruction with one account taken for another, wherever it stands.
pub fn swap(mut instruction: Instruction, from: Pubkey, to: Pubkey) -> Instruction {
    let mut found = false;
    for meta in &mut instruction.accounts {
        if meta.pubkey == from {
            (meta.pubkey, found) = (to, true);
        }
    }
    assert!(found, "the instruction does not name {from}");
    instruction
}

/// One writable account in two slots.
pub const TWIN: ErrorCode = ErrorCode::ConstraintDuplicateMutableAccount;

/// The instruction without an optional account.
pub fn without(instruction: Instruction, account: Pubkey) -> Instruction {
    swap(instruction, account, backstop_interface::ID)
}

impl Play {
    pub fn ask_liquidate(&self, keeper: &str, target: &str) -> Instruction {
        let margin = self.margin(target);
        let payer = self
            .auction(target)
            .map_or(pubkey(keeper), |auction| auction.payer);
        liquidation::liquidate(
            &self.keys,
            pubkey(keeper),
            margin,
            payer,
            self.price_account,
        )
    }

    pub fn ask_withdraw(&self, name: &str, amount_atoms: u64) -> Instruction {
        let flow = Flow {
            mint: self.keys.quote_mint,
            wallet: self.quote_wallet(name),
            amount_atoms,
        };
        let (owner, margin) = (pubkey(name), self.margin(name));
        account::withdraw(&self.keys, owner, margin, flow, self.price_account)
    }

    /// A fill paid by the buyer's wallet.
    pub fn ask_fill(
        &mut self,
        buyer: &str,
        writer: &str,
        nonce: u64,
        series: &SeriesKeys,
        contracts: u64,
    ) -> Instruction {
        let owner = pubkey(buyer);
        let to = Buyer::Wallet {
            payment: self.quote_wallet(buyer),
            destination: self.world.token_account(&owner, &series.option_mint),
        };
        let fill = Fill {
            offer: self.offer(writer, nonce),
            writer: self.margin(writer),
            contracts,
            highest_premium_price: u64::MAX,
        };
        trading::fill_offer(&self.keys, owner, series, &fill, to, self.price_account)
    }

    pub fn ask_bid(
        &self,
        bidder: &str,
        target: &str,
        fraction_ppb: u64,
        highest_price_atoms: i64,
    ) -> Instruction {
        let margin_account = self.margin(target);
        let rent_payer = self
            .auction(target)
            .map_or(pubkey("keeper"), |auction| auction.payer);
        let sides = liquidation::Sides {
            margin_account,
            bidder: self.margin(bidder),
            rent_payer,
        };
        let portfolio_version = self
            .account_of(target)
            .map_or(0, |account| account.portfolio_version);
        let args = liquidation::BidArgs {
            fraction_ppb,
            highest_price_atoms,
            portfolio_version,
        };
        liquidation::bid(&self.keys, pubkey(bidder), &sides, args, self.price_account)
    }

    pub fn ask_convert(
        &self,
        buyer: &str,
        target: &str,
        sell_atoms: u64,
        highest_price: u64,
    ) -> Instruction {
        let conversion = liquidation::Conversion {
            margin_account: self.margin(target),
            mint: self.keys.underlying_mint,
            token_program: self.world.token_program(&self.keys.underlying_mint),
            payment: self.quote_wallet(buyer),
            destination: self.underlying_wallet(buyer),
            sell_atoms,
            highest_price,
        };
        liquidation::convert(&self.keys, pubkey(buyer), &conversion, self.price_account)
    }

    pub fn ask_repay(&self, target: &str, expiry: &ExpiryKeys) -> Instruction {
        liquidation::repay(&self.keys, self.margin(target), expiry)
    }

    pub fn ask_close_estate(&self, closer: &str, target: &str) -> Instruction {
        let asked = liquidation::close_estate(&self.keys, pubkey(closer), self.margin(target));
        match self.account_of(target) {
            Some(account) => with_debts(asked, &account),
            None => asked,
        }
    }

    pub fn ask_stake(&self, name: &str, amount_atoms: u64) -> Instruction {
        insurance::stake_insurance(
            &self.keys,
            pubkey(name),
            self.quote_wallet(name),
            amount_atoms,
        )
    }

    pub fn ask_sweep(&self, name: &str) -> Instruction {
        let shard = self.keys.shard_of(&self.margin(name));
        insurance::sweep_fees(&self.keys, shard, Some(self.quote_wallet("treasurer")))
    }

    pub fn ask_point(&self, index: u8) -> Instruction {
        settlement::submit_point(&self.keys, &self.expiry, index, self.price_account)
    }

    pub fn ask_settle(&self, target: &str, claims: Option<Pubkey>) -> Instruction {
        settlement::settle_account(&self.keys, &self.expiry, self.margin(target), claims)
    }

    pub fn ask_close_collecting(&self) -> Instruction {
        settlement::close_collecting(&self.keys, &self.expiry)
    }

    pub fn ask_lot(&mut self, bidder: &str, least_tokens_atoms: u64) -> Instruction {
        let destination = self
            .world
            .token_account(&pubkey(bidder), &pda::recapitalisation_mint());
        let bid = LotBid {
            payment: self.quote_wallet(bidder),
            destination,
            least_tokens_atoms,
        };
        settlement::bid_recapitalisation(&self.keys, &self.expiry, pubkey(bidder), &bid)
    }

    pub fn ask_finalise(&self) -> Instruction {
        settlement::finalise(&self.keys, &self.expiry)
    }

    pub fn ask_redeem(&mut self, name: &str, series: &SeriesKeys, contracts: u64) -> Instruction {
        let wallet = pubkey(name);
        let claim_account = Some(self.claims(name));
        let tokens = self.world.token_account(&wallet, &series.option_mint);
        let holder = Holder {
            wallet,
            tokens,
            destination: self.quote_wallet(name),
            claim_account,
        };
        settlement::redeem(series, &holder, contracts)
    }

    /// Sent by `signer` it is refused with exactly this error, and nothing changes.
    #[track_caller]
    pub fn refuses(&mut self, instruction: Instruction, signer: &str, error: impl Into<u32>) {
        self.world
            .expect_refused(&[instruction], &[&key(signer)], error);
    }
}
