use backstop_client::remaining::{with_debts, with_own_expiries, with_series};
use backstop_client::trading::{Buyer, Fill, PlaceOfferArgs};
use backstop_client::{account, account::Flow, feed, insurance, liquidation, trading};
use backstop_client::{ExpiryKeys, SeriesKeys};
use backstop_interface::accounts::{AccountState, StoredSurface};
use backstop_interface::pda;
use solana_instruction::{AccountMeta, Instruction};
use solana_pubkey::Pubkey;
use solana_signer::Signer;

use super::{Outcome, Stage};
use crate::key;

/// What a writer offers.
#[derive(Clone, Copy, Debug)]
pub struct OfferTerms {
    /// Number of the offer.
    pub nonce: u64,
    /// Premium, quote per contract scaled 1e9.
    pub premium_price: u64,
    /// Size, in millionths of a contract.
    pub contracts: u64,
}

impl From<OfferTerms> for PlaceOfferArgs {
    /// A plain ask.
    fn from(terms: OfferTerms) -> Self {
        Self {
            nonce: terms.nonce,
            premium_price: terms.premium_price,
            contracts: terms.contracts,
            ..Self::default()
        }
    }
}

impl Stage {
    /// Shows the published price to the feed clock.
    pub fn tick(&mut self) -> Outcome {
        let instruction = feed::tick(&self.keys, self.price_account);
        self.world.send_as("tick", &[instruction], &[])
    }

    /// A publisher submits a surface.
    pub fn submit_surface(&mut self, publisher: &str, surface: &StoredSurface) -> Outcome {
        let signer = key(publisher);
        let instruction = feed::submit_surface(&self.keys, signer.pubkey(), surface);
        self.world
            .send_as("submit_surface", &[instruction], &[&signer])
    }

    /// All three publishers submit the same surface. Returns the last outcome.
    pub fn publish_surface(&mut self, surface: &StoredSurface) -> Outcome {
        let [one, two, three] = self.publishers;
        self.submit_surface(one, surface)?;
        self.submit_surface(two, surface)?;
        self.submit_surface(three, surface)
    }

    /// An actor opens his margin account number 0.
    pub fn open_account(&mut self, name: &str) -> Outcome {
        let signer = key(name);
        let label = format!("margin of {name}");
        self.world.label(self.margin(name), &label);
        let instruction = account::open_account(&self.keys, signer.pubkey(), 0);
        self.world
            .send_as("open_account", &[instruction], &[&signer])
    }

    /// An actor closes his margin account.
    pub fn close_account(&mut self, name: &str) -> Outcome {
        let signer = key(name);
        let instruction = account::close_account(&self.keys, signer.pubkey(), self.margin(name));
        self.world
            .send_as("close_account", &[instruction], &[&signer])
    }

    /// An actor deposits quote.
    pub fn deposit_quote(&mut self, name: &str, amount_atoms: u64) -> Outcome {
        let flow = Flow {
            mint: self.keys.quote_mint,
            wallet: self.quote_wallet(name),
            amount_atoms,
        };
        self.deposit(name, flow)
    }

    /// An actor deposits underlying.
    pub fn deposit_underlying(&mut self, name: &str, amount_atoms: u64) -> Outcome {
        let flow = Flow {
            mint: self.keys.underlying_mint,
            wallet: self.underlying_wallet(name),
            amount_atoms,
        };
        self.deposit(name, flow)
    }

    pub(super) fn deposit(&mut self, name: &str, flow: Flow) -> Outcome {
        let signer = key(name);
        let instruction = account::deposit(&self.keys, signer.pubkey(), self.margin(name), flow);
        let instruction = self.of_mint(&flow.mint, instruction);
        let instruction = self.living(&flow.mint, instruction);
        self.world.send_as("deposit", &[instruction], &[&signer])
    }

    /// An actor withdraws quote.
    pub fn withdraw_quote(&mut self, name: &str, amount_atoms: u64) -> Outcome {
        let flow = Flow {
            mint: self.keys.quote_mint,
            wallet: self.quote_wallet(name),
            amount_atoms,
        };
        self.withdraw(name, flow)
    }

    /// An actor withdraws underlying.
    pub fn withdraw_underlying(&mut self, name: &str, amount_atoms: u64) -> Outcome {
        let flow = Flow {
            mint: self.keys.underlying_mint,
            wallet: self.underlying_wallet(name),
            amount_atoms,
        };
        self.withdraw(name, flow)
    }

