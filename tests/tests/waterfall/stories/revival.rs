//! Closing and opening again, in one transaction, brings nothing back to life.

use anchor_lang::error::ErrorCode;
use anchor_lang::solana_program::instruction::Instruction;
use backstop_client::account::{self, Flow};
use backstop_client::trading::{self, Buyer, Fill};
use backstop_interface::accounts::AccountState;
use backstop_interface::BackstopError;
use backstop_testkit::{expect_landed, key, pubkey};

use crate::setting::{Play, CONTRACT, PRICE, QUOTE};

fn reopen(play: &Play, name: &str) -> [Instruction; 2] {
    let owner = pubkey(name);
    [
        account::close_account(&play.keys, owner, play.margin(name)),
        account::open_account(&play.keys, owner, 0),
    ]
}

/// The buyer's fill of the writer's offer number 1.
fn fill(play: &mut Play) -> Instruction {
    let put = play.put;
    let destination = play.world.token_account(&pubkey("buyer"), &put.option_mint);
    let fill = Fill {
        offer: play.offer("writer", 1),
        writer: play.margin("writer"),
        contracts: CONTRACT,
        highest_premium_price: 6 * PRICE,
    };
    let to = Buyer::Wallet {
        payment: play.quote_wallet("buyer"),
        destination,
    };
    trading::fill_offer(
        &play.keys,
        pubkey("buyer"),
        &put,
        &fill,
        to,
        play.price_account,
    )
}

#[test]
fn reopening_an_account_does_not_revive_its_offers() {
    let mut play = Play::open();
    let put = play.put;
    play.place("writer", &put, 10, 6);
    play.jump(200);
    let flow = Flow {
        mint: play.keys.quote_mint,
        wallet: play.quote_wallet("writer"),
        amount_atoms: 50_000 * QUOTE,
    };
    let deposit = account::deposit(&play.keys, pubkey("writer"), play.margin("writer"), flow);
    let fill = fill(&mut play);
    let [close, open] = reopen(&play, "writer");
    let signers = [&key("writer"), &key("buyer")];
    let mut together = play.clone();
    let all = [close.clone(), open.clone(), deposit.clone(), fill.clone()];
    together
        .world
        .expect_refused(&all, &signers, BackstopError::OfferVoid);

    let epoch = play.account_of("writer").expect("open").epoch;
    expect_landed(play.world.send(&[close, open, deposit], &signers));
    assert!(play.account_of("writer").expect("reopened").epoch > epoch);
    play.refuses(fill, "buyer", BackstopError::OfferVoid);
}

#[test]
fn a_cured_auction_takes_no_bid_in_the_same_transaction() {
    let mut play = Play::seized_at(160);
    let flow = Flow {
        mint: play.keys.quote_mint,
        wallet: play.quote_wallet("writer"),
        amount_atoms: 100_000 * QUOTE,
    };
    let deposit = account::deposit(&play.keys, pubkey("writer"), play.margin("writer"), flow);
    let (cure, bid) = (
        play.ask_liquidate("keeper", "writer"),
        play.ask_bid("bidder", "writer", 1, i64::MAX),
    );
    let signers = [&key("writer"), &key("keeper"), &key("bidder")];
    let mut fork = play.clone();
    expect_landed(fork.world.send(&[deposit.clone(), cure.clone()], &signers));
    assert!(fork.auction("writer").is_none());
    play.world.expect_refused(
        &[deposit, cure, bid],
        &signers,
        ErrorCode::AccountNotInitialized,
    );
}

/// The former owner of a closed estate may begin anew, with nothing.
#[test]
fn a_closed_estate_leaves_nothing_to_the_next_account() {
    let mut play = Play::estate_at(80);
    let old = play.account_of("writer").expect("estate");
    play.expire_at(80);
    let expiry = play.expiry;
    expect_landed(play.settle("writer", &expiry));
    let close = play.ask_close_estate("keeper", "writer");
    let open = account::open_account(&play.keys, pubkey("writer"), 0);
    let again = play.ask_close_estate("keeper", "writer");
    let signers = [&key("keeper"), &key("writer")];
    let mut fork = play.clone();
    let twice = fork
        .world
        .send(&[close.clone(), open.clone(), again], &signers)
        .expect_err("an open account");
    assert_eq!(twice.instruction_index(), Some(2));
    expect_landed(play.world.send(&[close, open], &signers));
    let new = play.account_of("writer").expect("opened");
    assert_eq!(
        (new.state(), new.quote_atoms, new.debt_atoms()),
        (AccountState::Open, 0, 0)
    );
    assert!(new.epoch > old.epoch && new.portfolio_version > 0);
    assert!(new.legs.iter().all(|leg| !leg.in_use()));
    assert_eq!(play.shard_of("writer").open_losses, 0);
}
