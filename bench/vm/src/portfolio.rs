//! A portfolio in instruction data. Shared with the host that writes it and checks the answers.

use super::input::Reader;
use backstop_quantities::{Contracts, Price, Vol};
use backstop_risk::margin::{
    assess, Assessment, Credit, ExpiryTerms, Holding, Leg, MarginParams, Portfolio, Regime,
    RequirementRamp, EXPIRY_COUNT, MAX_LEGS, PLAIN_EXPIRIES,
};
use backstop_risk::pricing::Kind;

/// Collaterals a measured portfolio holds at most.
pub const HOLDING_COUNT: usize = 4;
/// How far the newest surface lies from the averaged one: a point of volatility.
const VOL_GAP_PPM: u32 = 10_000;
/// What holders of an impaired expiry are expected to lose.
const HAIRCUT: Credit = Credit::Impaired {
    haircut_ppb: 250_000_000,
};
/// Oracle confidence; it widens the scan range.
const CONFIDENCE_PPB: u64 = 30_000_000;
/// What a stale surface adds to volatility at both tiers.
const WIDENING_PPM: u32 = 100_000;
/// What is certain of an impaired expiry: it is in its last hour or over.
const CERTAIN_ATOMS: i64 = -1_000_000_000;
/// Initial margin as the forecast scales it.
const IM_SCALE_PPB: u64 = 1_200_000_000;

const EMPTY_LEG: Leg = Leg {
    kind: Kind::Call,
    strike: Price::ZERO,
    seconds_to_expiry: 0,
    quantity: Contracts::ZERO,
    vol: Vol::ZERO,
    vol_gap_ppm: VOL_GAP_PPM,
    expiry_index: 0,
};

/// A portfolio that owns its legs and holdings.
pub struct Book {
    spot: Price,
    quote_atoms: u64,
    debt_atoms: u64,
    expiries: [ExpiryTerms; EXPIRY_COUNT],
    holdings: [Holding; HOLDING_COUNT],
    holding_count: usize,
    legs: [Leg; MAX_LEGS],
    leg_count: usize,
}

impl Book {
    /// Nothing.
    pub const EMPTY: Self = Self {
        spot: Price::ZERO,
        quote_atoms: 0,
        debt_atoms: 0,
        expiries: PLAIN_EXPIRIES,
        holdings: [Holding {
            value_atoms: 0,
            im_atoms: 0,
            mm_atoms: 0,
            contracts_equivalent: 0,
            moves_with_spot: false,
            wrong_way_ppb: 0,
        }; HOLDING_COUNT],
        holding_count: 0,
        legs: [EMPTY_LEG; MAX_LEGS],
        leg_count: 0,
    };

    /// Takes what follows: spot, quote, debt; the seconds of eight expiries; which of them are impaired,
    /// a bit each; count and holdings; count and legs. A leg is a byte (bit 0 put, the rest the expiry),
    /// strike, quantity and volatility. In place, because a frame holds one book only.
    #[inline(never)]
    pub fn read(&mut self, reader: &mut Reader) -> Option<()> {
        self.spot = Price::new(reader.u64()?);
        self.quote_atoms = reader.u64()?;
        self.debt_atoms = reader.u64()?;
        let mut seconds = [0; EXPIRY_COUNT];
        for slot in &mut seconds {
            *slot = i64::from(reader.u32()?);
        }
        let impaired = reader.u8()?;
        for (bit, expiry) in self.expiries.iter_mut().enumerate() {
            if (impaired >> bit) & 1 == 1 {
                expiry.credit = HAIRCUT;
                expiry.certain_atoms = CERTAIN_ATOMS;
            }
        }
        self.holding_count = reader.u8()?.into();
        for slot in self.holdings.get_mut(..self.holding_count)? {
            *slot = holding(reader)?;
        }
        self.leg_count = reader.u8()?.into();
        for slot in self.legs.get_mut(..self.leg_count)? {
            *slot = leg(reader, &seconds)?;
        }
        Some(())
    }

    /// Its full margin with the default parameters.
    #[inline(never)]
    pub fn assess(&self) -> Option<Assessment> {
        let params = MarginParams::default();
        assess(&self.portfolio()?, &regime(&params)).ok()
    }

    /// The same while the parameters change: a scan range a tenth narrower was in force before.
    #[inline(never)]
    pub fn assess_ramped(&self) -> Option<Assessment> {
        let params = MarginParams::default();
        let previous = MarginParams {
            scan_ppb: params.scan_ppb / 10 * 9,
            ..params
        };
        let ramp = RequirementRamp {
            previous: &previous,
            growth_ppb: 1_100_000_000,
            weighed: None,
        };
        let regime = Regime {
            ramp: Some(ramp),
            ..regime(&params)
        };
        assess(&self.portfolio()?, &regime).ok()
    }

    /// What it holds, as the kernel takes it.
    pub fn portfolio(&self) -> Option<Portfolio<'_>> {
        Some(Portfolio {
            spot: self.spot,
            confidence_ppb: CONFIDENCE_PPB,
            quote_atoms: self.quote_atoms,
            debt_atoms: self.debt_atoms,
            holdings: self.holdings.get(..self.holding_count)?,
            legs: self.legs.get(..self.leg_count)?,
            expiries: &self.expiries,
        })
    }
}

/// What is in force: forecast, a stale surface and a withdrawal, no change of parameters.
pub fn regime(params: &MarginParams) -> Regime<'_> {
    Regime {
        im_scale_ppb: IM_SCALE_PPB,
        least_scale_ppb: IM_SCALE_PPB,
        withdrawing: true,
        widening_mm_ppm: WIDENING_PPM,
        ..Regime::of(params)
    }
}

/// A flag byte (bit 0: moves with spot), worth, worth at each tier, contracts, and how much worse than
/// the spot it falls, ppb.
fn holding(reader: &mut Reader) -> Option<Holding> {
    let flags = reader.u8()?;
    Some(Holding {
        moves_with_spot: flags & 1 == 1,
        value_atoms: reader.u64()?,
        im_atoms: reader.u64()?,
        mm_atoms: reader.u64()?,
        contracts_equivalent: reader.u64()?,
        wrong_way_ppb: reader.u32()?.into(),
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
        ..EMPTY_LEG
    })
}
