//! The market every test here begins with: two silos, one expiry with a put and a call at 200, actors
//! with full wallets.

use std::ops::{Deref, DerefMut};

use anchor_lang::prelude::Pubkey;
use backstop_client::migration::{Migration, Surroundings};
use backstop_client::{ExpiryKeys, MarketKeys, SeriesKeys};
use backstop_interface::accounts::{AccountState, OptionKind, StoredSurface};
use backstop_testkit::pyth::{LEGACY_PROGRAM, RECEIVER_PROGRAM, SOL_USD};
use backstop_testkit::stage::GENESIS_FILE;
use backstop_testkit::{
    address, expect_landed, invariants, key, pubkey, Balances, Genesis, Landed, OfferTerms, Stage,
};
use backstop_tests::program_so;

/// Atoms of one quote.
pub const QUOTE: u64 = 1_000_000;
/// Price of one quote.
pub const PRICE: u64 = 1_000_000_000;
/// Millionths of one contract.
pub const CONTRACT: u64 = 1_000_000;
/// Atoms of one SOL.
pub const SOL: u64 = 1_000_000_000;
/// All of something.
pub const ALL: u64 = 1_000_000_000;

const ACTORS: [&str; 7] = [
    "writer", "second", "buyer", "keeper", "bidder", "insurer", "backer",
];
/// Steps of genesis that a further market needs.
const OF_A_MARKET: [&str; 4] = [
    "create_market",
    "add_collateral",
    "create_shards",
    "create_insurance_fund",
];

/// The stage with what the tests keep naming.
#[derive(Clone)]
pub struct Play {
    stage: Stage,
    /// A second market of the same mints and feed, without surface.
    pub other: MarketKeys,
    /// The expiry.
    pub expiry: ExpiryKeys,
    /// Put at 200.
    pub put: SeriesKeys,
    /// Call at 200.
    pub call: SeriesKeys,
}

impl Deref for Play {
    type Target = Stage;
    fn deref(&self) -> &Stage {
        &self.stage
    }
}

impl DerefMut for Play {
    fn deref_mut(&mut self) -> &mut Stage {
        &mut self.stage
    }
}

/// The file's parameters with an average of three points: what thirty do is tested elsewhere.
pub fn genesis() -> Genesis {
    let mut genesis = Genesis::default();
    genesis.params.settlement_points = 3;
    genesis
}

pub fn surface() -> StoredSurface {
    StoredSurface {
        atm_vol_ppm: [900_000, 850_000, 800_000, 780_000, 760_000, 750_000],
        skew_ppm: 0,
        curvature_ppm: 0,
    }
}

/// Two markets on the chain, not sealed, and the instruction that seals.
pub fn unsealed(
    genesis: &Genesis,
) -> (
    Stage,
    MarketKeys,
    anchor_lang::solana_program::instruction::Instruction,
) {
    let (mut stage, steps) = Stage::before_genesis(program_so(), genesis);
    let around = Surroundings {
        authority: pubkey("genesis"),
        program_data: stage.world.program_data_address(),
        publishers: stage.publishers.map(pubkey),
        receiver_program: RECEIVER_PROGRAM,
        legacy_price_program: LEGACY_PROGRAM,
        legacy_price: address("legacy price"),
    };
    let other = MarketKeys::new(
        1,
        stage.keys.quote_mint,
        stage.keys.underlying_mint,
        SOL_USD,
    );
    let file = Migration::parse(GENESIS_FILE).expect("the committed file");
    let more = file
        .instructions(&other, &around, &genesis.params)
        .expect("known steps");
    let more = more
        .into_iter()
        .filter(|(name, _)| OF_A_MARKET.contains(&name.as_str()));
    let (seal, first): (Vec<_>, Vec<_>) = steps.into_iter().partition(|(name, _)| name == "seal");
    for (_, instruction) in first.into_iter().chain(more) {
        expect_landed(stage.world.send(&[instruction], &[&key("genesis")]));
    }
    for name in ACTORS {
        stage.actor(name, 1_000_000 * QUOTE, 10_000 * SOL);
    }
    (
        stage,
        other,
        seal.into_iter()
            .next()
            .expect("genesis ends with the seal")
            .1,
    )
}

impl Play {
    pub fn open() -> Self {
        Self::with(&genesis())
    }

