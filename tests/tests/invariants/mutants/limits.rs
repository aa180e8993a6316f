//! Mutants of what holds a leg, and of what holds the uncovered loss of a shard.

use backstop_interface::accounts::{LegSlot, MarginAccount, OptionKind};
use backstop_interface::snapshot::Purpose;
use backstop_risk::margin::{Assessment, MAX_LEG_ATOMS};
use backstop_testkit::invariants::Books;

use super::acts::{act, caught, PRICE, QUOTE};
use super::{writer, Moments};

/// Price of the moments in which the put at 200 would pay a quote.
const SPOT: u64 = 199 * PRICE;
/// What a rise that nobody has room for is called.
const RISE: Option<&str> = Some("I10 rise in a shard");

/// After the first trades, with this changed and no room in any shard.
fn exhausted(moments: &Moments, change: impl FnOnce(&mut MarginAccount)) -> Books {
    let mut books = moments.traded.clone();
    change(writer(&mut books, moments));
    for shard in books.shards.values_mut() {
        shard.limit_atoms = [0; 2];
    }
    books
}

/// The same books with this done to the writer's account.
fn then(books: &Books, moments: &Moments, change: impl FnOnce(&mut MarginAccount)) -> Books {
    let mut after = books.clone();
    change(writer(&mut after, moments));
    after
}

fn assessed(books: &Books, moments: &Moments) -> Assessment {
    let seen = act(books, books, "measure", SPOT);
    let account = &books.accounts[&moments.story.stage.margin("writer")];
    let view = seen.view().expect("prices are known");
    let found = view.assess_for(Purpose::Risk, account, seen.price, seen.now);
    found.expect("in range")
}

/// The shards count of the writer what he is found to have.
fn counted(mut books: Books, moments: &Moments) -> Books {
    let found = assessed(&books, moments).uncovered_atoms;
    writer(&mut books, moments).uncovered_atoms = found;
    for shard in books.shards.values_mut() {
        shard.uncovered_atoms = found;
    }
    books
}

#[test]
fn a_leg_that_grows_beyond_what_margin_computes_is_noticed() {
    let moments = Moments::of_a_default();
    let bidder = moments.story.stage.margin("bidder");
    let holding = |contracts: u64| {
        let mut books = moments.traded.clone();
        let account = books.accounts.get_mut(&bidder).expect("he has one");
        account.legs[0].quantity_contracts = i64::try_from(contracts).expect("in range");
        books
    };
    // A millionth of the put at 200 is 200 atoms; above 200 it would pay nothing, so nobody gains by it.
    let most = MAX_LEG_ATOMS / 200;
    let cases = [
        (most - 1, most, None),
        (most, most + 1, Some("I10 leg")),
        (most + 2, most + 1, None),
        (most + 1, most + 1, None),
    ];
    for (had, has, expected) in cases {
        let found = caught(&holding(had), &holding(has), "fill_offer", 201 * PRICE);
        assert_eq!(found, expected, "from {had} to {has}");
    }
}

/// Somebody had a number of the writer's counted that is far too high: what he takes out raises his loss all the same.
#[test]
fn a_rise_below_a_count_that_was_too_high_is_noticed() {
    let moments = Moments::of_a_default();
    let high = 1_000_000 * QUOTE;
    let mut before = exhausted(&moments, |writer| writer.uncovered_atoms = [high; 2]);
    for shard in before.shards.values_mut() {
        shard.uncovered_atoms = [high; 2];
    }
    let found = assessed(&before, &moments);
    assert!(found.uncovered_atoms[0] > 0 && found.health_im() > 0);
    let after = then(&before, &moments, |writer| writer.quote_atoms -= QUOTE);
    let after = counted(after, &moments);
    for name in ["withdraw", "fill_offer"] {
        assert_eq!(caught(&before, &before, name, SPOT), None);
        assert_eq!(caught(&before, &after, name, SPOT), RISE, "{name}");
    }
    // What the price did since the last count is nothing he did.
    let late = exhausted(&moments, |writer| writer.uncovered_atoms = [0; 2]);
    assert_eq!(
        caught(&late, &counted(late.clone(), &moments), "withdraw", SPOT),
        None
    );
}

/// What he does is counted, to the rounding: otherwise the limit would hold nobody.
#[test]
fn what_a_shard_does_not_count_of_a_rise_is_noticed() {
    let moments = Moments::of_a_default();
    let mut before = counted(moments.traded.clone(), &moments);
    for shard in before.shards.values_mut() {
        shard.limit_atoms = [u64::MAX; 2];
    }
    let after = then(&before, &moments, |writer| writer.quote_atoms -= QUOTE);
    for name in ["withdraw", "fill_offer"] {
        let sound = counted(after.clone(), &moments);
        assert_eq!(caught(&before, &sound, name, SPOT), None);
        let found = caught(&before, &after, name, SPOT);
        assert_eq!(found, Some("I10 count of a shard"), "{name}");
    }
    // Nobody counts what others do to him.
    assert_eq!(caught(&before, &after, "settle_account", SPOT), None);
}

/// The writer is short calls as well, so that what he pays for puts raises his loss where the price rises.
fn both_ways(moments: &Moments, cash: u64) -> Books {
    let books = exhausted(moments, |writer| {
        writer.quote_atoms = cash;
        writer.legs[1] = LegSlot {
            kind: OptionKind::Call as u8,
            quantity_contracts: -700_000_000,
            ..writer.legs[0]
        };
    });
    counted(books, moments)
}

/// Buys ten puts back at so many hundredths of what they are worth.
fn bought_back(before: &Books, moments: &Moments, percent: u64) -> Books {
    let fewer = then(before, moments, |writer| {
        writer.legs[0].quantity_contracts += 10_000_000;
    });
    let worth = assessed(&fewer, moments).value - assessed(before, moments).value;
    let worth = u64::try_from(worth).expect("they are worth something");
    let paid = worth * percent / 100;
    let after = then(&fewer, moments, |writer| writer.quote_atoms -= paid);
    let (had, has) = (assessed(before, moments), assessed(&after, moments));
    assert!(has.uncovered_atoms[1] > had.uncovered_atoms[1], "it rises");
    counted(after, moments)
}

/// From below initial margin and near mark it is free, and only then.
#[test]
fn a_rise_by_buying_back_from_above_initial_margin_or_far_from_mark_is_noticed() {
    let moments = Moments::of_a_default();
    let (below, above) = (
        both_ways(&moments, 40_000 * QUOTE),
        both_ways(&moments, 80_000 * QUOTE),
    );
    assert!(assessed(&below, &moments).health_im() < 0);
    assert!(assessed(&above, &moments).health_im() > 0);
    for (before, percent, expected) in [
        (&below, 100, None),
        (&below, 105, None),
        (&below, 300, RISE),
        (&above, 100, RISE),
    ] {
        let after = bought_back(before, &moments, percent);
        let found = caught(before, &after, "fill_quote", SPOT);
        assert_eq!(found, expected, "{percent} %");
    }
    // Who hands over or takes out what he could have bought back with is not excused.
    let after = bought_back(&below, &moments, 100);
    assert_eq!(caught(&below, &after, "transfer_leg", SPOT), RISE);
}
