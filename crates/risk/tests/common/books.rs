//! Random books.

use crate::common::{leg, ONE};
use backstop_quantities::Vol;
use backstop_risk::margin::Leg;
use backstop_risk::pricing::Kind;
use proptest::prelude::*;

prop_compose! {
    /// Any leg a market might list, up to 1 000 contracts.
    pub fn any_leg()(
        is_put in any::<bool>(), strike in 30u64..750, quantity in -1_000 * ONE..1_000 * ONE,
        expiry_index in 0u8..4, vol in 300_000u32..2_500_000,
    ) -> Leg {
        let kind = if is_put { Kind::Put } else { Kind::Call };
        Leg { vol: Vol::new(vol), ..leg(kind, strike, quantity, expiry_index) }
    }
}

/// Books of up to eight legs.
pub fn any_legs() -> impl Strategy<Value = Vec<Leg>> {
    prop::collection::vec(any_leg(), 0..8)
}
