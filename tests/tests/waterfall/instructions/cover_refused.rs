//! Shards that are not the ones an account or a market has.

use anchor_lang::error::ErrorCode;
use backstop_client::insurance::{measure, share_cover};
use backstop_interface::pda;
use backstop_interface::BackstopError;
use backstop_testkit::expect_landed;

use super::cover::sell;
use crate::ask::{swap, without};
use crate::prices::refuses_false_prices;
use crate::setting::{Play, QUOTE};

#[test]
fn measure_rejects_another_accounts_shard_and_another_market() {
    let mut play = Play::short_puts();
    let margin = play.margin("writer");
    let asked = measure(&play.keys, margin, play.price_account);
    let own = play.keys.shard_of(&margin);
    let beside = (0..16)
        .map(|index| pda::shard(&play.keys.market, index))
        .find(|shard| *shard != own)
        .expect("there are 16");
    play.refuses(
        swap(asked.clone(), own, beside),
        "keeper",
        BackstopError::ShardMismatch,
    );
    let index = backstop_interface::accounts::Shard::index_of(&margin);
    let foreign = pda::shard(&play.other.market, index);
    play.refuses(
        swap(asked, own, foreign),
        "keeper",
        BackstopError::WrongMarket,
    );
    let mut other = measure(&play.other, margin, play.price_account);
    other.accounts.last_mut().expect("accounts").pubkey = own;
    play.refuses(other, "keeper", BackstopError::WrongMarket);
}

#[test]
fn measure_rejects_every_price_it_should() {
    let mut play = Play::short_puts();
    play.jump(200);
    expect_landed(play.measure("writer"));
    let asked = measure(&play.keys, play.margin("writer"), play.price_account);
    refuses_false_prices(&play, &asked, "keeper");
}

#[test]
fn share_cover_rejects_any_but_all_shards_in_their_order() {
    let mut play = Play::open();
    let asked = share_cover(&play.keys);
    let first = asked.accounts.len() - 16;
    let mut missing = asked.clone();
    missing.accounts.pop();
    play.refuses(missing, "keeper", BackstopError::ShardsIncomplete);
    let mut swapped = asked.clone();
    swapped.accounts.swap(first, first + 1);
    play.refuses(swapped, "keeper", BackstopError::ShardsIncomplete);
    let mut twice = asked.clone();
    twice.accounts[first + 1] = twice.accounts[first].clone();
    play.refuses(twice, "keeper", BackstopError::ShardsIncomplete);
    let mut more = asked.clone();
    more.accounts.push(more.accounts[first].clone());
    play.refuses(more, "keeper", BackstopError::ShardsIncomplete);
    let (own, foreign) = (
        pda::shard(&play.keys.market, 3),
        pda::shard(&play.other.market, 3),
    );
    play.refuses(
        swap(asked.clone(), own, foreign),
        "keeper",
        BackstopError::WrongMarket,
    );
    let mut read_only = asked.clone();
    read_only.accounts[first + 5].is_writable = false;
    play.refuses(read_only, "keeper", ErrorCode::ConstraintMut);
    let vault = play.keys.vault;
    play.refuses(
        swap(asked, own, vault),
        "keeper",
        ErrorCode::AccountOwnedByWrongProgram,
    );
}

#[test]
fn withdraw_rejects_a_missing_shard_and_another_accounts() {
    let mut play = Play::short_puts();
    let asked = play.ask_withdraw("writer", QUOTE);
    let own = play.keys.shard_of(&play.margin("writer"));
    play.refuses(
        without(asked.clone(), own),
        "writer",
        BackstopError::ShardMismatch,
    );
    let beside = (0..16)
        .map(|index| pda::shard(&play.keys.market, index))
        .find(|shard| *shard != own)
        .expect("there are 16");
    play.refuses(
        swap(asked, own, beside),
        "writer",
        BackstopError::ShardMismatch,
    );
}

/// An empty account leaves nothing behind in its shard.
#[test]
fn close_account_takes_off_what_is_counted_and_rejects_a_missing_shard() {
    let mut play = Play::open();
    expect_landed(sell(&mut play, 1_000));
    let (put, expiry) = (play.put, play.expiry);
    let counted = play.shard_of("writer").uncovered_atoms;
    assert!(counted[0] > 0);
    // Nobody measures him again before he is settled and empty.
    play.expire_at(190);
    expect_landed(play.settle("writer", &expiry));
    let left = play.cash("writer");
    expect_landed(play.withdraw_quote("writer", left));
    assert_eq!(play.shard_of("writer").uncovered_atoms, counted);
    assert_eq!(play.leg("writer", &put), 0);
    let margin = play.margin("writer");
    let owner = backstop_testkit::pubkey("writer");
    let asked = backstop_client::account::close_account(&play.keys, owner, margin);
    let own = play.keys.shard_of(&margin);
    play.refuses(without(asked, own), "writer", BackstopError::ShardMismatch);
    expect_landed(play.close_account("writer"));
    assert_eq!(play.shard_of("writer").uncovered_atoms, [0; 2]);
}
