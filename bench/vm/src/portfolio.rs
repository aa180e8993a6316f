//! A portfolio in instruction data. Shared with the host that writes it and checks the answers.

use super::input::Reader;
use backstop_quantities::{Contracts, Price, Vol};
use backstop_risk::margin::{
    assess, Assessment, Holding, Leg, MarginParams, Portfolio, EXPIRY_COUNT, MAX_LEGS,
};
use backstop_risk::pricing::Kind;

/// Collaterals a measured portfolio holds at most.
pub const HOLDING_COUNT: usize = 4;

const EMPTY_LEG: Leg = Leg {
    kind: Kind::Call,
    strike: Price::ZERO,
    seconds_to_expiry: 0,
    quantity: Contracts::ZERO,
    vol: Vol::ZERO,
    expiry_index: 0,
};

/// A portfolio that owns its legs and holdings.
pub struct Book {
    spot: Price,
    quote_atoms: u64,
    debt_atoms: u64,
    holdings: [Holding; HOLDING_COUNT],
    holding_count: usize,
    legs: [Leg; MAX_LEGS],
    leg_count: usize,
}

impl Book {
    /// Spot, quote, debt; the seconds of eight expiries; count and holdings; count and legs. A leg is a
    /// byte (bit 0 put, the rest the expiry), strike, quantity and volatility.
    pub fn read(reader: &mut Reader) -> Option<Self> {
        let mut book = Self {
            spot: Price::new(reader.u64()?),
            quote_atoms: reader.u64()?,
            debt_atoms: reader.u64()?,
            holdings: [Holding::default(); HOLDING_COUNT],
            holding_count: 0,
            legs: [EMPTY_LEG; MAX_LEGS],
            leg_count: 0,
        };
        let mut seconds = [0; EXPIRY_COUNT];
        for slot in &mut seconds {
            *slot = i64::from(reader.u32()?);
        }
        book.holding_count = reader.u8()?.into();
        for slot in book.holdings.get_mut(..book.holding_count)? {
            *slot = holding(reader)?;
        }
        book.leg_count = reader.u8()?.into();
        for slot in book.legs.get_mut(..book.leg_count)? {
            *slot = leg(reader, &seconds)?;
        }
        Some(book)
    }

    /// Its full margin with the default parameters.
    #[inline(never)]
    pub fn assess(&self) -> Option<Assessment> {
        let portfolio = Portfolio {
            spot: self.spot,
            confidence_ppb: 1_000_000,
            quote_atoms: self.quote_atoms,
            debt_atoms: self.debt_atoms,
            holdings: self.holdings.get(..self.holding_count)?,
            legs: self.legs.get(..self.leg_count)?,
        };
        assess(&portfolio, &MarginParams::default()).ok()
    }

    /// Its spot and legs.
    #[allow(dead_code, reason = "the host looks at the cells")]
    pub fn legs(&self) -> (Price, &[Leg]) {
        (self.spot, self.legs.get(..self.leg_count).unwrap_or(&[]))
    }
}

/// A flag byte (bit 0: moves with spot), worth, contracts, and both weights in ppb.
fn holding(reader: &mut Reader) -> Option<Holding> {
    let flags = reader.u8()?;
    Some(Holding {
        moves_with_spot: flags & 1 == 1,
        value_atoms: reader.u64()?,
        contracts_equivalent: reader.u64()?,
        weight_im_ppb: reader.u32()?.into(),
        weight_mm_ppb: reader.u32()?.into(),
    })
}

fn leg(reader: &mut Reader, seconds: &[i64; EXPIRY_COUNT]) -> Option<Leg> {
    let flags = reader.u8()?;
    let expiry_index = flags >> 1;
    Some(Leg {
        kind: match flags & 1 {
            0 => Kind::Call,
            _ => Kind::Put,
        },
        strike: Price::new(reader.u64()?),
        seconds_to_expiry: *seconds.get(usize::from(expiry_index))?,
        quantity: Contracts::new(reader.i64()?),
        vol: Vol::new(reader.u32()?),
        expiry_index,
    })
}
