use anchor_lang::prelude::Pubkey;
use backstop_interface::accounts::{AccountState, Auction, Shard};
use backstop_interface::{pda, BackstopError};
use backstop_testkit::{expect_landed, key, pubkey};

use super::liquidate::AUCTION_BYTES;
use crate::ask::{swap, without};
use crate::prices::refuses_bad_prices;
use crate::setting::{Play, PRICE, QUOTE};

#[test]
fn liquidate_rejects_bad_prices() {
    let play = Play::seized_at(160);
    refuses_bad_prices(
        &play,
        &play.ask_liquidate("second", "writer"),
        "second",
        "writer",
    );
}

#[test]
fn liquidate_rejects_an_account_of_another_market() {
    let mut play = Play::short_puts();
    expect_landed(play.elsewhere(|stage| stage.open_account("writer")));
    let (foreign, home) = (
        play.other.margin_account(&pubkey("writer"), 0),
        play.margin("writer"),
    );
    let bent = swap(play.ask_liquidate("keeper", "writer"), home, foreign);
    let bent = swap(bent, pda::auction(&home), pda::auction(&foreign));
    play.refuses(bent, "keeper", BackstopError::WrongMarket);
}

#[test]
fn liquidate_rejects_a_market_without_surface() {
    let mut play = Play::short_puts();
    expect_landed(play.elsewhere(|stage| stage.open_account("writer")));
    let home = play.keys;
    play.keys = play.other;
    let asked = play.ask_liquidate("keeper", "writer");
    play.refuses(asked, "keeper", BackstopError::NoSurface);
    play.keys = home;
}

#[test]
fn liquidate_rejects_a_seizure_within_two_minutes_of_a_gap() {
    let mut play = Play::short_puts();
    play.world.advance(61);
    play.set_price(80 * PRICE);
    expect_landed(play.tick());
    let gap_ended_at = play.world.now();
    let refused = play.ask_liquidate("keeper", "writer");
    play.refuses(refused.clone(), "keeper", BackstopError::GraceAfterGap);
    for seconds in [60, 59] {
        play.pass(seconds, 80 * PRICE);
        expect_landed(play.tick());
    }
    play.refuses(refused, "keeper", BackstopError::GraceAfterGap);
    play.pass(1, 80 * PRICE);
    assert_eq!(play.world.now(), gap_ended_at + 120);
    expect_landed(play.liquidate("keeper", "writer"));
    assert_eq!(play.state("writer"), AccountState::Auction);
}

#[test]
fn liquidate_rejects_an_insolvent_account_without_its_shard() {
    let mut play = Play::short_puts();
    play.jump(80);
    let asked = play.ask_liquidate("keeper", "writer");
    let shard = play.keys.shard_of(&play.margin("writer"));
    let index = Shard::index_of(&play.margin("writer"));
    let neighbour = pda::shard(&play.keys.market, (index + 1) % 16);
    let foreign = pda::shard(&play.other.market, index);
    play.refuses(
        without(asked.clone(), shard),
        "keeper",
        BackstopError::ShardMismatch,
    );
    play.refuses(
        swap(asked.clone(), shard, neighbour),
        "keeper",
        BackstopError::ShardMismatch,
    );
    play.refuses(
        swap(asked, shard, foreign),
        "keeper",
        BackstopError::WrongMarket,
    );
}

/// The rent goes back to the keeper who lent it, whoever cures the account.
#[test]
fn liquidate_rejects_another_receiver_of_the_rent() {
    let mut play = Play::short_puts();
    play.jump(160);
    let margin = play.margin("writer");
    let asked = |play: &Play, payer: Pubkey| {
        backstop_client::liquidation::liquidate(
            &play.keys,
            pubkey("second"),
            margin,
            payer,
            play.price_account,
        )
    };
    let bent = asked(&play, pubkey("backer"));
    play.refuses(bent, "second", BackstopError::WrongVault);

    expect_landed(play.liquidate("keeper", "writer"));
    let keeper = play.world.lamports(&pubkey("keeper"));
    expect_landed(play.deposit_quote("writer", 500_000 * QUOTE));
    let bent = asked(&play, pubkey("second"));
    play.refuses(bent, "second", BackstopError::WrongVault);
    expect_landed(play.liquidate("second", "writer"));
    assert_eq!(
        play.world.lamports(&pubkey("keeper")),
        keeper + play.world.rent(AUCTION_BYTES)
    );
    assert!(play.read::<Auction>(&pda::auction(&margin)).is_none());
}

#[test]
fn liquidate_rejects_an_unsigned_keeper() {
    let mut play = Play::short_puts();
    play.jump(160);
    let mut asked = play.ask_liquidate("keeper", "writer");
    for meta in asked
        .accounts
        .iter_mut()
        .filter(|meta| meta.pubkey == pubkey("keeper"))
    {
        meta.is_signer = false;
    }
    let code = anchor_lang::error::ErrorCode::AccountNotSigner;
    play.world.expect_refused(&[asked], &[&key("keeper")], code);
}
