use anchor_lang::AccountDeserialize;
use backstop_client::quotes::MarketView;
use backstop_client::remaining::{with_collaterals, with_expiries, with_expiries_and};
use backstop_client::{fetch, ExpiryKeys, SeriesKeys};
use backstop_interface::accounts::{
    Auction, Expiry, InsuranceFund, MarginAccount, Protocol, Series, Shard, VolSurface,
};
use backstop_interface::pda;
use backstop_risk::averaging::AVERAGE_SECONDS;
use backstop_risk::liquidation::AuctionQuote;
use backstop_risk::margin::Assessment;
use backstop_risk::volatility::BreachState;
use solana_instruction::Instruction;
use solana_pubkey::Pubkey;

use super::Stage;

impl Stage {
    /// Reads a borsh account of the program; `None` if there is none.
    pub fn read<T: AccountDeserialize>(&self, address: &Pubkey) -> Option<T> {
        fetch::read(&self.world.account(address)?.data)
    }

    /// An actor's margin account.
    pub fn account_of(&self, name: &str) -> Option<MarginAccount> {
        self.account_at(&self.margin(name))
    }

    /// A margin account by address.
    pub fn account_at(&self, address: &Pubkey) -> Option<MarginAccount> {
        fetch::margin_account(&self.world.account(address)?.data)
    }

    /// The auction of an actor's account.
    pub fn auction(&self, name: &str) -> Option<Auction> {
        self.read(&pda::auction(&self.margin(name)))
    }

    /// An expiry that exists.
    pub fn expiry_of(&self, keys: &ExpiryKeys) -> Expiry {
        let account = self
            .world
            .account(&keys.expiry)
            .expect("the expiry was created");
        fetch::expiry(&account.data).expect("the account is an expiry")
    }

    /// A series that exists.
    pub fn series_of(&self, keys: &SeriesKeys) -> Series {
        self.read(&keys.series).expect("the series was created")
    }

    /// The insurance fund.
    pub fn fund(&self) -> InsuranceFund {
        self.read(&self.keys.fund)
            .expect("genesis created the fund")
    }

    /// The protocol account.
    pub fn protocol(&self) -> Protocol {
        self.read(&self.keys.protocol)
            .expect("genesis created the protocol")
    }

    /// The volatility surface.
    pub fn vol_surface(&self) -> VolSurface {
        let account = self.world.account(&self.keys.vol_surface);
        let account = account.expect("genesis created the surface");
        fetch::vol_surface(&account.data).expect("the account is a surface")
    }

    /// Shard an actor's account uses.
    pub fn shard_of(&self, name: &str) -> Shard {
        self.read(&self.keys.shard_of(&self.margin(name)))
            .expect("genesis created the shards")
    }

    /// The public accounts a decision needs.
    pub fn view(&self) -> MarketView {
        let keys = &self.keys;
        MarketView {
            market: self.read(&keys.market).expect("genesis created the market"),
            underlying: self
                .read(&keys.underlying)
                .expect("genesis created the collateral"),
            vol_surface: self.vol_surface(),
            clock: self.read(&keys.clock).expect("genesis opened the clock"),
            fund: self.fund(),
            expiries: self.expiries_to_know(),
            collaterals: self.priced_collaterals(),
        }
    }

    /// Expiries of the market that a margin check may need, earliest first.
    fn expiries_to_know(&self) -> Vec<Expiry> {
        let until = self.world.now() + AVERAGE_SECONDS;
        let own = |keys: &&ExpiryKeys| {
            let near = keys.expires_at <= until || self.expiry_of(keys).places != 0;
            near && keys.expiry == self.keys.expiry(keys.expires_at).expiry
        };
        let near = self.expiries.iter().filter(own);
        near.map(|keys| self.expiry_of(keys)).collect()
    }

    /// The instruction with the expiries and collaterals it needs to judge these margin accounts.
    pub fn showing(&self, instruction: Instruction, accounts: &[Pubkey]) -> Instruction {
        let judged: Vec<_> = accounts
            .iter()
            .filter_map(|address| self.account_at(address))
            .collect();
        let shown = with_expiries(instruction, &judged, self.world.now());
        self.with_other(shown, &judged, None)
    }

    /// The same for a trade in a series: in an American one somebody may become short by it.
    pub fn showing_trade(
        &self,
        instruction: Instruction,
        accounts: &[Pubkey],
        traded: &[SeriesKeys],
    ) -> Instruction {
        let judged: Vec<_> = accounts
            .iter()
            .filter_map(|address| self.account_at(address))
            .collect();
        let american = traded.iter().filter(|series| series.kind.is_american());
        let also: Vec<i64> = american.map(|series| series.expiry.expires_at).collect();
        let shown = with_expiries_and(instruction, &judged, &also, self.world.now());
        self.with_other(shown, &judged, None)
    }

    /// The instruction with the collaterals it needs to judge these accounts, and one more.
    pub(super) fn with_other(
        &self,
        instruction: Instruction,
        judged: &[MarginAccount],
        also: Option<Pubkey>,
    ) -> Instruction {
        let known: Vec<_> = self.others.iter().map(|one| one.keys).collect();
        with_collaterals(instruction, judged, also, &known)
    }

    /// Value, requirements and health of an actor's account at the published price.
    pub fn assess(&self, name: &str) -> Assessment {
        let account = self.account_of(name).expect("the actor has an account");
        self.view()
            .assess(&account, self.price_update(), self.world.now())
            .expect("the portfolio is in range")
    }

    /// Whether an actor's account would be seized at the published price, noted, or left alone.
    pub fn judge(&self, name: &str) -> BreachState {
        let account = self.account_of(name).expect("the actor has an account");
        self.view()
            .judge(&account, self.price_update(), self.world.now())
            .expect("the portfolio is in range")
    }

    /// Terms of the auction of an actor's account at the published price.
    pub fn terms(&self, name: &str) -> Option<AuctionQuote> {
        let (account, auction) = (self.account_of(name)?, self.auction(name)?);
        let now = self.world.now();
        self.view()
            .auction_terms(&account, &auction, &self.assess(name), now)
    }
}
