use backstop_client::series::close_expiry;
use backstop_client::ExpiryKeys;
use backstop_interface::accounts::ExpiryState;
use backstop_interface::event::ExpiryClosed;
use backstop_interface::{pda, BackstopError};
use backstop_testkit::{expect_landed, invariants, pubkey};

use crate::ask::swap;
use crate::setting::{Play, CONTRACT, QUOTE};

fn ask(play: &Play, expiry: &ExpiryKeys) -> anchor_lang::solana_program::instruction::Instruction {
    close_expiry(&play.keys, expiry, pubkey("keeper"))
}

/// Finalised at 80 without a haircut, everybody settled and redeemed, both series closed; the escrow keeps
/// `burned` contracts' worth of tokens their holder destroyed.
fn emptied(burned: u64) -> Play {
    let mut play = Play::open();
    let (put, call, expiry) = (play.put, play.call, play.expiry);
    play.sell_puts("writer", 1_000, 150_000);
    play.expire_at(80);
    expect_landed(play.settle("writer", &expiry));
    play.world.advance(1_800);
    expect_landed(play.close_collecting(&expiry));
    expect_landed(play.finalise(&expiry));
    if burned > 0 {
        play.burn_tokens("buyer", &put, burned * CONTRACT);
    }
    expect_landed(play.redeem("buyer", &put, (1_000 - burned) * CONTRACT));
    for series in [put, call] {
        expect_landed(play.close_series("backer", &series));
    }
    play
}

/// Residue and donations go to the fund, which books what arrived; rents and deposit to the creator.
#[test]
fn close_expiry_gives_the_residue_to_the_fund_and_the_lamports_to_the_creator() {
    let mut play = emptied(2);
    let (expiry, quote) = (play.expiry, play.keys.quote_mint);
    play.world.mint_to(&quote, &expiry.escrow, 7);
    let lying = play.world.lamports(&expiry.expiry) + play.world.lamports(&expiry.escrow);
    let (rich, before) = (play.world.lamports(&pubkey("keeper")), play.balances());
    let assets = play.fund().assets_atoms;
    let landed = expect_landed(play.close_expiry(&expiry));
    let residue = 2 * 120 * QUOTE + 7;
    let told: ExpiryClosed = play.told(&landed);
    assert_eq!(
        (told.expiry, told.market, told.residue_atoms),
        (expiry.expiry, play.keys.market, residue)
    );
    assert_eq!(play.fund().assets_atoms, assets + residue);
    let after = play.balances();
    let vault = play.keys.insurance_vault;
    assert_eq!(before.gain(&after, &vault), i128::from(residue));
    before.assert_conserved(&after, &quote);
    assert_eq!(play.world.lamports(&pubkey("keeper")), rich + lying);
    for gone in [expiry.expiry, expiry.escrow] {
        assert!(play.world.account(&gone).is_none());
    }
    invariants::check(&play.world).unwrap_or_else(|violation| panic!("{violation}"));
}

/// Over and never used, its price need not even be fixed.
#[test]
fn an_expiry_without_series_is_closed_once_it_is_over() {
    let mut play = Play::open();
    let later = play.next_expiry(9);
    expect_landed(play.create_expiry("keeper", &later));
    let asked = ask(&play, &later);
    play.world.warp_to(later.expires_at - 1);
    play.refuses(asked.clone(), "keeper", BackstopError::ExpiryInUse);
    play.world.advance(1);
    assert_eq!(play.expiry_of(&later).state(), ExpiryState::Open);
    let before = play.balances();
    expect_landed(play.close_expiry(&later));
    assert!(play.world.account(&later.expiry).is_none());
    play.assert_books(&before);
}

#[test]
fn close_expiry_rejects_an_expiry_with_a_series() {
    let mut play = Play::open();
    let expiry = play.expiry;
    let asked = ask(&play, &expiry);
    play.expire_at(80);
    play.refuses(asked.clone(), "keeper", BackstopError::ExpiryInUse);
    play.close_and_finalise();
    play.refuses(asked.clone(), "keeper", BackstopError::ExpiryInUse);
    let (put, call) = (play.put, play.call);
    expect_landed(play.close_series("keeper", &put));
    play.refuses(asked.clone(), "keeper", BackstopError::ExpiryInUse);
    expect_landed(play.close_series("keeper", &call));
    expect_landed(play.close_expiry(&expiry));
}

