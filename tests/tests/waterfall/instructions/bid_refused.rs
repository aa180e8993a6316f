use anchor_lang::error::ErrorCode;
use backstop_interface::accounts::{OptionKind, Shard};
use backstop_interface::{pda, BackstopError};
use backstop_testkit::{expect_landed, key, pubkey};

use crate::ask::{swap, without};
use crate::prices::refuses_bad_prices;
use crate::setting::{Play, ALL, PRICE, QUOTE, SOL};

#[test]
fn bid_rejects_bad_prices() {
    let play = Play::seized_at(160);
    refuses_bad_prices(
        &play,
        &play.ask_bid("bidder", "writer", ALL / 10, i64::MAX),
        "bidder",
        "writer",
    );
}

#[test]
fn bid_rejects_accounts_that_do_not_fit() {
    let mut play = Play::seized_at(160);
    expect_landed(play.elsewhere(|stage| stage.open_account("bidder")));
    let asked = play.ask_bid("bidder", "writer", ALL / 10, i64::MAX);
    let (bidder, writer) = (play.margin("bidder"), play.margin("writer"));
    let foreign = play.other.margin_account(&pubkey("bidder"), 0);
    play.refuses(
        swap(asked.clone(), bidder, foreign),
        "bidder",
        BackstopError::WrongMarket,
    );
    play.refuses(
        swap(asked.clone(), bidder, writer),
        "bidder",
        BackstopError::SameAccount,
    );
    let thief = swap(asked.clone(), pubkey("bidder"), pubkey("second"));
    play.refuses(thief, "second", BackstopError::NotDelegate);
    let (keeper, backer) = (pubkey("keeper"), pubkey("backer"));
    play.refuses(
        swap(asked.clone(), keeper, backer),
        "bidder",
        BackstopError::WrongVault,
    );
    let (vault, wallet) = (play.keys.insurance_vault, play.quote_wallet("bidder"));
    play.refuses(
        swap(asked, vault, wallet),
        "bidder",
        BackstopError::WrongVault,
    );
}

/// An account that is not seized has no auction to name.
#[test]
fn bid_rejects_an_open_account() {
    let mut play = Play::short_puts();
    let asked = play.ask_bid("bidder", "writer", ALL / 10, i64::MAX);
    play.world.expect_refused(
        &[asked],
        &[&key("bidder")],
        ErrorCode::AccountNotInitialized,
    );
}

#[test]
fn bid_rejects_a_bidder_who_is_seized_himself() {
    let mut play = Play::short_puts();
    play.sell_puts("second", 1_000, 70_000);
    play.jump(160);
    for name in ["writer", "second"] {
        expect_landed(play.liquidate("keeper", name));
    }
    let asked = play.ask_bid("second", "writer", ALL / 10, i64::MAX);
    play.refuses(asked, "second", BackstopError::BidderNotOpen);
}

#[test]
fn bid_rejects_a_bidder_short_in_an_expiry_of_this_hour() {
    let mut play = Play::short_puts();
    play.sell_puts("second", 10, 500_000);
    let last_hour = play.expiry.expires_at - 3_600;
    play.world.warp_to(last_hour);
    play.set_price(80 * PRICE);
    expect_landed(play.liquidate("keeper", "writer"));
    let asked = play.ask_bid("second", "writer", ALL / 10, i64::MAX);
    play.refuses(asked, "second", BackstopError::ShortNearExpiry);
}

#[test]
fn bid_rejects_a_bidder_in_debt() {
    let mut play = Play::open();
    let later = play.next_expiry(9);
    let put = later.series(200 * PRICE, OptionKind::Put);
    expect_landed(play.create_expiry("keeper", &later));
    expect_landed(play.create_series("keeper", &put));
    expect_landed(play.deposit_quote("writer", 90_000 * QUOTE));
    play.sell("writer", &put, 1_000, 6);
    let call = play.call;
    expect_landed(play.deposit_underlying("second", 100 * SOL));
    play.sell("second", &call, 100, 1);
    play.expire_at(230);
    let expiry = play.expiry;
    expect_landed(play.settle("second", &expiry));
    assert!(play.account_of("second").expect("open").debt_atoms() > 0);
    play.wait_healthy(130);
    play.jump(80);
    expect_landed(play.liquidate("keeper", "writer"));
    let asked = play.ask_bid("second", "writer", ALL / 10, i64::MAX);
    play.refuses(asked, "second", BackstopError::AccountInDebt);
}

