use anchor_lang::prelude::*;

/// Call or put.
#[derive(AnchorSerialize, AnchorDeserialize, Clone, Copy, Debug, PartialEq, Eq, InitSpace)]
#[repr(u8)]
pub enum OptionKind {
    /// Pays max(0, settlement − strike).
    Call,
    /// Pays max(0, strike − settlement).
    Put,
}

impl OptionKind {
    /// The byte used in seeds and zero-copy accounts.
    pub fn byte(self) -> u8 {
        match self {
            Self::Call => 0,
            Self::Put => 1,
        }
    }

    /// Kind of a stored byte; `None` for anything else.
    pub fn from_byte(byte: u8) -> Option<Self> {
        match byte {
            0 => Some(Self::Call),
            1 => Some(Self::Put),
            _ => None,
        }
    }
}

/// One strike of one expiry, European, and its totals. Until it is folded:
/// `token_contracts + ledger_long_contracts = short_contracts`.
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
    /// Room for later fields.
    pub reserved: [u8; 64],
}
