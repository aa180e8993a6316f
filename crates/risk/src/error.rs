use core::fmt;

/// What was wrong with the input of a computation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RiskError {
    /// A price that must be positive is 0.
    ZeroPrice,
    /// A position, amount or sum exceeds what the kernel computes exactly.
    TooLarge,
    /// More legs or collaterals than an account may hold.
    TooMany,
    /// A leg names an expiry slot that does not exist.
    ExpiryIndexOutOfRange,
    /// A parameter lies outside its hard bounds; the name is the one in the parameter table.
    ParameterOutOfBounds(&'static str),
    /// Total variance falls between two tenors of a surface.
    CalendarArbitrage,
    /// Nothing is under stress, so there is nothing to auction.
    NotStressed,
    /// A fraction exceeds the largest one allowed, or is 0.
    FractionOutOfRange,
    /// The amount is too small to be worth one share.
    TooSmall,
    /// Shares exist but the assets are gone: a new epoch must be opened first.
    TotalLoss,
    /// More shares than exist.
    NotEnoughShares,
    /// The tokens left under the issue cap do not suffice.
    IssueCapReached,
}

impl fmt::Display for RiskError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::ZeroPrice => f.write_str("a price is zero"),
            Self::TooLarge => f.write_str("an amount exceeds the range of the computation"),
            Self::TooMany => f.write_str("more legs or collaterals than an account may hold"),
            Self::ExpiryIndexOutOfRange => {
                f.write_str("a leg names an expiry slot beyond the last")
            }
            Self::ParameterOutOfBounds(name) => {
                write!(f, "parameter `{name}` is outside its hard bounds")
            }
            Self::CalendarArbitrage => f.write_str("total variance falls between two tenors"),
            Self::NotStressed => f.write_str("no part of the account is under stress"),
            Self::FractionOutOfRange => {
                f.write_str("the fraction is zero or above the largest allowed")
            }
            Self::TooSmall => f.write_str("the amount is worth less than one share"),
            Self::TotalLoss => f.write_str("shares exist but the assets are gone"),
            Self::NotEnoughShares => f.write_str("more shares than exist"),
            Self::IssueCapReached => f.write_str("the issue cap leaves too few tokens"),
        }
    }
}

impl core::error::Error for RiskError {}
