use backstop_interface::event::Converted;
use backstop_interface::BackstopError;
use backstop_testkit::pyth::PythPrice;
use backstop_testkit::{expect_code, expect_landed, pubkey};

use crate::ask::{swap, TWIN};
use crate::prices::refuses_bad_prices;
use crate::setting::{Play, PRICE, QUOTE, SOL};

fn held(play: &Play, name: &str) -> u64 {
    play.account_of(name)
        .expect("an account")
        .collateral_atoms(&play.keys.underlying_mint)
}

/// What `atoms` of SOL cost at `price` (1e9), rounded up.
fn cost_ceil(atoms: u64, price: u64) -> u64 {
    (u128::from(atoms) * u128::from(price)).div_ceil(1_000_000_000_000) as u64
}

#[test]
fn convert_sells_no_more_of_a_debtor_than_his_debt_needs() {
    let mut play = Play::covered_debtor();
    let before = play.balances();
    let landed = expect_landed(play.convert("backer", "second", u64::MAX));
    // At the oracle's price in the first second; 2 902 quote are 12.617... SOL, rounded up.
    let sold =
        (u128::from(2_902 * QUOTE) * 1_000_000_000_000).div_ceil(u128::from(230 * PRICE)) as u64;
    let received = cost_ceil(sold, 230 * PRICE);
    let told: Converted = play.told(&landed);
    assert_eq!((told.sold_atoms, told.received_atoms), (sold, received));
    assert_eq!(
        (held(&play, "second"), play.cash("second")),
        (100 * SOL - sold, received)
    );
    let after = play.balances();
    assert_eq!(
        before.gain(&after, &play.underlying_wallet("backer")),
        i128::from(sold)
    );
    assert_eq!(
        before.gain(&after, &play.quote_wallet("backer")),
        -i128::from(received)
    );
    assert!((2_902 * QUOTE..2_902 * QUOTE + 2).contains(&received));
    play.assert_books(&before);
    let again = play.ask_convert("backer", "second", SOL, u64::MAX);
    play.refuses(again, "backer", BackstopError::NotConverting);
}

/// 0 to 2 % in 30 minutes for a debtor, on to 20 % in three more hours for an estate.
#[test]
fn convert_discounts_by_the_clock() {
    let mut debtor = Play::covered_debtor();
    let mut estate = Play::estate_with_collateral();
    for (wait, debtor_bps, estate_bps) in [
        (0, 0, 0),
        (900, 100, 100),
        (900, 200, 200),
        (5_400, 200, 1_100),
        (5_400, 200, 2_000),
        (9_000, 200, 2_000),
    ] {
        for (play, name, spot, bps) in [
            (&mut debtor, "second", 230, debtor_bps),
            (&mut estate, "writer", 80, estate_bps),
        ] {
            play.pass(wait, spot * PRICE);
            let price = spot * PRICE / 10_000 * (10_000 - bps);
            let told: Converted = {
                let landed = expect_landed(play.convert("backer", name, SOL / 1_000));
                play.told(&landed)
            };
            assert_eq!(
                told.received_atoms,
                cost_ceil(SOL / 1_000, price),
                "{name} after {wait} s more"
            );
        }
    }
}

#[test]
fn convert_sells_all_of_an_estate() {
    let mut play = Play::estate_with_collateral();
    let (before, cash) = (play.balances(), play.cash("writer"));
    expect_landed(play.convert("backer", "writer", 100 * SOL));
    expect_landed(play.convert("backer", "writer", u64::MAX));
    assert_eq!(
        (held(&play, "writer"), play.cash("writer")),
        (0, cash + 300 * 80 * QUOTE)
    );
    play.assert_books(&before);
    let again = play.ask_convert("backer", "writer", SOL, u64::MAX);
    play.refuses(again, "backer", BackstopError::NothingForSale);
}

