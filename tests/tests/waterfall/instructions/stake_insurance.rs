use backstop_interface::accounts::Stake;
use backstop_interface::event::Staked;
use backstop_interface::{pda, BackstopError};
use backstop_testkit::{expect_landed, key, pubkey};

use crate::ask::{swap, TWIN};
use crate::setting::{genesis, unsealed, Play, ALL, QUOTE};

fn stake_of(play: &Play, name: &str) -> Stake {
    play.read(&pda::stake(&play.keys.market, &pubkey(name)))
        .expect("a stake")
}

#[test]
fn stake_insurance_buys_shares_of_the_recorded_assets() {
    let mut play = Play::open();
    let before = play.balances();
    let landed = expect_landed(play.stake("insurer", 100 * QUOTE));
    let told: Staked = play.told(&landed);
    assert_eq!(
        (told.amount_atoms, told.shares),
        (100 * QUOTE, 100 * QUOTE * 1_000)
    );
    assert_eq!(
        (play.fund().assets_atoms, play.fund().total_shares),
        (100 * QUOTE, told.shares)
    );
    assert_eq!(
        (
            stake_of(&play, "insurer").shares,
            stake_of(&play, "insurer").owner
        ),
        (told.shares, pubkey("insurer"))
    );
    let after = play.balances();
    assert_eq!(
        before.gain(&after, &play.keys.insurance_vault),
        i128::from(100 * QUOTE)
    );
    play.assert_books(&before);

    expect_landed(play.stake("insurer", QUOTE));
    assert_eq!(
        stake_of(&play, "insurer").shares,
        101 * QUOTE * 1_000,
        "an existing stake grows"
    );
}

/// A donation to the vault is nobody's share.
#[test]
fn stake_insurance_does_not_see_donations() {
    let mut play = Play::open();
    expect_landed(play.stake("insurer", 100 * QUOTE));
    let (mint, vault) = (play.keys.quote_mint, play.keys.insurance_vault);
    play.world.mint_to(&mint, &vault, 1_000 * QUOTE);
    expect_landed(play.stake("backer", 100 * QUOTE));
    assert_eq!(
        stake_of(&play, "backer").shares,
        stake_of(&play, "insurer").shares
    );
}

/// Where a fund was lost to the last atom, new money buys shares of a new epoch.
#[test]
fn stake_insurance_after_a_total_loss_opens_a_new_epoch() {
    let mut genesis = genesis();
    genesis.params.auction.incident_share_ppb = ALL;
    let mut play = Play::with(&genesis);
    play.sell_puts("writer", 1_000, 70_000);
    expect_landed(play.stake("insurer", 1_000 * QUOTE));
    play.expire_at(80);
    let expiry = play.expiry;
    expect_landed(play.settle("writer", &expiry));
    play.world.advance(1_800);
    expect_landed(play.close_collecting(&expiry));
    assert_eq!((play.fund().assets_atoms, play.fund().epoch), (0, 0));
    let lost = play.fund().total_shares;
    assert!(lost > 0);
    expect_landed(play.stake("backer", 50 * QUOTE));
    let fund = play.fund();
    assert_eq!(
        (fund.assets_atoms, fund.total_shares, fund.epoch),
        (50 * QUOTE, 50 * QUOTE * 1_000, 1)
    );
    assert_eq!(
        (
            stake_of(&play, "insurer").epoch,
            stake_of(&play, "backer").epoch
        ),
        (0, 1)
    );
    expect_landed(play.stake("insurer", 50 * QUOTE));
    assert_eq!(
        stake_of(&play, "insurer").shares,
        stake_of(&play, "backer").shares,
        "the lost shares are gone"
    );
}

#[test]
fn stake_insurance_rejects_money_before_the_seal() {
    let (mut stage, _, _) = unsealed(&genesis());
    let wallet = stage.quote_wallet("insurer");
    let asked =
        backstop_client::insurance::stake_insurance(&stage.keys, pubkey("insurer"), wallet, QUOTE);
    stage
        .world
        .expect_refused(&[asked], &[&key("insurer")], BackstopError::NotSealed);
}

#[test]
fn stake_insurance_rejects_other_money_and_other_vaults() {
    let mut play = Play::open();
    let asked = play.ask_stake("insurer", QUOTE);
    let (quote, sol) = (
        play.quote_wallet("insurer"),
        play.underlying_wallet("insurer"),
    );
    let vault = play.keys.insurance_vault;
    play.refuses(
        swap(asked.clone(), quote, sol),
        "insurer",
        BackstopError::WrongMint,
    );
    play.refuses(
        swap(asked.clone(), vault, play.keys.vault),
        "insurer",
        BackstopError::WrongVault,
    );
    play.refuses(swap(asked, quote, vault), "insurer", TWIN);
}

#[test]
fn stake_insurance_rejects_nothing() {
    let mut play = Play::open();
    let asked = play.ask_stake("insurer", 0);
    play.refuses(asked, "insurer", BackstopError::AmountIsZero);
}

/// 120 quote of fees over one staked atom: one more atom would buy a fraction of a share.
#[test]
fn stake_insurance_rejects_what_buys_no_share() {
    let mut play = Play::open();
    expect_landed(play.stake("insurer", 1));
    play.sell_puts("writer", 1_000, 70_000);
    expect_landed(play.sweep_fees_of("writer"));
    let asked = play.ask_stake("backer", 1);
    play.refuses(asked, "backer", BackstopError::StakeTooSmall);
}
