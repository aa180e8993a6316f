//! Every refusal of a withdrawal that is not about its price, in the order the program checks.

use anchor_lang::error::ErrorCode;
use anchor_lang::solana_program::instruction::Instruction;
use backstop_client::account::{withdraw, Flow};
use backstop_interface::BackstopError;
use backstop_testkit::{expect_landed, pubkey, Stage};

use crate::setup::{
    estate, fund, indebted, on_market, open, refuse, seized, surface, swapped, two_markets,
    written, CONTRACT, PRICE, QUOTE, UNDERLYING,
};

fn opened() -> Stage {
    let mut stage = open();
    fund(&mut stage, "writer", 100 * QUOTE);
    stage
}

/// A withdrawal of the writer's quote.
fn quote(stage: &Stage, amount_atoms: u64) -> Instruction {
    let flow = Flow {
        mint: stage.keys.quote_mint,
        wallet: stage.quote_wallet("writer"),
        amount_atoms,
    };
    withdraw(
        &stage.keys,
        pubkey("writer"),
        stage.margin("writer"),
        flow,
        stage.price_account,
    )
}

/// A withdrawal of the writer's underlying.
fn underlying(stage: &Stage, amount_atoms: u64) -> Instruction {
    let flow = Flow {
        mint: stage.keys.underlying_mint,
        wallet: stage.underlying_wallet("writer"),
        amount_atoms,
    };
    withdraw(
        &stage.keys,
        pubkey("writer"),
        stage.margin("writer"),
        flow,
        stage.price_account,
    )
}

#[test]
fn withdraw_rejects_anyone_but_the_owner() {
    let mut stage = opened();
    let flow = Flow {
        mint: stage.keys.quote_mint,
        wallet: stage.quote_wallet("stranger"),
        amount_atoms: 1,
    };
    let given = withdraw(
        &stage.keys,
        pubkey("stranger"),
        stage.margin("writer"),
        flow,
        stage.price_account,
    );
    refuse(&mut stage, "stranger", &given, BackstopError::NotOwner);
}

#[test]
fn withdraw_rejects_a_vault_the_books_do_not_name() {
    let mut stage = opened();
    expect_landed(stage.stake("buyer", 1_000 * QUOTE));
    let keys = stage.keys;
    for vault in [
        keys.insurance_vault,
        keys.underlying_vault,
        stage.quote_wallet("buyer"),
    ] {
        let given = swapped(quote(&stage, 1), &keys.vault, &vault);
        refuse(&mut stage, "writer", &given, BackstopError::WrongVault);
    }
}

