//! From the opening to the last second before expiry: prices, publishers, keepers, bidders, points of the average.

use super::theatre::Theatre;
use super::{bidders, clock, keepers, publishers, settling};
use crate::report::HealthPoint;

/// A tick, and with it a round of keepers and bidders, so often at least.
const ROUND_SECONDS: i64 = 10;
/// Points per account in the report, about.
const HEALTH_POINTS: i64 = 400;
/// Lines of progress, about.
const PROGRESS_LINES: usize = 20;

/// Walks every second of the schedule.
pub(super) fn run(theatre: &mut Theatre) -> anyhow::Result<()> {
    let expires_at = theatre.input.expiry_at();
    let points = theatre.stage.view().market.params.settlement_points;
    let times = clock::until_expiry(theatre.input, points);
    let sample_seconds = (times.len() as i64 * 5 / HEALTH_POINTS).max(ROUND_SECONDS);
    let (mut last_round_at, mut last_sample_at) = (i64::MIN, i64::MIN);
    record_price(theatre);
    for (index, at) in times.iter().copied().enumerate() {
        theatre.pass_to(at);
        record_price(theatre);
        publishers::act(theatre)?;
        if at >= last_round_at.saturating_add(ROUND_SECONDS) {
            last_round_at = at;
            keepers::tick(theatre)?;
            keepers::watch(theatre)?;
            bidders::act(theatre)?;
            settling::convert_collateral(theatre)?;
            theatre.record_fund();
        }
        if at >= last_sample_at.saturating_add(sample_seconds) {
            last_sample_at = at;
            record_health(theatre)?;
        }
        for (point, _) in clock::points(expires_at, points).filter(|(_, point_at)| *point_at == at)
        {
            settling::submit_point(theatre, point)?;
        }
        if index % (times.len() / PROGRESS_LINES).max(1) == 0 {
            theatre.progress(index as i64 * 100 / times.len() as i64);
        }
    }
    Ok(())
}

fn record_price(theatre: &mut Theatre) {
    let step = crate::path::Step {
        at: theatre.now(),
        price: theatre.price(),
    };
    theatre.recording.price.push(step);
}

/// Health of everybody who is short.
fn record_health(theatre: &mut Theatre) -> anyhow::Result<()> {
    let (view, at) = (theatre.stage.view(), theatre.now());
    for name in theatre.owners.clone() {
        let Some(account) = theatre
            .stage
            .account_of(&name)
            .filter(|account| account.has_shorts())
        else {
            continue;
        };
        let assessment = theatre.assess(&view, &account)?;
        let point = HealthPoint {
            at,
            health_atoms: assessment.health_mm(),
            value_atoms: assessment.value,
        };
        theatre.recording.record_health(&name, point);
    }
    Ok(())
}
