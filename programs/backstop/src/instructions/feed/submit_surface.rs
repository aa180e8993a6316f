use anchor_lang::prelude::*;
use backstop_interface::accounts::{
    Market, Protocol, StoredSurface, SurfaceSubmission, VolSurface,
};
use backstop_interface::event::SurfaceMoved;
use backstop_interface::{pda, BackstopError};
use backstop_quantities::UnixSeconds;
use backstop_risk::surface::{self, Submission, Surface};

/// Seconds between two submissions of one publisher.
const LEAST_INTERVAL_SECONDS: i64 = 60;

#[derive(Accounts)]
pub struct SubmitSurface<'info> {
    pub publisher: Signer<'info>,
    #[account(seeds = [pda::PROTOCOL], bump = protocol.bump, constraint = protocol.sealed @ BackstopError::NotSealed)]
    pub protocol: Box<Account<'info, Protocol>>,
    pub market: Box<Account<'info, Market>>,
    #[account(mut, seeds = [pda::VOL_SURFACE, market.key().as_ref()], bump = vol_surface.bump)]
    pub vol_surface: Box<Account<'info, VolSurface>>,
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
    let stored = &mut accounts.vol_surface;
    let slot = stored
        .submissions
        .get_mut(index)
        .ok_or(BackstopError::NotPublisher)?;
    require!(
        now >= slot.submitted_at.saturating_add(LEAST_INTERVAL_SECONDS),
        BackstopError::SurfaceTooSoon
    );
    *slot = SurfaceSubmission {
        submitted_at: now,
        surface: submitted,
    };
    let moved = settle(stored, accounts.market.params.surface_max_age_seconds, now);
    if moved {
        emit!(SurfaceMoved {
            market: stored.market,
            atm_vol_ppm: stored.surface.atm_vol_ppm,
            updated_at: now
        });
    }
    Ok(())
}

/// Moves the surface in force towards the chosen submission; false while too few are fresh.
fn settle(stored: &mut VolSurface, max_age_seconds: i64, now: i64) -> bool {
    let submissions = stored.submissions.map(|s| {
        (s.submitted_at > 0).then(|| Submission {
            submitted_at: UnixSeconds::new(s.submitted_at),
            surface: s.surface.into(),
        })
    });
    let Some(chosen) = surface::select(&submissions, UnixSeconds::new(now), max_age_seconds)
        .and_then(|i| stored.submissions.get(i))
    else {
        return false;
    };
    stored.surface = match stored.updated_at {
        0 => chosen.surface,
        at => surface::blend(
            &stored.surface.into(),
            &chosen.surface.into(),
            now.saturating_sub(at),
        )
        .into(),
    };
    stored.updated_at = now;
    true
}