#[test]
fn withdraw_rejects_the_vault_as_its_own_destination() {
    let mut stage = opened();
    let given = swapped(
        quote(&stage, 1),
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
fn withdraw_rejects_accounts_of_another_market() {
    let (mut stage, other) = two_markets();
    fund(&mut stage, "writer", 100 * QUOTE);
    on_market(&mut stage, &other, |stage| {
        fund(stage, "buyer", 100 * QUOTE)
    });
    let keys = stage.keys;
    // The margin accounts of the other market.
    let given = swapped(quote(&stage, 1), &keys.market, &other.market);
    let given = swapped(
        swapped(given, &keys.vol_surface, &other.vol_surface),
        &keys.underlying,
        &other.underlying,
    );
    refuse(&mut stage, "writer", &given, BackstopError::WrongMarket);
    // The books and the vault of the other market, where somebody else's quote lies.
    let given = swapped(
        swapped(quote(&stage, 1), &keys.quote, &other.quote),
        &keys.vault,
        &other.vault,
    );
    refuse(&mut stage, "writer", &given, BackstopError::WrongMarket);
}

#[test]
fn withdraw_rejects_a_wallet_of_another_mint() {
    let mut stage = opened();
    let given = swapped(
        quote(&stage, 1),
        &stage.quote_wallet("writer"),
        &stage.underlying_wallet("writer"),
    );
    refuse(&mut stage, "writer", &given, BackstopError::WrongMint);
}

#[test]
fn withdraw_rejects_zero() {
    let mut stage = opened();
    for given in [quote(&stage, 0), underlying(&stage, 0)] {
        refuse(&mut stage, "writer", &given, BackstopError::AmountIsZero);
    }
}

#[test]
fn withdraw_rejects_an_account_in_liquidation() {
    for (mut stage, _) in [seized(), estate()] {
        let given = quote(&stage, 1);
        refuse(&mut stage, "writer", &given, BackstopError::AccountNotOpen);
    }
}

#[test]
fn withdraw_rejects_an_account_in_debt_even_of_what_was_just_deposited() {
    let (mut stage, _) = indebted();
    expect_landed(stage.deposit_quote("writer", 50 * QUOTE));
    let given = quote(&stage, 1);
    refuse(&mut stage, "writer", &given, BackstopError::AccountInDebt);
}

#[test]
fn withdraw_rejects_a_short_from_an_hour_before_its_expiry_until_it_is_settled() {
    let (mut stage, put) = written(CONTRACT);
    stage.world.warp_to(put.expiry.expires_at - 3_601);
    stage.set_price(200 * PRICE);
    expect_landed(stage.publish_surface(&surface()));
    expect_landed(stage.withdraw_quote("writer", QUOTE));
    for seconds_before in [3_600, 1, 0, -86_400] {
        stage.world.warp_to(put.expiry.expires_at - seconds_before);
        stage.set_price(200 * PRICE);
        let given = quote(&stage, QUOTE);
        refuse(&mut stage, "writer", &given, BackstopError::ShortNearExpiry);
    }
}

#[test]
fn withdraw_rejects_more_than_the_account_holds() {
    let mut stage = opened();
    expect_landed(stage.deposit_underlying("writer", UNDERLYING));
    for given in [quote(&stage, 100 * QUOTE + 1), quote(&stage, u64::MAX)] {
        refuse(&mut stage, "writer", &given, BackstopError::BalanceTooLow);
    }
    for given in [
        underlying(&stage, UNDERLYING + 1),
        underlying(&stage, u64::MAX),
    ] {
        refuse(&mut stage, "writer", &given, BackstopError::BalanceTooLow);
    }
    expect_landed(stage.withdraw_underlying("writer", UNDERLYING));
    let given = underlying(&stage, 1);
    refuse(&mut stage, "writer", &given, BackstopError::BalanceTooLow);
}

#[test]
fn withdraw_rejects_what_initial_margin_needs_of_either_collateral() {
    let (mut stage, _) = written(10 * CONTRACT);
    expect_landed(stage.deposit_underlying("writer", UNDERLYING));
    let free = u64::try_from(stage.assess("writer").health_im()).expect("healthy");
    let given = quote(&stage, free + 1);
    refuse(
        &mut stage,
        "writer",
        &given,
        BackstopError::BelowInitialMargin,
    );
    expect_landed(stage.withdraw_quote("writer", free));
    let given = underlying(&stage, UNDERLYING);
    refuse(
        &mut stage,
        "writer",
        &given,
        BackstopError::BelowInitialMargin,
    );
}

#[test]
fn withdraw_rejects_other_peoples_risk_accounts() {
    let (mut stage, other) = two_markets();
    fund(&mut stage, "writer", 100 * QUOTE);
    let keys = stage.keys;
    for (ours, theirs) in [
        (keys.vol_surface, other.vol_surface),
        (keys.underlying, other.underlying),
        (keys.clock, keys.fund),
    ] {
        let given = swapped(quote(&stage, 1), &ours, &theirs);
        let expected = if theirs == keys.fund {
            ErrorCode::AccountDiscriminatorMismatch
        } else {
            ErrorCode::ConstraintSeeds
        };
        refuse(&mut stage, "writer", &given, expected);
    }
}
