//! How a fill rounds, what may be taken of an offer, where the fees go, what it costs; nothing comes to be or
//! vanishes.

use backstop_client::trading::{place_offer, PlaceOfferArgs};
use backstop_interface::accounts::{OptionKind, Shard};
use backstop_interface::{pda, BackstopError};
use backstop_testkit::{expect_landed, pubkey, Stage};
use proptest::prelude::*;

use super::{fees, offered};
use crate::setup::{
    books, by_wallet, expiry, fund, offer, open, refuse, sale_fee, series, CONTRACT, LOT, PRICE,
    QUOTE,
};

/// Compute units of a fill with four legs on both sides, both checked: the promise of the budget table.
const CU_CEILING: u64 = 150_000;

#[test]
fn premium_and_fee_round_up_to_the_atom() {
    // 1.23 contracts at 16.000 000 001: 19.680 000 001 23 quote. A lot at a billionth: 1e-11 quote, and the fee is
    // that of a sale at mark.
    for (premium_price, contracts, premium, fee) in [
        (16_000_000_001, 1_230_000, 19_680_001, Some(393_601)),
        (1, LOT, 1, None),
    ] {
        let mut stage = open();
        let put = offered(&mut stage, premium_price, contracts);
        let fee = fee.unwrap_or_else(|| sale_fee(&stage, &put, contracts, premium_price));
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
    let put = offered(&mut stage, 6 * PRICE, CONTRACT);
    let args = PlaceOfferArgs {
        nonce: 2,
        premium_price: PRICE,
        contracts: 100 * LOT,
        least_fill_contracts: 70 * LOT,
        void_at: i64::MAX,
        reduce_only: false,
        ..PlaceOfferArgs::default()
    };
    let placed = place_offer(
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
        BackstopError::FillOutOfRange,
    );
    expect_landed(stage.buy_tokens("buyer", "writer", 2, &put, 70 * LOT));
    for contracts in [29 * LOT, 31 * LOT] {
        let not_the_rest = by_wallet(&mut stage, ("writer", 2), &put, contracts);
        refuse(
            &mut stage,
            "buyer",
            &not_the_rest,
            BackstopError::FillOutOfRange,
        );
    }
    expect_landed(stage.buy_tokens("buyer", "writer", 2, &put, 30 * LOT));
    let nothing_left = by_wallet(&mut stage, ("writer", 2), &put, LOT);
    refuse(
        &mut stage,
        "buyer",
        &nothing_left,
        BackstopError::FillOutOfRange,
    );
}

#[test]
fn fees_gather_in_the_shard_the_writers_key_selects() {
    let mut stage = open();
    let put = offered(&mut stage, 6 * PRICE, CONTRACT);
    let fee = sale_fee(&stage, &put, CONTRACT, 6 * PRICE);
    expect_landed(stage.buy_tokens("buyer", "writer", 1, &put, CONTRACT));
    let (market, mine) = (
        stage.keys.market,
        stage.keys.shard_of(&stage.margin("writer")),
    );
    for index in 0..16 {
        let address = pda::shard(&market, index);
        let shard: Shard = stage.read(&address).expect("genesis created it");
        assert_eq!(shard.fees_atoms, if address == mine { fee } else { 0 });
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
        let put = offered(&mut stage, premium_price, 2_000 * LOT);
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
