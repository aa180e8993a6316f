use anchor_lang::prelude::*;
use backstop_interface::accounts::{
    FeedClock, Market, Protocol, StoredSurface, SurfaceSubmission, VolSurface,
};
use backstop_interface::event::SurfaceMoved;
use backstop_interface::{ensure, pda, BackstopError};
use backstop_quantities::UnixSeconds;
use backstop_risk::surface::{self, Surface};

/// Seconds between two submissions of one publisher.
const LEAST_INTERVAL_SECONDS: i64 = 60;

#[derive(Accounts)]
pub struct SubmitSurface<'info> {
    pub publisher: Signer<'info>,
    #[account(seeds = [pda::PROTOCOL], bump = protocol.bump, constraint = protocol.sealed @ BackstopError::NotSealed)]
    pub protocol: Box<Account<'info, Protocol>>,
    pub market: Box<Account<'info, Market>>,
    /// What the price did lately bounds what is believed of volatility.
    #[account(seeds = [pda::FEED_CLOCK, &market.feed_id], bump = clock.bump)]
    pub clock: Box<Account<'info, FeedClock>>,
    #[account(mut, seeds = [pda::VOL_SURFACE, market.key().as_ref()], bump = vol_surface.load()?.bump)]
    pub vol_surface: AccountLoader<'info, VolSurface>,
}

pub fn submit_surface(ctx: Context<SubmitSurface>, submitted: StoredSurface) -> Result<()> {
    let now = Clock::get()?.unix_timestamp;
    let accounts = ctx.accounts;
    let publisher = accounts.publisher.key();
    let index = accounts
        .protocol
        .publishers
        .iter()
        .position(|key| *key == publisher)
        .ok_or(BackstopError::NotPublisher)?;
    Surface::from(submitted)
        .validate()
        .map_err(|_| BackstopError::SurfaceInvalid)?;
    let mut stored = accounts.vol_surface.load_mut()?;
    let slot = stored
        .submissions
        .get_mut(index)
        .ok_or(BackstopError::NotPublisher)?;
    ensure(
        now >= slot.submitted_at.saturating_add(LEAST_INTERVAL_SECONDS),
        BackstopError::SurfaceTooSoon,
    )?;
    *slot = SurfaceSubmission {
        submitted_at: now,
        surface: submitted.into(),
    };
    let max_age_seconds = accounts.market.params.surface_max_age_seconds;
    if let Some(next) = next_surface(&stored, &accounts.clock, max_age_seconds, now) {
        stored.put_in_force(&next, now)?;
        emit!(SurfaceMoved {
            market: stored.market,
            atm_vol_ppm: next.atm_vol_ppm,
            updated_at: now
        });
    }
    Ok(())
}

/// The surface in force moved towards the chosen submission, but nowhere below the floor that realised
/// volatility sets; `None` while too few are fresh.
fn next_surface(
    stored: &VolSurface,
    clock: &FeedClock,
    max_age_seconds: i64,
    now: i64,
) -> Option<Surface> {
    let words = stored.words();
    let index = surface::select(&words, UnixSeconds::new(now), max_age_seconds)?;
    let chosen = words.get(index)?.as_ref()?.surface;
    let moved = match stored.updated_at {
        0 => chosen,
        at => surface::blend(&stored.surface.into(), &chosen, now.saturating_sub(at)),
    };
    Some(clock.realised().map_or(moved, |seen| seen.floored(&moved)))
}
