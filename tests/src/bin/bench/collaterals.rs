//! Both sides of everything with four legs and four collaterals: quote, the underlying, a liquid-staking token
//! and a stable coin, three feeds together.

use backstop_client::SeriesKeys;
use backstop_interface::accounts::OptionKind;
use backstop_testkit::stage::NewCollateral;
use backstop_testkit::{expect_landed, Genesis, OfferTerms, Stage, World};

use super::life::{surface, CONTRACT, PRICE, QUOTE};
use super::sheet::Sheet;

/// Atoms of one unit of the underlying and of one staked token.
const UNIT: u64 = 1_000_000_000;

/// Measures in a fresh `world`.
pub fn measure(world: World, sheet: &mut Sheet) {
    let genesis = Genesis {
        others: vec![NewCollateral::staked(), NewCollateral::stable()],
        ..Genesis::default()
    };
    let mut stage = Stage::open_in(world, &genesis);
    sheet.note("observe_collateral", stage.observe("staked"));
    fill_accounts(&mut stage, sheet);
    trade(&mut stage, sheet);
    for other in ["staked", "stable"] {
        let more = stage.deposit_other("writer", other, UNIT / 10);
        sheet.note("deposit_other", more);
    }
    for other in ["staked", "stable"] {
        sheet.note(
            "withdraw_other_4_collaterals",
            stage.withdraw_other("writer", other, 1),
        );
    }
    sheet.note(
        "withdraw_quote_4_collaterals",
        stage.withdraw_quote("writer", 1),
    );
    sheet.note(
        "withdraw_underlying_4_collaterals",
        stage.withdraw_underlying("writer", 1),
    );
    seize(&mut stage, sheet);
}

fn fill_accounts(stage: &mut Stage, sheet: &mut Sheet) {
    for name in ["writer", "bidder", "keeper", "backer"] {
        stage.actor(name, 10_000_000 * QUOTE, 1_000_000 * UNIT);
        stage.fund_other(name, "staked", 1_000 * UNIT);
        stage.fund_other(name, "stable", 1_000_000 * QUOTE);
    }
    expect_landed(stage.publish_surface(&surface()));
    for (name, quote) in [("writer", 60_000), ("bidder", 2_000_000)] {
        expect_landed(stage.open_account(name));
        expect_landed(stage.deposit_quote(name, quote * QUOTE));
        expect_landed(stage.deposit_underlying(name, 10 * UNIT));
        for _ in 0..2 {
            sheet.note(
                "deposit_other",
                stage.deposit_other(name, "staked", 10 * UNIT),
            );
            sheet.note(
                "deposit_other",
                stage.deposit_other(name, "stable", 1_000 * QUOTE),
            );
        }
    }
}

/// The writer sells the bidder four series, of the last of which the bidder owes more than he buys: only who owes
/// something is held to a margin.
fn trade(stage: &mut Stage, sheet: &mut Sheet) {
    let expiry = stage.next_expiry(7);
    expect_landed(stage.create_expiry("keeper", &expiry));
    let kinds = [
        (200, OptionKind::Put),
        (190, OptionKind::Put),
        (180, OptionKind::Put),
        (260, OptionKind::Call),
    ];
    let series = kinds.map(|(strike, kind)| expiry.series(strike * PRICE, kind));
    for one in &series {
        expect_landed(stage.create_series("keeper", one));
    }
    expect_landed(stage.write_option("bidder", &series[3], 300 * CONTRACT));
    for (nonce, one) in (0..).zip(&series) {
        sell(stage, one, nonce);
        let part = 100 * CONTRACT;
        expect_landed(stage.buy_ledger("bidder", "writer", nonce, one, part));
    }
    for (nonce, one) in (0..).zip(&series) {
        let part = 100 * CONTRACT;
        sheet.note(
            "fill_offer_4_collaterals",
            stage.buy_ledger("bidder", "writer", nonce, one, part),
        );
    }
}

fn sell(stage: &mut Stage, series: &SeriesKeys, nonce: u64) {
    let terms = OfferTerms {
        nonce,
        premium_price: 3 * PRICE,
        contracts: 200 * CONTRACT,
    };
    expect_landed(stage.place_offer("writer", series, terms));
}

/// Seized, a slice sold, an estate whose staked tokens are bought.
fn seize(stage: &mut Stage, sheet: &mut Sheet) {
    stage.pass(20, 100 * PRICE);
    expect_landed(stage.tick());
    sheet.note(
        "liquidate_4_collaterals",
        stage.liquidate("keeper", "writer"),
    );
    sheet.note(
        "bid_4_collaterals",
        stage.bid("bidder", "writer", 10_000_000, i64::MAX),
    );
    for _ in 0..60 {
        stage.pass(30, 100 * PRICE);
        expect_landed(stage.tick());
    }
    expect_landed(stage.liquidate("keeper", "writer"));
    sheet.note(
        "convert_other",
        stage.convert_other("backer", "writer", "staked", UNIT),
    );
}
