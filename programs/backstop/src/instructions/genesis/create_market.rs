use anchor_lang::prelude::*;
use anchor_spl::token_interface::Mint;
use backstop_interface::accounts::{Market, Protocol, VolSurface, LAYOUT_VERSION, MARKET_PARTS};
use backstop_interface::action::LEVEL_FROZEN;
use backstop_interface::naming;
use backstop_interface::{ensure, pda, BackstopError};

pub use backstop_interface::genesis::CreateMarketArgs;

#[derive(Accounts)]
pub struct CreateMarket<'info> {
    #[account(mut)]
    pub authority: Signer<'info>,
    #[account(
        mut, seeds = [pda::PROTOCOL], bump = protocol.bump,
        constraint = !protocol.sealed @ BackstopError::AlreadySealed,
        constraint = protocol.genesis_authority == authority.key() @ BackstopError::NotGenesisAuthority,
    )]
    pub protocol: Box<Account<'info, Protocol>>,
    #[account(
        init, payer = authority, space = 8 + Market::INIT_SPACE,
        seeds = [pda::MARKET, &protocol.market_count.to_le_bytes()], bump,
    )]
    pub market: Box<Account<'info, Market>>,
    #[account(
        init, payer = authority, space = 8 + core::mem::size_of::<VolSurface>(),
        seeds = [pda::VOL_SURFACE, market.key().as_ref()], bump,
    )]
    pub vol_surface: AccountLoader<'info, VolSurface>,
    #[account(
        constraint = underlying_mint.decimals <= 9 @ BackstopError::DecimalsNotAllowed,
        constraint = underlying_mint.key() != protocol.quote_mint @ BackstopError::WrongMint,
    )]
    pub underlying_mint: Box<InterfaceAccount<'info, Mint>>,
    pub system_program: Program<'info, System>,
}

pub fn create_market(ctx: Context<CreateMarket>, args: CreateMarketArgs) -> Result<()> {
    args.params.validate()?;
    ensure(
        args.level <= LEVEL_FROZEN,
        BackstopError::ParameterOutOfBounds,
    )?;
    ensure(
        naming::is_symbol(&args.symbol),
        BackstopError::SymbolNotAllowed,
    )?;
    let accounts = ctx.accounts;
    let protocol = &mut accounts.protocol;
    accounts.market.set_inner(Market {
        version: LAYOUT_VERSION,
        bump: ctx.bumps.market,
        index: protocol.market_count,
        quote_mint: protocol.quote_mint,
        underlying_mint: accounts.underlying_mint.key(),
        feed_id: args.feed_id,
        receiver_program: args.receiver_program,
        legacy_price_program: args.legacy_price_program,
        legacy_price: args.legacy_price,
        params: args.params,
        symbol: args.symbol,
        level: args.level,
        fee_receiver: args.fee_receiver,
        early_exercise: args.early_exercise,
        reserved: [0; 63],
    });
    {
        let mut surface = accounts.vol_surface.load_init()?;
        surface.version = LAYOUT_VERSION;
        surface.bump = ctx.bumps.vol_surface;
        surface.market = accounts.market.key();
    }
    protocol.market_count = protocol
        .market_count
        .checked_add(1)
        .ok_or(BackstopError::AmountOverflow)?;
    protocol.missing_parts = protocol
        .missing_parts
        .checked_add(MARKET_PARTS)
        .ok_or(BackstopError::AmountOverflow)?;
    Ok(())
}
