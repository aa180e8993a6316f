use backstop_interface::accounts::Shard;
use backstop_interface::event::FeesSwept;
use backstop_interface::{pda, BackstopError};
use backstop_testkit::expect_landed;

use crate::ask::swap;
use crate::setting::{Play, QUOTE};

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
