//! The uncovered loss of accounts: counted, shared out, and what it stops and costs.

use backstop_interface::action::Action;
use backstop_interface::event::{CoverShared, Measured, OfferFilled};
use backstop_interface::snapshot::Purpose;
use backstop_interface::BackstopError::*;
use backstop_quantities::ONE_PPB;
use backstop_risk::margin::Assessment;
use backstop_testkit::stage::Outcome;
use backstop_testkit::{expect_code, expect_landed, Genesis, OfferTerms};

use crate::setting::{genesis, Play, CONTRACT, PRICE, QUOTE, SOL};

/// A market with this Reserve line, whose trades contribute this part of the uncovered loss they add.
pub fn market(line_atoms: u64, contribution_ppb: u64) -> Play {
    scaled_market(
        line_atoms,
        contribution_ppb,
        genesis().params.stress.cover_cap_ppb,
    )
}

/// The same, where a cover that is used up scales initial margin by this.
fn scaled_market(line_atoms: u64, contribution_ppb: u64, cover_cap_ppb: u64) -> Play {
    let mut genesis: Genesis = genesis();
    genesis.params.stress.cover_cap_ppb = cover_cap_ppb;
    genesis.params.reserve_line_atoms = line_atoms;
    genesis.params.stress.contribution_ppb = contribution_ppb;
    Play::with(&genesis)
}

/// The writer, with 70 000 quote, sells puts at 6 to the buyer's wallet.
pub fn sell(play: &mut Play, contracts: u64) -> Outcome {
    if play.cash("writer") == 0 {
        expect_landed(play.deposit_quote("writer", 70_000 * QUOTE));
    }
    let put = play.put;
    let nonce = play.place("writer", &put, contracts, 6);
    play.buy_tokens("buyer", "writer", nonce, &put, contracts * CONTRACT)
}

impl Play {
    /// An account as an instruction that adds risk finds it, but for the scale of the cover.
    fn assess_risk(&self, name: &str) -> Assessment {
        let account = self.account_of(name).expect("open");
        let (price, now) = (self.price_update(), self.world.now());
        let found = self.view().assess_for(Purpose::Risk, &account, price, now);
        found.expect("in range")
    }
}

fn found(play: &Play, name: &str) -> [u64; 2] {
    play.assess_risk(name).uncovered_atoms
}

fn counted(play: &Play, name: &str) -> [u64; 2] {
    play.account_of(name).expect("open").uncovered_atoms
}

#[test]
fn a_trade_counts_what_it_adds_and_closing_takes_it_off() {
    let mut play = Play::open();
    expect_landed(sell(&mut play, 1_000));
    let numbers = found(&play, "writer");
    assert!(
        numbers[0] > 10_000 * QUOTE && numbers[1] == 0,
        "{numbers:?}"
    );
    assert_eq!(counted(&play, "writer"), numbers);
    assert_eq!(play.shard_of("writer").uncovered_atoms, numbers);
    // Half of it is bought back.
    let put = play.put;
    expect_landed(play.deposit_quote("second", 200_000 * QUOTE));
    expect_landed(play.fill_quote("writer", "second", &put, 500 * CONTRACT, 6 * PRICE));
    assert_eq!(counted(&play, "writer"), found(&play, "writer"));
    assert_eq!(counted(&play, "writer"), [0; 2], "67 000 for 500 puts");
    assert_eq!(counted(&play, "second"), found(&play, "second"));
}

#[test]
fn a_withdrawal_counts_what_it_uncovers() {
    let mut play = Play::open();
    expect_landed(play.deposit_quote("writer", 200_000 * QUOTE));
    expect_landed(sell(&mut play, 1_000));
    assert_eq!(counted(&play, "writer"), [0; 2]);
    expect_landed(play.withdraw_quote("writer", 130_000 * QUOTE));
    assert_eq!(counted(&play, "writer"), found(&play, "writer"));
    assert!(counted(&play, "writer")[0] > 10_000 * QUOTE);
}

