//! How units are shared between minima of lines, so that the sum of the minima is the greatest.

use super::bound::Scale;
use super::{EXPIRY_COUNT, MAX_LEGS};
use backstop_quantities::convert::{i64_saturating, u64_or_zero};

/// Two lines for every leg, and for every expiry at a price of 0, and one where a leg's line crosses 0.
const LINE_COUNT: usize = 3 * MAX_LEGS + 2 * EXPIRY_COUNT;

/// What an expiry is worth with `u` units kept for it, if it ends at one price: worth + slope * u, in
/// the account's scale.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Line {
    pub(super) slope: u64,
    pub(super) worth: i64,
}

/// Units kept for an expiry, its worth with them, and by how much that rises with one more.
#[derive(Clone, Copy, Debug, Default)]
struct Place {
    units: i64,
    slope: u64,
    worth: i64,
    /// Its lines.
    start: usize,
    stop: usize,
}

/// Expiries as lines, and the units kept for them.
#[derive(Clone, Copy, Debug)]
pub(super) struct Shares {
    lines: [Line; LINE_COUNT],
    line_count: usize,
    places: [Place; EXPIRY_COUNT],
    place_count: usize,
}

impl Default for Shares {
    fn default() -> Self {
        Self {
            lines: [Line::default(); LINE_COUNT],
            line_count: 0,
            places: [Place::default(); EXPIRY_COUNT],
            place_count: 0,
        }
    }
}

impl Shares {
    /// Adds a line to the expiry that [`Self::close`] closes next; there is room for all there can be.
    pub(super) fn push(&mut self, slope: u64, worth: i64) {
        if let Some(slot) = self.lines.get_mut(self.line_count) {
            *slot = Line { slope, worth };
            self.line_count = self.line_count.wrapping_add(1);
        }
    }

    /// Closes an expiry that needs so many units.
    pub(super) fn close(&mut self, needed: i64, scale: &Scale) {
        let before = self.place_count.checked_sub(1);
        let start = before.and_then(|index| self.places.get(index));
        let mut place = Place {
            start: start.map_or(0, |place| place.stop),
            stop: self.line_count,
            ..Place::default()
        };
        place.settle(&self.lines, needed, scale);
        if let Some(slot) = self.places.get_mut(self.place_count) {
            *slot = place;
            self.place_count = self.place_count.wrapping_add(1);
        }
    }

    /// Sum over expiries of the lowest line at its units: those needed and a share of `spare`, which go
    /// to the steepest of the lowest lines until a flatter one is as low. That is the best sharing,
    /// because each minimum rises ever more slowly; a share is off by 2^-31 of itself and a millionth of
    /// a unit.
    #[inline(never)]
    pub(super) fn least(&mut self, mut spare: i64, scale: &Scale) -> i64 {
        // Each two rounds replace one place's line by a flatter one.
        for _ in 0..self.line_count.wrapping_mul(2) {
            let steepest = self.places.iter_mut().max_by_key(|place| place.slope);
            let Some(place) = steepest.filter(|place| place.slope > 0 && spare > 0) else {
                break;
            };
            let step = place.room(&self.lines, scale).min(spare);
            spare = spare.wrapping_sub(step);
            place.settle(&self.lines, place.units.saturating_add(step), scale);
        }
        let places = self.places.iter();
        places.fold(0, |sum, place| sum.wrapping_add(place.worth))
    }
}

impl Line {
    #[inline]
    fn at(&self, units: i64, scale: &Scale) -> i64 {
        if units == 0 || self.slope == 0 {
            self.worth
        } else {
            self.worth.wrapping_add(scale.worth(units, self.slope))
        }
    }
}

impl Place {
    fn own<'a>(&self, lines: &'a [Line; LINE_COUNT]) -> &'a [Line] {
        lines.get(self.start..self.stop).unwrap_or_default()
    }

    /// Finds the lowest line, of equals the flattest.
    #[inline(never)]
    fn settle(&mut self, lines: &[Line; LINE_COUNT], units: i64, scale: &Scale) {
        let (mut least, mut slope) = (i64::MAX, u64::MAX);
        for line in self.own(lines) {
            let worth = line.at(units, scale);
            if worth < least || worth == least && line.slope < slope {
                (least, slope) = (worth, line.slope);
            }
        }
        (self.units, self.slope, self.worth) = (units, slope, least);
    }

    /// The least number of units more with which a flatter line is as low, rounded up.
    #[inline(never)]
    fn room(&self, lines: &[Line; LINE_COUNT], scale: &Scale) -> i64 {
        let own = self.own(lines).iter();
        let flatter = own.filter(|line| line.slope < self.slope);
        let least = flatter.fold(u64::MAX, |least, line| {
            let above = line.at(self.units, scale).wrapping_sub(self.worth);
            let gap = self.slope.wrapping_sub(line.slope);
            least.min(scale.quotient(u64_or_zero(above), gap))
        });
        i64_saturating(least).saturating_add(1)
    }
}
