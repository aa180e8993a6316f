use backstop_interface::event::AccountSettled;
use backstop_interface::BackstopError;
use backstop_testkit::{expect_landed, pubkey};

use crate::ask::{swap, without};
use crate::setting::{Play, CONTRACT, QUOTE};

/// The writer has sold 900 puts to a wallet and 100 to the bidder's margin account.
fn with_ledger_long() -> Play {
    let mut play = Play::open();
    let put = play.put;
    play.sell_puts("writer", 900, 70_000);
    expect_landed(play.deposit_quote("bidder", 1_000 * QUOTE));
    let nonce = play.place("writer", &put, 100, 6);
    expect_landed(play.buy_ledger("bidder", "writer", nonce, &put, 100 * CONTRACT));
    play
}

#[test]
fn settle_account_moves_a_loss_into_the_escrow() {
    let mut play = with_ledger_long();
    let (put, expiry) = (play.put, play.expiry);
    play.expire_at(150);
    let (before, cash) = (play.balances(), play.cash("writer"));
    let landed = expect_landed(play.settle("writer", &expiry));
    let told: AccountSettled = play.told(&landed);
    let loss = 50_000 * QUOTE;
    assert_eq!(
        (told.short_payoff_atoms, told.paid_atoms, told.debt_atoms),
        (loss, loss, 0)
    );
    assert_eq!((told.long_payoff_atoms, told.received_atoms), (0, 0));
    assert_eq!(
        (play.cash("writer"), play.leg("writer", &put)),
        (cash - loss, 0)
    );
    let books = play.expiry_of(&expiry);
    assert_eq!(
        (
            books.escrow_atoms,
            books.owed_atoms,
            books.unsettled_contracts
        ),
        (loss, loss, 0)
    );
    assert_eq!(books.last_settle_at, play.world.now());
    assert_eq!(
        before.gain(&play.balances(), &expiry.escrow),
        i128::from(loss)
    );
    play.assert_books(&before);
}

/// A bought put meets a sold call of the same account: only the difference moves, and it waits.
#[test]
fn settle_account_nets_longs_against_shorts_of_the_account() {
    let mut play = Play::open();
    let (put, expiry) = (play.put, play.expiry);
    play.sell_puts("writer", 100, 70_000);
    expect_landed(play.deposit_quote("bidder", 50_000 * QUOTE));
    let nonce = play.place("writer", &put, 100, 6);
    expect_landed(play.buy_ledger("bidder", "writer", nonce, &put, 100 * CONTRACT));
    let lower = expiry.series(
        180 * crate::setting::PRICE,
        backstop_interface::accounts::OptionKind::Put,
    );
    expect_landed(play.create_series("keeper", &lower));
    play.sell("bidder", &lower, 100, 2);
    play.pass_expiry(&expiry, 150);
    for series in [play.put, play.call, lower] {
        expect_landed(play.fold_series(&series));
    }
    let (before, cash) = (play.balances(), play.cash("bidder"));
    expect_landed(play.settle("bidder", &expiry));
    let books = play.expiry_of(&expiry);
    // 200 puts at 50 and 100 at 30 were owed; the bidder's own 3 000 left it.
    assert_eq!((books.owed_atoms, books.escrow_atoms), (10_000 * QUOTE, 0));
    let account = play.account_of("bidder").expect("open");
    let slot = account
        .expiry_index(expiry.expires_at)
        .expect("waits for the haircut");
    assert_eq!(
        (account.expiries[slot].receivable_atoms, account.quote_atoms),
        (2_000 * QUOTE, cash)
    );
    expect_landed(play.settle("writer", &expiry));
    play.close_and_finalise();
    expect_landed(play.settle("bidder", &expiry));
    assert_eq!(play.cash("bidder"), cash + 2_000 * QUOTE);
    assert_eq!(
        play.expiry_of(&expiry).escrow_atoms,
        8_000 * QUOTE,
        "for the tokens outside"
    );
    play.assert_books(&before);
}

