//! One writer's default through every stage of the waterfall, to the atom.

use backstop_interface::accounts::{AccountState, ExpiryState};
use backstop_interface::event::SliceSold;
use backstop_testkit::{expect_landed, Genesis};

use crate::setting::{genesis, Play, CONTRACT, QUOTE};

/// What the writer holds at the default: 70 000 deposited and 6 000 of premium less 2 % fee.
const HELD: u64 = 75_880 * QUOTE;
/// What 1 000 puts at 200 pay when the price settles at 80.
const LOSS: u64 = 120_000 * QUOTE;

/// Stages 1 and 2: seized insolvent; a bidder takes a tenth for all that the fund may pay. What he pays
/// for it above what he got is his part of the loss.
fn seize_and_sell(play: &mut Play) {
    play.jump(80);
    expect_landed(play.liquidate("keeper", "writer"));
    assert_eq!(play.cash("writer"), HELD);
    let landed = expect_landed(play.bid("bidder", "writer", 100_000_000, i64::MAX));
    let sold: SliceSold = play.told(&landed);
    // The fund holds 10 120; half of that is the limit of one incident, offered with the whole.
    assert_eq!(sold.price_whole_atoms, -(5_060 * QUOTE as i64));
    assert_eq!(
        (sold.paid_by_fund_atoms, sold.paid_by_bidder_atoms),
        (506 * QUOTE, 0)
    );
    assert_eq!(play.cash("writer"), HELD / 10 * 9);
    assert_eq!(
        play.cash("bidder"),
        500_000 * QUOTE + HELD / 10 + 506 * QUOTE
    );
    let put = play.put;
    assert_eq!(play.leg("writer", &put), -900 * CONTRACT as i64);
    assert_eq!(play.leg("bidder", &put), -100 * CONTRACT as i64);
    assert_eq!(play.fund().assets_atoms, (10_120 - 506) * QUOTE);
}

/// Stage 2, end: nobody takes the rest, it becomes an estate and is settled with the bidder at expiry.
fn settle(play: &mut Play) {
    play.wait_healthy(1_200);
    expect_landed(play.liquidate("keeper", "writer"));
    assert_eq!(play.state("writer"), AccountState::Estate);
    play.expire_at(80);
    let expiry = play.expiry;
    for name in ["writer", "bidder"] {
        expect_landed(play.settle(name, &expiry));
    }
    let books = play.expiry_of(&expiry);
    assert_eq!((books.owed_atoms, books.unsettled_contracts), (LOSS, 0));
    assert_eq!(
        books.escrow_atoms,
        HELD / 10 * 9 + LOSS / 10,
        "the estate's cash and the bidder's tenth"
    );
    assert_eq!(books.debts_atoms, LOSS / 10 * 9 - HELD / 10 * 9);
}

/// Stage 3: the fund pays half of what it has, in a new incident. Returns what it paid.
fn insure(play: &mut Play) -> u64 {
    let expiry = play.expiry;
    play.world.advance(1_800);
    expect_landed(play.close_collecting(&expiry));
    let insured = 4_807 * QUOTE;
    let books = play.expiry_of(&expiry);
    assert_eq!(books.insured_atoms, insured);
    assert_eq!(
        books.shortfall_atoms,
        LOSS - HELD / 10 * 9 - LOSS / 10 - insured
    );
    assert_eq!(play.fund().assets_atoms, insured);
    insured
}

/// Stage 4: one lot finds a buyer at once, at half the launch price: 12 500 tokens. Then the haircut is
/// fixed; what it has to cover is returned.
fn recapitalise(play: &mut Play) -> u64 {
    let expiry = play.expiry;
    expect_landed(play.bid_recapitalisation("backer", &expiry, 12_500 * QUOTE));
    let books = play.expiry_of(&expiry);
    assert_eq!(books.recapitalised_atoms, 25_000 * QUOTE);
    assert_eq!(books.tokens_sold_atoms, 12_500 * QUOTE);
    play.world.advance(4 * 3_600);
    expect_landed(play.finalise(&expiry));
    let socialised = books.shortfall_atoms - 25_000 * QUOTE;
    let books = play.expiry_of(&expiry);
    assert_eq!(books.state(), ExpiryState::Finalised);
    assert_eq!(books.socialised_atoms, socialised);
    let exact = u128::from(socialised) * 1_000_000_000;
    assert_eq!(
        u128::from(books.haircut_ppb),
        exact.div_ceil(u128::from(LOSS))
    );
    socialised
}

/// Stage 5: the rest is every holder's alike, and each keeps a claim.
fn redeem(play: &mut Play) {
    let (put, expiry) = (play.put, play.expiry);
    let haircut = u128::from(play.expiry_of(&expiry).haircut_ppb);
    let wallet = play.quote_wallet("buyer");
    let held = play.world.balance(&wallet);
    expect_landed(play.redeem("buyer", &put, 1_000 * CONTRACT));
    let paid = play.world.balance(&wallet) - held;
    let claim = (u128::from(LOSS) * haircut).div_ceil(1_000_000_000) as u64;
    let claims = play.claims("buyer");
    assert_eq!((paid, play.world.balance(&claims)), (LOSS - claim, claim));
    let books = play.expiry_of(&expiry);
    assert_eq!((books.owed_atoms, books.claims_atoms), (0, claim));
    assert!(
        books.escrow_atoms < 120,
        "the haircut's last digit: {}",
        books.escrow_atoms
    );
}

#[test]
fn a_default_goes_through_all_five_stages() {
    story(Play::short_puts());
}

/// Quote, underlying, claims and recapitalisation tokens under Token-2022: nothing else differs.
#[test]
fn a_default_goes_through_all_five_stages_in_token_2022() {
    let all = Genesis {
        token_2022: true,
        ..genesis()
    };
    story(Play::with(&all).with_short_puts());
}

fn story(mut play: Play) {
    expect_landed(play.stake("insurer", 10_000 * QUOTE));
    expect_landed(play.sweep_fees_of("writer"));
    assert_eq!(play.fund().assets_atoms, 10_120 * QUOTE);
    let before = play.balances();
    seize_and_sell(&mut play);
    play.assert_books(&before);
    settle(&mut play);
    play.assert_books(&before);
    let insured = insure(&mut play);
    play.assert_books(&before);
    let socialised = recapitalise(&mut play);
    play.assert_books(&before);
    redeem(&mut play);
    play.assert_books(&before);

    // loss = defaulter + bidder + insurance + backstop + haircut.
    let bidder = LOSS / 10 - HELD / 10 - 506 * QUOTE;
    let insurance = 506 * QUOTE + insured;
    assert_eq!(
        LOSS,
        HELD + bidder + insurance + 25_000 * QUOTE + socialised
    );
    assert_eq!(play.cash("bidder"), 500_000 * QUOTE - bidder);
    assert_eq!(play.fund().paid_total_atoms, insurance);
}
