//! The collaterals of a genesis file.

use super::MigrationError;
use crate::addresses::MarketKeys;
use crate::genesis::{add_collateral, add_collateral_with_feed, AddCollateralArgs, OwnFeed};
use crate::{feed, under_token_2022};
use anchor_lang::prelude::Pubkey;
use anchor_lang::solana_program::instruction::Instruction;
use backstop_interface::accounts::CollateralKind;
use backstop_interface::params::CollateralNumbers;
use serde::Deserialize;

/// How a mint of the market is valued.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
pub enum MintRole {
    /// The quote mint.
    Quote,
    /// The underlying.
    Underlying,
    /// A liquid-staking token of the underlying, named.
    LiquidStaking,
    /// A stable coin other than quote, named.
    Stable,
}

/// Weights, limits and numbers of a collateral.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CollateralStep {
    /// Which mint, and how it is valued.
    pub mint: MintRole,
    /// Name by which the surroundings know its mint and feed; none of quote and the underlying.
    #[serde(default)]
    pub name: Option<String>,
    /// Weight in V(IM), ppb.
    pub weight_im_ppb: u64,
    /// Weight in V(MM), ppb.
    pub weight_mm_ppb: u64,
    /// Worth of one account beyond which initial margin counts half, in quote atoms.
    pub size_atoms: u64,
    /// Part of the worth lost per unit of fall of the underlying, beyond moving with it, ppb.
    pub wrong_way_ppb: u64,
    /// Least deposit, in atoms.
    pub least_deposit_atoms: u64,
    /// Deposits that raise what the market owes above this are refused, in atoms; none without it.
    #[serde(default)]
    pub cap_atoms: Option<u64>,
    /// Numbers that differ from the defaults of its kind.
    #[serde(default)]
    pub numbers: NumbersStep,
}

/// Numbers of a collateral that differ from the defaults of its kind.
#[derive(Clone, Copy, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct NumbersStep {
    /// Price down to which a stable coin keeps its initial weight, ppb of 1 quote.
    pub peg_whole_ppb: Option<u64>,
    /// Price from which it has none, ppb of 1 quote.
    pub peg_nothing_ppb: Option<u64>,
    /// How far below redemption the market of a staked token has to be to count, ppb of redemption.
    pub staked_gap_ppb: Option<u64>,
    /// For how long, in seconds.
    pub staked_seconds: Option<i64>,
    /// Seconds in which the listing gains its initial weight.
    pub listing_seconds: Option<i64>,
    /// Haircut of an aged price in a liquidation, ppb per 30 s.
    pub age_ppb: Option<u64>,
}

/// A collateral with a feed of its own, as the network knows it.
#[derive(Clone, Debug)]
pub struct NamedMint {
    /// Its name in the genesis file.
    pub name: String,
    /// The mint.
    pub mint: Pubkey,
    /// Its feed, and of a liquid-staking token its pool.
    pub own: OwnFeed,
    /// Whether the mint belongs to Token-2022.
    pub token_2022: bool,
}

impl MintRole {
    /// The kind in the words of the program.
    pub const fn kind(self) -> CollateralKind {
        match self {
            Self::Quote => CollateralKind::Quote,
            Self::Underlying => CollateralKind::Underlying,
            Self::LiquidStaking => CollateralKind::LiquidStaking,
            Self::Stable => CollateralKind::Stable,
        }
    }
}

impl NumbersStep {
    /// The defaults of a kind with these numbers in their place.
    pub fn over(&self, kind: CollateralKind) -> CollateralNumbers {
        let default = CollateralNumbers::of(kind);
        CollateralNumbers {
            peg_whole_ppb: self.peg_whole_ppb.unwrap_or(default.peg_whole_ppb),
            peg_nothing_ppb: self.peg_nothing_ppb.unwrap_or(default.peg_nothing_ppb),
            staked_gap_ppb: self.staked_gap_ppb.unwrap_or(default.staked_gap_ppb),
            staked_seconds: self.staked_seconds.unwrap_or(default.staked_seconds),
            listing_seconds: self.listing_seconds.unwrap_or(default.listing_seconds),
            age_ppb: self.age_ppb.unwrap_or(default.age_ppb),
        }
    }
}

impl CollateralStep {
    /// What the program is asked to list.
    pub fn args(&self) -> AddCollateralArgs {
        let kind = self.mint.kind();
        AddCollateralArgs {
            kind,
            weight_im_ppb: self.weight_im_ppb,
            weight_mm_ppb: self.weight_mm_ppb,
            size_atoms: self.size_atoms,
            wrong_way_ppb: self.wrong_way_ppb,
            least_deposit_atoms: self.least_deposit_atoms,
            cap_atoms: self.cap_atoms.unwrap_or(u64::MAX),
            numbers: self.numbers.over(kind),
        }
    }

    /// The instructions that list it: of a token with a feed of its own, that feed's clock first.
    pub(super) fn instructions(
        &self,
        authority: Pubkey,
        keys: &MarketKeys,
        others: &[NamedMint],
    ) -> Result<Vec<Instruction>, MigrationError> {
        let mint = match self.mint {
            MintRole::Quote => keys.quote_mint,
            MintRole::Underlying => keys.underlying_mint,
            MintRole::LiquidStaking | MintRole::Stable => {
                return self.with_feed(authority, keys, others)
            }
        };
        Ok(vec![add_collateral(authority, keys, mint, self.args())])
    }

    fn with_feed(
        &self,
        authority: Pubkey,
        keys: &MarketKeys,
        others: &[NamedMint],
    ) -> Result<Vec<Instruction>, MigrationError> {
        let name = self.name.clone().unwrap_or_default();
        let Some(known) = others.iter().find(|one| one.name == name) else {
            return Err(MigrationError::UnknownMint(name));
        };
        let list = add_collateral_with_feed(authority, keys, known.mint, self.args(), &known.own);
        Ok(vec![
            feed::open_clock_of(&known.own.feed_id, authority),
            if known.token_2022 {
                under_token_2022(list)
            } else {
                list
            },
        ])
    }
}
