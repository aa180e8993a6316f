//! The only caller of the classic token program: quote, underlying, claims. What arrives is measured, vaults are signed for here, and
//! after every move a vault is held against its books.

use anchor_lang::prelude::*;
use anchor_spl::token::{self, Mint, Token, TokenAccount};
use backstop_interface::accounts::{Expiry, Market};
use backstop_interface::pda;
use backstop_interface::BackstopError;

/// Seeds with which the market PDA signs for its vaults.
pub struct MarketSigner {
    index: [u8; 2],
    bump: [u8; 1],
}

impl MarketSigner {
    /// Signer of a market.
    pub fn of(market: &Market) -> Self {
        Self {
            index: market.index.to_le_bytes(),
            bump: [market.bump],
        }
    }

    /// The seeds.
    pub fn seeds(&self) -> [&[u8]; 3] {
        [pda::MARKET, &self.index, &self.bump]
    }
}

/// Seeds with which an expiry PDA signs for its escrow and claim mint.
pub struct ExpirySigner {
    market: Pubkey,
    expires_at: [u8; 8],
    bump: [u8; 1],
}

impl ExpirySigner {
    /// Signer of an expiry.
    pub fn of(expiry: &Expiry) -> Self {
        Self {
            market: expiry.market,
            expires_at: expiry.expires_at.to_le_bytes(),
            bump: [expiry.bump],
        }
    }

    /// The seeds.
    pub fn seeds(&self) -> [&[u8]; 4] {
        [
            pda::EXPIRY,
            self.market.as_ref(),
            &self.expires_at,
            &self.bump,
        ]
    }
}

/// Moves tokens a wallet signed for into `to` and returns what arrived.
pub fn receive<'info>(
    program: &Program<'info, Token>,
    from: &Account<'info, TokenAccount>,
    to: &mut Account<'info, TokenAccount>,
    authority: &Signer<'info>,
    atoms: u64,
) -> Result<u64> {
    if atoms == 0 {
        return Ok(0);
    }
    let before = to.amount;
    let accounts = token::Transfer {
        from: from.to_account_info(),
        to: to.to_account_info(),
        authority: authority.to_account_info(),
    };
    token::transfer(CpiContext::new(program.key(), accounts), atoms)?;
    to.reload()?;
    to.amount
        .checked_sub(before)
        .ok_or_else(|| error!(BackstopError::AmountOverflow))
}

/// Moves tokens out of a token account whose authority is a PDA of this program.
pub fn pay<'info>(
    program: &Program<'info, Token>,
    from: &mut Account<'info, TokenAccount>,
    to: &mut Account<'info, TokenAccount>,
    authority: AccountInfo<'info>,
    seeds: &[&[u8]],
    atoms: u64,
) -> Result<()> {
    if atoms == 0 {
        return Ok(());
    }
    let accounts = token::Transfer {
        from: from.to_account_info(),
        to: to.to_account_info(),
        authority,
    };
    token::transfer(
        CpiContext::new_with_signer(program.key(), accounts, &[seeds]),
        atoms,
    )?;
    from.reload()?;
    to.reload()
}

/// Mints tokens under a PDA's authority.
pub fn mint<'info>(
    program: &Program<'info, Token>,
    mint: &Account<'info, Mint>,
    to: &Account<'info, TokenAccount>,
    authority: AccountInfo<'info>,
    seeds: &[&[u8]],
    atoms: u64,
) -> Result<()> {
    if atoms == 0 {
        return Ok(());
    }
    let accounts = token::MintTo {
        mint: mint.to_account_info(),
        to: to.to_account_info(),
        authority,
    };
    token::mint_to(
        CpiContext::new_with_signer(program.key(), accounts, &[seeds]),
        atoms,
    )
}

/// Errors with [`BackstopError::VaultShort`] if a vault holds less than its books say.
pub fn verify(vault: &TokenAccount, books_atoms: u64) -> Result<()> {
    require!(vault.amount >= books_atoms, BackstopError::VaultShort);
    Ok(())
}