/// A single atom is worth less than an atom of quote and costs one.
#[test]
fn convert_rounds_the_payment_up() {
    let mut play = Play::estate_with_collateral();
    let cash = play.cash("writer");
    expect_landed(play.convert("backer", "writer", 1));
    assert_eq!(
        (held(&play, "writer"), play.cash("writer")),
        (300 * SOL - 1, cash + 1)
    );
}

#[test]
fn convert_rejects_bad_prices() {
    let play = Play::estate_with_collateral();
    refuses_bad_prices(
        &play,
        &play.ask_convert("backer", "writer", SOL, u64::MAX),
        "backer",
        "writer",
    );
}

#[test]
fn convert_rejects_accounts_that_do_not_fit() {
    let mut play = Play::estate_with_collateral();
    expect_landed(play.elsewhere(|stage| stage.open_account("writer")));
    let asked = play.ask_convert("backer", "writer", SOL, u64::MAX);
    let foreign = play.other.margin_account(&pubkey("writer"), 0);
    play.refuses(
        swap(asked.clone(), play.margin("writer"), foreign),
        "backer",
        BackstopError::WrongMarket,
    );
    let (quote, sol) = (
        play.quote_wallet("backer"),
        play.underlying_wallet("backer"),
    );
    let (other_quote, other_sol) = (
        play.quote_wallet("keeper"),
        play.underlying_wallet("keeper"),
    );
    play.refuses(
        swap(asked.clone(), quote, other_sol),
        "backer",
        BackstopError::WrongMint,
    );
    play.refuses(
        swap(asked.clone(), sol, other_quote),
        "backer",
        BackstopError::WrongMint,
    );
    let (vault, sold) = (play.keys.vault, play.keys.underlying_vault);
    play.refuses(swap(asked.clone(), quote, vault), "backer", TWIN);
    play.refuses(swap(asked.clone(), sol, sold), "backer", TWIN);
    play.refuses(
        swap(asked.clone(), vault, other_quote),
        "backer",
        BackstopError::WrongVault,
    );
    play.refuses(
        swap(asked, sold, other_sol),
        "backer",
        BackstopError::WrongVault,
    );
}

#[test]
fn convert_rejects_an_amount_of_nothing() {
    let mut play = Play::estate_with_collateral();
    let asked = play.ask_convert("backer", "writer", 0, u64::MAX);
    play.refuses(asked, "backer", BackstopError::AmountIsZero);
}

#[test]
fn convert_rejects_the_collateral_of_who_owes_nothing() {
    let mut open = Play::open();
    expect_landed(open.deposit_underlying("writer", 300 * SOL));
    let asked = open.ask_convert("backer", "writer", SOL, u64::MAX);
    open.refuses(asked, "backer", BackstopError::NotConverting);

    open.sell_puts("writer", 1_000, 30_000);
    open.jump(80);
    expect_landed(open.liquidate("keeper", "writer"));
    let asked = open.ask_convert("backer", "writer", SOL, u64::MAX);
    open.refuses(asked, "backer", BackstopError::NotConverting);
}

#[test]
fn convert_rejects_a_price_above_the_buyers_limit() {
    let mut play = Play::estate_with_collateral();
    let asked = play.ask_convert("backer", "writer", SOL, 80 * PRICE - 1);
    play.refuses(asked, "backer", BackstopError::ConversionPriceNotMet);
    let asked = play.ask_convert("backer", "writer", SOL, 80 * PRICE);
    expect_landed(
        play.world
            .send(&[asked], &[&backstop_testkit::key("backer")]),
    );
}

/// Two prices are young enough; who has shown the newer cannot go back to the one that suits him.
#[test]
fn convert_rejects_a_price_older_than_the_last_one_sold_at() {
    let mut play = Play::estate_with_collateral();
    play.pass(10, 80 * PRICE);
    let now = play.world.now();
    expect_landed(play.convert("bidder", "writer", SOL));
    let feed = play.keys.feed_id;
    play.publish(PythPrice::new(feed, 70 * PRICE, now - 5).after(now - 6));
    expect_code(
        play.convert("bidder", "writer", SOL),
        BackstopError::PriceOlderThanLastUsed,
    );
}
