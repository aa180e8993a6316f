use anchor_lang::prelude::*;

/// Series an expiry may have at once.
pub const MAX_SERIES: u8 = 64;

/// Call or put, and when it may be exercised: the style is part of the byte that addresses and legs carry.
#[derive(AnchorSerialize, AnchorDeserialize, Clone, Copy, Debug, PartialEq, Eq, InitSpace)]
#[repr(u8)]
pub enum OptionKind {
    /// Pays max(0, settlement − strike).
    Call,
    /// Pays max(0, strike − settlement).
    Put,
    /// A call that may be exercised before it expires.
    AmericanCall,
    /// A put that may be exercised before it expires.
    AmericanPut,
}

impl OptionKind {
    /// The byte used in seeds and zero-copy accounts.
    pub fn byte(self) -> u8 {
        match self {
            Self::Call => 0,
            Self::Put => 1,
            Self::AmericanCall => 2,
            Self::AmericanPut => 3,
        }
    }

    /// Kind of a stored byte; `None` for anything else.
    pub fn from_byte(byte: u8) -> Option<Self> {
        match byte {
            0 => Some(Self::Call),
            1 => Some(Self::Put),
            2 => Some(Self::AmericanCall),
            3 => Some(Self::AmericanPut),
            _ => None,
        }
    }

    /// True for a call of either style.
    pub fn is_call(self) -> bool {
        matches!(self, Self::Call | Self::AmericanCall)
    }

    /// True if it may be exercised before it expires.
    pub fn is_american(self) -> bool {
        matches!(self, Self::AmericanCall | Self::AmericanPut)
    }
}

/// One strike of one expiry, of one style, and its totals. Until it is folded:
/// `token_contracts + ledger_long_contracts + requested_contracts + unassigned_contracts = short_contracts`.
///
/// Its lamports are rent and its creator's deposit; both go back when it is closed.
#[account]
#[derive(Debug, InitSpace)]
pub struct Series {
    /// Layout version.
    pub version: u8,
    /// PDA bump, also the authority of the option mint.
    pub bump: u8,
    /// Call or put.
    pub kind: OptionKind,
    /// True once its totals have been folded into the expiry's `owed`.
    pub folded: bool,
    /// Market it belongs to.
    pub market: Pubkey,
    /// Expiry it belongs to.
    pub expiry: Pubkey,
    /// Unix second of expiry.
    pub expires_at: i64,
    /// Strike, quote per contract scaled 1e9.
    pub strike_price: u64,
    /// Mint of the bearer form, 6 decimals: one atom is one millionth of a contract.
    pub mint: Pubkey,
    /// Contracts held as tokens, in millionths.
    pub token_contracts: u64,
    /// Contracts held long in margin accounts, in millionths.
    pub ledger_long_contracts: u64,
    /// Contracts held short in margin accounts, in millionths.
    pub short_contracts: u64,
    /// Who created it: rent and deposit go back there.
    pub creator: Pubkey,
    /// Contracts whose tokens are burned for requests of exercise that are not decided, in millionths.
    pub requested_contracts: u64,
    /// Contracts exercised that no short has borne yet, and what roundings left of such, in millionths.
    pub unassigned_contracts: u64,
    /// Place in [`crate::accounts::Expiry::exercise_numbers`]; 0 for a European series, which has none.
    pub place: u8,
    /// Number of its last exercise, as the expiry has it at that place.
    pub exercise_number: u8,
    /// What its expiry counts of what the holders have, in quote atoms.
    pub counted_atoms: u64,
    /// Round in which it was counted.
    pub counted_round: u8,
    /// Room for later fields.
    pub reserved: [u8; 29],
}

/// Where the expiry second lies behind the discriminator: version, bump, kind, folded, market, expiry.
const EXPIRES_AT: usize = 4 + 32 + 32;

impl Series {
    /// Unix second of expiry of a series given as bytes; `None` if they are none.
    pub fn expires_at_in(data: &[u8]) -> Option<i64> {
        let fields = data.strip_prefix(Self::DISCRIMINATOR)?;
        let bytes = fields.get(EXPIRES_AT..EXPIRES_AT.checked_add(8)?)?;
        Some(i64::from_le_bytes(bytes.try_into().ok()?))
    }

    /// True if no contract of it exists, as a token, long or short.
    pub fn is_unused(&self) -> bool {
        self.holder_contracts() == Some(0) && self.short_contracts == 0
    }

    /// Contracts somebody holds, as a token, in an account or as a request, in millionths; `None` beyond u64.
    pub fn holder_contracts(&self) -> Option<u64> {
        self.token_contracts
            .checked_add(self.ledger_long_contracts)?
            .checked_add(self.requested_contracts)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_second_of_expiry_is_found_in_bytes() {
        let series = Series {
            version: 1,
            bump: 2,
            kind: OptionKind::Put,
            folded: true,
            market: Pubkey::new_from_array([3; 32]),
            expiry: Pubkey::new_from_array([4; 32]),
            expires_at: 0x0102_0304_0506_0708,
            strike_price: 5,
            mint: Pubkey::new_from_array([6; 32]),
            token_contracts: 0,
            ledger_long_contracts: 0,
            short_contracts: 0,
            creator: Pubkey::new_from_array([7; 32]),
            requested_contracts: 0,
            unassigned_contracts: 0,
            place: 0,
            exercise_number: 0,
            counted_atoms: 0,
            counted_round: 0,
            reserved: [0; 29],
        };
        assert!(series.is_unused());
        let mut bytes = Vec::new();
        series.try_serialize(&mut bytes).expect("memory is enough");
        assert_eq!(Series::expires_at_in(&bytes), Some(series.expires_at));
        assert_eq!(Series::expires_at_in(&bytes[1..]), None);
        assert_eq!(Series::expires_at_in(&bytes[..80]), None);
    }
}
