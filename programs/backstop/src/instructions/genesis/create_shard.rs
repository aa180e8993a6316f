use anchor_lang::prelude::*;
use backstop_interface::accounts::{Market, Protocol, Shard, LAYOUT_VERSION, SHARD_COUNT};
use backstop_interface::{ensure, pda, BackstopError};
use backstop_risk::uncovered::allot;

#[derive(Accounts)]
#[instruction(index: u8)]
pub struct CreateShard<'info> {
    #[account(mut)]
    pub authority: Signer<'info>,
    #[account(
        mut, seeds = [pda::PROTOCOL], bump = protocol.bump,
        constraint = !protocol.sealed @ BackstopError::AlreadySealed,
        constraint = protocol.genesis_authority == authority.key() @ BackstopError::NotGenesisAuthority,
    )]
    pub protocol: Box<Account<'info, Protocol>>,
    pub market: Box<Account<'info, Market>>,
    #[account(
        init, payer = authority, space = 8 + Shard::INIT_SPACE,
        seeds = [pda::SHARD, market.key().as_ref(), &[index]], bump,
    )]
    pub shard: Box<Account<'info, Shard>>,
    pub system_program: Program<'info, System>,
}

pub fn create_shard(ctx: Context<CreateShard>, index: u8) -> Result<()> {
    ensure(index < SHARD_COUNT, BackstopError::ParameterOutOfBounds)?;
    let accounts = ctx.accounts;
    // There is no fund yet; what the Reserve stands for is shared out already.
    let line = accounts.market.params.reserve_line_atoms;
    let told = allot([0; 2], [0; 2], line, SHARD_COUNT.into())
        .map_err(|_| BackstopError::AmountOverflow)?;
    accounts.shard.set_inner(Shard {
        version: LAYOUT_VERSION,
        bump: ctx.bumps.shard,
        index,
        market: accounts.market.key(),
        fees_atoms: 0,
        fund_atoms: 0,
        treasury_atoms: 0,
        open_losses: 0,
        uncovered_atoms: [0; 2],
        others_atoms: told.others,
        limit_atoms: told.limit,
        means_atoms: told.means_atoms,
        reserved: [0; 32],
    });
    super::count_part(&mut accounts.protocol)
}
