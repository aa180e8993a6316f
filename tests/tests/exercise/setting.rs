//! A market with an American put: two writers, a holder of all tokens.

use std::ops::{Deref, DerefMut};

use anchor_lang::prelude::Pubkey;
use backstop_client::exercise::Asked;
use backstop_client::{ExpiryKeys, SeriesKeys};
use backstop_interface::accounts::{OptionKind, StoredSurface};
use backstop_testkit::invariants::{check_act, check_step, Act, Books};
use backstop_testkit::pyth::PythPrice;
use backstop_testkit::{expect_landed, Genesis, Landed, OfferTerms, Outcome, Stage};
use backstop_tests::program_so;

pub const QUOTE: u64 = 1_000_000;
pub const PRICE: u64 = 1_000_000_000;
pub const CONTRACT: u64 = 1_000_000;
pub const LOT: u64 = 10_000;

/// A stage whose steps are checked.
#[derive(Clone)]
pub struct Play {
    stage: Stage,
    /// The expiry of the series.
    pub week: ExpiryKeys,
    /// The American 200 put in a week.
    pub put: SeriesKeys,
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

/// A volatility surface.
pub fn surface() -> StoredSurface {
    StoredSurface {
        atm_vol_ppm: [900_000, 850_000, 800_000, 780_000, 760_000, 750_000],
        ..Default::default()
    }
}

impl Play {
    /// Two writers with 10 000 quote each, nothing written yet; a point decides the settlement price.
    pub fn open() -> Self {
        let mut genesis = Genesis::default();
        genesis.params.settlement_points = 1;
        let mut stage = Stage::open(program_so(), &genesis);
        for name in [
            "writer", "second", "holder", "keeper", "stranger", "insurer",
        ] {
            stage.actor(name, 1_000_000 * QUOTE, 1_000_000_000_000);
        }
        expect_landed(stage.publish_surface(&surface()));
        for name in ["writer", "second"] {
            expect_landed(stage.open_account(name));
            expect_landed(stage.deposit_quote(name, 10_000 * QUOTE));
        }
        let week = stage.next_expiry(7);
        let put = week.series(200 * PRICE, OptionKind::AmericanPut);
        expect_landed(stage.create_expiry("keeper", &week));
        let mut play = Self { stage, week, put };
        play.step("create_series", |stage| stage.create_series("keeper", &put));
        play
    }

    /// [`Self::open`], where the writer is short 6 and the second 4, and the holder has the tokens.
    pub fn written() -> Self {
        let mut play = Self::open();
        play.write("writer", 6 * CONTRACT);
        play.write("second", 4 * CONTRACT);
        play
    }

    /// A writer sells tokens of the put to the holder at 9.
    pub fn write(&mut self, writer: &str, contracts: u64) {
        let put = self.put;
        let terms = OfferTerms {
            nonce: 1,
            premium_price: 9 * PRICE,
            contracts,
        };
        self.step("place_offer", |stage| {
            stage.place_offer(writer, &put, terms)
        });
        self.step("fill_offer", |stage| {
            stage.buy_tokens("holder", writer, 1, &put, contracts)
        });
        expect_landed(self.cancel_offer(writer, 1));
    }

    /// Runs a step that must land and leave every rule true.
    #[track_caller]
    pub fn step(&mut self, name: &str, step: impl FnOnce(&mut Stage) -> Outcome) -> Landed {
        // Wallets the step needs are made before.
        let put = self.put;
        if self.stage.world.account(&put.option_mint).is_some() {
            for actor in ["holder", "stranger", "writer", "second"] {
                self.stage.holder(actor, &put);
            }
        }
        let before = Books::read(&self.stage.world);
        let landed = expect_landed(step(&mut self.stage));
        let after = Books::read(&self.stage.world);
        check_step(&before, &after).unwrap_or_else(|found| panic!("{name}: {found}"));
        let act = Act {
            name,
            before: &before,
            after: &after,
            market: self.stage.keys.market,
            price: self.stage.price_update(),
            now: self.stage.world.now(),
        };
        check_act(&act).unwrap_or_else(|found| panic!("{name}: {found}"));
        landed
    }

