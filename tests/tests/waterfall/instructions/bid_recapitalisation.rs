use backstop_interface::event::LotSold;
use backstop_interface::{pda, BackstopError};
use backstop_testkit::{expect_landed, pubkey};

use crate::ask::{swap, TWIN};
use crate::setting::{genesis, Play, PRICE, QUOTE};

/// Tokens have the decimals of quote.
const TOKEN: u64 = QUOTE;

#[test]
fn bid_recapitalisation_sells_lots_and_the_last_is_the_rest() {
    let mut play = Play::shortfall();
    let expiry = play.expiry;
    let before = play.balances();
    let treasury = play.world.balance(&pda::treasury());
    let landed = expect_landed(play.bid_recapitalisation("backer", &expiry, 12_500 * TOKEN));
    let told: LotSold = play.told(&landed);
    assert_eq!(
        (told.paid_atoms, told.tokens_atoms),
        (25_000 * QUOTE, 12_500 * TOKEN)
    );
    assert_eq!(play.protocol().last_clearing_price, 2 * PRICE);
    assert_eq!(play.protocol().recapitalisation_sold_atoms, 12_500 * TOKEN);

    // A full minute later one per cent more, still from the clearing price the auction began with.
    play.world.advance(60);
    let landed = expect_landed(play.bid_recapitalisation("backer", &expiry, 0));
    let told: LotSold = play.told(&landed);
    let tokens = 19_120 * TOKEN / 2 * 101 / 100;
    assert_eq!(told.paid_atoms, 19_120 * QUOTE);
    assert!(
        (tokens - 10..=tokens).contains(&told.tokens_atoms),
        "{} of {tokens}",
        told.tokens_atoms
    );
    let wallet = play
        .world
        .ata(&pubkey("backer"), &pda::recapitalisation_mint());
    let sold = 12_500 * TOKEN + told.tokens_atoms;
    assert_eq!(play.world.balance(&wallet), sold);
    assert_eq!(play.world.balance(&pda::treasury()), treasury - sold);

    let books = play.expiry_of(&expiry);
    assert_eq!(
        (books.recapitalised_atoms, books.tokens_sold_atoms),
        (44_120 * QUOTE, sold)
    );
    assert_eq!(books.escrow_atoms, books.owed_atoms);
    play.assert_books(&before);
    let over = play.ask_lot("backer", 0);
    play.refuses(over, "backer", BackstopError::RecapitalisationOver);
    expect_landed(play.finalise(&expiry));
    assert_eq!(play.expiry_of(&expiry).haircut_ppb, 0, "covered");
}

#[test]
fn bid_recapitalisation_rejects_after_four_hours() {
    let mut play = Play::shortfall();
    play.world.advance(4 * 3_600 - 1);
    let asked = play.ask_lot("backer", 0);
    expect_landed(play.clone().world.send(
        std::slice::from_ref(&asked),
        &[&backstop_testkit::key("backer")],
    ));
    play.world.advance(1);
    play.refuses(asked, "backer", BackstopError::RecapitalisationOver);
}

/// Less than 10 000 quote is not worth an auction.
#[test]
fn bid_recapitalisation_rejects_a_small_shortfall() {
    let mut play = Play::open();
    play.sell_puts("writer", 1_000, 104_500);
    play.settled_short();
    let expiry = play.expiry;
    assert_eq!(play.expiry_of(&expiry).shortfall_atoms, 9_620 * QUOTE);
    let asked = play.ask_lot("backer", 0);
    play.refuses(asked, "backer", BackstopError::RecapitalisationOver);
}

#[test]
fn bid_recapitalisation_rejects_fewer_tokens_than_accepted() {
    let mut play = Play::shortfall();
    let asked = play.ask_lot("backer", 12_500 * TOKEN + 1);
    play.refuses(asked, "backer", BackstopError::TokensBelowLimit);
}

/// A cap of a thousandth of 10 000 000 tokens in 90 days is less than one lot costs.
#[test]
fn bid_recapitalisation_rejects_tokens_beyond_the_cap() {
    let mut genesis = genesis();
    genesis.params.recapitalisation.window_cap_ppb = 1_000_000;
    let mut play = Play::with(&genesis);
    play.sell_puts("writer", 1_000, 70_000);
    play.settled_short();
    let asked = play.ask_lot("backer", 0);
    play.refuses(asked, "backer", BackstopError::SupplyCapReached);
}

#[test]
fn bid_recapitalisation_rejects_outside_its_state() {
    let mut play = Play::open();
    let expiry = play.expiry;
    play.sell_puts("writer", 1_000, 70_000);
    let asked = play.ask_lot("backer", 0);
    play.refuses(asked.clone(), "backer", BackstopError::WrongExpiryState);
    play.expire_at(80);
    play.refuses(asked.clone(), "backer", BackstopError::WrongExpiryState);
    expect_landed(play.settle("writer", &expiry));
    play.close_and_finalise();
    play.refuses(asked, "backer", BackstopError::WrongExpiryState);
}

#[test]
fn bid_recapitalisation_rejects_accounts_that_do_not_fit() {
    let mut play = Play::shortfall();
    let asked = play.ask_lot("backer", 0);
    let (market, other) = (play.keys.market, play.other.market);
    play.refuses(
        swap(asked.clone(), market, other),
        "backer",
        BackstopError::WrongMarket,
    );
    let (payment, escrow) = (play.quote_wallet("backer"), play.expiry.escrow);
    play.refuses(swap(asked.clone(), payment, escrow), "backer", TWIN);
    let destination = play
        .world
        .ata(&pubkey("backer"), &pda::recapitalisation_mint());
    play.refuses(swap(asked, destination, pda::treasury()), "backer", TWIN);
}
