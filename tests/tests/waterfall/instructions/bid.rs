use backstop_client::account::set_delegate;
use backstop_interface::accounts::AccountState;
use backstop_interface::event::SliceSold;
use backstop_interface::BackstopError;
use backstop_testkit::{expect_landed, key, pubkey};

use crate::ask::swap;
use crate::setting::{Play, ALL, CONTRACT, QUOTE};

#[test]
fn bid_moves_the_same_share_of_everything_and_the_penalty_to_the_shard() {
    let mut play = Play::seized_at(160);
    let put = play.put;
    let (before, health) = (play.balances(), play.assess("writer"));
    let (cash, fees) = (play.cash("writer"), play.shard_of("writer").fund_atoms);
    let landed = expect_landed(play.bid("bidder", "writer", 100_000_000, i64::MAX));

    let sold: SliceSold = play.told(&landed);
    assert_eq!(
        (
            sold.fraction_ppb,
            sold.paid_by_fund_atoms,
            sold.paid_by_account_atoms
        ),
        (ALL / 10, 0, 0)
    );
    let paid = (sold.price_whole_atoms.unsigned_abs()).div_ceil(10);
    let penalty = health.stress().unsigned_abs() / 20 / 10;
    assert_eq!(
        (sold.paid_by_bidder_atoms, sold.penalty_atoms),
        (paid, penalty)
    );
    assert_eq!(play.leg("writer", &put), -900 * CONTRACT as i64);
    assert_eq!(play.leg("bidder", &put), -100 * CONTRACT as i64);
    assert_eq!(play.cash("bidder"), 500_000 * QUOTE + cash / 10 - paid);
    assert_eq!(play.cash("writer"), cash - cash / 10 + paid - penalty);
    assert_eq!(play.shard_of("writer").fund_atoms, fees + penalty);
    let auction = play.auction("writer").expect("a part is left");
    assert_eq!(
        (auction.paid_in_atoms, auction.sold_any),
        (paid - penalty, true)
    );
    assert_eq!(
        play.series_of(&put).short_contracts,
        1_000 * CONTRACT,
        "a move is no trade"
    );
    play.assert_books(&before);
}

#[test]
fn bid_for_the_largest_slice_ends_the_auction_and_returns_the_rent() {
    let mut play = Play::seized_at(160);
    let (before, keeper) = (play.balances(), play.world.lamports(&pubkey("keeper")));
    let most = play.terms("writer").expect("on auction").max_fraction_ppb;
    let landed = expect_landed(play.bid("bidder", "writer", ALL, i64::MAX));
    assert_eq!(
        play.told::<SliceSold>(&landed).fraction_ppb,
        most,
        "cut down to what reaches the target"
    );
    assert!(most < ALL / 2);
    assert_eq!(play.state("writer"), AccountState::Open);
    assert!(play.auction("writer").is_none());
    assert!(play.world.lamports(&pubkey("keeper")) > keeper);
    play.assert_books(&before);
}

/// Later bidders buy no cash of earlier ones: the own quote shrinks with the portfolio, what was paid
/// in stays.
#[test]
fn bid_leaves_what_earlier_bidders_paid_in_with_the_account() {
    let mut play = Play::seized_at(160);
    expect_landed(play.bid("bidder", "writer", 100_000_000, i64::MAX));
    let paid_in = play.auction("writer").expect("lives").paid_in_atoms;
    let own = play.cash("writer") - paid_in;
    let (before, bidder) = (play.balances(), play.cash("bidder"));
    let landed = expect_landed(play.bid("bidder", "writer", 100_000_000, i64::MAX));
    let sold: SliceSold = play.told(&landed);
    assert_eq!(sold.fraction_ppb, 100_000_000);
    assert_eq!(
        play.cash("bidder"),
        bidder + own / 10 - sold.paid_by_bidder_atoms
    );
    let kept = sold.paid_by_bidder_atoms - sold.penalty_atoms;
    assert_eq!(
        play.auction("writer").expect("lives").paid_in_atoms,
        paid_in + kept
    );
    play.assert_books(&before);
}

#[test]
fn bid_moves_collateral_of_every_kind() {
    let mut play = Play::open();
    expect_landed(play.deposit_underlying("writer", 300 * crate::setting::SOL));
    play.sell_puts("writer", 1_000, 30_000);
    expect_landed(play.deposit_quote("bidder", 500_000 * QUOTE));
    play.jump(160);
    expect_landed(play.liquidate("keeper", "writer"));
    let before = play.balances();
    expect_landed(play.bid("bidder", "writer", 250_000_000, i64::MAX));
    let mint = play.keys.underlying_mint;
    let held = |name: &str| play.account_of(name).expect("open").collateral_atoms(&mint);
    assert_eq!(held("bidder"), 75 * crate::setting::SOL);
    assert_eq!(held("writer"), 225 * crate::setting::SOL);
    play.assert_books(&before);
}

/// An estate is sold off whatever its health, and stays an estate when all of it is gone.
#[test]
fn bid_on_an_estate_may_take_everything() {
    let mut play = Play::estate_at(160);
    let put = play.put;
    let before = play.balances();
    let landed = expect_landed(play.bid("bidder", "writer", ALL, i64::MAX));
    let sold: SliceSold = play.told(&landed);
    assert_eq!((sold.fraction_ppb, play.leg("writer", &put)), (ALL, 0));
    assert_eq!(
        play.cash("writer"),
        sold.paid_by_bidder_atoms - sold.penalty_atoms
    );
    assert_eq!(play.state("writer"), AccountState::Estate);
    play.assert_books(&before);
}

/// The portfolio goes into the account of whoever named the signer, and its money pays.
#[test]
fn a_delegate_bids_for_the_owner() {
    let mut play = Play::seized_at(160);
    let asked = play.ask_bid("bidder", "writer", ALL / 10, i64::MAX);
    let asked = swap(asked, pubkey("bidder"), pubkey("second"));
    play.refuses(asked.clone(), "second", BackstopError::NotDelegate);
    let named = set_delegate(pubkey("bidder"), play.margin("bidder"), 1, pubkey("second"));
    expect_landed(play.world.send(&[named], &[&key("bidder")]));
    let put = play.put;
    expect_landed(play.world.send(&[asked], &[&key("second")]));
    assert!(play.leg("bidder", &put) < 0);
    assert_eq!(play.leg("second", &put), 0);
}
