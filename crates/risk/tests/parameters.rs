//! Every parameter has a default within its bounds, a unit and a reason, and is enforced.

use backstop_risk::liquidation::AuctionParams;
use backstop_risk::margin::MarginParams;
use backstop_risk::params::{Bounded, TABLE};
use backstop_risk::recapitalisation::RecapParams;
use backstop_risk::RiskError;

#[test]
fn the_table_is_complete_and_its_defaults_hold() {
    for entry in TABLE {
        assert_eq!(entry.check(entry.default), Ok(()), "{}", entry.name);
        assert!(
            entry.min < entry.max && !entry.unit.is_empty(),
            "{}",
            entry.name
        );
        assert!(entry.reason.len() > 20, "{}", entry.name);
        assert_eq!(
            TABLE.iter().filter(|e| e.name == entry.name).count(),
            1,
            "{}",
            entry.name
        );
    }
    assert_eq!(MarginParams::default().validate(), Ok(()));
    assert_eq!(AuctionParams::default().validate(), Ok(()));
    assert_eq!(RecapParams::default().validate(), Ok(()));
}

fn entry(name: &str) -> &'static Bounded {
    TABLE.iter().find(|e| e.name == name).expect("in the table")
}

/// Sets one field to just beyond each bound and expects its name back.
fn refused(name: &'static str, set: impl Fn(&mut MarginParams, u64)) {
    let bounds = entry(name);
    let mut values = vec![bounds.max + 1];
    values.extend(bounds.min.checked_sub(1));
    for value in values {
        let mut params = MarginParams::default();
        set(&mut params, value);
        assert_eq!(
            params.validate(),
            Err(RiskError::ParameterOutOfBounds(name)),
            "{value}"
        );
    }
}

#[test]
fn margin_parameters_beyond_their_bounds_are_named() {
    refused("scan_ppb", |p, v| p.scan_ppb = v);
    refused("vol_up_ppb", |p, v| p.vol_up_ppb = v);
    refused("vol_down_ppb", |p, v| p.vol_down_ppb = v);
    refused("vol_floor_ppm", |p, v| p.vol_floor_ppm = v);
    refused("tail_034_damp_ppb", |p, v| p.tail_damp_ppb[0] = v);
    refused("tail_400_damp_ppb", |p, v| p.tail_damp_ppb[5] = v);
    refused("short_floor_im_ppb", |p, v| p.short_floor_im_ppb = v);
    refused("short_floor_mm_ppb", |p, v| p.short_floor_mm_ppb = v);
    refused("mm_factor_ppb", |p, v| p.mm_factor_ppb = v);
    refused("long_credit_im_ppb", |p, v| p.long_credit_im_ppb = v);
    refused("long_credit_mm_ppb", |p, v| p.long_credit_mm_ppb = v);
    refused("confidence_free_ppb", |p, v| p.confidence_free_ppb = v);
    refused("gamma_ppb", |p, v| p.gamma_ppb = v);
    refused("gamma_seconds", |p, v| p.gamma_seconds = v);
    refused("concentration_ppb", |p, v| p.concentration_ppb = v);
    refused("depth_contracts", |p, v| p.depth_contracts = v);
}

#[test]
fn maintenance_is_never_dearer_than_initial() {
    let floors = MarginParams {
        short_floor_im_ppb: 0,
        ..MarginParams::default()
    };
    assert_eq!(
        floors.validate(),
        Err(RiskError::ParameterOutOfBounds("short_floor_mm_ppb"))
    );
    let credits = MarginParams {
        long_credit_mm_ppb: 0,
        ..MarginParams::default()
    };
    assert_eq!(
        credits.validate(),
        Err(RiskError::ParameterOutOfBounds("long_credit_mm_ppb"))
    );
}

#[test]
fn recapitalisation_parameters_beyond_their_bounds_are_named() {
    let good = RecapParams::default();
    for (params, name) in [
        (
            RecapParams {
                lot_atoms: 0,
                ..good
            },
            "lot_atoms",
        ),
        (
            RecapParams {
                auction_cap_ppb: 200_000_000,
                ..good
            },
            "auction_cap_ppb",
        ),
        (
            RecapParams {
                window_cap_ppb: 0,
                ..good
            },
            "window_cap_ppb",
        ),
        (
            RecapParams {
                growth_ppb_per_minute: 0,
                ..good
            },
            "growth_ppb_per_minute",
        ),
    ] {
        assert_eq!(
            params.validate(),
            Err(RiskError::ParameterOutOfBounds(name))
        );
    }
}
