//! Which instructions may take a row of an account's tables, seen in the scenes; each has a test that the full table
//! refuses it.

use std::collections::BTreeSet;
use std::path::Path;

use backstop_client::fetch;
use backstop_interface::accounts::MarginAccount;
use backstop_testkit::World;

use crate::scenes::Album;

/// Instruction, table, and the test that fills the table first. In the scenes not every one of them takes a row.
const GROWING: [(&str, &str, &str); 18] = [
    (
        "bid",
        "collaterals",
        "a_bid_is_refused_to_a_bidder_whose_table_is_full",
    ),
    (
        "bid",
        "expiries",
        "bid_rejects_a_bidder_without_room_for_the_expiry",
    ),
    (
        "bid",
        "legs",
        "bid_rejects_a_bidder_without_room_for_the_leg",
    ),
    (
        "deposit",
        "collaterals",
        "deposit_rejects_a_third_collateral_with_a_feed_of_its_own",
    ),
    (
        "deposit_option",
        "expiries",
        "deposit_option_rejects_a_ninth_expiry",
    ),
    (
        "deposit_option",
        "legs",
        "deposit_option_rejects_a_thirty_third_leg",
    ),
    (
        "execute_fill",
        "expiries",
        "execute_fill_rejects_a_leg_too_many_of_taker_and_maker",
    ),
    (
        "execute_fill",
        "legs",
        "execute_fill_rejects_a_leg_too_many_of_taker_and_maker",
    ),
    (
        "fill_offer",
        "expiries",
        "fill_offer_rejects_a_leg_too_many_of_maker_and_taker",
    ),
    (
        "fill_offer",
        "legs",
        "fill_offer_rejects_a_leg_too_many_of_maker_and_taker",
    ),
    (
        "fill_quote",
        "expiries",
        "fill_quote_rejects_a_leg_too_many_of_seller_and_buyer",
    ),
    (
        "fill_quote",
        "legs",
        "fill_quote_rejects_a_leg_too_many_of_seller_and_buyer",
    ),
    (
        "sweep",
        "expiries",
        "sweep_rejects_a_leg_too_many_of_the_taker",
    ),
    ("sweep", "legs", "sweep_rejects_a_leg_too_many_of_the_taker"),
    (
        "transfer_leg",
        "expiries",
        "transfer_leg_rejects_a_leg_too_many_of_the_receiver",
    ),
    (
        "transfer_leg",
        "legs",
        "transfer_leg_rejects_a_leg_too_many_of_the_receiver",
    ),
    (
        "write_option",
        "expiries",
        "write_option_rejects_a_leg_too_many",
    ),
    (
        "write_option",
        "legs",
        "write_option_rejects_a_leg_too_many",
    ),
];

/// Rows in use of every margin account's tables.
fn rows(world: &World) -> Vec<(MarginAccount, [(&'static str, usize); 3])> {
    let all = world.program_accounts();
    let accounts = all
        .iter()
        .filter_map(|(_, account)| fetch::margin_account(&account.data));
    accounts
        .map(|account| {
            let legs = account
                .legs
                .iter()
                .filter(|leg| leg.quantity_contracts != 0)
                .count();
            let expiries = account
                .expiries
                .iter()
                .filter(|slot| slot.expires_at != 0)
                .count();
            let own = account.collaterals.iter().skip(1);
            let collaterals = own.filter(|slot| slot.atoms > 0).count();
            let counted = [
                ("legs", legs),
                ("expiries", expiries),
                ("collaterals", collaterals),
            ];
            (account, counted)
        })
        .collect()
}

#[test]
fn whatever_takes_a_row_of_a_table_is_tested_with_the_table_full() {
    let mut found = BTreeSet::new();
    for scene in Album::of_everything() {
        let mut after = scene.stage.world.clone();
        let sent = after.send(std::slice::from_ref(&scene.instruction), &scene.signers());
        assert!(sent.is_ok(), "{} lands", scene.name);
        let before = rows(&scene.stage.world);
        for (account, counted) in rows(&after) {
            let same = |other: &MarginAccount| {
                (other.market, other.owner, other.index)
                    == (account.market, account.owner, account.index)
            };
            let Some((_, earlier)) = before.iter().find(|(other, _)| same(other)) else {
                continue;
            };
            let grown = counted
                .iter()
                .zip(earlier)
                .filter(|(now, was)| now.1 > was.1);
            found
                .extend(grown.map(|((table, _), _)| (scene.instruction_name().to_owned(), *table)));
        }
    }
    let found: Vec<_> = found
        .iter()
        .map(|(name, table)| (name.as_str(), *table))
        .collect();
    let listed: Vec<_> = GROWING
        .iter()
        .map(|(name, table, _)| (*name, *table))
        .collect();
    let missing: Vec<_> = found.iter().filter(|one| !listed.contains(one)).collect();
    assert!(
        missing.is_empty(),
        "no test fills the table first: {missing:?}"
    );
}

fn sources(folder: &Path, text: &mut String) {
    for entry in std::fs::read_dir(folder).expect("a folder of tests") {
        let path = entry.expect("readable").path();
        if path.is_dir() {
            sources(&path, text);
        } else if path.extension().is_some_and(|one| one == "rs") {
            text.push_str(&std::fs::read_to_string(&path).expect("text"));
        }
    }
}

#[test]
fn every_test_of_a_full_table_exists() {
    let mut text = String::new();
    sources(
        &Path::new(env!("CARGO_MANIFEST_DIR")).join("tests"),
        &mut text,
    );
    for (name, table, test) in GROWING {
        let head = format!("#[test]\nfn {test}() {{");
        assert!(
            text.contains(&head),
            "{name} with full {table}: {test} is gone"
        );
    }
}
