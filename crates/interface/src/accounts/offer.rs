use anchor_lang::prelude::*;
use backstop_risk::quoting::MakerSide;

/// What the maker of an offer does when somebody fills it.
#[derive(AnchorSerialize, AnchorDeserialize, Clone, Copy, Debug, PartialEq, Eq, InitSpace)]
#[repr(u8)]
pub enum Side {
    /// He sells: a short, or a long he holds.
    Ask,
    /// He buys: a long, or a short of his back.
    Bid,
}

/// How an offer finds its premium at the fill.
#[derive(AnchorSerialize, AnchorDeserialize, Clone, Copy, Debug, PartialEq, Eq, InitSpace)]
pub enum Pricing {
    /// The premium of the offer.
    Fixed,
    /// The kernel's price at the volatility of the surface in force plus this offset, ppm a year. The
    /// premium of the offer is the worst the maker accepts.
    Pegged {
        /// Added to the surface's volatility, ppm a year.
        vol_offset_ppm: i32,
    },
    /// A guard order: it stands only while health(MM) of the maker is at or below a part of his value, only
    /// makes his position smaller, at mark and a little more for the taker. The premium of the offer is the
    /// worst the maker accepts.
    Guard {
        /// Part of the value, ppb.
        health_ppb: u64,
        /// What the taker gets beyond mark, ppb of mark.
        slip_ppb: u64,
    },
}

impl Side {
    /// In the terms of `risk`.
    pub fn maker(self) -> MakerSide {
        match self {
            Self::Ask => MakerSide::Sells,
            Self::Bid => MakerSide::Buys,
        }
    }
}

/// A maker's standing offer to sell or buy contracts of a series.
#[account]
#[derive(Debug, InitSpace)]
pub struct Offer {
    /// Layout version.
    pub version: u8,
    /// PDA bump.
    pub bump: u8,
    /// Market it belongs to.
    pub market: Pubkey,
    /// The maker's margin account.
    pub margin_account: Pubkey,
    /// Who placed it: the writer's owner or a delegate. Gets the rent back.
    pub maker: Pubkey,
    /// Series on offer.
    pub series: Pubkey,
    /// Number chosen by the maker; PDA seed.
    pub nonce: u64,
    /// Epoch of the margin account when it was placed: another epoch voids it.
    pub epoch: u64,
    /// Premium, quote per contract scaled 1e9; where a formula finds it, the worst the maker accepts: the least
    /// of an ask, the greatest of a bid.
    pub premium_price: u64,
    /// What is left, in millionths of a contract.
    pub remaining_contracts: u64,
    /// Least fill, in millionths of a contract (the rest may always be taken).
    pub least_fill_contracts: u64,
    /// Unix second from which it is void.
    pub void_at: i64,
    /// Only makes the maker's position smaller: what he holds at the moment of the fill is the most it fills.
    pub reduce_only: bool,
    /// Whether the maker sells or buys.
    pub side: Side,
    /// How the premium is found.
    pub pricing: Pricing,
    /// Unix second in which it was placed.
    pub placed_at: i64,
    /// Room for later fields.
    pub reserved: [u8; 24],
}
