use backstop_interface::accounts::OptionKind;
use backstop_interface::event::Redeemed;
use backstop_interface::BackstopError;
use backstop_testkit::{expect_landed, pubkey};

use crate::ask::{swap, without, TWIN};
use crate::setting::{Play, CONTRACT, PRICE, QUOTE};

/// A third and more is missing: haircut 0.367666667.
fn with_haircut() -> Play {
    let mut play = Play::shortfall();
    let expiry = play.expiry;
    play.world.advance(4 * 3_600);
    expect_landed(play.finalise(&expiry));
    play
}

#[test]
fn redeem_burns_tokens_for_payoff_less_haircut_and_a_claim() {
    let mut play = with_haircut();
    let (put, expiry, claims) = (play.put, play.expiry, play.claims("buyer"));
    let before = play.balances();
    let books = play.expiry_of(&expiry);
    let landed = expect_landed(play.redeem("buyer", &put, 333_333));
    // 0.333333 contracts at 120 are 39.999960; of that 36.7666667 % are not paid.
    let (gross, claim) = (39_999_960, 14_706_652);
    let told: Redeemed = play.told(&landed);
    assert_eq!(
        (told.contracts, told.paid_atoms, told.claim_atoms),
        (333_333, gross - claim, claim)
    );
    let after = play.balances();
    assert_eq!(
        before.gain(&after, &play.quote_wallet("buyer")),
        i128::from(gross - claim)
    );
    assert_eq!(
        before.gain(&after, &expiry.escrow),
        -i128::from(gross - claim)
    );
    before.assert_created(&after, &put.option_mint, -333_333);
    before.assert_created(&after, &expiry.claim_mint, i128::from(claim));
    assert_eq!(play.world.balance(&claims), claim);
    assert_eq!(
        play.series_of(&put).token_contracts,
        1_000 * CONTRACT - 333_333
    );
    let now = play.expiry_of(&expiry);
    assert_eq!(
        (now.owed_atoms, now.claims_atoms),
        (books.owed_atoms - gross, claim)
    );
    assert_eq!(now.escrow_atoms, books.escrow_atoms - (gross - claim));
    play.assert_books(&before);
}

/// However it is cut, the parts never get more than the whole.
#[test]
fn redeem_in_parts_pays_no_more_than_at_once() {
    let whole = {
        let mut play = with_haircut();
        let put = play.put;
        let landed = expect_landed(play.redeem("buyer", &put, 1_000_000));
        play.told::<Redeemed>(&landed).paid_atoms
    };
    let mut play = with_haircut();
    let put = play.put;
    let mut paid = 0;
    for part in [1, 7, 333_333, 666_659] {
        let landed = expect_landed(play.redeem("buyer", &put, part));
        paid += play.told::<Redeemed>(&landed).paid_atoms;
    }
    assert!((whole - 4..=whole).contains(&paid), "{paid} of {whole}");
}

#[test]
fn redeem_rejects_before_the_haircut_is_fixed() {
    let mut play = Play::shortfall();
    let put = play.put;
    let asked = play.ask_redeem("buyer", &put, CONTRACT);
    play.refuses(asked, "buyer", BackstopError::NotFinalised);
}

#[test]
fn redeem_rejects_nothing_and_more_than_the_holder_has() {
    let mut play = with_haircut();
    let put = play.put;
    let nothing = play.ask_redeem("buyer", &put, 0);
    play.refuses(nothing, "buyer", BackstopError::AmountIsZero);
    for much in [1_000 * CONTRACT + 1, u64::MAX] {
        let asked = play.ask_redeem("buyer", &put, much);
        play.refuses(asked, "buyer", BackstopError::BalanceTooLow);
    }
}

#[test]
fn redeem_rejects_accounts_that_do_not_fit() {
    let mut play = Play::open();
    let later = play.next_expiry(9);
    expect_landed(play.create_expiry("keeper", &later));
    play.sell_puts("writer", 1_000, 70_000);
    play.settled_short();
    play.world.advance(4 * 3_600);
    let (put, call, expiry) = (play.put, play.call, play.expiry);
    expect_landed(play.finalise(&expiry));
    let asked = play.ask_redeem("buyer", &put, CONTRACT);
    play.refuses(
        swap(asked.clone(), expiry.expiry, later.expiry),
        "buyer",
        BackstopError::WrongExpiry,
    );
    play.refuses(
        swap(asked.clone(), put.option_mint, call.option_mint),
        "buyer",
        BackstopError::WrongMint,
    );
    let calls = play
        .world
        .token_account(&pubkey("buyer"), &call.option_mint);
    let puts = play.world.ata(&pubkey("buyer"), &put.option_mint);
    play.refuses(
        swap(asked.clone(), puts, calls),
        "buyer",
        BackstopError::WrongMint,
    );
    let (claims, quote, stranger) = (
        play.claims("buyer"),
        play.quote_wallet("buyer"),
        play.quote_wallet("backer"),
    );
    play.refuses(swap(asked.clone(), quote, expiry.escrow), "buyer", TWIN);
    play.refuses(
        swap(asked.clone(), claims, stranger),
        "buyer",
        BackstopError::WrongMint,
    );
    play.refuses(
        without(asked, claims),
        "buyer",
        BackstopError::ClaimAccountMissing,
    );
}

/// A series of its own strike pays its own payoff; what is out of the money burns for nothing.
#[test]
fn redeem_of_a_worthless_token_pays_nothing() {
    let mut play = Play::open();
    let expiry = play.expiry;
    let low = expiry.series(100 * PRICE, OptionKind::Put);
    expect_landed(play.create_series("keeper", &low));
    expect_landed(play.deposit_quote("writer", 50_000 * QUOTE));
    play.sell("writer", &low, 10, 1);
    play.pass_expiry(&expiry, 150);
    for series in [play.put, play.call, low] {
        expect_landed(play.fold_series(&series));
    }
    expect_landed(play.settle("writer", &expiry));
    play.close_and_finalise();
    let before = play.balances();
    let landed = expect_landed(play.redeem("buyer", &low, 10 * CONTRACT));
    let told: Redeemed = play.told(&landed);
    assert_eq!((told.paid_atoms, told.claim_atoms), (0, 0));
    assert_eq!(play.world.supply(&low.option_mint), 0);
    play.assert_books(&before);
}
