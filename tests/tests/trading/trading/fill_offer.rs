//! What a fill moves, in both forms, how it rounds, and what it costs.

use backstop_interface::accounts::{Offer, OptionKind, Shard};
use backstop_interface::event::OfferFilled;
use backstop_testkit::{expect_landed, pubkey, Balances, OfferTerms, Snapshot, Stage};
use proptest::prelude::*;

use crate::setup::{
    assert_only_changed, books, by_wallet, expiry, fund, offer, open, put, refuse, series, written,
    CONTRACT, LOT, PRICE, QUOTE,
};

/// Compute units of a fill with four legs on both sides, both checked: the promise of the budget table.
const CU_CEILING: u64 = 150_000;

fn offered(stage: &mut Stage, terms: OfferTerms) -> backstop_client::SeriesKeys {
    fund(stage, "writer", 10_000 * QUOTE);
    let week = expiry(stage, 7);
    let put = put(stage, &week);
    expect_landed(stage.place_offer("writer", &put, terms));
    put
}

/// What the market has collected from fills of the writer, in quote atoms.
fn fees(stage: &Stage) -> u64 {
    stage.shard_of("writer").fees_atoms
}

#[test]
fn a_wallet_pays_the_premium_and_gets_option_tokens() {
    let mut stage = open();
    let put = offered(
        &mut stage,
        OfferTerms {
            nonce: 1,
            premium_price: 6 * PRICE,
            contracts: 5 * CONTRACT,
        },
    );
    let destination = stage
        .world
        .token_account(&pubkey("buyer"), &put.option_mint);
    let (before, balances) = (Snapshot::whole(&stage.world), Balances::read(&stage.world));
    let landed = expect_landed(stage.buy_tokens("buyer", "writer", 1, &put, 2 * CONTRACT));

    let (keys, wallet, premium, fee) =
        (stage.keys, stage.quote_wallet("buyer"), 12 * QUOTE, 240_000);
    let shard = keys.shard_of(&stage.margin("writer"));
    let changed = [
        wallet,
        destination,
        put.option_mint,
        keys.vault,
        keys.quote,
        stage.margin("writer"),
        shard,
        put.series,
    ];
    assert_only_changed(
        &before,
        &stage,
        &[changed.as_slice(), &[stage.offer("writer", 1)]].concat(),
    );
    let after = Balances::read(&stage.world);
    balances.assert_conserved(&after, &keys.quote_mint);
    balances.assert_created(&after, &put.option_mint, i128::from(2 * CONTRACT));
    assert_eq!(balances.gain(&after, &wallet), -i128::from(premium));
    assert_eq!(balances.gain(&after, &keys.vault), i128::from(premium));
    assert_eq!(
        balances.gain(&after, &destination),
        i128::from(2 * CONTRACT)
    );

    let writer = stage.account_of("writer").expect("opened");
    assert_eq!(writer.quote_atoms, 10_000 * QUOTE + premium - fee);
    assert_eq!(
        (
            writer.legs[0].quantity_contracts,
            writer.legs[0].strike_price
        ),
        (-2_000_000, 200 * PRICE)
    );
    assert_eq!(writer.last_price_at, stage.price_update().publish_at);
    assert_eq!(
        (fees(&stage), books(&stage, &keys.quote_mint).claims_atoms),
        (fee, 10_000 * QUOTE + premium)
    );
    let totals = stage.series_of(&put);
    assert_eq!(
        (
            totals.token_contracts,
            totals.ledger_long_contracts,
            totals.short_contracts
        ),
        (2 * CONTRACT, 0, 2 * CONTRACT)
    );
    let left: Offer = stage.read(&stage.offer("writer", 1)).expect("it stays");
    assert_eq!(left.remaining_contracts, 3 * CONTRACT);

    let events = landed.events::<OfferFilled>(&stage.world.program_id());
    let [event] = events.as_slice() else {
        panic!("one event")
    };
    assert_eq!(
        (event.offer, event.series),
        (stage.offer("writer", 1), put.series)
    );
    assert_eq!(
        (event.writer, event.buyer),
        (stage.margin("writer"), pubkey("buyer"))
    );
    assert_eq!(
        (event.contracts, event.premium_atoms, event.fee_atoms),
        (2 * CONTRACT, premium, fee)
    );
}

