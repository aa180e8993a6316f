//! Options between margin accounts and wallets, and legs between margin accounts.

mod alike;
mod deposit_option;
mod deposit_refusals;
mod transfer_leg;
mod transfer_prices;
mod transfer_refusals;
mod withdraw_option;
mod withdraw_refusals;

use anchor_lang::solana_program::instruction::Instruction;
use backstop_client::bearer::{self, Carried};
use backstop_client::SeriesKeys;
use backstop_testkit::{expect_landed, pubkey, Stage};

use crate::setup::{fund, written, CONTRACT, QUOTE};

/// The writer is short 4 of the 200 put; the buyer holds 2 as tokens and 2 in his account with 88 quote.
fn held() -> (Stage, SeriesKeys) {
    let (mut stage, put) = written(2 * CONTRACT);
    fund(&mut stage, "buyer", 100 * QUOTE);
    expect_landed(stage.buy_ledger("buyer", "writer", 1, &put, 2 * CONTRACT));
    (stage, put)
}

fn carried(stage: &mut Stage, name: &str, series: &SeriesKeys, contracts: u64) -> Carried {
    Carried {
        margin_account: stage.margin(name),
        wallet: stage
            .world
            .token_account(&pubkey(name), &series.option_mint),
        contracts,
    }
}

/// `withdraw_option` of an actor to his own wallet.
fn taken(stage: &mut Stage, name: &str, series: &SeriesKeys, contracts: u64) -> Instruction {
    let carried = carried(stage, name, series, contracts);
    let price = stage.price_account;
    bearer::withdraw_option(&stage.keys, pubkey(name), series, &carried, price)
}

/// `deposit_option` of an actor from his own wallet.
fn given(stage: &mut Stage, name: &str, series: &SeriesKeys, contracts: u64) -> Instruction {
    let carried = carried(stage, name, series, contracts);
    bearer::deposit_option(&stage.keys, pubkey(name), series, &carried)
}
