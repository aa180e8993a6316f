//! A market that lists a liquid-staking token and two stable coins, a week old, with a writer short in puts.

use anchor_lang::solana_program::instruction::{AccountMeta, Instruction};
use backstop_client::account::{withdraw, Flow};
use backstop_risk::volatility::BreachState;
use backstop_testkit::pyth::PythPrice;
use backstop_testkit::stage::NewCollateral;
use backstop_testkit::{expect_landed, pubkey, Genesis, Stage};

use crate::setup::{expiry, fund, mark, open_with, put, surface, write, CONTRACT, PRICE, QUOTE};

/// Atoms of one stable coin.
pub const STABLE: u64 = 1_000_000;
/// Atoms of one liquid-staking token.
pub const STAKED: u64 = 1_000_000_000;
/// Names of the collaterals.
pub const OTHERS: [&str; 3] = ["staked", "stable", "second stable"];
/// The stable ones, in the order in which [`leaning`] holds them.
pub const COINS: [&str; 2] = ["stable", "second stable"];
/// Seconds in which a listing gains its weight.
const LISTING: i64 = 604_800;

/// The genesis that lists them.
pub fn genesis() -> Genesis {
    let second = NewCollateral {
        name: "second stable",
        feed_id: [13; 32],
        ..NewCollateral::stable()
    };
    Genesis {
        others: vec![NewCollateral::staked(), NewCollateral::stable(), second],
        ..Genesis::default()
    }
}

/// The market on its first day; everybody has all of it in his wallet.
pub fn listed() -> Stage {
    let mut stage = open_with(&genesis());
    for name in ["writer", "buyer", "keeper", "stranger"] {
        for other in OTHERS {
            stage.fund_other(name, other, 1_000_000 * STABLE);
        }
        stage.fund_other(name, "staked", 1_000 * STAKED);
    }
    stage
}

/// [`listed`], a week later: every listing counts whole.
pub fn seasoned() -> Stage {
    let mut stage = listed();
    stage.pass(LISTING, 200 * PRICE);
    expect_landed(stage.tick());
    for other in OTHERS {
        expect_landed(stage.tick_other(other));
    }
    expect_landed(stage.publish_surface(&surface()));
    stage
}

/// [`seasoned`], where the writer with 10 000 quote is short 80 puts.
pub fn short() -> Stage {
    let mut stage = seasoned();
    write(&mut stage, 80 * CONTRACT);
    stage
}

/// What the writer can take out now, in quote atoms: health at initial margin.
pub fn spare(stage: &Stage) -> u64 {
    u64::try_from(stage.assess("writer").health_im()).expect("the writer is healthy")
}

/// The writer's withdrawal of a quote, without remaining accounts.
pub fn one_quote(stage: &Stage) -> Instruction {
    let flow = Flow {
        mint: stage.keys.quote_mint,
        wallet: stage.quote_wallet("writer"),
        amount_atoms: QUOTE,
    };
    let (owner, margin) = (pubkey("writer"), stage.margin("writer"));
    withdraw(&stage.keys, owner, margin, flow, stage.price_account)
}

/// The accounts by which collaterals are shown, in this order.
pub fn metas(stage: &Stage, others: &[&str]) -> Vec<AccountMeta> {
    let shown = others
        .iter()
        .flat_map(|name| stage.other(name).keys.metas());
    shown.collect()
}

/// The names in ascending order of their mints.
pub fn in_order<'a>(stage: &Stage, others: &[&'a str]) -> Vec<&'a str> {
    let mut sorted = others.to_vec();
    sorted.sort_by_key(|name| stage.other(name).keys.mint);
    sorted
}

/// The writer's withdrawal of a quote with these accounts behind it.
pub fn showing(stage: &Stage, behind: Vec<AccountMeta>) -> Instruction {
    let mut given = one_quote(stage);
    given.accounts.extend(behind);
    given
}

/// [`seasoned`], where the writer stands on 50 000 of each stable coin, short of 1 450 puts at a price of 184: he is at
/// maintenance margin, and would not be if either coin lost half its worth.
pub fn leaning() -> Stage {
    let mut stage = seasoned();
    fund(&mut stage, "writer", 100 * QUOTE);
    fund(&mut stage, "stranger", 500_000 * QUOTE);
    for coin in COINS {
        expect_landed(stage.deposit_other("writer", coin, 50_000 * STABLE));
    }
    let week = expiry(&mut stage, 7);
    let put = put(&mut stage, &week);
    let price = mark(&stage, &put);
    expect_landed(stage.fill_quote("stranger", "writer", &put, 1_450 * CONTRACT, price));
    for _ in 0..8 {
        stage.pass(20, 184 * PRICE);
        expect_landed(stage.tick());
    }
    expect_landed(stage.publish_surface(&surface()));
    assert_eq!(stage.judge("writer"), BreachState::Healthy);
    stage
}

/// Publishes a coin's price now, with an average of its own.
pub fn coin(stage: &mut Stage, name: &str, price: u64, average: u64) {
    let (feed_id, now) = (stage.other(name).price.feed_id, stage.world.now());
    stage.publish_other(name, PythPrice::new(feed_id, price, now).ema(average));
}
