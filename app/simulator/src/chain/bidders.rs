//! Bidders: each waits for a discount of his own and takes as much as his cash carries.

use backstop_client::quotes::MarketView;
use backstop_interface::accounts::{AccountState, Auction, MarginAccount, OptionKind};
use backstop_interface::pyth::PriceUpdate;
use backstop_quantities::{mul_div_floor, Ppb, ONE_PPB};
use backstop_risk::liquidation::{slice, AuctionQuote};

use super::theatre::Theatre;
use crate::scenario::Bidder;

/// A bidder rests so long after a bid that landed.
const REST_SECONDS: i64 = 20;
/// What he thinks the price may still do, up or down, percent of it. A bid leaves him at least half of the health that
/// he would have had then.
const FURTHER_MOVE_PERCENT: u64 = 40;
/// Parts of the largest slice he considers, largest first, ppb.
const PARTS_PPB: [u64; 6] = [
    1_000_000_000,
    700_000_000,
    450_000_000,
    250_000_000,
    120_000_000,
    50_000_000,
];
/// A slice below this is not worth a transaction, ppb of the whole.
const LEAST_FRACTION_PPB: u64 = 10_000_000;
/// Nothing new in the hour before expiry for whoever is short.
const LAST_HOUR_SECONDS: i64 = 3_600;

/// A slice worth bidding for.
struct Plan {
    fraction_ppb: u64,
    price_atoms: i64,
}

/// Everybody looks at every auction, in an order that chance decides.
pub(super) fn act(theatre: &mut Theatre) -> anyhow::Result<()> {
    let targets: Vec<String> = theatre
        .owners
        .iter()
        .filter(|name| theatre.stage.auction(name).is_some())
        .cloned()
        .collect();
    if targets.is_empty() {
        return Ok(());
    }
    let bidders = &theatre.input.scenario.actors.bidders;
    let first = theatre.rng.below(bidders.len() as u64) as usize;
    for turn in 0..bidders.len() {
        let bidder = &bidders[(first + turn) % bidders.len()];
        for target in targets.iter().filter(|target| **target != bidder.name) {
            if let Some(plan) = plan(theatre, bidder, target)? {
                bid(theatre, bidder, target, &plan)?;
                break;
            }
        }
    }
    Ok(())
}

fn bid(theatre: &mut Theatre, bidder: &Bidder, target: &str, plan: &Plan) -> anyhow::Result<()> {
    let before = theatre.accounts_of_deal(target, &bidder.name);
    let outcome = theatre
        .stage
        .bid(&bidder.name, target, plan.fraction_ppb, plan.price_atoms);
    if let Some(landed) = theatre.attempt("bid", outcome)? {
        let now = theatre.now();
        theatre.last_bid_at.insert(bidder.name.clone(), now);
        theatre.remember_slice(&landed, target, &bidder.name, before);
    }
    Ok(())
}

/// The largest slice the bidder wants and can carry; none if he does not want any.
fn plan(theatre: &Theatre, bidder: &Bidder, target: &str) -> anyhow::Result<Option<Plan>> {
    let now = theatre.stage.world.now();
    let rested = theatre
        .last_bid_at
        .get(&bidder.name)
        .is_none_or(|at| theatre.now() >= at + REST_SECONDS);
    let (Some(account), Some(auction), Some(own)) = (
        theatre.stage.account_of(target),
        theatre.stage.auction(target),
        theatre.stage.account_of(&bidder.name),
    ) else {
        return Ok(None);
    };
    // Who has been seized himself has other worries.
    let able = own.state() == AccountState::Open
        && !own.short_near_expiry(now, LAST_HOUR_SECONDS)
        && !theatre.losses.started(&bidder.name);
    if !rested || !able || !account.has_live_legs(now) {
        return Ok(None);
    }
    let view = theatre.stage.view();
    let assessment = theatre.assess(&view, &account)?;
    let Some(quote) = view.auction_terms(&account, &auction, &assessment, now) else {
        return Ok(None);
    };
    let discount = i128::from(quote.sold) - i128::from(quote.price_whole);
    if discount * 10_000 < i128::from(bidder.wants_bps) * i128::from(quote.stress) {
        return Ok(None);
    }
    let most = match account.state() {
        AccountState::Estate => ONE_PPB,
        _ => quote.max_fraction_ppb,
    };
    let price_at = theatre.stage.price.publish_at;
    let room = view.slice_room(&account, &auction, &assessment, price_at);
    let most = most.min(room.get());
    affordable(theatre, &view, (&account, &auction, &own), &quote, most)
}