    pub fn with(genesis: &Genesis) -> Self {
        let (mut stage, other, seal) = unsealed(genesis);
        expect_landed(stage.world.send(&[seal], &[&key("genesis")]));
        stage.set_price(genesis.price);
        expect_landed(stage.tick());
        expect_landed(stage.publish_surface(&surface()));
        for name in ["writer", "second", "bidder"] {
            expect_landed(stage.open_account(name));
        }
        let expiry = stage.next_expiry(2);
        expect_landed(stage.create_expiry("keeper", &expiry));
        let [put, call] =
            [OptionKind::Put, OptionKind::Call].map(|kind| expiry.series(200 * PRICE, kind));
        for series in [&put, &call] {
            expect_landed(stage.create_series("keeper", series));
        }
        Self {
            stage,
            other,
            expiry,
            put,
            call,
        }
    }

    /// The writer has sold 1 000 puts for 6 000 quote against 70 000; the bidder holds 500 000.
    pub fn short_puts() -> Self {
        let mut play = Self::open();
        play.sell_puts("writer", 1_000, 70_000);
        expect_landed(play.deposit_quote("bidder", 500_000 * QUOTE));
        play
    }

    /// The same, with the writer seized at `price`: solvent at 160, insolvent at 80.
    pub fn seized_at(price: u64) -> Self {
        let mut play = Self::short_puts();
        play.jump(price);
        expect_landed(play.liquidate("keeper", "writer"));
        assert_eq!(play.state("writer"), AccountState::Auction);
        play
    }

    /// The same, unsold for 20 minutes.
    pub fn estate_at(price: u64) -> Self {
        let mut play = Self::seized_at(price);
        play.wait_healthy(1_200);
        expect_landed(play.liquidate("keeper", "writer"));
        assert_eq!(play.state("writer"), AccountState::Estate);
        play
    }

    /// `second` has sold 100 covered calls at 200 for 98 quote net; they were settled at 230, and he owes
    /// 2 902 quote that lie in 100 SOL.
    pub fn covered_debtor() -> Self {
        let mut play = Self::open();
        let (call, expiry) = (play.call, play.expiry);
        expect_landed(play.deposit_underlying("second", 100 * SOL));
        play.sell("second", &call, 100, 1);
        play.expire_at(230);
        expect_landed(play.settle("second", &expiry));
        assert_eq!(
            play.account_of("second").expect("open").debt_atoms(),
            2_902 * QUOTE
        );
        play
    }

    /// The writer of 1 000 puts held 300 SOL besides his quote when he became an estate at 80.
    pub fn estate_with_collateral() -> Self {
        let mut play = Self::open();
        expect_landed(play.deposit_underlying("writer", 300 * SOL));
        play.sell_puts("writer", 1_000, 30_000);
        play.jump(80);
        expect_landed(play.liquidate("keeper", "writer"));
        play.wait_healthy(1_200);
        expect_landed(play.liquidate("keeper", "writer"));
        assert_eq!(play.state("writer"), AccountState::Estate);
        play
    }

    /// The writer of 1 000 puts was settled at 80 with 75 880 quote: 44 120 are missing, and Collecting is
    /// closed without insurance.
    pub fn shortfall() -> Self {
        let mut play = Self::open();
        play.sell_puts("writer", 1_000, 70_000);
        play.settled_short();
        play
    }

    /// Expires at 80, settles the writer and closes Collecting.
    pub fn settled_short(&mut self) {
        self.expire_at(80);
        let expiry = self.expiry;
        expect_landed(self.settle("writer", &expiry));
        self.world.advance(1_800);
        expect_landed(self.close_collecting(&expiry));
    }

    /// `writer` deposits `quote` and sells puts at 6 to the buyer's wallet.
    pub fn sell_puts(&mut self, writer: &str, contracts: u64, quote: u64) {
        expect_landed(self.deposit_quote(writer, quote * QUOTE));
        let put = self.put;
        self.sell(writer, &put, contracts, 6);
    }

    /// `writer` sells to the buyer's wallet at `premium` quote.
    pub fn sell(&mut self, writer: &str, series: &SeriesKeys, contracts: u64, premium: u64) {
        let nonce = self.place(writer, series, contracts, premium);
        expect_landed(self.buy_tokens("buyer", writer, nonce, series, contracts * CONTRACT));
    }

    /// Places an offer under the next free number.
    pub fn place(
        &mut self,
        writer: &str,
        series: &SeriesKeys,
        contracts: u64,
        premium: u64,
    ) -> u64 {
        let mut free = 1..;
        let nonce = free
            .find(|nonce| self.world.account(&self.offer(writer, *nonce)).is_none())
            .expect("a number");
        let terms = OfferTerms {
            nonce,
            premium_price: premium * PRICE,
            contracts: contracts * CONTRACT,
        };
        expect_landed(self.place_offer(writer, series, terms));
        nonce
    }