#[test]
fn bid_rejects_a_portfolio_the_bidder_has_not_seen() {
    let mut play = Play::seized_at(160);
    let seen = play.ask_bid("bidder", "writer", ALL / 10, i64::MAX);
    expect_landed(play.deposit_quote("writer", QUOTE));
    play.refuses(seen, "bidder", BackstopError::PortfolioMoved);
}

#[test]
fn bid_rejects_nothing_more_than_all_and_what_the_target_does_not_need() {
    let mut play = Play::seized_at(160);
    for fraction in [0, ALL + 1, u64::MAX] {
        let asked = play.ask_bid("bidder", "writer", fraction, i64::MAX);
        play.refuses(asked, "bidder", BackstopError::BidFractionOutOfRange);
    }
    expect_landed(play.deposit_quote("writer", 100_000 * QUOTE));
    let asked = play.ask_bid("bidder", "writer", ALL / 10, i64::MAX);
    play.refuses(asked, "bidder", BackstopError::BidFractionOutOfRange);
}

#[test]
fn bid_rejects_an_account_whose_legs_have_all_expired() {
    let mut play = Play::seized_at(160);
    let over = play.expiry.expires_at;
    play.world.warp_to(over);
    play.set_price(160 * PRICE);
    let asked = play.ask_bid("bidder", "writer", ALL / 10, i64::MAX);
    play.refuses(asked, "bidder", BackstopError::NothingForSale);
}

#[test]
fn bid_rejects_an_estate_with_nothing_left() {
    let mut play = Play::estate_at(80);
    play.expire_at(80);
    let expiry = play.expiry;
    expect_landed(play.settle("writer", &expiry));
    let asked = play.ask_bid("bidder", "writer", ALL / 10, i64::MAX);
    play.refuses(asked, "bidder", BackstopError::NothingForSale);
}

#[test]
fn bid_rejects_a_price_above_the_bidders_limit() {
    let mut play = Play::seized_at(160);
    let price = play.terms("writer").expect("on auction").price_whole;
    let asked = play.ask_bid("bidder", "writer", ALL / 10, price - 1);
    play.refuses(asked, "bidder", BackstopError::BidPriceNotMet);
    expect_landed(play.bid("bidder", "writer", ALL / 10, price));
}

#[test]
fn bid_rejects_a_subsidy_without_the_vault_it_goes_to() {
    let mut play = Play::short_puts();
    expect_landed(play.stake("insurer", 10_000 * QUOTE));
    play.jump(80);
    expect_landed(play.liquidate("keeper", "writer"));
    let asked = play.ask_bid("bidder", "writer", ALL / 10, i64::MAX);
    let bent = without(without(asked, play.keys.quote), play.keys.vault);
    play.refuses(bent, "bidder", BackstopError::FundLimitReached);
}

#[test]
fn bid_rejects_a_penalty_without_the_shard_of_the_account() {
    let mut play = Play::seized_at(160);
    let asked = play.ask_bid("bidder", "writer", ALL / 10, i64::MAX);
    let shard = play.keys.shard_of(&play.margin("writer"));
    let neighbour = pda::shard(
        &play.keys.market,
        (Shard::index_of(&play.margin("writer")) + 1) % 16,
    );
    play.refuses(
        without(asked.clone(), shard),
        "bidder",
        BackstopError::ShardMismatch,
    );
    play.refuses(
        swap(asked, shard, neighbour),
        "bidder",
        BackstopError::ShardMismatch,
    );
}
