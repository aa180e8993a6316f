//! The least an account's options can be worth at expiry, where that is bounded.
//!
//! Each expiry may end at any price of its own. Between its strikes its payoff, with the units of
//! underlying that cover its short calls, is linear, so the least lies at 0 or at a strike; beyond
//! the last strike it cannot fall, because short calls without cover make it unbounded.

use super::kernel::Size;
use super::totals::{credited, q30_floor};
use super::{Leg, MarginParams, NetContracts, Portfolio, EXPIRY_COUNT, MAX_LEGS};
use crate::pricing::Kind;
use crate::RiskError;
use backstop_quantities::convert::{i64_saturating, u64_or_zero};
use backstop_quantities::{Contracts, Reciprocal, Vol};

/// Sum over expiries of the least value of options and cover, as each tier counts it.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Least {
    pub(super) im: i64,
    pub(super) mm: i64,
}

/// A leg as a line: notional * |price - strike| >> shift on one side of its strike.
#[derive(Clone, Copy, Debug, Default)]
struct Line {
    notional: i64,
    strike: i64,
    shift: u32,
    is_put: bool,
    expiry_index: u8,
}

/// Lines of all legs in one common scale of strikes.
struct Lines {
    lines: [Line; MAX_LEGS],
    count: usize,
    /// The common scale: strikes are Q(30 - down).
    down: u32,
}

/// `None` if short calls exceed the cover, or if strikes lie so far apart that one scale does not
/// hold them: then there is no cap.
///
/// # Errors
/// As [`super::assess`].
#[inline(never)]
pub(super) fn least_option_values(
    portfolio: &Portfolio,
    params: &MarginParams,
    net: &[NetContracts; EXPIRY_COUNT],
) -> Result<Option<Least>, RiskError> {
    let mut units = portfolio
        .holdings
        .iter()
        .filter(|holding| holding.moves_with_spot)
        .fold(0u64, |sum, holding| {
            sum.saturating_add(holding.contracts_equivalent)
        });
    let needed = net.iter().map(NetContracts::short_calls);
    if needed.fold(0u64, u64::saturating_add) > units {
        return Ok(None);
    }
    let Some(lines) = lines(portfolio)? else {
        return Ok(None);
    };
    let (credit_im, credit_mm) = (
        q30_floor(params.long_credit_im_ppb),
        q30_floor(params.long_credit_mm_ppb),
    );
    let mut least = Least::default();
    for (index, slot) in (0u8..).zip(net) {
        let covering = slot.short_calls();
        units = units.saturating_sub(covering);
        let Some(cover) = cover(portfolio, covering, lines.down)? else {
            return Ok(None);
        };
        let one = lines.least(index, &cover, credit_im, credit_mm);
        least.im = least.im.saturating_add(one.im);
        least.mm = least.mm.saturating_add(one.mm);
    }
    Ok(Some(least))
}

fn lines(portfolio: &Portfolio) -> Result<Option<Lines>, RiskError> {
    let spot = Reciprocal::new(portfolio.spot.get()).ok_or(RiskError::ZeroPrice)?;
    let mut found = Lines {
        lines: [Line::default(); MAX_LEGS],
        count: 0,
        down: 0,
    };
    for leg in portfolio.legs {
        let size = Size::new(leg, portfolio.spot, spot)?;
        found.down = found.down.max(size.down);
    }
    for (leg, line) in portfolio.legs.iter().zip(found.lines.iter_mut()) {
        let size = Size::new(leg, portfolio.spot, spot)?;
        let Some(built) = Line::new(&size, leg, found.down) else {
            return Ok(None);
        };
        *line = built;
        found.count = found.count.saturating_add(1);
    }
    Ok(Some(found))
}

/// The cover of one expiry as a line from 0: units of underlying.
fn cover(portfolio: &Portfolio, units: u64, down: u32) -> Result<Option<Line>, RiskError> {
    if units == 0 {
        return Ok(Some(Line::default()));
    }
    let spot = Reciprocal::new(portfolio.spot.get()).ok_or(RiskError::ZeroPrice)?;
    let leg = Leg {
        kind: Kind::Call,
        strike: portfolio.spot,
        seconds_to_expiry: 0,
        quantity: Contracts::new(i64_saturating(units)),
        vol: Vol::ZERO,
        expiry_index: 0,
    };
    let size = Size::new(&leg, portfolio.spot, spot)?;
    Ok(Line::new(&size, &leg, down).map(|line| Line { strike: 0, ..line }))
}

impl Line {
    /// In the common scale; `None` if it does not hold the leg's payoffs.
    fn new(size: &Size, leg: &Leg, down: u32) -> Option<Self> {
        let further = down.saturating_sub(size.down);
        // A payoff is at most 2^32 * 2^30 >> shift: below 2^57, of which 32 are summed.
        let shift = size
            .shift
            .checked_sub(further)
            .filter(|shift| *shift >= 6)?;
        Some(Self {
            notional: size.notional,
            strike: size.strike.checked_shr(further)?,
            shift,
            is_put: leg.kind == Kind::Put,
            expiry_index: leg.expiry_index,
        })
    }

    /// Payoff at `price` (Q(30 - down), at most 2^32), rounded down.
    #[inline]
    fn payoff(&self, price: i64) -> i64 {
        let distance = if self.is_put {
            self.strike.wrapping_sub(price)
        } else {
            price.wrapping_sub(self.strike)
        };
        distance
            .max(0)
            .wrapping_mul(self.notional)
            .wrapping_shr(self.shift)
    }
}

impl Lines {
    fn of(&self, expiry_index: u8) -> impl Iterator<Item = &Line> + '_ {
        let legs = self.lines.iter().take(self.count);
        legs.filter(move |line| line.expiry_index == expiry_index)
    }

    fn least(&self, expiry_index: u8, cover: &Line, credit_im: i64, credit_mm: i64) -> Least {
        let prices = core::iter::once(0).chain(self.of(expiry_index).map(|line| line.strike));
        let mut least: Option<Least> = None;
        for price in prices {
            let options = self
                .of(expiry_index)
                .fold(0i64, |sum, line| sum.wrapping_add(line.payoff(price)));
            let held = cover.payoff(price);
            let im = credited(options, credit_im).wrapping_add(held);
            let mm = credited(options, credit_mm).wrapping_add(held);
            least = Some(least.map_or(Least { im, mm }, |l| Least {
                im: l.im.min(im),
                mm: l.mm.min(mm),
            }));
        }
        least.unwrap_or_default()
    }
}

impl NetContracts {
    /// Net short calls, scaled 1e6, 0 if long.
    pub(super) fn short_calls(&self) -> u64 {
        u64_or_zero(self.calls.saturating_neg())
    }

    /// Net short puts, scaled 1e6, 0 if long.
    pub(super) fn short_puts(&self) -> u64 {
        u64_or_zero(self.puts.saturating_neg())
    }
}