    pub(super) fn withdraw(&mut self, name: &str, flow: Flow) -> Outcome {
        let signer = key(name);
        let instruction = account::withdraw(
            &self.keys,
            signer.pubkey(),
            self.margin(name),
            flow,
            self.price_account,
        );
        let instruction = self.of_mint(&flow.mint, instruction);
        let instruction = self.showing(instruction, &[self.margin(name)]);
        self.world.send_as("withdraw", &[instruction], &[&signer])
    }

    /// A writer places an offer that never goes void by time; the least fill is one lot.
    pub fn place_offer(&mut self, writer: &str, series: &SeriesKeys, terms: OfferTerms) -> Outcome {
        self.place(writer, series, terms.into())
    }

    /// [`Stage::place_offer`] that sells only what the writer holds long.
    pub fn place_reducing(
        &mut self,
        writer: &str,
        series: &SeriesKeys,
        terms: OfferTerms,
    ) -> Outcome {
        let args = PlaceOfferArgs {
            reduce_only: true,
            ..terms.into()
        };
        self.place(writer, series, args)
    }

    /// A writer takes an offer back.
    pub fn cancel_offer(&mut self, writer: &str, nonce: u64) -> Outcome {
        let signer = key(writer);
        let instruction = trading::cancel_offer(signer.pubkey(), self.offer(writer, nonce));
        self.world
            .send_as("cancel_offer", &[instruction], &[&signer])
    }

    /// A writer voids all his offers.
    pub fn cancel_all(&mut self, writer: &str) -> Outcome {
        let signer = key(writer);
        let instruction = trading::cancel_all(signer.pubkey(), self.margin(writer));
        self.world.send_as("cancel_all", &[instruction], &[&signer])
    }

    /// Anyone closes an offer that a writer placed himself.
    pub fn close_offer(&mut self, writer: &str, nonce: u64, series: &SeriesKeys) -> Outcome {
        let (offer, maker) = (self.offer(writer, nonce), key(writer).pubkey());
        let instruction = trading::close_offer(offer, maker, self.margin(writer), series);
        self.world.send_as("close_offer", &[instruction], &[])
    }

    /// Address of a writer's offer.
    pub fn offer(&self, writer: &str, nonce: u64) -> Pubkey {
        pda::offer(&self.margin(writer), nonce)
    }

    /// A buyer fills an offer at any premium and gets tokens in his wallet (made if missing).
    pub fn buy_tokens(
        &mut self,
        buyer: &str,
        writer: &str,
        nonce: u64,
        series: &SeriesKeys,
        contracts: u64,
    ) -> Outcome {
        let owner = key(buyer).pubkey();
        let destination = self.world.token_account(&owner, &series.option_mint);
        let to = Buyer::Wallet {
            payment: self.quote_wallet(buyer),
            destination,
        };
        self.fill(buyer, writer, nonce, series, contracts, to)
    }

    /// A buyer fills an offer at any premium from his margin account and gets a ledger long.
    pub fn buy_ledger(
        &mut self,
        buyer: &str,
        writer: &str,
        nonce: u64,
        series: &SeriesKeys,
        contracts: u64,
    ) -> Outcome {
        self.fill(
            buyer,
            writer,
            nonce,
            series,
            contracts,
            Buyer::Margin(self.margin(buyer)),
        )
    }

    fn fill(
        &mut self,
        buyer: &str,
        writer: &str,
        nonce: u64,
        series: &SeriesKeys,
        contracts: u64,
        to: Buyer,
    ) -> Outcome {
        let signer = key(buyer);
        let fill = Fill {
            offer: self.offer(writer, nonce),
            writer: self.margin(writer),
            contracts,
            highest_premium_price: u64::MAX,
        };
        let instruction = trading::fill_offer(
            &self.keys,
            signer.pubkey(),
            series,
            &fill,
            to,
            self.price_account,
        );
        let instruction = match to {
            Buyer::Margin(account) => {
                self.showing_trade(instruction, &[fill.writer, account], &[*series])
            }
            Buyer::Wallet { .. } => self.showing_trade(instruction, &[fill.writer], &[*series]),
        };
        self.world.send_as("fill_offer", &[instruction], &[&signer])
    }

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