#[test]
fn a_margin_account_pays_from_its_balance_and_gets_a_ledger_long() {
    let mut stage = open();
    let put = offered(
        &mut stage,
        OfferTerms {
            nonce: 1,
            premium_price: 6 * PRICE,
            contracts: 5 * CONTRACT,
        },
    );
    fund(&mut stage, "buyer", 12 * QUOTE);
    let (before, claims) = (
        Snapshot::whole(&stage.world),
        books(&stage, &stage.keys.quote_mint).claims_atoms,
    );
    let balances = Balances::read(&stage.world);
    let landed = expect_landed(stage.buy_ledger("buyer", "writer", 1, &put, 2 * CONTRACT));

    let shard = stage.keys.shard_of(&stage.margin("writer"));
    let changed = [
        stage.margin("buyer"),
        stage.margin("writer"),
        shard,
        put.series,
        stage.offer("writer", 1),
    ];
    assert_only_changed(&before, &stage, &changed);
    assert_eq!(
        balances.of(&stage.keys.vault),
        Balances::read(&stage.world).of(&stage.keys.vault)
    );
    let (buyer, writer) = (
        stage.account_of("buyer").expect("opened"),
        stage.account_of("writer").expect("opened"),
    );
    assert_eq!(
        (buyer.quote_atoms, buyer.legs[0].quantity_contracts),
        (0, 2_000_000)
    );
    assert_eq!(writer.quote_atoms + fees(&stage), 10_012 * QUOTE);
    assert_eq!(books(&stage, &stage.keys.quote_mint).claims_atoms, claims);
    assert_eq!(buyer.last_price_at, stage.price_update().publish_at);
    let totals = stage.series_of(&put);
    assert_eq!(
        (
            totals.token_contracts,
            totals.ledger_long_contracts,
            totals.short_contracts
        ),
        (0, 2 * CONTRACT, 2 * CONTRACT)
    );
    assert_eq!(
        landed
            .events::<OfferFilled>(&stage.world.program_id())
            .len(),
        1
    );
}

#[test]
fn a_short_is_closed_by_a_ledger_long_and_the_totals_follow() {
    let (mut stage, put) = written(2 * CONTRACT);
    fund(&mut stage, "stranger", 10_000 * QUOTE);
    let terms = OfferTerms {
        nonce: 1,
        premium_price: 6 * PRICE,
        contracts: 3 * CONTRACT,
    };
    expect_landed(stage.place_offer("stranger", &put, terms));
    expect_landed(stage.buy_ledger("writer", "stranger", 1, &put, 2 * CONTRACT));
    assert!(stage
        .account_of("writer")
        .expect("opened")
        .legs
        .iter()
        .all(|leg| !leg.in_use()));
    let totals = stage.series_of(&put);
    assert_eq!(
        (
            totals.token_contracts,
            totals.ledger_long_contracts,
            totals.short_contracts
        ),
        (2 * CONTRACT, 0, 2 * CONTRACT)
    );
    expect_landed(stage.buy_ledger("writer", "stranger", 1, &put, CONTRACT));
    let totals = stage.series_of(&put);
    assert_eq!(
        (
            totals.token_contracts,
            totals.ledger_long_contracts,
            totals.short_contracts
        ),
        (2 * CONTRACT, CONTRACT, 3 * CONTRACT)
    );
}

#[test]
fn premium_and_fee_round_up_to_the_atom() {
    // 1.23 contracts at 6.000 000 001: 7.380 000 001 23 quote. A lot at a billionth: 1e-11 quote.
    for (premium_price, contracts, premium, fee) in [
        (6_000_000_001, 1_230_000, 7_380_001, 147_601),
        (1, LOT, 1, 1),
    ] {
        let mut stage = open();
        let put = offered(
            &mut stage,
            OfferTerms {
                nonce: 1,
                premium_price,
                contracts,
            },
        );
        let wallet = stage.quote_wallet("buyer");
        let before = stage.world.balance(&wallet);
        expect_landed(stage.buy_tokens("buyer", "writer", 1, &put, contracts));
        assert_eq!(before - stage.world.balance(&wallet), premium);
        assert_eq!(fees(&stage), fee);
        assert_eq!(
            stage.account_of("writer").expect("opened").quote_atoms,
            10_000 * QUOTE + premium - fee
        );
    }
}

