//! What a trade two owners signed moves and books.

use backstop_interface::event::QuoteFilled;
use backstop_testkit::{expect_landed, Balances, Snapshot};

use super::{cash, three};
use crate::setup::{
    assert_only_changed, books, fund, leg, sale_fee, totals, written, CONTRACT, PRICE, QUOTE,
};

#[test]
fn a_quote_writes_contracts_at_its_price() {
    let (mut stage, put) = three();
    let (before, balances) = (Snapshot::whole(&stage.world), Balances::read(&stage.world));
    let claims = books(&stage, &stage.keys.quote_mint).claims_atoms;
    let fee = sale_fee(&stage, &put, 2 * CONTRACT, 6 * PRICE + 1);
    let landed =
        expect_landed(stage.fill_quote("buyer", "writer", &put, 2 * CONTRACT, 6 * PRICE + 1));
    let (buyer, seller) = (stage.margin("buyer"), stage.margin("writer"));
    let changed = [buyer, seller, stage.keys.shard_of(&seller), put.series];
    assert_only_changed(&before, &stage, &changed);
    let vault = stage.keys.vault;
    assert_eq!(balances.of(&vault), Balances::read(&stage.world).of(&vault));
    assert_eq!(books(&stage, &stage.keys.quote_mint).claims_atoms, claims);
    // The premium rounds up, the fee too: 2 % of mark, which is above the premium.
    let premium = 12 * QUOTE + 1;
    assert_eq!(cash(&stage, "buyer"), 10_000 * QUOTE - premium);
    assert_eq!(cash(&stage, "writer"), 10_000 * QUOTE + premium - fee);
    assert_eq!(stage.shard_of("writer").fees_atoms, fee);
    assert_eq!(totals(&stage, &put), (0, 2 * CONTRACT, 2 * CONTRACT));
    let legs = (leg(&stage, "buyer", &put), leg(&stage, "writer", &put));
    assert_eq!(legs, (2_000_000, -2_000_000));
    let events = landed.events::<QuoteFilled>(&stage.world.program_id());
    let [event] = events.as_slice() else {
        panic!("one event")
    };
    assert_eq!(
        (event.series, event.buyer, event.seller),
        (put.series, buyer, seller)
    );
    let sums = (event.contracts, event.premium_atoms, event.fee_atoms);
    assert_eq!(sums, (2 * CONTRACT, premium, fee));
}

#[test]
fn a_quote_closes_a_short_and_a_long() {
    let (mut stage, put) = written(CONTRACT);
    fund(&mut stage, "buyer", QUOTE);
    expect_landed(stage.deposit_option("buyer", &put, CONTRACT));
    assert_eq!(totals(&stage, &put), (0, CONTRACT, CONTRACT));
    let fee = sale_fee(&stage, &put, CONTRACT, 5 * PRICE);
    expect_landed(stage.fill_quote("writer", "buyer", &put, CONTRACT, 5 * PRICE));
    assert_eq!(totals(&stage, &put), (0, 0, 0));
    assert_eq!(
        (leg(&stage, "buyer", &put), leg(&stage, "writer", &put)),
        (0, 0)
    );
    assert_eq!(cash(&stage, "buyer"), 6 * QUOTE - fee);
}
