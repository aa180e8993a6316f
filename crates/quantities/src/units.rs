//! Units of the protocol as transparent newtypes.

use crate::ratio::{mul_div_ceil, mul_div_floor};
use crate::PRICE_SCALE;

macro_rules! unit {
    ($(#[$doc:meta])* $name:ident($inner:ty)) => {
        $(#[$doc])*
        #[repr(transparent)]
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name($inner);

        impl $name {
            /// Nothing.
            pub const ZERO: Self = Self(0);
            /// The largest value.
            pub const MAX: Self = Self(<$inner>::MAX);

            /// Wraps a raw number.
            #[inline]
            pub const fn new(raw: $inner) -> Self {
                Self(raw)
            }

            /// The raw number.
            #[inline]
            pub const fn get(self) -> $inner {
                self.0
            }

            /// Whether the number is 0.
            #[inline]
            pub const fn is_zero(self) -> bool {
                self.0 == 0
            }

            /// Exact sum, `None` if it does not fit.
            #[inline]
            pub const fn checked_add(self, other: Self) -> Option<Self> {
                match self.0.checked_add(other.0) {
                    Some(raw) => Some(Self(raw)),
                    None => None,
                }
            }

            /// Exact difference, `None` if it does not fit.
            #[inline]
            pub const fn checked_sub(self, other: Self) -> Option<Self> {
                match self.0.checked_sub(other.0) {
                    Some(raw) => Some(Self(raw)),
                    None => None,
                }
            }

            /// Sum, held at the edge of the range.
            #[inline]
            pub const fn saturating_add(self, other: Self) -> Self {
                Self(self.0.saturating_add(other.0))
            }

            /// Difference, held at the edge of the range.
            #[inline]
            pub const fn saturating_sub(self, other: Self) -> Self {
                Self(self.0.saturating_sub(other.0))
            }
        }
    };
}

unit! {
    /// Base units of a token (of the quote token: 1e-6 quote).
    Atoms(u64)
}
unit! {
    /// Quote per one whole underlying, or per one contract, scaled 1e9.
    Price(u64)
}
unit! {
    /// Contracts scaled 1e6, > 0 long, < 0 short. One contract is one unit of underlying.
    Contracts(i64)
}
unit! {
    /// Shares of a vault, in the vault's own base units.
    Shares(u64)
}
unit! {
    /// A fraction in parts per billion: 1e9 = 1.
    Ppb(u64)
}
unit! {
    /// Volatility in parts per million per square root of a year: 1e6 = 100 %.
    Vol(u32)
}
unit! {
    /// Unix time in seconds.
    UnixSeconds(i64)
}

impl Contracts {
    /// |contracts|, unsigned, scaled 1e6.
    #[inline]
    pub const fn magnitude(self) -> u64 {
        self.0.unsigned_abs()
    }

    /// Whether this is a short position.
    #[inline]
    pub const fn is_short(self) -> bool {
        self.0 < 0
    }

    /// The other side of the position, `None` for the one value without a negative.
    #[inline]
    pub const fn checked_neg(self) -> Option<Self> {
        match self.0.checked_neg() {
            Some(raw) => Some(Self(raw)),
            None => None,
        }
    }

    /// |contracts| * price in quote atoms, rounded down: what a holder receives.
    /// `None` if the amount exceeds u64.
    #[inline]
    pub const fn value_floor(self, price: Price) -> Option<Atoms> {
        match mul_div_floor(self.magnitude(), price.0, PRICE_SCALE) {
            Some(raw) => Some(Atoms(raw)),
            None => None,
        }
    }

    /// |contracts| * price in quote atoms, rounded up: what a payer owes.
    /// `None` if the amount exceeds u64.
    #[inline]
    pub const fn value_ceil(self, price: Price) -> Option<Atoms> {
        match mul_div_ceil(self.magnitude(), price.0, PRICE_SCALE) {
            Some(raw) => Some(Atoms(raw)),
            None => None,
        }
    }
}

impl Atoms {
    /// This amount times a fraction, rounded down. `None` if it exceeds u64.
    #[inline]
    pub const fn fraction_floor(self, part: Ppb) -> Option<Self> {
        match mul_div_floor(self.0, part.0, crate::ONE_PPB) {
            Some(raw) => Some(Self(raw)),
            None => None,
        }
    }

    /// This amount times a fraction, rounded up. `None` if it exceeds u64.
    #[inline]
    pub const fn fraction_ceil(self, part: Ppb) -> Option<Self> {
        match mul_div_ceil(self.0, part.0, crate::ONE_PPB) {
            Some(raw) => Some(Self(raw)),
            None => None,
        }
    }
}

impl Ppb {
    /// The whole: 1e9.
    pub const ONE: Self = Self(crate::ONE_PPB);

    /// 1 - self, 0 if self exceeds 1.
    #[inline]
    pub const fn complement(self) -> Self {
        Self(crate::ONE_PPB.saturating_sub(self.0))
    }
}

impl UnixSeconds {
    /// Seconds from `earlier` to this time, negative if `earlier` is later; held at the i64 range.
    #[inline]
    pub const fn since(self, earlier: Self) -> i64 {
        self.0.saturating_sub(earlier.0)
    }

    /// This time moved by `seconds`, held at the i64 range.
    #[inline]
    pub const fn plus(self, seconds: i64) -> Self {
        Self(self.0.saturating_add(seconds))
    }
}