/// A settlement gain that waits in an account, with every leg gone.
#[test]
fn close_expiry_rejects_an_expiry_that_still_owes_a_receivable() {
    let mut play = Play::open();
    let (put, call, expiry) = (play.put, play.call, play.expiry);
    expect_landed(play.deposit_quote("writer", 90_000 * QUOTE));
    expect_landed(play.deposit_quote("second", 90_000 * QUOTE));
    // The second is short ten calls and long ten puts, which pay at 80.
    let calls = play.place("second", &call, 10, 6);
    expect_landed(play.buy_ledger("writer", "second", calls, &call, 10 * CONTRACT));
    let puts = play.place("writer", &put, 10, 6);
    expect_landed(play.buy_ledger("second", "writer", puts, &put, 10 * CONTRACT));
    play.expire_at(80);
    for name in ["writer", "second"] {
        expect_landed(play.settle(name, &expiry));
    }
    play.close_and_finalise();
    let books = play.expiry_of(&expiry);
    assert_eq!(books.receivables_atoms, 10 * 120 * QUOTE);
    assert!(books.is_settled());
    for series in [put, call] {
        expect_landed(play.close_series("keeper", &series));
    }
    let asked = ask(&play, &expiry);
    play.refuses(asked, "keeper", BackstopError::ExpiryInUse);
    expect_landed(play.settle("second", &expiry));
    assert_eq!(play.expiry_of(&expiry).receivables_atoms, 0);
    expect_landed(play.close_expiry(&expiry));
}

/// A debt keeps it until it is paid; what is paid late lies in the escrow and goes to the fund that had paid
/// before, because nobody was cut.
#[test]
fn close_expiry_rejects_an_expiry_somebody_owes_and_gives_recoveries_to_the_fund() {
    let mut play = Play::open();
    let (put, call, expiry) = (play.put, play.call, play.expiry);
    expect_landed(play.stake("insurer", 200_000 * QUOTE));
    play.sell_puts("writer", 1_000, 70_000);
    play.expire_at(80);
    expect_landed(play.settle("writer", &expiry));
    play.close_and_finalise();
    assert_eq!(play.expiry_of(&expiry).haircut_ppb, 0);
    expect_landed(play.redeem("buyer", &put, 1_000 * CONTRACT));
    for series in [put, call] {
        expect_landed(play.close_series("keeper", &series));
    }
    let asked = ask(&play, &expiry);
    let debt = play.account_of("writer").expect("open").debt_atoms();
    assert_eq!(play.expiry_of(&expiry).debts_atoms, debt);
    play.refuses(asked, "keeper", BackstopError::ExpiryInUse);
    expect_landed(play.deposit_quote("writer", debt / QUOTE * QUOTE + QUOTE));
    expect_landed(play.repay("writer", &expiry));
    let (assets, lost) = (
        play.fund().assets_atoms,
        play.expiry_of(&expiry).insured_atoms,
    );
    assert_eq!(lost, debt);
    expect_landed(play.close_expiry(&expiry));
    assert_eq!(play.fund().assets_atoms, assets + debt);
}

/// Holders of claims come before the fund: while there is a claim, nothing is swept.
#[test]
fn close_expiry_rejects_while_claims_are_outstanding() {
    let mut play = Play::shortfall();
    let (put, call, expiry) = (play.put, play.call, play.expiry);
    play.world.advance(4 * 3_600);
    expect_landed(play.finalise(&expiry));
    expect_landed(play.redeem("buyer", &put, 1_000 * CONTRACT));
    for series in [put, call] {
        expect_landed(play.close_series("keeper", &series));
    }
    let debt = play.account_of("writer").expect("open").debt_atoms();
    expect_landed(play.deposit_quote("writer", debt));
    expect_landed(play.repay("writer", &expiry));
    assert_eq!(play.expiry_of(&expiry).recovered_atoms, debt);
    let asked = ask(&play, &expiry);
    play.refuses(asked, "keeper", BackstopError::ClaimsOutstanding);
}

#[test]
fn close_expiry_rejects_accounts_that_do_not_fit() {
    let mut play = emptied(0);
    let expiry = play.expiry;
    let later = play.next_expiry(9);
    expect_landed(play.create_expiry("keeper", &later));
    let asked = ask(&play, &expiry);
    let (market, fund) = (play.keys.market, play.keys.insurance_vault);
    play.refuses(
        swap(asked.clone(), market, play.other.market),
        "keeper",
        BackstopError::WrongMarket,
    );
    play.refuses(
        swap(asked.clone(), pubkey("keeper"), pubkey("backer")),
        "backer",
        BackstopError::WrongCreator,
    );
    let foreign = pda::insurance_vault(&play.other.market);
    play.refuses(
        swap(asked.clone(), fund, foreign),
        "keeper",
        BackstopError::WrongVault,
    );
    let seeds = anchor_lang::error::ErrorCode::ConstraintSeeds;
    for (from, to) in [
        (expiry.escrow, later.escrow),
        (expiry.claim_mint, later.claim_mint),
    ] {
        play.refuses(swap(asked.clone(), from, to), "keeper", seeds);
    }
    expect_landed(play.close_expiry(&expiry));
}
