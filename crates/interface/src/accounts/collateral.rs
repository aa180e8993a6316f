use crate::error::BackstopError;
use anchor_lang::prelude::*;
use backstop_quantities::{Price, UnixSeconds};
use backstop_risk::collateral::{CollateralParams, CollateralTerms, Nature, Quotation};
use backstop_risk::margin::Holding;

/// How a collateral mint is valued.
#[derive(AnchorSerialize, AnchorDeserialize, Clone, Copy, Debug, PartialEq, Eq, InitSpace)]
pub enum CollateralKind {
    /// The quote mint itself.
    Quote,
    /// The market's underlying, valued with the market's feed.
    Underlying,
}

/// A mint a market accepts, and the books of its vault.
#[account]
#[derive(Debug, InitSpace)]
pub struct Collateral {
    /// Layout version.
    pub version: u8,
    /// PDA bump.
    pub bump: u8,
    /// How it is valued.
    pub kind: CollateralKind,
    /// Decimals of the mint.
    pub decimals: u8,
    /// Market it belongs to.
    pub market: Pubkey,
    /// The mint.
    pub mint: Pubkey,
    /// Token program of the mint.
    pub token_program: Pubkey,
    /// Token account that holds it, authority the market PDA.
    pub vault: Pubkey,
    /// Everything owed out of the vault (account balances and fees), in atoms.
    pub claims_atoms: u64,
    /// Weight in V(IM), 1e9 = 1.
    pub weight_im_ppb: u64,
    /// Weight in V(MM), 1e9 = 1.
    pub weight_mm_ppb: u64,
    /// Worth of one account beyond which initial margin counts half, in quote atoms.
    pub size_atoms: u64,
    /// Part of the worth lost per unit of fall of the underlying, beyond moving with it, 1e9 = 1.
    pub wrong_way_ppb: u64,
    /// Least deposit, in atoms: dust is refused.
    pub least_deposit_atoms: u64,
    /// Room for later fields.
    pub reserved: [u8; 64],
}

impl Collateral {
    /// The terms of the underlying. Listed before the seal, it has had its weight from the first day.
    pub fn terms(&self) -> CollateralTerms {
        CollateralTerms {
            nature: Nature::Underlying,
            decimals: self.decimals,
            weight_im_ppb: self.weight_im_ppb,
            weight_mm_ppb: self.weight_mm_ppb,
            size_atoms: self.size_atoms,
            wrong_way_ppb: self.wrong_way_ppb,
            listed_at: UnixSeconds::new(i64::MIN),
        }
    }

    /// What `atoms` of the underlying count at `price`; every number rounds down.
    pub fn holding(&self, atoms: u64, price: Price, now: i64) -> Result<Holding> {
        let quoted = Quotation {
            market: price,
            redemption: price,
            below_since: None,
        };
        let (now, params) = (UnixSeconds::new(now), CollateralParams::default());
        let terms = self.terms();
        let holding = terms.holding(atoms, &quoted, now, &params);
        holding.map_err(|_| error!(BackstopError::AmountOverflow))
    }
}
