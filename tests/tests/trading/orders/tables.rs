//! Transactions too long for a packet, on the real lookup-table program.

use backstop_client::orders::Order;
use backstop_client::SeriesKeys;
use backstop_interface::accounts::{OptionKind, Side};
use backstop_testkit::{expect_landed, Snapshot, Stage, Wire};
use solana_transaction::TransactionError;

use super::{ask, cash, told, ANY};
use crate::collateral::setting::{genesis, OTHERS};
use crate::setup::{expiry, fund, leg, open_with, series, totals, CONTRACT, PRICE, QUOTE};

const MAKERS: [&str; 8] = ["m1", "m2", "m3", "m4", "m5", "m6", "m7", "m8"];

/// Eight makers who hold liquid-staking tokens or stable coins, the buyer who holds stable coins of another mint, and
/// two puts in a week.
fn eight_makers() -> (Stage, [SeriesKeys; 2]) {
    let mut stage = open_with(&genesis());
    for (index, name) in MAKERS.into_iter().enumerate() {
        stage.actor(name, 10_000 * QUOTE, 0);
        hold(&mut stage, name, OTHERS[index % 2]);
    }
    hold(&mut stage, "buyer", OTHERS[2]);
    let week = expiry(&mut stage, 7);
    let puts = [200, 190].map(|strike| series(&mut stage, &week, strike * PRICE, OptionKind::Put));
    (stage, puts)
}

fn hold(stage: &mut Stage, name: &str, other: &str) {
    fund(stage, name, 1_000 * QUOTE);
    stage.fund_other(name, other, 1_000_000_000);
    expect_landed(stage.deposit_other(name, other, 1_000_000_000));
}

/// Every maker offers a contract at 6 under this number, four in each series.
fn orders(stage: &mut Stage, puts: &[SeriesKeys; 2], nonce: u64) -> Vec<Order> {
    let mut orders = Vec::new();
    for (put, makers) in puts.iter().zip(MAKERS.chunks(4)) {
        for maker in makers {
            expect_landed(stage.place(maker, put, ask(nonce, 6 * PRICE, CONTRACT)));
        }
        let named = makers.iter().map(|maker| stage.named(maker, nonce));
        let named = named.collect();
        orders.push(Order::whole(put, Side::Ask, 4 * CONTRACT, named));
    }
    orders
}

#[test]
fn a_sweep_of_eight_offers_and_three_collaterals_goes_through_tables() {
    let (mut stage, puts) = eight_makers();
    assert_eq!(stage.world.tables().len(), 0, "nothing before needed one");
    let (wanted, before) = (orders(&mut stage, &puts, 1), cash(&stage, "buyer"));
    let landed = expect_landed(stage.sweep("buyer", &wanted, ANY));
    assert_eq!(told(&stage, &landed).offers.len(), 8);
    assert_eq!(before - cash(&stage, "buyer"), 48 * QUOTE);
    for put in &puts {
        assert_eq!(leg(&stage, "buyer", put), 4_000_000);
        assert_eq!(totals(&stage, put), (0, 4 * CONTRACT, 4 * CONTRACT));
    }
    let Wire { bytes, accounts } = landed.wire;
    assert!(accounts > 40 && bytes <= 1_232, "{:?}", landed.wire);
    let market = stage.world.tables()[0].clone();
    assert!(market.addresses.contains(&stage.keys.market));
    for other in OTHERS {
        assert!(market.addresses.contains(&stage.other(other).keys.price));
    }
    // The table of the market serves the next one too.
    let wanted = orders(&mut stage, &puts, 2);
    expect_landed(stage.sweep("buyer", &wanted, ANY));
    let naming = stage.world.tables().iter();
    let naming = naming.filter(|table| table.addresses.contains(&stage.keys.market));
    assert_eq!(naming.count(), 1);
}

/// What no node takes is refused with the number before anything is sent.
#[test]
fn a_sweep_of_sixty_five_accounts_is_refused_and_changes_nothing() {
    let (mut stage, puts) = eight_makers();
    let mut wanted = orders(&mut stage, &puts, 1);
    let named = stage.named("m1", 1);
    let before = Snapshot::whole(&stage.world);
    let mut refused = None;
    for nonce in 2..30 {
        let more = backstop_client::orders::Named {
            offer: stage.offer("m1", nonce),
            ..named
        };
        wanted[0].offers.push(more);
        let given = stage.sweeping("buyer", &wanted, ANY);
        match stage.world.plan(&[given]) {
            Ok(plan) => assert!(plan.wire.accounts <= 64 && plan.wire.bytes <= 1_232),
            Err(failed) => {
                refused = Some(failed);
                break;
            }
        }
    }
    let failed = refused.expect("thirty offers do not fit");
    assert_eq!(failed.error, TransactionError::TooManyAccountLocks);
    let outcome = stage.sweep("buyer", &wanted, ANY);
    assert_eq!(outcome.expect_err("it was not sent"), failed);
    assert_eq!(before.changes(&Snapshot::whole(&stage.world)), []);
}
