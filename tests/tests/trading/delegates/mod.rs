//! What a delegate may do for an owner, and what only the owner may.

mod acts;
mod bounds;
mod limits;
mod set_delegate;

use anchor_lang::solana_program::instruction::Instruction;
use backstop_client::account::{deposit, Flow};
use backstop_client::bearer::{self, Carried};
use backstop_client::trading::{place_offer, PlaceOfferArgs};
use backstop_client::SeriesKeys;
use backstop_testkit::{expect_landed, pubkey, Stage};

use crate::setup::{fund, written, CONTRACT, LOT, PRICE, QUOTE};

/// The delegate: he has wallets and no account.
const NAME: &str = "keeper";

/// The buyer, with 88 quote and 2 of the 200 put in his account and 2 in his wallet, has named the delegate.
fn named() -> (Stage, SeriesKeys) {
    let (mut stage, put) = written(2 * CONTRACT);
    fund(&mut stage, "buyer", 100 * QUOTE);
    expect_landed(stage.buy_ledger("buyer", "writer", 1, &put, 2 * CONTRACT));
    expect_landed(stage.set_delegate("buyer", 0, Some(NAME)));
    (stage, put)
}

/// The delegate's quote into the buyer's account.
fn deposits(stage: &Stage) -> Instruction {
    let flow = Flow {
        mint: stage.keys.quote_mint,
        wallet: stage.quote_wallet(NAME),
        amount_atoms: QUOTE,
    };
    deposit(&stage.keys, pubkey(NAME), stage.margin("buyer"), flow)
}

/// The delegate's option tokens into the buyer's account.
fn deposits_option(stage: &mut Stage, put: &SeriesKeys) -> Instruction {
    let wallet = stage.world.token_account(&pubkey(NAME), &put.option_mint);
    let carried = Carried {
        margin_account: stage.margin("buyer"),
        wallet,
        contracts: CONTRACT,
    };
    bearer::deposit_option(&stage.keys, pubkey(NAME), put, &carried)
}

/// An offer of the buyer's account, placed by the delegate.
fn places(stage: &Stage, put: &SeriesKeys, nonce: u64) -> Instruction {
    let args = PlaceOfferArgs {
        nonce,
        premium_price: 12 * PRICE,
        contracts: CONTRACT,
        least_fill_contracts: LOT,
        void_at: i64::MAX,
        reduce_only: false,
        ..PlaceOfferArgs::default()
    };
    place_offer(&stage.keys, pubkey(NAME), stage.margin("buyer"), put, args)
}
