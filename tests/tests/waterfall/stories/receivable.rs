//! A gain that is settled and not paid yet counts where its legs did: nobody is seized because he settled.

use backstop_client::SeriesKeys;
use backstop_interface::accounts::{AccountState, OptionKind};
use backstop_interface::event::{AuctionStarted, SliceSold};
use backstop_interface::BackstopError;
use backstop_risk::margin::Assessment;
use backstop_testkit::expect_landed;

use crate::setting::{Play, ALL, CONTRACT, PRICE, QUOTE};

/// At 100 the longs of `second` pay 10 000 and his shorts of that expiry cost 4 000.
const GAIN: u64 = 6_000 * QUOTE;

/// `second` is long 100 puts at 200 and short 50 at 180 of an expiry that ended at 100, and short puts at 200 of
/// a later one, with `quote` deposited. His account is not settled yet.
fn hedged(quote: u64, far_contracts: u64, writer_quote: u64) -> (Play, SeriesKeys) {
    let mut play = Play::open();
    let (put, expiry) = (play.put, play.expiry);
    let low = expiry.series(180 * PRICE, OptionKind::Put);
    let later = play.next_expiry(9);
    let far = later.series(200 * PRICE, OptionKind::Put);
    expect_landed(play.create_series("keeper", &low));
    expect_landed(play.create_expiry("keeper", &later));
    expect_landed(play.create_series("keeper", &far));
    expect_landed(play.deposit_quote("writer", writer_quote * QUOTE));
    expect_landed(play.deposit_quote("second", quote * QUOTE));
    let nonce = play.place("writer", &put, 100, 6);
    expect_landed(play.buy_ledger("second", "writer", nonce, &put, 100 * CONTRACT));
    play.sell("second", &low, 50, 2);
    play.sell("second", &far, far_contracts, 10);
    play.pass_expiry(&expiry, 100);
    for series in [play.put, play.call, low] {
        expect_landed(play.fold_series(&series));
    }
    play.wait_healthy(130);
    (play, far)
}

fn receivable(play: &Play) -> u64 {
    let account = play.account_of("second").expect("open");
    account
        .expiries
        .iter()
        .map(|slot| slot.receivable_atoms)
        .sum()
}

/// As if nothing were to come.
fn without_gain(play: &Play) -> Assessment {
    let mut account = play.account_of("second").expect("there");
    for slot in &mut account.expiries {
        slot.receivable_atoms = 0;
    }
    let (view, price, now) = (play.view(), play.price_update(), play.world.now());
    view.assess(&account, price, now).expect("in range")
}

#[test]
fn who_settles_is_worth_what_he_was_worth_and_is_not_seized() {
    let (mut play, _) = hedged(1_200, 40, 50_000);
    let expiry = play.expiry;
    expect_landed(play.liquidate("keeper", "second"));
    assert_eq!(play.state("second"), AccountState::Open, "healthy before");
    let before = play.assess("second");
    expect_landed(play.settle("second", &expiry));
    assert_eq!(receivable(&play), GAIN);
    expect_landed(play.liquidate("keeper", "second"));
    assert_eq!(play.state("second"), AccountState::Open, "and after");
    let after = play.assess("second");
    assert_eq!((before.value, before.v_mm), (after.value, after.v_mm));
    assert!(
        without_gain(&play).health_mm() < 0,
        "without the gain he would be below maintenance"
    );
    // It counts nothing where value leaves.
    let out = play.withdraw_quote("second", QUOTE).expect_err("not paid");
    assert_eq!(out.code(), Some(BackstopError::BelowInitialMargin.into()));
    // Whoever judges the account must see its expiry.
    let bare = play.ask_liquidate("keeper", "second");
    play.refuses(bare, "keeper", BackstopError::ExpiryMissing);
}

/// A bidder does not pay for the gain: it stays with the account.
#[test]
fn a_slice_is_priced_without_the_gain() {
    let (mut play, far) = hedged(152_000, 1_000, 50_000);
    let expiry = play.expiry;
    expect_landed(play.settle("second", &expiry));
    expect_landed(play.deposit_quote("bidder", 100_000 * QUOTE));
    play.jump(40);
    expect_landed(play.liquidate("keeper", "second"));
    assert_eq!(play.state("second"), AccountState::Auction);
    let (value, terms) = (
        play.assess("second").value,
        play.terms("second").expect("on auction"),
    );
    assert_eq!(
        terms.sold,
        value - GAIN as i64,
        "what a buyer of the whole gets"
    );
    let bidder = play.assess("bidder").value;
    let before = play.balances();
    let landed = expect_landed(play.bid("bidder", "second", ALL, i64::MAX));
    let told: SliceSold = play.told(&landed);
    assert!(
        told.fraction_ppb < ALL,
        "the gain helps to reach the target"
    );
    assert!(play.leg("bidder", &far) < 0);
    assert_eq!(receivable(&play), GAIN);
    assert!(
        play.assess("bidder").value >= bidder,
        "the bidder gets his discount"
    );
    assert_eq!(play.state("second"), AccountState::Open);
    assert!(play.assess("second").health_mm() >= 0);
    play.assert_books(&before);
}

/// Once the haircut is fixed the gain is worth what it will pay, for the value of the account as well.
#[test]
fn a_gain_is_worth_its_payoff_less_the_haircut() {
    let (mut play, _) = hedged(1_200, 40, 7_000);
    let expiry = play.expiry;
    for name in ["writer", "second"] {
        expect_landed(play.settle(name, &expiry));
    }
    play.close_and_finalise();
    let cut = play.expiry_of(&expiry).haircut_ppb;
    assert!(cut > 100_000_000, "{cut}");
    play.set_price(100 * PRICE);
    play.wait_healthy(130);
    let paid = GAIN * (ALL - cut) / ALL;
    let told: AuctionStarted = {
        play.jump(40);
        let landed = expect_landed(play.liquidate("keeper", "second"));
        play.told(&landed)
    };
    let rest = without_gain(&play);
    assert_eq!(told.value_atoms, rest.value + paid as i64);
}