fn affordable(
    theatre: &Theatre,
    view: &MarketView,
    (account, auction, own): (&MarginAccount, &Auction, &MarginAccount),
    quote: &AuctionQuote,
    most_ppb: u64,
) -> anyhow::Result<Option<Plan>> {
    let now = theatre.stage.world.now();
    for part in PARTS_PPB {
        let fraction_ppb = mul_div_floor(most_ppb, part, ONE_PPB).unwrap_or(0);
        if fraction_ppb < LEAST_FRACTION_PPB {
            break;
        }
        let Some(after) = with_slice(own, account, auction, quote, Ppb::new(fraction_ppb), now)
        else {
            continue;
        };
        if survives(theatre, view, own, &after)? {
            return Ok(Some(Plan {
                fraction_ppb,
                price_atoms: quote.price_whole,
            }));
        }
    }
    Ok(None)
}

/// Whether an account passes now, and keeps half of its health if the price moves further, up or down.
fn survives(
    theatre: &Theatre,
    view: &MarketView,
    own: &MarginAccount,
    after: &MarginAccount,
) -> anyhow::Result<bool> {
    let now = theatre.stage.price_update();
    let mut holds = theatre.assess(view, after)?.health_im() >= 0;
    for percent in [100 - FURTHER_MOVE_PERCENT, 100 + FURTHER_MOVE_PERCENT] {
        let price = PriceUpdate {
            price: now.price / 100 * percent,
            ..now
        };
        let before = theatre.assess_at(view, own, price)?.health_mm();
        holds &= theatre.assess_at(view, after, price)?.health_mm() >= before.max(0) / 2;
    }
    Ok(holds)
}

/// The bidder's account as it would be with a slice; `None` if he cannot pay for it or has no room.
fn with_slice(
    own: &MarginAccount,
    account: &MarginAccount,
    auction: &Auction,
    quote: &AuctionQuote,
    fraction: Ppb,
    now: i64,
) -> Option<MarginAccount> {
    let mut after = *own;
    let part = |whole: u64| mul_div_floor(whole, fraction.get(), ONE_PPB);
    for leg in account
        .legs
        .iter()
        .filter(|leg| leg.quantity_contracts != 0 && account.expires_at(leg) > now)
    {
        let size = i64::try_from(part(leg.quantity_contracts.unsigned_abs())?).ok()?;
        let kind = OptionKind::from_byte(leg.kind)?;
        let index = after
            .take_leg_index(account.expires_at(leg), leg.strike_price, kind)
            .ok()?;
        after.legs.get_mut(index)?.quantity_contracts += size * leg.quantity_contracts.signum();
    }
    let slots = account.collaterals.iter().enumerate();
    for (index, slot) in slots.filter(|(_, slot)| slot.atoms > 0) {
        after.collateral_slot_mut(&slot.mint, index > 0).ok()?.atoms += part(slot.atoms)?;
    }
    let money = slice(quote, fraction).ok()?;
    let paid_in = auction.paid_in_atoms.min(account.quote_atoms);
    let cash = after.quote_atoms + part(account.quote_atoms - paid_in)?;
    after.quote_atoms = cash.checked_sub(money.bidder_pays_atoms)? + money.bidder_gets_atoms;
    Some(after)
}