#[test]
fn the_rest_of_an_offer_may_be_smaller_than_its_least_fill_and_is_taken_whole() {
    let mut stage = open();
    let put = offered(
        &mut stage,
        OfferTerms {
            nonce: 1,
            premium_price: 6 * PRICE,
            contracts: CONTRACT,
        },
    );
    let args = backstop_client::trading::PlaceOfferArgs {
        nonce: 2,
        premium_price: PRICE,
        contracts: 100 * LOT,
        least_fill_contracts: 70 * LOT,
        void_at: i64::MAX,
    };
    let placed = backstop_client::trading::place_offer(
        &stage.keys,
        pubkey("writer"),
        stage.margin("writer"),
        &put,
        args,
    );
    expect_landed(stage.world.send(&[placed], &[&stage.key("writer")]));
    let too_little = by_wallet(&mut stage, ("writer", 2), &put, 69 * LOT);
    refuse(
        &mut stage,
        "buyer",
        &too_little,
        backstop_interface::BackstopError::FillOutOfRange,
    );
    expect_landed(stage.buy_tokens("buyer", "writer", 2, &put, 70 * LOT));
    for contracts in [29 * LOT, 31 * LOT] {
        let not_the_rest = by_wallet(&mut stage, ("writer", 2), &put, contracts);
        refuse(
            &mut stage,
            "buyer",
            &not_the_rest,
            backstop_interface::BackstopError::FillOutOfRange,
        );
    }
    expect_landed(stage.buy_tokens("buyer", "writer", 2, &put, 30 * LOT));
    let nothing_left = by_wallet(&mut stage, ("writer", 2), &put, LOT);
    refuse(
        &mut stage,
        "buyer",
        &nothing_left,
        backstop_interface::BackstopError::FillOutOfRange,
    );
}

#[test]
fn fees_gather_in_the_shard_the_writers_key_selects() {
    let mut stage = open();
    let put = offered(
        &mut stage,
        OfferTerms {
            nonce: 1,
            premium_price: 6 * PRICE,
            contracts: CONTRACT,
        },
    );
    expect_landed(stage.buy_tokens("buyer", "writer", 1, &put, CONTRACT));
    let (market, mine) = (
        stage.keys.market,
        stage.keys.shard_of(&stage.margin("writer")),
    );
    for index in 0..16 {
        let address = backstop_interface::pda::shard(&market, index);
        let shard: Shard = stage.read(&address).expect("genesis created it");
        assert_eq!(shard.fees_atoms, if address == mine { 120_000 } else { 0 });
    }
}

#[test]
fn it_stays_below_its_ceiling_with_four_legs_on_both_sides() {
    let mut stage = open();
    fund(&mut stage, "writer", 10_000 * QUOTE);
    fund(&mut stage, "buyer", 10_000 * QUOTE);
    let week = expiry(&mut stage, 7);
    let mut dearest = 0;
    for (nonce, strike) in [180, 190, 200, 210].into_iter().enumerate() {
        let leg = series(&mut stage, &week, strike * PRICE, OptionKind::Call);
        offer(&mut stage, &leg, nonce as u64, CONTRACT);
        let landed =
            expect_landed(stage.buy_ledger("buyer", "writer", nonce as u64, &leg, CONTRACT));
        dearest = dearest.max(landed.program_cu(&stage.world.program_id()));
    }
    println!("fill_offer, 4 legs on both sides: {dearest} CU");
    assert!(dearest <= CU_CEILING, "{dearest} CU, promised {CU_CEILING}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(16))]

    /// Random fills by wallet and by ledger: quote is conserved between buyer, writer and fees to the atom, and
    /// every series ends with as many longs as shorts.
    #[test]
    fn every_atom_and_every_contract_has_two_sides(
        premium_price in 1_u64..20_000_000_000,
        fills in prop::collection::vec((any::<bool>(), 1_u64..200), 1..8),
    ) {
        let mut stage = open();
        let put = offered(&mut stage, OfferTerms { nonce: 1, premium_price, contracts: 2_000 * LOT });
        fund(&mut stage, "buyer", 10_000 * QUOTE);
        let wallet = stage.quote_wallet("buyer");
        let everything = |stage: &Stage| {
            let of = |name: &str| stage.account_of(name).expect("opened").quote_atoms;
            stage.world.balance(&wallet) + of("writer") + of("buyer") + fees(stage)
        };
        let before = everything(&stage);
        for (ledger, lots) in fills {
            let outcome = if ledger {
                stage.buy_ledger("buyer", "writer", 1, &put, lots * LOT)
            } else {
                stage.buy_tokens("buyer", "writer", 1, &put, lots * LOT)
            };
            expect_landed(outcome);
            prop_assert_eq!(everything(&stage), before);
            let totals = stage.series_of(&put);
            prop_assert_eq!(totals.token_contracts + totals.ledger_long_contracts, totals.short_contracts);
            prop_assert_eq!(totals.token_contracts, stage.world.supply(&put.option_mint));
            prop_assert_eq!(books(&stage, &stage.keys.quote_mint).claims_atoms, stage.world.balance(&stage.keys.vault));
        }
    }
}
