//! Reading and asserting.

use anchor_lang::prelude::Pubkey;
use anchor_lang::solana_program::instruction::Instruction;
use backstop_client::SeriesKeys;
use backstop_interface::accounts::{AccountState, Collateral};
use backstop_testkit::{key, Failed, Snapshot, Stage};

/// State of an actor's account.
pub fn state(stage: &Stage, name: &str) -> AccountState {
    stage
        .account_of(name)
        .expect("the actor has an account")
        .state()
}

/// Contracts of a series held as tokens, long in accounts, short in accounts.
pub fn totals(stage: &Stage, series: &SeriesKeys) -> (u64, u64, u64) {
    let totals = stage.series_of(series);
    (
        totals.token_contracts,
        totals.ledger_long_contracts,
        totals.short_contracts,
    )
}

/// Contracts of a series in an actor's account, in millionths; 0 without a leg.
pub fn leg(stage: &Stage, name: &str, series: &SeriesKeys) -> i64 {
    let account = stage.account_of(name).expect("the actor has an account");
    let (at, strike) = (series.expiry.expires_at, series.strike_price);
    let index = account.leg_index(at, strike, series.kind);
    index.map_or(0, |index| account.legs[index].quantity_contracts)
}

/// Books of a collateral mint.
pub fn books(stage: &Stage, mint: &Pubkey) -> Collateral {
    let (collateral, _) = stage.keys.collateral(mint);
    stage
        .read(&collateral)
        .expect("genesis created the collateral")
}

/// Asserts that the instruction, signed by the actor, is refused with this code and changes nothing.
#[track_caller]
pub fn refuse(
    stage: &mut Stage,
    signer: &str,
    instruction: &Instruction,
    code: impl Into<u32>,
) -> Failed {
    stage
        .world
        .expect_refused(std::slice::from_ref(instruction), &[&key(signer)], code)
}

/// Asserts that exactly these accounts (and the fee payer) differ between two moments.
#[track_caller]
pub fn assert_only_changed(before: &Snapshot, stage: &Stage, expected: &[Pubkey]) {
    let payer = stage.world.payer();
    let mut changed: Vec<_> = before
        .changes(&Snapshot::whole(&stage.world))
        .into_iter()
        .map(|c| c.address)
        .collect();
    changed.retain(|address| *address != payer);
    let mut expected = expected.to_vec();
    expected.sort();
    assert_eq!(
        changed, expected,
        "accounts changed, and accounts expected to change"
    );
}
