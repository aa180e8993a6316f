use anchor_lang::error::ErrorCode;
use anchor_lang::prelude::*;
use backstop_interface::accounts::{InsuranceFund, Market, Shard, SHARD_COUNT};
use backstop_interface::event::CoverShared;
use backstop_interface::{ensure, pda, BackstopError};
use backstop_risk::uncovered::{allot, Uncovered};

use crate::apply;

#[derive(Accounts)]
pub struct ShareCover<'info> {
    pub market: Box<Account<'info, Market>>,
    #[account(seeds = [pda::INSURANCE_FUND, market.key().as_ref()], bump = fund.bump)]
    pub fund: Box<Account<'info, InsuranceFund>>,
}

/// The remaining accounts are the market's shards in their order, writable.
pub fn share_cover<'info>(ctx: Context<'info, ShareCover<'info>>) -> Result<()> {
    let (market, fund) = (&ctx.accounts.market, &ctx.accounts.fund);
    let mut shards: Vec<Account<Shard>> = Vec::with_capacity(SHARD_COUNT.into());
    let mut sums: Uncovered = [0; 2];
    for info in ctx.remaining_accounts {
        require!(info.is_writable, ErrorCode::ConstraintMut);
        let shard: Account<Shard> = Account::try_from(info)?;
        ensure(shard.market == market.key(), BackstopError::WrongMarket)?;
        let next = usize::from(shard.index) == shards.len();
        ensure(next, BackstopError::ShardsIncomplete)?;
        for (sum, own) in sums.iter_mut().zip(shard.uncovered_atoms) {
            *sum = apply::add(*sum, own)?;
        }
        shards.push(shard);
    }
    let all = shards.len() == usize::from(SHARD_COUNT);
    ensure(all, BackstopError::ShardsIncomplete)?;
    let means = apply::add(fund.assets_atoms, market.params.reserve_line_atoms)?;
    for shard in &mut shards {
        let told = allot(shard.uncovered_atoms, sums, means, SHARD_COUNT.into());
        shard.set_allotment(&told.map_err(|_| BackstopError::AmountOverflow)?);
        shard.exit(&crate::ID)?;
    }
    emit!(CoverShared {
        market: market.key(),
        means_atoms: means,
        uncovered_atoms: sums
    });
    Ok(())
}
