//! The only caller of the token programs for quote, collateral, claims and recapitalisation tokens, classic or Token-2022.
//! What arrives is measured, vaults are signed for here, and after every move a vault is held against its books.
//!
//! Token-2022 mints have only extensions that can neither change an amount nor stop a transfer, so the plain transfer both
//! programs know serves both.

use anchor_lang::prelude::*;
use anchor_spl::associated_token::get_associated_token_address_with_program_id;
use anchor_spl::token_2022 as token;
use anchor_spl::token_interface::{Mint, TokenAccount, TokenInterface};
use backstop_interface::accounts::{Expiry, Market};
use backstop_interface::mint::extensions_allowed;
use backstop_interface::pda;
use backstop_interface::{ensure, BackstopError};
use backstop_risk::waterfall::Redemption;

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

/// Where somebody else sends what is a key's: into its associated token account, unless the key signs. A program's key
/// may hold an account for each of its users, and nobody should choose among them.
#[inline(never)]
pub fn check_payee(wallet: &InterfaceAccount<TokenAccount>, owner: &AccountInfo) -> Result<()> {
    let program = wallet.to_account_info().owner;
    let own = get_associated_token_address_with_program_id(owner.key, &wallet.mint, program);
    ensure(
        owner.is_signer || wallet.key() == own,
        BackstopError::NotOwnersAccount,
    )
}

/// Moves tokens a wallet signed for into `to` and returns what arrived.
pub fn receive<'info>(
    program: &Interface<'info, TokenInterface>,
    from: &InterfaceAccount<'info, TokenAccount>,
    to: &mut InterfaceAccount<'info, TokenAccount>,
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
    transfer(CpiContext::new(program.key(), accounts), atoms)?;
    to.reload()?;
    to.amount
        .checked_sub(before)
        .ok_or_else(|| error!(BackstopError::AmountOverflow))
}

/// Moves tokens out of a token account whose authority is a PDA of this program.
pub fn pay<'info>(
    program: &Interface<'info, TokenInterface>,
    from: &mut InterfaceAccount<'info, TokenAccount>,
    to: &mut InterfaceAccount<'info, TokenAccount>,
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
    transfer(
        CpiContext::new_with_signer(program.key(), accounts, &[seeds]),
        atoms,
    )?;
    from.reload()?;
    to.reload()
}

#[inline(never)]
fn transfer<'info>(
    context: CpiContext<'_, '_, '_, 'info, token::Transfer<'info>>,
    atoms: u64,
) -> Result<()> {
    let own = context.program_id == *context.accounts.from.owner;
    ensure(own, BackstopError::WrongTokenProgram)?;
    // The checked one would ask for the mint, and nothing about an allowed mint makes it necessary.
    #[allow(deprecated)]
    token::transfer(context, atoms)
}

/// Errors with [`BackstopError::WrongTokenProgram`] unless the mint belongs to the program its tokens are moved by, and with
/// [`BackstopError::ExtensionNotAllowed`] for a Token-2022 mint with an extension that is not on the list. Asked when a mint is listed and at every use that moves its tokens between wallets and vaults.
#[inline(never)]
pub fn check_mint(mint: &AccountInfo, program: &Pubkey) -> Result<()> {
    ensure(mint.owner == program, BackstopError::WrongTokenProgram)?;
    if *mint.owner == token::ID {
        return extensions_allowed(&mint.try_borrow_data()?);
    }
    Ok(())
}

/// Mints tokens under a PDA's authority.
pub fn mint<'info>(
    program: &Interface<'info, TokenInterface>,
    mint: &InterfaceAccount<'info, Mint>,
    to: &InterfaceAccount<'info, TokenAccount>,
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

/// Accounts from which an expiry pays a holder.
pub struct Payout<'a, 'info> {
    /// Expiry, written in its books already.
    pub expiry: &'a AccountLoader<'info, Expiry>,
    /// Its escrow.
    pub escrow: &'a mut InterfaceAccount<'info, TokenAccount>,
    /// Where the quote goes.
    pub destination: &'a mut InterfaceAccount<'info, TokenAccount>,
    /// Its claim mint.
    pub claim_mint: &'a InterfaceAccount<'info, Mint>,
    /// Where claim tokens go; needed only for a haircut.
    pub claim_account: Option<&'a InterfaceAccount<'info, TokenAccount>>,
    /// The token program of quote.
    pub program: &'a Interface<'info, TokenInterface>,
}

impl Payout<'_, '_> {
    /// Pays what is paid and mints claims for the rest.
    #[inline(never)]
    pub fn pay(self, outcome: &Redemption) -> Result<()> {
        let signer = ExpirySigner::of(&*self.expiry.load()?);
        let (seeds, authority) = (signer.seeds(), self.expiry.to_account_info());
        let (program, escrow) = (self.program, self.escrow);
        let paid = outcome.paid.get();
        pay(
            program,
            escrow,
            self.destination,
            authority.clone(),
            &seeds,
            paid,
        )?;
        verify(escrow, self.expiry.load()?.books_atoms())?;
        if outcome.claim.is_zero() {
            return Ok(());
        }
        let claims = self
            .claim_account
            .ok_or(BackstopError::ClaimAccountMissing)?;
        ensure(
            claims.mint == self.claim_mint.key(),
            BackstopError::WrongMint,
        )?;
        let claim = outcome.claim.get();
        mint(program, self.claim_mint, claims, authority, &seeds, claim)
    }
}

/// Errors with [`BackstopError::VaultShort`] if a vault holds less than its books say.
pub fn verify(vault: &TokenAccount, books_atoms: u64) -> Result<()> {
    ensure(vault.amount >= books_atoms, BackstopError::VaultShort)?;
    Ok(())
}
