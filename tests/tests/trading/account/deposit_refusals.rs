//! Every refusal of a deposit, in the order the program checks.

use anchor_lang::error::ErrorCode;
use anchor_lang::prelude::Pubkey;
use anchor_lang::solana_program::instruction::Instruction;
use backstop_client::account::{deposit, Flow};
use backstop_interface::BackstopError;
use backstop_testkit::{expect_landed, pubkey, Stage};

use crate::setup::{
    books, estate, fund, on_market, open, refuse, swapped, two_markets, NOT_THE_TOKENS_OWNER,
    QUOTE, TOO_FEW_TOKENS, UNDERLYING,
};

fn opened() -> Stage {
    let mut stage = open();
    fund(&mut stage, "writer", 0);
    stage
}

/// A deposit of the writer's quote.
fn quote(stage: &Stage, amount_atoms: u64) -> Instruction {
    let flow = Flow {
        mint: stage.keys.quote_mint,
        wallet: stage.quote_wallet("writer"),
        amount_atoms,
    };
    deposit(&stage.keys, pubkey("writer"), stage.margin("writer"), flow)
}

/// A deposit of the writer's underlying.
fn underlying(stage: &Stage, amount_atoms: u64) -> Instruction {
    let flow = Flow {
        mint: stage.keys.underlying_mint,
        wallet: stage.underlying_wallet("writer"),
        amount_atoms,
    };
    deposit(&stage.keys, pubkey("writer"), stage.margin("writer"), flow)
}

#[test]
fn deposit_rejects_anyone_but_the_owner() {
    let mut stage = opened();
    let flow = Flow {
        mint: stage.keys.quote_mint,
        wallet: stage.quote_wallet("stranger"),
        amount_atoms: QUOTE,
    };
    let given = deposit(
        &stage.keys,
        pubkey("stranger"),
        stage.margin("writer"),
        flow,
    );
    refuse(&mut stage, "stranger", &given, BackstopError::NotDelegate);
}

#[test]
fn deposit_rejects_a_vault_the_books_do_not_name() {
    let mut stage = opened();
    let keys = stage.keys;
    let own = stage
        .world
        .named_token_account("own vault", &pubkey("writer"), &keys.quote_mint);
    let of_market =
        stage
            .world
            .named_token_account("market's second", &keys.market, &keys.quote_mint);
    for vault in [keys.insurance_vault, keys.underlying_vault, own, of_market] {
        let given = swapped(quote(&stage, QUOTE), &keys.vault, &vault);
        refuse(&mut stage, "writer", &given, BackstopError::WrongVault);
    }
}

#[test]
fn deposit_rejects_the_vault_as_its_own_source() {
    let mut stage = opened();
    expect_landed(stage.deposit_quote("writer", QUOTE));
    let given = swapped(
        quote(&stage, QUOTE),
        &stage.quote_wallet("writer"),
        &stage.keys.vault,
    );
    refuse(
        &mut stage,
        "writer",
        &given,
        ErrorCode::ConstraintDuplicateMutableAccount,
    );
}

#[test]
fn deposit_rejects_the_collateral_of_another_market() {
    let (mut stage, other) = two_markets();
    fund(&mut stage, "writer", 0);
    let of_other = on_market(&mut stage, &other, |stage| quote(stage, QUOTE));
    let of_other = swapped(
        of_other,
        &other.margin_account(&pubkey("writer"), 0),
        &stage.margin("writer"),
    );
    refuse(&mut stage, "writer", &of_other, BackstopError::WrongMarket);
}

#[test]
fn deposit_rejects_a_wallet_of_another_mint() {
    let mut stage = opened();
    let (quote_wallet, underlying_wallet) = (
        stage.quote_wallet("writer"),
        stage.underlying_wallet("writer"),
    );
    let given = swapped(quote(&stage, QUOTE), &quote_wallet, &underlying_wallet);
    refuse(&mut stage, "writer", &given, BackstopError::WrongMint);
    let given = swapped(
        underlying(&stage, UNDERLYING),
        &underlying_wallet,
        &quote_wallet,
    );
    refuse(&mut stage, "writer", &given, BackstopError::WrongMint);
}

#[test]
fn deposit_rejects_an_estate() {
    let (mut stage, _) = estate();
    let given = quote(&stage, QUOTE);
    refuse(&mut stage, "writer", &given, BackstopError::AccountNotOpen);
}

#[test]
fn deposit_rejects_zero() {
    let mut stage = opened();
    for given in [quote(&stage, 0), underlying(&stage, 0)] {
        refuse(&mut stage, "writer", &given, BackstopError::AmountIsZero);
    }
}

#[test]
fn deposit_rejects_dust() {
    let mut stage = opened();
    let least = |stage: &Stage, mint: &Pubkey| books(stage, mint).least_deposit_atoms;
    let (of_quote, of_underlying) = (
        least(&stage, &stage.keys.quote_mint),
        least(&stage, &stage.keys.underlying_mint),
    );
    for atoms in [1, of_quote - 1] {
        let given = quote(&stage, atoms);
        refuse(
            &mut stage,
            "writer",
            &given,
            BackstopError::AmountBelowLeast,
        );
    }
    let given = underlying(&stage, of_underlying - 1);
    refuse(
        &mut stage,
        "writer",
        &given,
        BackstopError::AmountBelowLeast,
    );
}

#[test]
fn deposit_rejects_more_than_the_wallet_holds() {
    let mut stage = opened();
    let held = stage.world.balance(&stage.quote_wallet("writer"));
    for atoms in [held + 1, u64::MAX] {
        let given = quote(&stage, atoms);
        refuse(&mut stage, "writer", &given, TOO_FEW_TOKENS);
    }
}

#[test]
fn deposit_rejects_the_wallet_of_somebody_else() {
    let mut stage = opened();
    let given = swapped(
        quote(&stage, QUOTE),
        &stage.quote_wallet("writer"),
        &stage.quote_wallet("buyer"),
    );
    refuse(&mut stage, "writer", &given, NOT_THE_TOKENS_OWNER);
}

#[test]
fn deposit_rejects_a_false_token_program() {
    let mut stage = opened();
    let given = swapped(
        quote(&stage, QUOTE),
        &anchor_spl::token::ID,
        &anchor_spl::token_2022::ID,
    );
    refuse(
        &mut stage,
        "writer",
        &given,
        BackstopError::WrongTokenProgram,
    );
    let given = swapped(
        quote(&stage, QUOTE),
        &anchor_spl::token::ID,
        &anchor_lang::system_program::ID,
    );
    refuse(&mut stage, "writer", &given, ErrorCode::InvalidProgramId);
}

#[test]
fn deposit_rejects_accounts_of_another_owner_or_kind() {
    let mut stage = opened();
    let (margin, system) = (stage.margin("writer"), anchor_lang::system_program::ID);
    let copy = stage.world.substitute(&margin, system);
    let given = swapped(quote(&stage, QUOTE), &margin, &copy);
    refuse(
        &mut stage,
        "writer",
        &given,
        ErrorCode::AccountOwnedByWrongProgram,
    );
    let given = swapped(quote(&stage, QUOTE), &margin, &stage.keys.market);
    refuse(
        &mut stage,
        "writer",
        &given,
        ErrorCode::AccountDiscriminatorMismatch,
    );
    let given = swapped(quote(&stage, QUOTE), &stage.keys.quote, &stage.keys.fund);
    refuse(
        &mut stage,
        "writer",
        &given,
        ErrorCode::AccountDiscriminatorMismatch,
    );
}
