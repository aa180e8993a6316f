//! What anyone does about the accounts of others, and the fund that stands behind them.

use backstop_client::remaining::{with_debts, with_own_expiries, with_series};
use backstop_client::{insurance, liquidation, ExpiryKeys, SeriesKeys};
use backstop_interface::accounts::AccountState;
use solana_instruction::{AccountMeta, Instruction};
use solana_signer::Signer;

use super::{Outcome, Stage};
use crate::key;

impl Stage {
    /// An actor stakes quote in the insurance fund.
    pub fn stake(&mut self, name: &str, amount_atoms: u64) -> Outcome {
        let signer = key(name);
        let instruction = insurance::stake_insurance(
            &self.keys,
            signer.pubkey(),
            self.quote_wallet(name),
            amount_atoms,
        );
        self.world
            .send_as("stake_insurance", &[instruction], &[&signer])
    }

    /// Moves the fees of the shard an actor's account uses into the fund.
    pub fn sweep_fees_of(&mut self, name: &str) -> Outcome {
        let shard = self.keys.shard_of(&self.margin(name));
        let receiver = Some(self.quote_wallet("treasurer"));
        let instruction = insurance::sweep_fees(&self.keys, shard, receiver);
        self.world.send_as("sweep_fees", &[instruction], &[])
    }

    /// Anyone counts an account's uncovered loss of now in its shard.
    pub fn measure(&mut self, target: &str) -> Outcome {
        let margin_account = self.margin(target);
        let instruction = insurance::measure(&self.keys, margin_account, self.price_account);
        let seized = self.account_of(target);
        let instruction = match seized.filter(|one| one.state() == AccountState::Estate) {
            Some(_) => self.showing_seized(instruction, target),
            None => self.showing(instruction, &[margin_account]),
        };
        self.world.send_as("measure", &[instruction], &[])
    }

    /// `measure` of an account that counts it in its expiries, and these series in theirs, and makes the estimates that
    /// can be made of expiries shown.
    pub fn estimating(
        &self,
        target: &str,
        series: &[SeriesKeys],
        shown: &[ExpiryKeys],
    ) -> Instruction {
        let margin_account = self.margin(target);
        let mut built = insurance::measure(&self.keys, margin_account, self.price_account);
        let own = self.account_of(target);
        let own = own
            .iter()
            .flat_map(|one| one.expiries.iter().map(|slot| slot.expires_at));
        let mut seconds: Vec<i64> = own.filter(|at| *at > 0).collect();
        seconds.extend(shown.iter().map(|expiry| expiry.expires_at));
        seconds.sort_unstable();
        seconds.dedup();
        let written = seconds.iter().map(|at| self.keys.expiry(*at).expiry);
        built
            .accounts
            .extend(written.map(|key| AccountMeta::new(key, false)));
        let judged: Vec<_> = self.account_at(&margin_account).into_iter().collect();
        let built = self.with_other(built, &judged, None);
        let series = series.iter().map(|one| one.series);
        with_series(built, series, Some(self.keys.vol_surface))
    }

    /// Anyone sends [`Stage::estimating`].
    pub fn estimate(
        &mut self,
        target: &str,
        series: &[SeriesKeys],
        shown: &[ExpiryKeys],
    ) -> Outcome {
        let built = self.estimating(target, series, shown);
        self.world.send_as("measure", &[built], &[])
    }

    /// Anyone shares out the room under the cover.
    pub fn share_cover(&mut self) -> Outcome {
        let instruction = insurance::share_cover(&self.keys);
        self.world.send_as("share_cover", &[instruction], &[])
    }

    /// A keeper runs the next legal step of an account.
    pub fn liquidate(&mut self, keeper: &str, target: &str) -> Outcome {
        let signer = key(keeper);
        let margin_account = self.margin(target);
        let rent_payer = self
            .auction(target)
            .map_or(signer.pubkey(), |auction| auction.payer);
        let instruction = liquidation::liquidate(
            &self.keys,
            signer.pubkey(),
            margin_account,
            rent_payer,
            self.price_account,
        );
        let instruction = self.showing_seized(instruction, target);
        self.world.send_as("liquidate", &[instruction], &[&signer])
    }

    /// The instruction with what `liquidate` needs: of an account on auction or without a live leg, all its expiries.
    pub fn showing_seized(&self, instruction: Instruction, target: &str) -> Instruction {
        let account = self.account_of(target).filter(|account| {
            account.state() != AccountState::Open || !account.has_live_legs(self.world.now())
        });
        let Some(account) = account else {
            return self.showing(instruction, &[self.margin(target)]);
        };
        let shown = with_own_expiries(instruction, &account);
        self.with_other(shown, &[account], None)
    }

    /// A bidder takes up to `fraction_ppb` of an account at a price of the whole of at most `highest`.
    pub fn bid(
        &mut self,
        bidder: &str,
        target: &str,
        fraction_ppb: u64,
        highest_price_atoms: i64,
    ) -> Outcome {
        let signer = key(bidder);
        let margin_account = self.margin(target);
        let rent_payer = self
            .auction(target)
            .map_or(signer.pubkey(), |auction| auction.payer);
        let portfolio_version = self
            .account_of(target)
            .map_or(0, |account| account.portfolio_version);
        let sides = liquidation::Sides {
            margin_account,
            bidder: self.margin(bidder),
            rent_payer,
        };
        let args = liquidation::BidArgs {
            fraction_ppb,
            highest_price_atoms,
            portfolio_version,
        };
        let instruction = liquidation::bid(
            &self.keys,
            signer.pubkey(),
            &sides,
            args,
            self.price_account,
        );
        let instruction = self.showing(instruction, &[margin_account, sides.bidder]);
        self.world.send_as("bid", &[instruction], &[&signer])
    }

    /// An actor buys up to `sell_atoms` of a debtor's underlying at any price.
    pub fn convert(&mut self, buyer: &str, target: &str, sell_atoms: u64) -> Outcome {
        let signer = key(buyer);
        let conversion = liquidation::Conversion {
            margin_account: self.margin(target),
            mint: self.keys.underlying_mint,
            token_program: self.world.token_program(&self.keys.underlying_mint),
            payment: self.quote_wallet(buyer),
            destination: self.underlying_wallet(buyer),
            sell_atoms,
            highest_price: u64::MAX,
        };
        let instruction =
            liquidation::convert(&self.keys, signer.pubkey(), &conversion, self.price_account);
        self.world.send_as("convert", &[instruction], &[&signer])
    }

    /// Anyone pays an account's debt to an expiry from its cash.
    pub fn repay(&mut self, target: &str, expiry: &ExpiryKeys) -> Outcome {
        let instruction = liquidation::repay(&self.keys, self.margin(target), expiry);
        self.world.send_as("repay", &[instruction], &[])
    }

    /// Anyone closes a settled and sold estate.
    pub fn close_estate(&mut self, closer: &str, target: &str) -> Outcome {
        let signer = key(closer);
        let instruction =
            liquidation::close_estate(&self.keys, signer.pubkey(), self.margin(target));
        let instruction = match self.account_of(target) {
            Some(account) => with_debts(instruction, &account),
            None => instruction,
        };
        self.world
            .send_as("close_estate", &[instruction], &[&signer])
    }
}
