use backstop_interface::event::Repaid;
use backstop_interface::BackstopError;
use backstop_testkit::{expect_landed, pubkey};

use crate::ask::swap;
use crate::setting::{Play, QUOTE};

#[test]
fn repay_moves_cash_into_the_escrow_and_frees_the_account() {
    let mut play = Play::covered_debtor();
    let expiry = play.expiry;
    expect_landed(play.deposit_quote("second", 2_000 * QUOTE));
    let before = play.balances();
    let landed = expect_landed(play.repay("second", &expiry));
    let told: Repaid = play.told(&landed);
    assert_eq!(
        (told.paid_atoms, told.debt_left_atoms),
        (2_000 * QUOTE, 902 * QUOTE)
    );
    let account = play.account_of("second").expect("open");
    assert_eq!(
        (account.quote_atoms, account.debt_atoms()),
        (0, 902 * QUOTE)
    );
    assert!(account.conversion_started_at > 0);
    let books = play.expiry_of(&expiry);
    assert_eq!(
        (books.debts_atoms, books.escrow_atoms),
        (902 * QUOTE, 2_098 * QUOTE)
    );
    assert_eq!(
        before.gain(&play.balances(), &expiry.escrow),
        i128::from(2_000 * QUOTE)
    );
    play.assert_books(&before);

    expect_landed(play.deposit_quote("second", 1_000 * QUOTE));
    expect_landed(play.repay("second", &expiry));
    let account = play.account_of("second").expect("open");
    assert_eq!(
        (account.quote_atoms, account.debt_atoms()),
        (98 * QUOTE, 0),
        "no atom more than the debt"
    );
    assert_eq!(
        account.conversion_started_at, 0,
        "nothing converts any more"
    );
    assert_eq!(
        account.expiry_index(expiry.expires_at),
        None,
        "the slot is free"
    );
}

/// After the haircut is fixed what comes in is a recovery, not payoff.
#[test]
fn repay_after_finalisation_is_a_recovery() {
    let mut play = Play::covered_debtor();
    play.close_and_finalise();
    let expiry = play.expiry;
    let fixed = play.expiry_of(&expiry);
    assert_eq!(fixed.socialised_atoms, 2_902 * QUOTE);
    expect_landed(play.deposit_quote("second", 3_000 * QUOTE));
    let before = play.balances();
    expect_landed(play.repay("second", &expiry));
    let books = play.expiry_of(&expiry);
    assert_eq!(
        (books.recovered_atoms, books.debts_atoms),
        (2_902 * QUOTE, 0)
    );
    assert_eq!(
        (books.escrow_atoms, books.haircut_ppb),
        (fixed.escrow_atoms, fixed.haircut_ppb)
    );
    play.assert_books(&before);
}

#[test]
fn repay_rejects_accounts_that_do_not_fit() {
    let mut play = Play::covered_debtor();
    let expiry = play.expiry;
    let home = play.next_expiry(9);
    let foreign = play.elsewhere(|stage| {
        expect_landed(stage.open_account("second"));
        let foreign = stage.keys.expiry(home.expires_at);
        expect_landed(stage.create_expiry("keeper", &foreign));
        foreign
    });
    expect_landed(play.deposit_quote("second", 3_000 * QUOTE));
    let asked = play.ask_repay("second", &expiry);
    let stranger = play.other.margin_account(&pubkey("second"), 0);
    play.refuses(
        swap(asked.clone(), play.margin("second"), stranger),
        "keeper",
        BackstopError::WrongMarket,
    );
    let elsewhere = play.ask_repay("second", &foreign);
    play.refuses(elsewhere, "keeper", BackstopError::WrongMarket);
    let (vault, wallet) = (play.keys.vault, play.quote_wallet("second"));
    play.refuses(
        swap(asked, vault, wallet),
        "keeper",
        BackstopError::WrongVault,
    );
}

#[test]
fn repay_rejects_no_debt_and_no_cash() {
    let mut play = Play::covered_debtor();
    let expiry = play.expiry;
    let stranger = play.ask_repay("writer", &expiry);
    play.refuses(stranger, "keeper", BackstopError::NothingToSettle);
    let penniless = play.ask_repay("second", &expiry);
    play.refuses(penniless, "keeper", BackstopError::NothingToSettle);

    let mut play = Play::short_puts();
    let solvent = play.ask_repay("writer", &expiry);
    play.refuses(solvent, "keeper", BackstopError::NothingToSettle);
}