#[test]
fn anyone_measures_anybody_and_no_limit_holds_it_back() {
    let mut play = market(0, 0);
    expect_landed(play.deposit_quote("writer", 200_000 * QUOTE));
    expect_landed(sell(&mut play, 1_000));
    assert_eq!(counted(&play, "writer"), [0; 2], "cash-secured");
    // A measure counts legs of an expiry that is over as well; here it finds what a trade would.
    play.jump(90);
    let landed = expect_landed(play.measure("writer"));
    let numbers = counted(&play, "writer");
    assert_eq!(numbers, found(&play, "writer"));
    assert_eq!(play.shard_of("writer").uncovered_atoms, numbers);
    let told: Measured = play.told(&landed);
    assert_eq!(
        (told.margin_account, told.uncovered_atoms),
        (play.margin("writer"), numbers)
    );
    let used = play.account_of("writer").expect("open").last_price_at;
    assert_eq!(
        used,
        play.world.now(),
        "the price it took binds the account"
    );
}

#[test]
fn an_account_that_owes_nothing_is_measured_without_a_price() {
    let mut play = Play::open();
    expect_landed(sell(&mut play, 1_000));
    let put = play.put;
    expect_landed(play.deposit_quote("second", 200_000 * QUOTE));
    expect_landed(play.transfer_leg("writer", "second", &put, -1_000_000_000, 0));
    assert_eq!(counted(&play, "writer"), [0; 2]);
    play.world.advance(86_400);
    assert_eq!(Action::Measure.rule().max_age_seconds, Some(25));
    expect_landed(play.measure("writer"));
    expect_code(play.measure("second"), PriceStale);
}

#[test]
fn with_an_empty_fund_only_covered_writing_is_possible() {
    let mut play = market(0, 0);
    let (put, call) = (play.put, play.call);
    expect_code(sell(&mut play, 1_000), CoverUsedUp);
    let written = play.write_option("writer", &put, 1_000 * CONTRACT);
    expect_code(written, CoverUsedUp);
    // A put with its strike in cash, a call with its underlying.
    expect_landed(sell(&mut play, 300));
    expect_landed(play.deposit_underlying("second", 100 * SOL));
    play.sell("second", &call, 100, 6);
    assert_eq!(counted(&play, "second"), [0; 2]);
    // The cover cannot be taken away again, though initial margin would let it go.
    let taken = play.withdraw_quote("writer", 47_000 * QUOTE);
    expect_code(taken, CoverUsedUp);
}

/// 400 000 quote of stakes stand for 25 000 in each of 16 shards.
#[test]
fn a_stake_makes_room_once_it_is_shared_out() {
    let mut play = market(0, 0);
    expect_landed(play.stake("insurer", 400_000 * QUOTE));
    expect_code(sell(&mut play, 1_000), CoverUsedUp);
    let landed = expect_landed(play.share_cover());
    let told: CoverShared = play.told(&landed);
    assert_eq!(
        (told.means_atoms, told.uncovered_atoms),
        (400_000 * QUOTE, [0; 2])
    );
    let shard = play.shard_of("writer");
    assert_eq!(shard.limit_atoms, [25_000 * QUOTE; 2]);
    assert_eq!(
        (shard.others_atoms, shard.means_atoms),
        ([0; 2], 400_000 * QUOTE)
    );
    expect_landed(sell(&mut play, 1_000));
    let own = counted(&play, "writer");
    // What is left is shared out again.
    expect_landed(play.share_cover());
    let (shard, left) = (play.shard_of("writer"), 400_000 * QUOTE - own[0]);
    assert_eq!(
        shard.limit_atoms,
        [own[0] + left / 16, own[1] + (400_000 * QUOTE - own[1]) / 16]
    );
    let other = (0..16u8).map(|index| backstop_interface::pda::shard(&play.keys.market, index));
    let mut limits = [0u64; 2];
    for address in other {
        let shard: backstop_interface::accounts::Shard = play.read(&address).expect("genesis");
        limits = [
            limits[0] + shard.limit_atoms[0],
            limits[1] + shard.limit_atoms[1],
        ];
    }
    assert!(limits[0].max(limits[1]) <= 400_000 * QUOTE, "{limits:?}");
}

