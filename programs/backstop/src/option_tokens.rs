//! The only caller of Token-2022: the mints of series. An option mint points to metadata in itself and has no
//! other extension: no freezer, no fee, no hook, nobody who could move or burn a holder's tokens. Its authority
//! is the series, and no instruction changes name, symbol or authority.

use anchor_lang::prelude::*;
use anchor_lang::system_program::{self, Allocate, Assign};
use anchor_spl::token_2022::Token2022;
use anchor_spl::token_interface::spl_token_2022::extension::ExtensionType;
use anchor_spl::token_interface::{self as token, Mint, TokenAccount};
use backstop_interface::accounts::Series;
use backstop_interface::{ensure, pda, BackstopError};

use crate::apply;

use crate::lamports;

/// Decimals of an option token: its atoms are millionths of a contract.
const DECIMALS: u8 = 6;

/// Bytes of the metadata entry besides name and symbol: type and length (4), update authority, mint, the
/// lengths of name, symbol, address and additional fields.
const METADATA_BYTES: usize = 4 + 32 + 32 + 4 * 4;

/// The accounts that make tokens of contracts of an account, for a wallet.
#[derive(Accounts)]
pub struct Issue<'info> {
    #[account(mut)]
    pub series: Box<Account<'info, Series>>,
    #[account(mut, address = series.mint @ BackstopError::WrongMint)]
    pub option_mint: Box<InterfaceAccount<'info, Mint>>,
    /// Token account that gets the option tokens.
    #[account(mut)]
    pub destination: Box<InterfaceAccount<'info, TokenAccount>>,
    pub token_2022_program: Program<'info, Token2022>,
}

impl Issue<'_> {
    /// Errors unless the series is of this market and the wallet of its mint.
    pub fn check(&self, market: &Pubkey) -> Result<()> {
        ensure(self.series.market == *market, BackstopError::WrongMarket)?;
        ensure(
            self.destination.mint == self.option_mint.key(),
            BackstopError::WrongMint,
        )?;
        Ok(())
    }

    /// Counts the tokens and mints them.
    #[inline(never)]
    pub fn mint(&mut self, contracts: u64) -> Result<()> {
        self.series.token_contracts = apply::add(self.series.token_contracts, contracts)?;
        mint(
            &self.token_2022_program,
            &self.option_mint,
            &self.destination,
            &self.series,
            contracts,
        )
    }
}

/// Seeds with which a series PDA signs for its mint.
struct SeriesSigner {
    expiry: Pubkey,
    strike_price: [u8; 8],
    kind: [u8; 1],
    bump: [u8; 1],
}

impl SeriesSigner {
    fn of(series: &Series) -> Self {
        Self {
            expiry: series.expiry,
            strike_price: series.strike_price.to_le_bytes(),
            kind: [series.kind.byte()],
            bump: [series.bump],
        }
    }

    fn seeds(&self) -> [&[u8]; 5] {
        [
            pda::SERIES,
            self.expiry.as_ref(),
            &self.strike_price,
            &self.kind,
            &self.bump,
        ]
    }
}

/// The accounts that make a mint.
pub struct NewMint<'a, 'info> {
    /// Brings the rent.
    pub payer: AccountInfo<'info>,
    /// Where the mint goes.
    pub mint: AccountInfo<'info>,
    /// Its authority.
    pub series: AccountInfo<'info>,
    /// Token-2022.
    pub program: &'a Program<'info, Token2022>,
    /// The system program.
    pub system: &'a Program<'info, System>,
}

/// Creates the mint of a series with its metadata; `name` is its symbol too. A mint that is there already is that of
/// the same series, closed since without a token left: nobody closes a mint, and nobody else signs for its address.
pub fn create(new: &NewMint, series: &Series, mint_bump: u8, name: String) -> Result<()> {
    if new.mint.owner == new.program.key {
        return Ok(());
    }
    allocate(new, mint_bump, name.len())?;
    let pointer = token::MetadataPointerInitialize {
        token_program_id: new.program.to_account_info(),
        mint: new.mint.clone(),
    };
    let pointer = CpiContext::new(new.program.key(), pointer);
    token::metadata_pointer_initialize(pointer, None, Some(new.mint.key()))?;
    let plain = token::InitializeMint2 {
        mint: new.mint.clone(),
    };
    let plain = CpiContext::new(new.program.key(), plain);
    token::initialize_mint2(plain, DECIMALS, new.series.key, None)?;
    let metadata = token::TokenMetadataInitialize {
        program_id: new.program.to_account_info(),
        metadata: new.mint.clone(),
        update_authority: new.series.clone(),
        mint_authority: new.series.clone(),
        mint: new.mint.clone(),
    };
    let signer = SeriesSigner::of(series);
    let seeds = signer.seeds();
    let signers = [seeds.as_slice()];
    let metadata = CpiContext::new_with_signer(new.program.key(), metadata, &signers);
    token::token_metadata_initialize(metadata, name.clone(), name, String::new())
}

/// Gives the address to Token-2022 with room for a mint and rent for its metadata as well. Works at an address
/// somebody has sent lamports to.
fn allocate(new: &NewMint, mint_bump: u8, name_bytes: usize) -> Result<()> {
    let space = token::find_mint_account_size(Some(&vec![ExtensionType::MetadataPointer]))?;
    let full = space + METADATA_BYTES + 2 * name_bytes;
    let rent = Rent::get()?.minimum_balance(full);
    let missing = rent.saturating_sub(new.mint.lamports());
    let system = new.system.key();
    lamports::send(new.system, new.payer.clone(), new.mint.clone(), missing)?;
    let bump = [mint_bump];
    let seeds: [&[u8]; 3] = [pda::OPTION_MINT, new.series.key.as_ref(), &bump];
    let signers = [seeds.as_slice()];
    let room = Allocate {
        account_to_allocate: new.mint.clone(),
    };
    let room = CpiContext::new_with_signer(system, room, &signers);
    system_program::allocate(room, space as u64)?;
    let owner = Assign {
        account_to_assign: new.mint.clone(),
    };
    let owner = CpiContext::new_with_signer(system, owner, &signers);
    system_program::assign(owner, &new.program.key())
}

/// Mints option tokens of a series, in millionths of a contract.
pub fn mint<'info>(
    program: &Program<'info, Token2022>,
    mint: &InterfaceAccount<'info, Mint>,
    to: &InterfaceAccount<'info, TokenAccount>,
    series: &Account<'info, Series>,
    contracts: u64,
) -> Result<()> {
    let accounts = token::MintTo {
        mint: mint.to_account_info(),
        to: to.to_account_info(),
        authority: series.to_account_info(),
    };
    let signer = SeriesSigner::of(series);
    let seeds = signer.seeds();
    let signers = [seeds.as_slice()];
    let context = CpiContext::new_with_signer(program.key(), accounts, &signers);
    token::mint_to(context, contracts)
}

/// Burns option tokens of a holder who signed, in millionths of a contract.
pub fn burn<'info>(
    program: &Program<'info, Token2022>,
    mint: &InterfaceAccount<'info, Mint>,
    from: &InterfaceAccount<'info, TokenAccount>,
    authority: &Signer<'info>,
    contracts: u64,
) -> Result<()> {
    let accounts = token::Burn {
        mint: mint.to_account_info(),
        from: from.to_account_info(),
        authority: authority.to_account_info(),
    };
    token::burn(CpiContext::new(program.key(), accounts), contracts)
}
