//! Accounts, series and positions. Each state is reached by instructions, prices and time.

use backstop_client::{ExpiryKeys, SeriesKeys};
use backstop_interface::accounts::{AccountState, OptionKind};
use backstop_testkit::{expect_landed, Genesis, Stage};

use super::{open, open_with, state, surface, terms, CONTRACT, PRICE, QUOTE};

/// Opens an actor's account with a quote deposit.
pub fn fund(stage: &mut Stage, name: &str, quote_atoms: u64) {
    expect_landed(stage.open_account(name));
    if quote_atoms > 0 {
        expect_landed(stage.deposit_quote(name, quote_atoms));
    }
}

/// Creates an expiry at least `days` ahead.
pub fn expiry(stage: &mut Stage, days: i64) -> ExpiryKeys {
    let expiry = stage.next_expiry(days);
    expect_landed(stage.create_expiry("keeper", &expiry));
    expiry
}

/// Creates the 200 put of an expiry.
pub fn put(stage: &mut Stage, expiry: &ExpiryKeys) -> SeriesKeys {
    series(stage, expiry, 200 * PRICE, OptionKind::Put)
}

/// Creates a series of an expiry.
pub fn series(
    stage: &mut Stage,
    expiry: &ExpiryKeys,
    strike_price: u64,
    kind: OptionKind,
) -> SeriesKeys {
    let series = expiry.series(strike_price, kind);
    expect_landed(stage.create_series("keeper", &series));
    series
}

/// Offers of the writer: premium 6, whole contracts.
pub fn offer(stage: &mut Stage, series: &SeriesKeys, nonce: u64, contracts: u64) {
    let terms = terms(nonce, 6 * PRICE, contracts);
    expect_landed(stage.place_offer("writer", series, terms));
}

/// [`open`], where the writer with 10 000 quote is short `contracts` of the 200 put in a week and the buyer
/// holds the tokens. Offer number 1 has as much left again.
pub fn written(contracts: u64) -> (Stage, SeriesKeys) {
    let mut stage = open();
    let series = write(&mut stage, contracts);
    (stage, series)
}

/// Brings a stage to [`written`].
pub fn write(stage: &mut Stage, contracts: u64) -> SeriesKeys {
    fund(stage, "writer", 10_000 * QUOTE);
    let expiry = expiry(stage, 7);
    let series = put(stage, &expiry);
    offer(stage, &series, 1, 2 * contracts);
    expect_landed(stage.buy_tokens("buyer", "writer", 1, &series, contracts));
    series
}

/// [`written`], then the price falls to 80 and the writer is seized.
pub fn seized() -> (Stage, SeriesKeys) {
    let (mut stage, series) = written(80 * CONTRACT);
    seize(&mut stage);
    (stage, series)
}

fn seize(stage: &mut Stage) {
    stage.pass(20, 80 * PRICE);
    expect_landed(stage.tick());
    expect_landed(stage.liquidate("keeper", "writer"));
    assert_eq!(state(stage, "writer"), AccountState::Auction);
}

/// [`seized`], and nobody bids until the curve has ended.
pub fn estate() -> (Stage, SeriesKeys) {
    let (mut stage, series) = seized();
    for _ in 0..41 {
        stage.pass(30, 80 * PRICE);
        expect_landed(stage.tick());
    }
    expect_landed(stage.liquidate("keeper", "writer"));
    assert_eq!(state(&stage, "writer"), AccountState::Estate);
    (stage, series)
}

/// The writer's puts expired at 20 quote and were settled: he could not pay and stands in debt. The price is
/// 20, fresh and ticked; he also has offer number 2 on the 20 put a month ahead.
pub fn indebted() -> (Stage, SeriesKeys) {
    let mut genesis = Genesis::default();
    genesis.params.settlement_points = 1;
    let mut stage = open_with(&genesis);
    let series = write(&mut stage, 80 * CONTRACT);
    stage.world.warp_to(series.expiry.expires_at - 60);
    expect_landed(stage.sample(&series.expiry, 20 * PRICE));
    expect_landed(stage.fix_price(&series.expiry));
    expect_landed(stage.fold_series(&series));
    expect_landed(stage.settle("writer", &series.expiry));
    expect_landed(stage.tick());
    expect_landed(stage.publish_surface(&surface()));
    let account = stage.account_of("writer").expect("it exists");
    assert!(account.debt_atoms() > 0 && account.state() == AccountState::Open);
    let expiry = expiry(&mut stage, 30);
    let later = self::series(&mut stage, &expiry, 20 * PRICE, OptionKind::Put);
    offer(&mut stage, &later, 2, CONTRACT);
    (stage, later)
}