/// The writer of 1 000 puts who holds 120 000 quote: covered far down at 200, and not at 100, where he is measured.
fn caught_short(line_atoms: u64, cover_cap_ppb: u64) -> Play {
    let mut play = scaled_market(line_atoms, 0, cover_cap_ppb);
    expect_landed(play.deposit_quote("writer", 120_000 * QUOTE));
    expect_landed(sell(&mut play, 1_000));
    assert_eq!(counted(&play, "writer"), [0; 2]);
    play.jump(100);
    expect_landed(play.deposit_quote("writer", 12_000 * QUOTE));
    expect_landed(play.measure("writer"));
    assert!(counted(&play, "writer")[0] > 0 && play.assess("writer").health_im() > 0);
    expect_landed(play.share_cover());
    play
}

/// Nothing rises, however healthy the account, and who closes may close. Initial margin is not scaled here: twice as
/// much of it would stop him before.
#[test]
fn beyond_the_means_risk_may_only_fall() {
    let mut play = caught_short(0, ONE_PPB);
    let (put, before) = (play.put, counted(&play, "writer"));
    let added = play.write_option("writer", &put, CONTRACT);
    expect_code(added, CoverUsedUp);
    expect_landed(play.deposit_quote("second", 900_000 * QUOTE));
    let closed = play.fill_quote("writer", "second", &put, CONTRACT, 100 * PRICE);
    expect_landed(closed);
    assert!(counted(&play, "writer")[0] < before[0]);
    assert_eq!(counted(&play, "second"), [0; 2]);
}

#[test]
fn above_seven_tenths_new_risk_asks_more_initial_margin() {
    let uncovered = counted(&caught_short(0, 2 * ONE_PPB), "writer")[0];
    for (percent, lands) in [(60, true), (70, true), (90, false)] {
        let mut play = caught_short(uncovered * 100 / percent + 1, 2 * ONE_PPB);
        let shard = play.shard_of("writer");
        let part = shard.allotment().cover(shard.uncovered_atoms).use_ppb();
        assert_eq!(part.div_ceil(10_000_000), percent, "of the means");
        expect_landed(play.deposit_quote("second", 1_410 * QUOTE));
        let put = play.put;
        let written = play.write_option("second", &put, 10 * CONTRACT);
        if lands {
            expect_landed(written);
            let (health, asked) = (play.assess_risk("second"), counted(&play, "second"));
            assert!(asked[0] > 0, "its number rises");
            assert!(
                3 * health.health_im() < health.r_im,
                "a third more is too much"
            );
        } else {
            expect_code(written, BelowInitialMargin);
            // Somebody whose number does not rise is asked no more than before.
            expect_landed(play.deposit_quote("second", 200 * QUOTE));
            expect_landed(play.write_option("second", &put, 10 * CONTRACT));
            assert_eq!(counted(&play, "second"), [0; 2]);
        }
    }
}

#[test]
fn a_sale_contributes_a_part_of_the_uncovered_loss_it_adds() {
    let mut play = market(u64::pow(10, 16), 1_000_000);
    expect_landed(play.deposit_quote("writer", 70_000 * QUOTE));
    let put = play.put;
    let terms = OfferTerms {
        nonce: 1,
        premium_price: 6 * PRICE,
        contracts: 1_000 * CONTRACT,
    };
    expect_landed(play.place_offer("writer", &put, terms));
    let before = play.balances();
    let landed = expect_landed(play.buy_tokens("buyer", "writer", 1, &put, 1_000 * CONTRACT));
    let told: OfferFilled = play.told(&landed);
    let (fee, shard) = (120 * QUOTE, play.shard_of("writer"));
    let paid = told.fee_atoms - fee;
    assert_eq!((shard.fees_atoms, shard.fund_atoms), (fee, paid));
    assert_eq!(play.cash("writer"), 76_000 * QUOTE - fee - paid);
    // A thousandth of what was added before it was paid, rounded up.
    let added = counted(&play, "writer")[0] - paid;
    assert_eq!(paid, added.div_ceil(1_000));
    play.assert_books(&before);
    // It goes whole to the fund.
    expect_landed(play.sweep_fees_of("writer"));
    assert_eq!(play.fund().assets_atoms, fee + paid);
}
