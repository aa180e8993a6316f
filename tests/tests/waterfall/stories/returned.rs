//! An account with nothing to sell that can pay is seized for an old debt: its debt is collected, the rest is the
//! owner's.

use backstop_interface::accounts::{AccountState, OptionKind};
use backstop_interface::event::{Converted, EstateClosed};
use backstop_interface::{pda, BackstopError};
use backstop_testkit::{expect_landed, pubkey};

use crate::setting::{Play, ALL, PRICE, QUOTE, SOL};

/// `second` owes 2 902 quote that lie in 100 SOL, for longer than 30 minutes, and holds no leg.
fn seized() -> Play {
    let mut play = Play::covered_debtor();
    play.world.advance(1_700);
    play.set_price(230 * PRICE);
    expect_landed(play.tick());
    play.wait_healthy(130);
    expect_landed(play.liquidate("keeper", "second"));
    let account = play.account_of("second").expect("an estate");
    assert_eq!(account.state(), AccountState::Estate);
    assert!(
        account.returns(),
        "it can pay, and nothing was offered in vain"
    );
    play
}

fn sol(play: &Play) -> u64 {
    let account = play.account_of("second").expect("there");
    account.collateral_atoms(&play.keys.underlying_mint)
}

#[test]
fn only_what_the_debt_needs_is_sold_and_the_rest_goes_back() {
    let mut play = seized();
    let (expiry, before) = (play.expiry, play.balances());
    // Nobody takes it all at an auction's price.
    expect_landed(play.deposit_quote("bidder", 500_000 * QUOTE));
    let greedy = play.ask_bid("bidder", "second", ALL, i64::MAX);
    play.refuses(greedy, "bidder", BackstopError::NothingForSale);
    let early = play.ask_close_estate("keeper", "second");
    play.refuses(early, "keeper", BackstopError::AccountNotEmpty);

    let landed = expect_landed(play.convert("backer", "second", u64::MAX));
    let sold: Converted = play.told(&landed);
    assert!(
        sold.received_atoms < 2_902 * QUOTE + 2,
        "{}",
        sold.received_atoms
    );
    let left = sol(&play);
    assert_eq!(left, 100 * SOL - sold.sold_atoms);
    let more = play.ask_convert("backer", "second", SOL, u64::MAX);
    play.refuses(more, "backer", BackstopError::NotConverting);
    expect_landed(play.repay("second", &expiry));

    let auction = play.world.lamports(&pda::auction(&play.margin("second")));
    let closer = play.world.lamports(&pubkey("backer"));
    let fund = play.fund().assets_atoms;
    let landed = expect_landed(play.close_estate("backer", "second"));
    let told: EstateClosed = play.told(&landed);
    let account = play.account_of("second").expect("the owner's again");
    assert_eq!(
        (told.surplus_atoms, told.returned_atoms),
        (0, account.quote_atoms)
    );
    assert_eq!(account.state(), AccountState::Open);
    assert!(!account.returns() && account.conversion_started_at == 0);
    assert_eq!(play.fund().assets_atoms, fund, "nothing is the fund's");
    assert_eq!(play.world.lamports(&pubkey("backer")), closer + auction);
    assert!(play.auction("second").is_none());
    expect_landed(play.withdraw_underlying("second", left));
    play.assert_books(&before);
}

/// A debt may have converted for hours before anybody seized the account: the discount that only estates reach begins
/// with the estate, at the last one a debtor's reached.
#[test]
fn the_discount_only_estates_reach_begins_with_the_estate() {
    let mut play = Play::covered_debtor();
    play.world.advance(9_000);
    play.set_price(230 * PRICE);
    expect_landed(play.tick());
    play.wait_healthy(130);
    expect_landed(play.liquidate("keeper", "second"));
    assert_eq!(play.state("second"), AccountState::Estate);
    for (wait, bps) in [(0, 200), (900, 350), (900, 500)] {
        play.pass(wait, 230 * PRICE);
        let landed = expect_landed(play.convert("backer", "second", SOL / 10));
        let sold: Converted = play.told(&landed);
        let exact = 23 * QUOTE / 10_000 * (10_000 - bps);
        assert_eq!(sold.received_atoms, exact, "{wait} seconds more");
    }
}

/// The collateral loses its worth before it is sold: what nothing can pay is written off as with any estate.
#[test]
fn one_that_can_pay_no_more_is_closed_like_any_other() {
    let mut play = seized();
    let (expiry, before) = (play.expiry, play.balances());
    play.jump(20);
    expect_landed(play.convert("backer", "second", u64::MAX));
    assert_eq!(sol(&play), 0);
    expect_landed(play.repay("second", &expiry));
    let landed = expect_landed(play.close_estate("backer", "second"));
    let told: EstateClosed = play.told(&landed);
    assert_eq!((told.surplus_atoms, told.returned_atoms), (0, 0));
    assert!(play.account_of("second").is_none());
    let books = play.expiry_of(&expiry);
    assert!(books.debts_atoms == 0 && books.written_off_atoms > 0);
    play.assert_books(&before);
}

/// An account that was worth less than nothing when there was nothing left to sell returns nothing.
#[test]
fn one_that_could_not_pay_is_its_creditors() {
    let mut play = Play::shortfall();
    play.set_price(80 * PRICE);
    expect_landed(play.tick());
    play.wait_healthy(130);
    expect_landed(play.liquidate("keeper", "writer"));
    let account = play.account_of("writer").expect("an estate");
    assert_eq!(account.state(), AccountState::Estate);
    assert!(!account.returns());
}

/// `second` is short calls of two expiries that are over; the first is settled and owed, the second's price is not fixed
/// yet. Nothing of what pays the first may wait for the second: who can pay all is a debtor, not a bankrupt.
#[test]
fn a_debt_is_paid_whole_while_another_expiry_has_no_price() {
    let mut play = Play::open();
    let (call, first) = (play.call, play.expiry);
    let second = play.next_expiry(3);
    let later = second.series(200 * PRICE, OptionKind::Call);
    expect_landed(play.create_expiry("keeper", &second));
    expect_landed(play.create_series("keeper", &later));
    expect_landed(play.deposit_underlying("second", 200 * SOL));
    play.sell("second", &call, 100, 1);
    play.sell("second", &later, 50, 1);
    play.expire_at(230);
    expect_landed(play.settle("second", &first));
    play.world.warp_to(second.expires_at - 3_600);
    play.set_price(230 * PRICE);
    expect_landed(play.sample(&second, 230 * PRICE));
    play.set_price(230 * PRICE);
    expect_landed(play.tick());
    play.wait_healthy(130);
    expect_landed(play.liquidate("keeper", "second"));
    let account = play.account_of("second").expect("an estate");
    assert_eq!(account.state(), AccountState::Estate);
    assert!(account.returns() && account.has_shorts() && account.debt_atoms() > 0);

    let before = play.balances();
    expect_landed(play.convert("backer", "second", u64::MAX));
    expect_landed(play.repay("second", &first));
    let account = play.account_of("second").expect("an estate");
    assert_eq!(account.debt_atoms(), 0, "all that the first is owed");
    assert!(account.quote_atoms < QUOTE);

    expect_landed(play.fix_price(&second));
    expect_landed(play.fold_series(&later));
    expect_landed(play.settle("second", &second));
    expect_landed(play.convert("backer", "second", u64::MAX));
    expect_landed(play.repay("second", &second));
    expect_landed(play.close_estate("backer", "second"));
    assert_eq!(play.state("second"), AccountState::Open);
    assert!(sol(&play) > 0);
    play.assert_books(&before);
}