    /// The holder asks to exercise contracts at a payoff of at least 1, 20 seconds before exercises come.
    #[track_caller]
    pub fn ask(&mut self, nonce: u64, contracts: u64) -> Landed {
        self.before_exercise();
        let put = self.put;
        let asked = asked(nonce, contracts);
        self.step("request_exercise", |stage| {
            stage.request_exercise("holder", &put, asked)
        })
    }

    /// An update published `publish` seconds after the deciding moment of a request of the holder, following one
    /// published `previous` seconds after it.
    pub fn update(&mut self, nonce: u64, price: u64, previous: i64, publish: i64) -> Pubkey {
        let put = self.put;
        let request = self.exercise_of("holder", &put, nonce);
        let moment = request.expect("it stands").requested_at + 15;
        let update = PythPrice::new(self.keys.feed_id, price, moment + publish);
        let name = format!("update {nonce} {previous} {publish}");
        self.publish_beside(&name, &update.after(moment + previous))
    }

    /// The keeper decides a request of the holder at a price.
    #[track_caller]
    pub fn decide(&mut self, nonce: u64, price: u64) -> Landed {
        let put = self.put;
        self.pass(20, price);
        let update = self.update(nonce, price, -1, 0);
        self.step("execute_exercise", |stage| {
            stage.execute_exercise("keeper", ("holder", nonce), &put, update)
        })
    }

    /// The keeper ends a request of the holder nobody decided in time.
    #[track_caller]
    pub fn void(&mut self, nonce: u64) -> Landed {
        let (put, update) = (self.put, self.price_account);
        self.step("execute_exercise", |stage| {
            stage.execute_exercise("keeper", ("holder", nonce), &put, update)
        })
    }

    /// The holder exercises contracts at a price.
    #[track_caller]
    pub fn exercise(&mut self, nonce: u64, contracts: u64, price: u64) {
        self.ask(nonce, contracts);
        self.decide(nonce, price);
    }

    /// A writer bears what waits.
    #[track_caller]
    pub fn bear(&mut self, name: &str) -> Landed {
        let put = self.put;
        self.step("synchronise", |stage| stage.synchronise(name, &put))
    }

    /// A right of the holder is paid.
    #[track_caller]
    pub fn pay(&mut self, nonce: u64) -> Landed {
        let put = self.put;
        self.step("pay_exercise", |stage| {
            stage.pay_exercise("holder", &put, nonce)
        })
    }

    /// Contracts of the put in an actor's account.
    pub fn leg(&self, name: &str) -> i64 {
        let account = self.account_of(name).expect("an account");
        account.leg_contracts(self.week.expires_at, self.put.strike_price, self.put.kind)
    }

    /// Cash of an actor's account.
    pub fn cash(&self, name: &str) -> u64 {
        self.account_of(name).expect("an account").quote_atoms
    }

    /// What an actor's wallet holds in quote.
    pub fn wallet(&self, name: &str) -> u64 {
        self.world.balance(&self.quote_wallet(name))
    }

    /// Option tokens of an actor.
    pub fn tokens(&self, name: &str) -> u64 {
        let owner = backstop_testkit::pubkey(name);
        let wallet = self.world.ata(&owner, &self.put.option_mint);
        self.world.balance(&wallet)
    }

    /// Tokens, requested, unassigned and short contracts of the put.
    pub fn totals(&self) -> (u64, u64, u64, u64) {
        let put = self.series_of(&self.put);
        (
            put.token_contracts,
            put.requested_contracts,
            put.unassigned_contracts,
            put.short_contracts,
        )
    }

    /// What rights of the expiry are still to be paid.
    pub fn rights(&self) -> u64 {
        self.expiry_of(&self.week).rights_atoms
    }
}

/// A request at a payoff of at least 1.
pub fn asked(nonce: u64, contracts: u64) -> Asked {
    Asked {
        nonce,
        contracts,
        least_payoff_price: PRICE,
    }
}
