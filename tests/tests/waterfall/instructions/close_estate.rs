use anchor_lang::error::ErrorCode;
use backstop_interface::accounts::Shard;
use backstop_interface::event::EstateClosed;
use backstop_interface::{pda, BackstopError};
use backstop_testkit::{expect_landed, key, pubkey};

use crate::ask::swap;
use crate::setting::{Play, PRICE, QUOTE};

/// Seized at 160 and unsold, but at expiry the puts are worth nothing: what is left is the fund's.
#[test]
fn close_estate_gives_the_surplus_to_the_fund_and_the_rents_to_the_closer() {
    let mut play = Play::estate_at(160);
    play.expire_at(200);
    let (expiry, margin) = (play.expiry, play.margin("writer"));
    expect_landed(play.settle("writer", &expiry));
    let before = play.balances();
    let rents = play.world.lamports(&margin) + play.world.lamports(&pda::auction(&margin));
    let closer = play.world.lamports(&pubkey("backer"));
    let landed = expect_landed(play.close_estate("backer", "writer"));
    assert_eq!(
        play.told::<EstateClosed>(&landed).surplus_atoms,
        75_880 * QUOTE
    );
    assert_eq!(play.fund().assets_atoms, 75_880 * QUOTE);
    assert_eq!(play.world.lamports(&pubkey("backer")), closer + rents);
    assert!(play.account_of("writer").is_none() && play.auction("writer").is_none());
    play.assert_books(&before);
}

/// A debt that nothing is left to pay goes with the estate, and so does its open loss.
#[test]
fn close_estate_writes_off_what_nothing_can_pay() {
    let mut play = Play::estate_at(80);
    play.expire_at(80);
    let expiry = play.expiry;
    expect_landed(play.settle("writer", &expiry));
    let owes = play.account_of("writer").expect("estate").debt_atoms();
    assert_eq!(owes, (120_000 - 75_880) * QUOTE);
    let before = play.balances();
    let landed = expect_landed(play.close_estate("backer", "writer"));
    assert_eq!(play.told::<EstateClosed>(&landed).surplus_atoms, 0);
    assert_eq!(play.shard_of("writer").open_losses, 0);
    let books = play.expiry_of(&expiry);
    assert_eq!((books.debts_atoms, books.written_off_atoms), (0, owes));
    play.assert_books(&before);
}

#[test]
fn close_estate_rejects_another_shard() {
    let mut play = Play::estate_at(80);
    let asked = play.ask_close_estate("backer", "writer");
    let margin = play.margin("writer");
    let (shard, index) = (play.keys.shard_of(&margin), Shard::index_of(&margin));
    let neighbour = pda::shard(&play.keys.market, (index + 1) % 16);
    let foreign = pda::shard(&play.other.market, index);
    play.refuses(
        swap(asked.clone(), shard, neighbour),
        "backer",
        BackstopError::ShardMismatch,
    );
    play.refuses(
        swap(asked.clone(), shard, foreign),
        "backer",
        BackstopError::WrongMarket,
    );
    let market = play.keys.market;
    let bent = swap(asked, market, play.other.market);
    play.refuses(bent, "backer", BackstopError::WrongMarket);
}

#[test]
fn close_estate_rejects_an_account_that_is_none() {
    let mut auction = Play::seized_at(160);
    let asked = auction.ask_close_estate("backer", "writer");
    auction.refuses(asked, "backer", BackstopError::NotOnAuction);
    let mut open = Play::short_puts();
    let asked = open.ask_close_estate("backer", "writer");
    open.world.expect_refused(
        &[asked],
        &[&key("backer")],
        ErrorCode::AccountNotInitialized,
    );
}

#[test]
fn close_estate_rejects_what_still_holds_something() {
    let mut legs = Play::estate_at(160);
    let asked = legs.ask_close_estate("backer", "writer");
    legs.refuses(asked.clone(), "backer", BackstopError::AccountNotEmpty);

    // Settled, but 300 SOL and a debt are left; then cash and a debt.
    let mut rich = Play::estate_with_collateral();
    rich.expire_at(80);
    let expiry = rich.expiry;
    expect_landed(rich.settle("writer", &expiry));
    rich.refuses(asked.clone(), "backer", BackstopError::AccountNotEmpty);
    rich.set_price(80 * PRICE);
    expect_landed(rich.convert("backer", "writer", u64::MAX));
    rich.refuses(asked, "backer", BackstopError::AccountNotEmpty);
    expect_landed(rich.repay("writer", &expiry));
    expect_landed(rich.close_estate("backer", "writer"));
}

/// The debt is taken out of the books of the expiry it is owed to, and of no other.
#[test]
fn close_estate_rejects_other_expiries_than_those_it_owes() {
    let mut play = Play::estate_at(80);
    let later = play.next_expiry(9);
    expect_landed(play.create_expiry("keeper", &later));
    let foreign = play.elsewhere(|stage| {
        let same = stage.keys.expiry(later.expires_at);
        stage.create_expiry("keeper", &same).map(|_| same.expiry)
    });
    let foreign = foreign.expect("the other market has it too");
    play.expire_at(80);
    let expiry = play.expiry;
    expect_landed(play.settle("writer", &expiry));
    let asked = play.ask_close_estate("backer", "writer");
    let mut none = asked.clone();
    none.accounts.pop();
    play.refuses(none, "backer", BackstopError::ExpiryMissing);
    let mut more = asked.clone();
    more.accounts.extend(asked.accounts.last().cloned());
    play.refuses(more, "backer", BackstopError::ExpiryUnexpected);
    let (market, put) = (play.keys.market, play.put.series);
    for wrong in [later.expiry, foreign, market, put] {
        let bent = swap(asked.clone(), expiry.expiry, wrong);
        play.refuses(bent, "backer", BackstopError::ExpiryUnexpected);
    }
    let mut frozen = asked;
    if let Some(last) = frozen.accounts.last_mut() {
        last.is_writable = false;
    }
    play.refuses(frozen, "backer", ErrorCode::AccountNotMutable);
}
