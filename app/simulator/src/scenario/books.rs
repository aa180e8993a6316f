//! Books relative to spot, turned into strikes and contracts.

/// Contracts (× 1e6) that `notional_atoms` of quote (× 1e6) buy of the underlying at `spot_price` (× 1e9), rounded down.
/// `None` if the spot is zero or the result does not fit.
pub fn contracts_for_notional_floor(notional_atoms: u64, spot_price: u64) -> Option<i64> {
    let contracts = u128::from(notional_atoms) * 1_000_000_000
        / u128::from(Some(spot_price).filter(|spot| *spot > 0)?);
    i64::try_from(contracts).ok()
}

/// The multiple of `tick_price` nearest to `strike_bps` of `spot_price` (both × 1e9), halves upwards, at least one tick.
/// `None` if the tick is zero or the result does not fit.
pub fn strike_near(spot_price: u64, strike_bps: u32, tick_price: u64) -> Option<u64> {
    let tick = u128::from(Some(tick_price).filter(|tick| *tick > 0)?);
    let wanted = u128::from(spot_price) * u128::from(strike_bps);
    let ticks = (wanted + 5_000 * tick) / (10_000 * tick);
    u64::try_from(ticks.max(1) * tick).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn contracts_round_down() {
        // 1,000 quote at 207.06 are 4.829518 contracts.
        assert_eq!(
            contracts_for_notional_floor(1_000_000_000, 207_060_000_000),
            Some(4_829_518)
        );
        assert_eq!(contracts_for_notional_floor(1, 0), None);
        assert_eq!(contracts_for_notional_floor(u64::MAX, 1), None);
    }

    #[test]
    fn strikes_stand_on_ticks() {
        let spot = 207_060_000_000;
        assert_eq!(
            strike_near(spot, 10_000, 1_000_000_000),
            Some(207_000_000_000)
        );
        assert_eq!(
            strike_near(spot, 9_500, 5_000_000_000),
            Some(195_000_000_000)
        );
        assert_eq!(strike_near(spot, 1, 50_000_000_000), Some(50_000_000_000));
        assert_eq!(strike_near(15, 10_000, 10), Some(20));
        assert_eq!(strike_near(spot, 10_000, 0), None);
    }
}
