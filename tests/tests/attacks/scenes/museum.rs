//! One account of every type of the program in both markets, so that every type can be put in every slot.

use backstop_client::{ExpiryKeys, SeriesKeys};
use backstop_interface::accounts::{OptionKind, StoredSurface};
use backstop_testkit::{OfferTerms, Stage};

use crate::twin::{Twin, PRICE, QUOTE};

/// Size of the large positions, in millionths of a contract.
pub const LARGE: u64 = 1_000 * 1_000_000;

/// The surface everybody publishes.
pub fn surface() -> StoredSurface {
    StoredSurface {
        atm_vol_ppm: [900_000, 850_000, 800_000, 780_000, 760_000, 750_000],
        skew_ppm: 0,
        curvature_ppm: 0,
    }
}

/// The put at 200 of the expiry the given days ahead of genesis.
pub fn put(stage: &Stage, expires_at: i64) -> SeriesKeys {
    expiry(stage, expires_at).series(200 * PRICE, OptionKind::Put)
}

/// The put at 150 of that expiry, which nobody trades.
pub fn unused(stage: &Stage, expires_at: i64) -> SeriesKeys {
    expiry(stage, expires_at).series(150 * PRICE, OptionKind::Put)
}

/// An expiry of the market the stage looks at.
pub fn expiry(stage: &Stage, expires_at: i64) -> ExpiryKeys {
    stage.keys.expiry(expires_at)
}

/// Opens accounts; leaves an expiry with a series, a standing offer, a stake and an account on auction.
pub fn furnish(twin: &mut Twin) {
    twin.set_price(200 * PRICE);
    twin.both(Stage::tick);
    twin.both(|stage| stage.publish_surface(&surface()));
    for name in ["writer", "bidder", "buyer", "debtor", "seized", "stranger"] {
        twin.both(|stage| stage.open_account(name));
    }
    let at = twin.museum_at;
    twin.both(|stage| stage.create_expiry("keeper", &expiry(stage, at)));
    twin.both(|stage| stage.create_series("keeper", &put(stage, at)));
    twin.both(|stage| stage.create_series("keeper", &unused(stage, at)));
    let terms = OfferTerms {
        nonce: 1,
        premium_price: 20 * PRICE,
        contracts: LARGE,
    };
    for name in ["seized", "stranger"] {
        twin.both(|stage| stage.deposit_quote(name, 100_000 * QUOTE));
        twin.both(|stage| stage.place_offer(name, &put(stage, at), terms));
    }
    twin.both(|stage| stage.buy_tokens("buyer", "seized", 1, &put(stage, at), LARGE));
    twin.both(|stage| stage.stake("stranger", 10_000 * QUOTE));
    twin.pass_and_tick(10, 80 * PRICE);
    twin.both(|stage| stage.liquidate("keeper", "seized"));
    twin.pass_and_tick(10, 200 * PRICE);
}
