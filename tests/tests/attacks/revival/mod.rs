//! S8: what was closed does not come back with its old rights, not even inside one transaction.

mod setting;

use backstop_client::account::open_account;
use backstop_client::series;
use backstop_interface::accounts::{AccountState, Offer};
use backstop_interface::{pda, BackstopError};
use backstop_testkit::{expect_code, expect_landed, key, pubkey};
use solana_signer::Signer;

use crate::scenes::Album;
use crate::twin::{PRICE, QUOTE};
use setting::{Play, CONTRACT};

/// What an account that has been closed is to an instruction that wants one.
const NOT_THERE: u32 = 3012;
/// The same when lamports keep it alive: it belongs to the system program.
const NOT_OURS: u32 = 3007;

#[test]
fn fill_offer_rejects_an_offer_cancelled_in_the_same_transaction() {
    let mut play = Play::open();
    expect_landed(play.stage.deposit_quote("writer", 70_000 * QUOTE));
    play.lands(&[play.place(6 * PRICE)]);
    let offer = play.stage.offer("writer", 1);
    let fill = play.fill(u64::MAX);
    play.refused(&[play.cancel(), fill.clone()], NOT_THERE);
    // Lamports that keep the account alive do not bring its content back.
    play.refused(&[play.cancel(), play.refund(offer), fill], NOT_OURS);
}

#[test]
fn fill_offer_rejects_an_offer_replaced_by_a_dearer_one() {
    let mut play = Play::open();
    expect_landed(play.stage.deposit_quote("writer", 70_000 * QUOTE));
    play.lands(&[play.place(6 * PRICE)]);
    let (cancel, dearer) = (play.cancel(), play.place(60 * PRICE));
    play.refused(
        &[cancel.clone(), dearer.clone(), play.fill(6 * PRICE)],
        BackstopError::PremiumAboveLimit,
    );
    // The new one is an offer of its own, with its own terms and nothing of the old.
    play.lands(&[cancel, dearer]);
    let offer: Offer = play
        .stage
        .read(&play.stage.offer("writer", 1))
        .expect("the offer is there");
    assert_eq!(
        (offer.premium_price, offer.remaining_contracts),
        (60 * PRICE, CONTRACT)
    );
}

#[test]
fn fill_offer_rejects_an_offer_of_an_account_closed_and_opened_again() {
    let mut play = Play::open();
    play.lands(&[play.place(6 * PRICE)]);
    play.stage.pass(1, 200 * PRICE);
    play.lands(&[
        play.close_account(),
        play.open_account(),
        play.deposit(70_000 * QUOTE),
    ]);
    play.refused(&[play.fill(u64::MAX)], BackstopError::OfferVoid);
}

#[test]
fn fill_offer_rejects_an_offer_of_an_account_closed_and_opened_in_the_slot_of_its_birth() {
    let mut play = Play::open();
    expect_landed(play.stage.deposit_quote("writer", 70_000 * QUOTE));
    play.lands(&[play.place(6 * PRICE)]);
    expect_landed(play.stage.withdraw_quote("writer", 70_000 * QUOTE));
    let before = play.writer();
    play.lands(&[play.close_account(), play.open_account()]);
    let after = play.writer();
    assert_eq!(
        (after.quote_atoms, after.epoch),
        (0, before.epoch),
        "one slot, one epoch"
    );
    // In the same slot the epoch is the same, so the offer binds: its terms are the owner's own and the margin
    // of the new account decides, which has none.
    play.refused(&[play.fill(u64::MAX)], BackstopError::BelowInitialMargin);
}

#[test]
fn open_account_rejects_an_account_that_is_there() {
    let mut play = Play::open();
    play.lands(&[play.deposit(100 * QUOTE)]);
    let again = play.open_account();
    play.refused(std::slice::from_ref(&again), 0u32);
    play.refused(
        &[play.close_account(), again],
        BackstopError::AccountNotEmpty,
    );
}

#[test]
fn deposit_rejects_an_account_closed_in_the_same_transaction() {
    let mut play = Play::open();
    let margin = play.stage.margin("writer");
    let deposit = play.deposit(100 * QUOTE);
    play.refused(
        &[play.close_account(), play.refund(margin), deposit],
        NOT_OURS,
    );
}

#[test]
fn close_and_open_again_brings_nothing_of_the_old_account_back() {
    let mut play = Play::open();
    play.lands(&[play.deposit(100 * QUOTE)]);
    expect_landed(play.stage.withdraw_quote("writer", 100 * QUOTE));
    let before = play.writer();
    play.stage.pass(1, 200 * PRICE);
    play.lands(&[
        play.close_account(),
        play.refund(play.stage.margin("writer")),
    ]);
    play.lands(&[play.open_account()]);
    let after = play.writer();
    assert!(after.epoch > before.epoch, "time only moves forward");
    assert_eq!(
        (after.quote_atoms, after.debt_atoms(), after.last_price_at),
        (0, 0, 0)
    );
    assert!(after.collaterals.iter().all(|slot| slot.atoms == 0));
    assert!(after.legs.iter().all(|leg| !leg.in_use()));
}

