use anchor_lang::prelude::*;
use backstop_interface::accounts::{FeedClock, LAYOUT_VERSION};
use backstop_interface::pda;

#[derive(Accounts)]
#[instruction(feed_id: [u8; 32])]
pub struct OpenFeedClock<'info> {
    #[account(mut)]
    pub payer: Signer<'info>,
    #[account(
        init, payer = payer, space = 8 + FeedClock::INIT_SPACE,
        seeds = [pda::FEED_CLOCK, &feed_id], bump,
    )]
    pub clock: Box<Account<'info, FeedClock>>,
    pub system_program: Program<'info, System>,
}

pub fn open_feed_clock(ctx: Context<OpenFeedClock>, feed_id: [u8; 32]) -> Result<()> {
    ctx.accounts.clock.set_inner(FeedClock {
        version: LAYOUT_VERSION,
        bump: ctx.bumps.clock,
        feed_id,
        publish_at: 0,
        price: 0,
        healthy_seconds: 0,
        gap_ended_at: 0,
        sample_step: 0,
        sample_log_q56: 0,
        slow_variance_ppm2: 0,
        fast_variance_ppm2: 0,
        reserved: [0; 32],
    });
    Ok(())
}
