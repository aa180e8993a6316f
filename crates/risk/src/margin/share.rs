//! How units are shared between minima of lines, so that the sum of the minima is the greatest.

use super::{EXPIRY_COUNT, MAX_LEGS};

/// Two lines for every leg, and for every expiry at a price of 0, and one where a leg's line crosses 0.
const LINE_COUNT: usize = 3 * MAX_LEGS + 2 * EXPIRY_COUNT;

/// What an expiry is worth with `u` units kept for it, if it ends at one price:
/// worth + slope * u, billionths of an atom.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Line {
    pub(super) expiry: usize,
    pub(super) slope: u64,
    pub(super) worth: i128,
}

/// The lines of all expiries.
#[derive(Clone, Copy, Debug)]
pub(super) struct Lines {
    lines: [Line; LINE_COUNT],
    count: usize,
}

/// Units kept for an expiry, its worth with them, and by how much that rises with one more.
#[derive(Clone, Copy, Debug, Default)]
struct Place {
    units: u64,
    slope: u64,
    worth: i128,
}

impl Default for Lines {
    fn default() -> Self {
        Self {
            lines: [Line::default(); LINE_COUNT],
            count: 0,
        }
    }
}

impl Lines {
    /// Adds a line; there is room for two of every end.
    pub(super) fn push(&mut self, line: Line) {
        if let Some(slot) = self.lines.get_mut(self.count) {
            *slot = line;
            self.count = self.count.saturating_add(1);
        }
    }

    pub(super) fn all(&self) -> &[Line] {
        self.lines.get(..self.count).unwrap_or(&[])
    }
}

impl Line {
    #[inline]
    fn at(&self, units: u64) -> i128 {
        let sold = i128::from(units).wrapping_mul(self.slope.into());
        self.worth.wrapping_add(sold)
    }
}

impl Place {
    /// The lowest line, of equals the flattest.
    fn of(lines: &[Line], expiry: usize, units: u64) -> Self {
        let mut place: Option<Self> = None;
        for line in lines.iter().filter(|line| line.expiry == expiry) {
            let (worth, slope) = (line.at(units), line.slope);
            if place.is_none_or(|known| (worth, slope) < (known.worth, known.slope)) {
                place = Some(Self {
                    units,
                    slope,
                    worth,
                });
            }
        }
        place.unwrap_or_default()
    }

    /// The least number of units more with which a flatter line is as low, rounded up.
    fn room(&self, lines: &[Line], expiry: usize) -> u64 {
        let own = lines.iter().filter(|line| line.expiry == expiry);
        let flatter = own.filter(|line| line.slope < self.slope);
        let least = flatter.fold(u64::MAX, |least, line| {
            let above = line.at(self.units).wrapping_sub(self.worth);
            let gap = self.slope.saturating_sub(line.slope);
            least.min(quotient(above.max(0).unsigned_abs(), gap))
        });
        least.saturating_add(1)
    }
}

/// Sum over expiries of the lowest line at its units: those `needed` and a share of `spare`, which go to
/// the steepest of the lowest lines until a flatter one is as low. That is the best sharing, because
/// each minimum rises ever more slowly; a share is off by 2^-31 of itself and a millionth of a unit.
#[inline(never)]
pub(super) fn least_shared(lines: &[Line], needed: &[u64; EXPIRY_COUNT], mut spare: u64) -> i128 {
    let mut places = [Place::default(); EXPIRY_COUNT];
    for (expiry, (place, needed)) in places.iter_mut().zip(needed).enumerate() {
        *place = Place::of(lines, expiry, *needed);
    }
    // Each two rounds replace one place's line by a flatter one.
    for _ in lines.iter().chain(lines) {
        let steepest = places.iter_mut().enumerate().max_by_key(|(_, p)| p.slope);
        let Some((expiry, place)) = steepest.filter(|(_, p)| p.slope > 0 && spare > 0) else {
            break;
        };
        let step = place.room(lines, expiry).min(spare);
        spare = spare.saturating_sub(step);
        *place = Place::of(lines, expiry, place.units.saturating_add(step));
    }
    places
        .iter()
        .fold(0, |sum, place| sum.wrapping_add(place.worth))
}

/// n / d rounded down, above 64 bits to within 2^-31 of itself; `u64::MAX` if it does not fit.
pub(super) fn quotient(n: u128, d: u64) -> u64 {
    let excess = 128u32.saturating_sub(n.leading_zeros()).saturating_sub(64);
    let small = u64::try_from(n.checked_shr(excess).unwrap_or(0)).unwrap_or(u64::MAX);
    let room = 32u32.saturating_sub(d.leading_zeros());
    let shift = excess.min(room);
    let quotient = d
        .checked_shr(shift)
        .and_then(|d| small.checked_div(d))
        .unwrap_or(u64::MAX);
    let left = excess.saturating_sub(shift);
    if left > quotient.leading_zeros() {
        u64::MAX
    } else {
        quotient.checked_shl(left).unwrap_or(u64::MAX)
    }
}
