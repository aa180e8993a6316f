use backstop_interface::accounts::Shard;
use backstop_interface::event::FeesSwept;
use backstop_interface::{pda, BackstopError};
use backstop_testkit::{expect_landed, key, Genesis};

use crate::ask::{swap, without};
use crate::setting::{genesis, Play, QUOTE};

#[test]
fn sweep_fees_moves_them_from_the_quote_vault_to_the_fund() {
    let mut play = Play::short_puts();
    assert_eq!(
        play.shard_of("writer").fees_atoms,
        120 * QUOTE,
        "2 % of the premium"
    );
    let before = play.balances();
    let landed = expect_landed(play.sweep_fees_of("writer"));
    let told: FeesSwept = play.told(&landed);
    assert_eq!(told.amount_atoms, 120 * QUOTE);
    assert_eq!(told.shard_index, Shard::index_of(&play.margin("writer")));
    assert_eq!(
        (play.shard_of("writer").fees_atoms, play.fund().assets_atoms),
        (0, 120 * QUOTE)
    );
    let after = play.balances();
    assert_eq!(
        before.gain(&after, &play.keys.vault),
        -i128::from(120 * QUOTE)
    );
    assert_eq!(
        before.gain(&after, &play.keys.insurance_vault),
        i128::from(120 * QUOTE)
    );
    play.assert_books(&before);
}

/// The writer of 1 000 puts has paid 120 quote of fees; a third of them is the treasury's, short of 1e-9.
fn shared() -> Play {
    let mut genesis: Genesis = genesis();
    genesis.params.treasury_fee_ppb = 333_333_333;
    let mut play = Play::with(&genesis);
    play.sell_puts("writer", 1_000, 70_000);
    assert_eq!(play.shard_of("writer").fees_atoms, 120 * QUOTE);
    play
}

/// 120 quote times 333 333 333 ppb, rounded down.
const TREASURY: u64 = 39_999_999;

#[test]
fn sweep_fees_divides_them_to_the_atom_and_the_fund_keeps_what_rounds() {
    let mut play = shared();
    let before = play.balances();
    let landed = expect_landed(play.sweep_fees_of("writer"));
    let told: FeesSwept = play.told(&landed);
    assert_eq!(
        (told.amount_atoms, told.treasury_atoms),
        (120 * QUOTE - TREASURY, TREASURY)
    );
    let (after, receiver) = (play.balances(), play.quote_wallet("treasurer"));
    assert_eq!(before.gain(&after, &receiver), i128::from(TREASURY));
    let fund = i128::from(120 * QUOTE - TREASURY);
    assert_eq!(before.gain(&after, &play.keys.insurance_vault), fund);
    assert_eq!(play.fund().assets_atoms, 120 * QUOTE - TREASURY);
    assert_eq!(play.shard_of("writer").claims_atoms(), 0);
    play.assert_books(&before);
}

/// Nobody who holds the receiver's account can keep the fund from its part.
#[test]
fn sweep_fees_without_the_receiver_leaves_the_treasurys_part_where_it_is() {
    let mut play = shared();
    let before = play.balances();
    let receiver = play.quote_wallet("treasurer");
    let asked = without(play.ask_sweep("writer"), receiver);
    let alone = [asked.clone()];
    let landed = expect_landed(play.world.send(&alone, &[&key("keeper")]));
    let told: FeesSwept = play.told(&landed);
    assert_eq!(
        (told.amount_atoms, told.treasury_atoms),
        (120 * QUOTE - TREASURY, 0)
    );
    let shard = play.shard_of("writer");
    assert_eq!((shard.fees_atoms, shard.treasury_atoms), (0, TREASURY));
    play.assert_books(&before);
    // It is not divided a second time, and paid whole once its account is named.
    play.refuses(asked, "keeper", BackstopError::NoFees);
    expect_landed(play.sweep_fees_of("writer"));
    let after = play.balances();
    assert_eq!(before.gain(&after, &receiver), i128::from(TREASURY));
    assert_eq!(play.fund().assets_atoms, 120 * QUOTE - TREASURY);
    play.assert_books(&before);
}

#[test]
fn sweep_fees_rejects_another_receiver() {
    let mut play = shared();
    let (receiver, wallet) = (play.quote_wallet("treasurer"), play.quote_wallet("keeper"));
    let asked = swap(play.ask_sweep("writer"), receiver, wallet);
    play.refuses(asked, "keeper", BackstopError::WrongVault);
}

#[test]
fn sweep_fees_rejects_an_empty_shard() {
    let mut play = Play::open();
    let asked = play.ask_sweep("writer");
    play.refuses(asked, "keeper", BackstopError::NoFees);
}

#[test]
fn sweep_fees_rejects_accounts_that_do_not_fit() {
    let mut play = Play::short_puts();
    let asked = play.ask_sweep("writer");
    let margin = play.margin("writer");
    let (shard, index) = (play.keys.shard_of(&margin), Shard::index_of(&margin));
    let foreign = pda::shard(&play.other.market, index);
    play.refuses(
        swap(asked.clone(), shard, foreign),
        "keeper",
        BackstopError::WrongMarket,
    );
    let (insurance, vault, wallet) = (
        play.keys.insurance_vault,
        play.keys.vault,
        play.quote_wallet("keeper"),
    );
    play.refuses(
        swap(asked.clone(), insurance, wallet),
        "keeper",
        BackstopError::WrongVault,
    );
    play.refuses(
        swap(asked, vault, wallet),
        "keeper",
        BackstopError::WrongVault,
    );
}