#[test]
fn settle_account_pays_a_ledger_long_less_the_haircut_and_a_claim() {
    let mut play = with_ledger_long();
    let expiry = play.expiry;
    let claims = play.claims("bidder");
    play.settled_short();
    play.world.advance(4 * 3_600);
    expect_landed(play.finalise(&expiry));
    let (before, cash) = (play.balances(), play.cash("bidder"));
    let books = play.expiry_of(&expiry);
    expect_landed(play.settle("bidder", &expiry));
    let gross = 12_000 * QUOTE;
    let claim = (u128::from(gross) * u128::from(books.haircut_ppb)).div_ceil(1_000_000_000) as u64;
    assert!(claim > 4_000 * QUOTE, "a third is missing");
    assert_eq!(play.cash("bidder"), cash + gross - claim);
    assert_eq!(play.world.balance(&claims), claim);
    let after = play.expiry_of(&expiry);
    assert_eq!(
        (after.owed_atoms, after.claims_atoms),
        (books.owed_atoms - gross, claim)
    );
    assert_eq!(after.escrow_atoms, books.escrow_atoms - (gross - claim));
    play.assert_books(&before);
}

#[test]
fn settle_account_rejects_accounts_of_another_market() {
    let mut play = with_ledger_long();
    let at = play.expiry.expires_at;
    let foreign = play.other.expiry(at);
    play.elsewhere(|stage| {
        expect_landed(stage.open_account("writer"));
        expect_landed(stage.create_expiry("keeper", &foreign));
    });
    play.expire_at(150);
    let asked = play.ask_settle("writer", None);
    let stranger = play.other.margin_account(&pubkey("writer"), 0);
    play.refuses(
        swap(asked.clone(), play.margin("writer"), stranger),
        "keeper",
        BackstopError::WrongMarket,
    );
    let home = play.expiry;
    let bent = swap(asked, home.expiry, foreign.expiry);
    let bent = swap(
        swap(bent, home.escrow, foreign.escrow),
        home.claim_mint,
        foreign.claim_mint,
    );
    play.refuses(bent, "keeper", BackstopError::WrongMarket);
}

#[test]
fn settle_account_rejects_before_collecting() {
    let mut play = with_ledger_long();
    let (expiry, put) = (play.expiry, play.put);
    let asked = play.ask_settle("writer", None);
    play.refuses(asked.clone(), "keeper", BackstopError::WrongExpiryState);
    play.pass_expiry(&expiry, 150);
    play.refuses(asked.clone(), "keeper", BackstopError::SeriesNotFolded);
    expect_landed(play.fold_series(&put));
    play.refuses(asked, "keeper", BackstopError::SeriesNotFolded);
}

#[test]
fn settle_account_rejects_longs_before_the_haircut_and_accounts_without_either() {
    let mut play = with_ledger_long();
    play.expire_at(150);
    let long = play.ask_settle("bidder", None);
    play.refuses(long, "keeper", BackstopError::NotFinalised);
    let nothing = play.ask_settle("second", None);
    play.refuses(nothing, "keeper", BackstopError::NothingToSettle);
}

#[test]
fn settle_account_rejects_a_claim_account_that_is_not_the_owners() {
    let mut play = with_ledger_long();
    let expiry = play.expiry;
    let (own, stranger) = (play.claims("bidder"), play.claims("backer"));
    play.settled_short();
    play.world.advance(4 * 3_600);
    expect_landed(play.finalise(&expiry));
    let asked = play.ask_settle("bidder", Some(own));
    play.refuses(
        without(asked.clone(), own),
        "keeper",
        BackstopError::ClaimAccountMissing,
    );
    play.refuses(
        swap(asked.clone(), own, stranger),
        "keeper",
        BackstopError::NotOwner,
    );
    let quote = play.quote_wallet("bidder");
    play.refuses(swap(asked, own, quote), "keeper", BackstopError::WrongMint);
}

/// The cranker needs no signature and no leave: settling twice is refused, not paid twice.
#[test]
fn settle_account_rejects_a_second_time() {
    let mut play = with_ledger_long();
    let expiry = play.expiry;
    play.expire_at(150);
    expect_landed(play.settle("writer", &expiry));
    let again = play.ask_settle("writer", None);
    play.refuses(again, "keeper", BackstopError::NothingToSettle);
}
