use anchor_lang::prelude::*;
use backstop_interface::accounts::Protocol;
use backstop_interface::{ensure, pda, BackstopError};

#[derive(Accounts)]
pub struct Seal<'info> {
    pub authority: Signer<'info>,
    #[account(
        mut, seeds = [pda::PROTOCOL], bump = protocol.bump,
        constraint = !protocol.sealed @ BackstopError::AlreadySealed,
        constraint = protocol.genesis_authority == authority.key() @ BackstopError::NotGenesisAuthority,
    )]
    pub protocol: Box<Account<'info, Protocol>>,
}

pub fn seal(ctx: Context<Seal>) -> Result<()> {
    let protocol = &mut ctx.accounts.protocol;
    ensure(
        protocol.market_count > 0 && protocol.missing_parts == 0,
        BackstopError::GenesisIncomplete,
    )?;
    protocol.sealed = true;
    Ok(())
}