    /// Ten seconds later the price is `price` quote, and the feed clock knows.
    pub fn jump(&mut self, price: u64) {
        self.pass(10, price * PRICE);
        expect_landed(self.tick());
    }

    /// Lets `seconds` of live feed pass at an unmoved price.
    pub fn wait_healthy(&mut self, seconds: i64) {
        let price = self.price_update().price;
        for _ in 0..seconds / 10 {
            self.pass(10, price);
            expect_landed(self.tick());
        }
    }

    /// The expiry passes at `price` quote: points, settlement price, both series folded.
    pub fn expire_at(&mut self, price: u64) {
        let expiry = self.expiry;
        self.pass_expiry(&expiry, price);
        for series in [self.put, self.call] {
            expect_landed(self.fold_series(&series));
        }
    }

    /// Any expiry passes at `price` quote: points and settlement price.
    pub fn pass_expiry(&mut self, expiry: &ExpiryKeys, price: u64) {
        self.world.warp_to(expiry.expires_at - 3_600);
        self.set_price(price * PRICE);
        expect_landed(self.sample(expiry, price * PRICE));
        expect_landed(self.fix_price(expiry));
    }

    /// Collecting ends after its least time, and the haircut is fixed once the backstop is over.
    pub fn close_and_finalise(&mut self) {
        let expiry = self.expiry;
        self.world.advance(1_800);
        expect_landed(self.close_collecting(&expiry));
        self.world.advance(4 * 3_600);
        expect_landed(self.finalise(&expiry));
    }

    /// Acts in the second market.
    pub fn elsewhere<T>(&mut self, act: impl FnOnce(&mut Stage) -> T) -> T {
        let home = self.keys;
        self.keys = self.other;
        let done = act(self);
        self.keys = home;
        done
    }

    pub fn state(&self, name: &str) -> AccountState {
        self.account_of(name)
            .expect("the actor has an account")
            .state()
    }

    /// Quote in an actor's margin account.
    pub fn cash(&self, name: &str) -> u64 {
        self.account_of(name)
            .expect("the actor has an account")
            .quote_atoms
    }

    /// Signed millionths of the put an actor's margin account holds.
    pub fn leg(&self, name: &str, series: &SeriesKeys) -> i64 {
        let account = self.account_of(name).expect("the actor has an account");
        let index = account.leg_index(series.expiry.expires_at, series.strike_price, series.kind);
        index.map_or(0, |index| account.legs[index].quantity_contracts)
    }

    /// Claim token account of an actor.
    pub fn claims(&mut self, name: &str) -> Pubkey {
        let mint = self.expiry.claim_mint;
        self.world.token_account(&pubkey(name), &mint)
    }

    /// Every invariant holds, every vault holds exactly what its books say, and no quote or underlying came
    /// to be or vanished since `before`.
    #[track_caller]
    pub fn assert_books(&self, before: &Balances) {
        let keys = &self.keys;
        invariants::check(&self.world).unwrap_or_else(|violation| panic!("{violation}"));
        for collateral in [keys.quote, keys.underlying] {
            let books: backstop_interface::accounts::Collateral =
                self.read(&collateral).expect("from genesis");
            assert_eq!(
                self.world.balance(&books.vault),
                books.claims_atoms,
                "vault and its books"
            );
        }
        assert_eq!(
            self.world.balance(&keys.insurance_vault),
            self.fund().assets_atoms,
            "insurance vault"
        );
        assert_eq!(
            self.world.balance(&self.expiry.escrow),
            self.expiry_of(&self.expiry).books_atoms(),
            "escrow"
        );
        let after = Balances::read(&self.world);
        before.assert_conserved(&after, &keys.quote_mint);
        before.assert_conserved(&after, &keys.underlying_mint);
    }

    pub fn balances(&self) -> Balances {
        Balances::read(&self.world)
    }

    /// The one event of its type.
    #[track_caller]
    pub fn told<E: anchor_lang::AnchorDeserialize + anchor_lang::Discriminator>(
        &self,
        landed: &Landed,
    ) -> E {
        let mut events = landed.events::<E>(&self.world.program_id());
        assert_eq!(events.len(), 1, "one event");
        events.remove(0)
    }
}
