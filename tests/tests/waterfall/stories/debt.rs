//! An account with an old debt and legs that live on: at target its collateral pays, below it slices do.

use backstop_interface::accounts::{AccountState, OptionKind};
use backstop_interface::event::{AuctionEnded, SliceSold};
use backstop_testkit::expect_landed;

use crate::setting::{Play, ALL, CONTRACT, PRICE, QUOTE, SOL};

/// `second` owes 2 902 quote to the expiry that is over, for longer than 30 minutes, and is short 100 puts
/// of a later one; his SOL make him healthy.
fn overdue() -> Play {
    let mut play = Play::open();
    let (call, expiry) = (play.call, play.expiry);
    let later = play.next_expiry(9);
    let put = later.series(200 * PRICE, OptionKind::Put);
    expect_landed(play.create_expiry("keeper", &later));
    expect_landed(play.create_series("keeper", &put));
    expect_landed(play.deposit_underlying("second", 200 * SOL));
    play.sell("second", &put, 100, 6);
    let cash = play.cash("second");
    expect_landed(play.withdraw_quote("second", cash));
    play.sell("second", &call, 100, 1);
    play.expire_at(230);
    expect_landed(play.settle("second", &expiry));
    play.world.advance(1_700);
    play.set_price(230 * PRICE);
    expect_landed(play.tick());
    play.wait_healthy(130);
    play
}

/// The same, seized where his SOL are worth too little for maintenance margin.
fn seized() -> Play {
    let mut play = overdue();
    for price in (100..230).rev() {
        play.wait_healthy(60);
        play.jump(price);
        expect_landed(play.publish_surface(&crate::setting::surface()));
        if play.assess("second").health_mm() < 0 {
            break;
        }
    }
    expect_landed(play.liquidate("keeper", "second"));
    assert_eq!(play.state("second"), AccountState::Auction);
    play
}

/// Above maintenance and below target an old debt seizes who has too little collateral to convert, and nobody else.
#[test]
fn an_old_debt_seizes_who_cannot_convert_it() {
    let mut play = Play::open();
    let (call, expiry) = (play.call, play.expiry);
    let later = play.next_expiry(9);
    let deep = later.series(100 * PRICE, OptionKind::Call);
    expect_landed(play.create_expiry("keeper", &later));
    expect_landed(play.create_series("keeper", &deep));
    expect_landed(play.deposit_quote("bidder", 500_000 * QUOTE));
    expect_landed(play.deposit_quote("second", 12_000 * QUOTE));
    expect_landed(play.deposit_underlying("second", 10 * SOL));
    let nonce = play.place("bidder", &deep, 100, 101);
    expect_landed(play.buy_ledger("second", "bidder", nonce, &deep, 100 * CONTRACT));
    play.sell("second", &call, 100, 1);
    let cash = play.cash("second");
    expect_landed(play.withdraw_quote("second", cash));
    play.expire_at(230);
    expect_landed(play.settle("second", &expiry));
    play.world.advance(1_700);
    play.set_price(230 * PRICE);
    expect_landed(play.tick());
    play.wait_healthy(130);
    let debt = |play: &Play| play.account_of("second").expect("it is there").debt_atoms();
    assert_eq!(debt(&play), 3_000 * QUOTE);
    for price in (100..230).rev() {
        play.wait_healthy(60);
        play.jump(price);
        expect_landed(play.publish_surface(&crate::setting::surface()));
        let found = play.assess("second");
        if found.health_mm() * 20 < found.stress() {
            break;
        }
    }
    assert!(play.assess("second").health_mm() > 0);
    // His 10 SOL bring less than the debt at the discount they convert at; with as many more as it takes nothing
    // happens to him.
    let mut richer = play.clone();
    let spot = richer.price_update().price().get() / PRICE;
    let enough = 3_000 * SOL * 100 / 98 / spot;
    expect_landed(richer.deposit_underlying("second", enough + 100 - 10 * SOL));
    let found = richer.assess("second");
    assert!(found.health_mm() * 10 < found.stress() * 3, "below target");
    expect_landed(richer.liquidate("keeper", "second"));
    assert_eq!(richer.state("second"), AccountState::Open);
    expect_landed(play.liquidate("keeper", "second"));
    assert_eq!(play.state("second"), AccountState::Auction);
}

/// No slice of it could be sold, so nobody seizes it: its SOL go on converting until the debt is paid.
#[test]
fn an_account_at_target_is_left_alone_and_its_collateral_pays() {
    let mut play = overdue();
    let expiry = play.expiry;
    let before = play.balances();
    assert!(play.assess("second").health_mm() > 0);
    expect_landed(play.liquidate("keeper", "second"));
    assert_eq!(play.state("second"), AccountState::Open);
    expect_landed(play.convert("bidder", "second", u64::MAX));
    expect_landed(play.repay("second", &expiry));
    let account = play.account_of("second").expect("open");
    assert_eq!(
        (account.debt_atoms(), account.conversion_started_at),
        (0, 0),
        "a later debt has its own 30 minutes"
    );
    assert!(account.quote_atoms < QUOTE, "{}", account.quote_atoms);
    play.assert_books(&before);
}

/// At target again he is free, and what he owes converts as before.
#[test]
fn the_owner_tops_up_and_gets_his_account_back_with_its_debt() {
    let mut play = seized();
    let expiry = play.expiry;
    let before = play.balances();
    expect_landed(play.deposit_quote("second", 50_000 * QUOTE));
    let landed = expect_landed(play.liquidate("keeper", "second"));
    assert_eq!(play.told::<AuctionEnded>(&landed).outcome, 0);
    assert_eq!(play.state("second"), AccountState::Open);
    let owed = play.account_of("second").expect("open").debt_atoms();
    assert!(owed > 2_000 * QUOTE, "{owed}");
    expect_landed(play.repay("second", &expiry));
    let account = play.account_of("second").expect("open");
    assert_eq!(
        (account.quote_atoms, account.debt_atoms()),
        (50_000 * QUOTE - owed, 0)
    );
    play.assert_books(&before);
}

/// A slice pays the debt: what bidders brought is the creditor's first, the rest the owner's.
#[test]
fn a_slice_pays_the_debt_and_the_owner_keeps_the_rest() {
    let mut play = seized();
    let expiry = play.expiry;
    expect_landed(play.deposit_quote("bidder", 500_000 * QUOTE));
    play.jump(100);
    let before = play.balances();
    expect_landed(play.bid("bidder", "second", ALL, i64::MAX));
    let paid_in = play
        .auction("second")
        .expect("the debt is left")
        .paid_in_atoms;
    assert!(paid_in > 2_902 * QUOTE, "{paid_in}");
    expect_landed(play.repay("second", &expiry));
    // Contracts are floored, so a slice may end some atoms short of the target; whoever takes those ends it.
    let owns = play.cash("second");
    let landed = expect_landed(play.bid("bidder", "second", ALL, i64::MAX));
    let dust: SliceSold = play.told(&landed);
    assert!(dust.fraction_ppb < 1_000, "{}", dust.fraction_ppb);
    let account = play.account_of("second").expect("open");
    assert_eq!(
        (account.state(), account.debt_atoms()),
        (AccountState::Open, 0)
    );
    assert_eq!(owns, paid_in - 2_902 * QUOTE);
    assert!((owns..owns + QUOTE).contains(&account.quote_atoms));
    play.assert_books(&before);
}