#[test]
fn the_version_of_a_portfolio_is_never_used_twice() {
    let mut play = Play::open();
    let deposit = play.deposit(QUOTE);
    play.lands(&vec![deposit; 8]);
    expect_landed(play.stage.withdraw_quote("writer", 8 * QUOTE));
    let before = play.writer();
    play.stage.pass(1, 200 * PRICE);
    play.lands(&[play.close_account(), play.open_account()]);
    let after = play.writer();
    assert!(
        after.portfolio_version > before.portfolio_version,
        "nine changes in a second, reopened a second later"
    );
}

#[test]
fn bid_rejects_an_auction_cured_in_the_same_transaction() {
    let mut play = Play::open().seized_and_recovered();
    let auction = pda::auction(&play.stage.margin("writer"));
    let bid = play.bid(play.writer().portfolio_version);
    play.refused(&[play.liquidate(), bid.clone()], NOT_THERE);
    play.refused(
        &[play.liquidate(), play.refund(auction), bid.clone()],
        NOT_OURS,
    );
    play.lands(&[play.liquidate()]);
    assert!(play.stage.auction("writer").is_none());
    play.refused(&[bid], NOT_THERE);
}

#[test]
fn a_cured_account_is_not_seized_again_by_the_same_transaction() {
    let mut play = Play::open().seized_and_recovered();
    let (first, again) = (play.liquidate(), play.liquidate());
    play.lands(&[first, again.clone(), again]);
    assert_eq!(play.writer().state(), AccountState::Open);
    assert!(
        play.stage.auction("writer").is_none(),
        "a step that has become unnecessary keeps nothing"
    );
}

#[test]
fn a_cured_and_donated_auction_starts_afresh() {
    let mut play = Play::open().seized_and_recovered();
    let before = play
        .stage
        .auction("writer")
        .expect("the writer is on auction");
    let address = pda::auction(&play.stage.margin("writer"));
    play.lands(&[play.liquidate(), play.refund(address)]);
    assert!(play.stage.auction("writer").is_none());
    play.stage.pass(20, 120 * PRICE);
    expect_landed(play.stage.tick());
    play.lands(&[play.liquidate()]);
    let after = play
        .stage
        .auction("writer")
        .expect("the writer is on auction again");
    assert!(
        after.started_at > before.started_at
            && after.healthy_seconds_at_start > before.healthy_seconds_at_start
    );
    assert_eq!(
        (after.paid_in_atoms, after.fund_paid_atoms, after.sold_any),
        (0, 0, false)
    );
}

#[test]
fn create_series_rejects_a_series_that_is_there() {
    let mut play = Play::open();
    let create = series::create_series(
        &play.stage.keys,
        pubkey("keeper"),
        &play.put,
        play.stage.price_account,
    );
    play.refused(&[create], 0u32);
    let create = series::create_expiry(&play.stage.keys, pubkey("keeper"), &play.expiry);
    play.refused(&[create], 0u32);
    assert_eq!(play.stage.expiry_of(&play.expiry).series_count, 1);
}

#[test]
fn an_account_opened_where_an_estate_was_owes_and_owns_nothing() {
    let mut scenes = Album::of_everything().into_iter();
    let scene = scenes
        .find(|scene| scene.name == "close_estate")
        .expect("the scene is there");
    let (mut stage, closing) = (scene.stage, scene.instruction);
    let before = stage.account_of("writer").expect("the estate");
    assert!(before.debt_atoms() > 0, "the estate leaves debts behind");
    let (keeper, writer) = (key("keeper"), key("writer"));
    let opening = open_account(&stage.keys, writer.pubkey(), 0);
    expect_landed(
        stage
            .world
            .send(&[closing.clone(), opening], &[&keeper, &writer]),
    );

    let after = stage.account_of("writer").expect("opened anew");
    assert_eq!(
        (after.state(), after.debt_atoms(), after.quote_atoms),
        (AccountState::Open, 0, 0)
    );
    assert!(after.epoch > before.epoch && after.portfolio_version > before.portfolio_version);
    // The estate cannot be closed a second time over the new account, nor its auction be bid for.
    stage
        .world
        .expect_refused(&[closing], &[&keeper], NOT_THERE);
    expect_code(
        stage.bid("bidder", "writer", 1_000_000_000, i64::MAX),
        NOT_THERE,
    );
}
