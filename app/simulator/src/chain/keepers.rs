//! Keepers: they tick, watch every account's health from public accounts, and run the next legal step.

use backstop_interface::accounts::AccountState;
use backstop_interface::event::AuctionStarted;
use backstop_risk::liquidation::cured;
use backstop_risk::volatility::BreachState;

use super::theatre::Theatre;
use crate::report::AuctionPoint;

/// Shows the newest price to the feed clock.
pub(super) fn tick(theatre: &mut Theatre) -> anyhow::Result<()> {
    let outcome = theatre.stage.tick();
    theatre.attempt("tick", outcome)?;
    Ok(())
}

/// Looks at every margin account: triggers what is below maintenance, ends what is cured or unsold.
pub(super) fn watch(theatre: &mut Theatre) -> anyhow::Result<()> {
    for name in theatre.owners.clone() {
        if needs_a_step(theatre, &name)? {
            liquidate(theatre, &name)?;
        }
        record_auction(theatre, &name);
    }
    Ok(())
}

/// Whether `liquidate` would do something, as far as an outsider can tell.
fn needs_a_step(theatre: &Theatre, name: &str) -> anyhow::Result<bool> {
    let Some(account) = theatre
        .stage
        .account_of(name)
        .filter(|account| account.legs.iter().any(|leg| leg.in_use()))
    else {
        return Ok(false);
    };
    let view = theatre.stage.view();
    let params = view.market.params.auction();
    Ok(match account.state() {
        AccountState::Estate => false,
        AccountState::Open => {
            let (price, now) = (theatre.stage.price_update(), theatre.stage.world.now());
            match view.judge(&account, price, now)? {
                BreachState::Liquidatable(_) => true,
                BreachState::Held(since) => since.get() != account.noted_at,
                BreachState::Healthy => account.noted_at > 0,
            }
        }
        AccountState::Auction => {
            let assessment = theatre.assess(&view, &account)?;
            let started = theatre
                .stage
                .auction(name)
                .map_or(0, |auction| auction.healthy_seconds_at_start);
            let elapsed = i64::try_from(view.clock.healthy_seconds.saturating_sub(started))
                .unwrap_or(i64::MAX);
            let over = elapsed >= params.end_seconds()
                || !account.has_live_legs(theatre.stage.world.now());
            over || (cured(&assessment, &params) && account.debt_atoms() == 0)
        }
    })
}

/// A keeper runs the next step of an account.
pub(super) fn liquidate(theatre: &mut Theatre, name: &str) -> anyhow::Result<()> {
    let keeper = theatre.keeper();
    let start = theatre.owned(name);
    let outcome = theatre.stage.liquidate(&keeper, name);
    if let Some(landed) = theatre.attempt("liquidate", outcome)? {
        let program = theatre.stage.world.program_id();
        if !landed.events::<AuctionStarted>(&program).is_empty() {
            theatre.losses.start(name, start);
        }
    }
    Ok(())
}

/// The asking price of a running auction, for the report. An estate is still on offer, but at a price that stands still.
fn record_auction(theatre: &mut Theatre, name: &str) {
    let account = theatre.stage.account_of(name);
    if account.is_none_or(|account| account.state() != AccountState::Auction) {
        return;
    }
    let (Some(title), Some(terms)) = (
        theatre.auction_titles.get(name).cloned(),
        theatre.stage.terms(name),
    ) else {
        return;
    };
    let point = AuctionPoint {
        at: theatre.now(),
        price_atoms: terms.price_whole,
    };
    theatre.recording.auction_mut(&title).points.push(point);
}
