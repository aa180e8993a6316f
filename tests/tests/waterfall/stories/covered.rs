//! A covered-call writer without quote is no defaulter: his collateral converts, he repays, no auction.

use backstop_interface::accounts::AccountState;
use backstop_testkit::expect_landed;

use crate::setting::{Play, CONTRACT, PRICE, QUOTE, SOL};

#[test]
fn a_covered_writer_converts_repays_and_goes_on() {
    let mut play = Play::covered_debtor();
    let (call, expiry) = (play.call, play.expiry);
    let before = play.balances();
    expect_landed(play.liquidate("keeper", "second"));
    assert_eq!(
        play.state("second"),
        AccountState::Open,
        "solvent and within his 30 minutes"
    );
    assert!(play.auction("second").is_none());

    play.pass(900, 230 * PRICE);
    expect_landed(play.convert("backer", "second", u64::MAX));
    expect_landed(play.repay("second", &expiry));
    let account = play.account_of("second").expect("open");
    assert_eq!(
        (account.debt_atoms(), account.conversion_started_at),
        (0, 0)
    );
    // At 1 % under 230: 12.745 SOL for 2 902 quote.
    let price = 230 * PRICE / 100 * 99;
    let sold = (u128::from(2_902 * QUOTE) * 1_000_000_000_000).div_ceil(u128::from(price)) as u64;
    assert_eq!(
        account.collateral_atoms(&play.keys.underlying_mint),
        100 * SOL - sold
    );
    expect_landed(play.withdraw_underlying("second", 100 * SOL - sold));

    play.close_and_finalise();
    let wallet = play.quote_wallet("buyer");
    let held = play.world.balance(&wallet);
    expect_landed(play.redeem("buyer", &call, 100 * CONTRACT));
    assert_eq!(play.world.balance(&wallet) - held, 3_000 * QUOTE, "in full");
    let books = play.expiry_of(&expiry);
    assert_eq!(
        (books.escrow_atoms, books.owed_atoms, books.debts_atoms),
        (0, 0, 0)
    );
    play.assert_books(&before);
}

/// A debt unpaid half an hour after its conversion began is liquidated whatever the health.
#[test]
fn a_debt_left_for_half_an_hour_makes_an_estate() {
    let mut play = Play::covered_debtor();
    let expiry = play.expiry;
    play.pass(1_799, 230 * PRICE);
    expect_landed(play.tick());
    expect_landed(play.liquidate("keeper", "second"));
    assert_eq!(play.state("second"), AccountState::Open);
    // The gap of the feed has its own grace; a minute's silence none.
    play.wait_healthy(130);
    expect_landed(play.liquidate("keeper", "second"));
    assert_eq!(
        play.state("second"),
        AccountState::Estate,
        "no leg is left to auction"
    );
    let before = play.balances();
    expect_landed(play.convert("backer", "second", u64::MAX));
    expect_landed(play.repay("second", &expiry));
    expect_landed(play.close_estate("keeper", "second"));
    assert_eq!(play.fund().assets_atoms, 0, "it has stood in for nothing");
    assert_eq!(
        play.state("second"),
        AccountState::Open,
        "what the debt did not need is the owner's"
    );
    play.assert_books(&before);
}
