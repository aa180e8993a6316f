//! Which stages a replay enters.

use backstop_simulator::report::Stage;

use super::{assert_books_close, candles, play, told};

/// The stages of a default; trades and settlement happen in every market.
const OF_A_DEFAULT: [Stage; 6] = [
    Stage::Seize,
    Stage::Auction,
    Stage::Insurance,
    Stage::Estate,
    Stage::Backstop,
    Stage::Socialise,
];

#[test]
fn the_stressed_scenario_enters_every_stage_and_its_books_close() {
    let recording = play(&[]);
    assert_eq!(recording.meta.scenario, "october-2025-stressed");
    assert_books_close(&recording);
    for stage in Stage::ALL {
        assert!(
            recording.entered(stage),
            "{} was not entered",
            stage.label()
        );
    }
    let bids = || recording.auctions.iter().flat_map(|auction| &auction.bids);
    assert!(
        bids().any(|bid| bid.price_atoms > 0 && bid.paid_atoms > 0),
        "a bid above zero"
    );
    assert!(
        bids().any(|bid| bid.price_atoms < 0 && bid.paid_atoms < 0),
        "a bid below zero"
    );
    assert!(
        told(&recording, Stage::Insurance).contains(&"bid"),
        "the fund pays a bidder"
    );
    assert!(
        told(&recording, Stage::Insurance).contains(&"draw"),
        "the fund pays holders"
    );
    assert!(
        told(&recording, Stage::Estate).contains(&"convert"),
        "an estate's collateral is sold"
    );
    assert!(
        told(&recording, Stage::Estate).contains(&"close"),
        "an estate is closed"
    );

    let settlement = recording.settlement.expect("kept");
    let layers = settlement.loss.layers();
    let of = |label| {
        layers
            .iter()
            .find(|layer| layer.label == label)
            .expect("a layer")
            .atoms
    };
    for label in ["Defaulter", "Insurance", "Backstop", "Haircut"] {
        assert!(of(label) > 0, "{label} bears a part of the loss");
    }
    assert!(!settlement.claims.is_empty(), "holders have claims");
}

#[test]
fn a_calm_market_triggers_nothing() {
    for file in ["calm.csv", "calm-klines.csv"] {
        for scenario in ["october-2025", "october-2025-stressed"] {
            let recording = play(&["--candles", &candles(file), "--scenario", scenario]);
            assert_books_close(&recording);
            for stage in OF_A_DEFAULT {
                assert!(
                    !recording.entered(stage),
                    "{file}, {scenario}: {}",
                    stage.label()
                );
            }
            let settlement = recording.settlement.expect("kept");
            assert_eq!(settlement.loss, Default::default());
            assert!(settlement.claims.is_empty());
        }
    }
}

#[test]
fn an_ordinary_crash_ends_at_the_bidders_and_every_holder_is_paid_in_full() {
    let recording = play(&["--scenario", "october-2025"]);
    assert_books_close(&recording);
    assert!(recording.entered(Stage::Seize) && recording.entered(Stage::Auction));
    for stage in [Stage::Insurance, Stage::Backstop, Stage::Socialise] {
        assert!(!recording.entered(stage), "{}", stage.label());
    }
}
