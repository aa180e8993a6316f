//! I10: what adds risk or takes value out does not raise a shard's uncovered loss beyond its limit.
//!
//! An account's loss rises where it is higher than that of the account as it was before, both assessed here at the
//! same moment and prices; what the program counted of it says nothing, because anyone may have had it counted. Who
//! stood below initial margin and only bought shorts back near mark raises nothing: the cover is no reason to keep him
//! short. What is found of who owes something after such an act is what his shard counts of him. Why: losses nobody covers are the insurance fund's, and it promised no more than the limit. Tolerance: the
//! rounding of two assessments in what counts as a rise; a quarter of what was bought, and a quote, in what counts as
//! near, because only its money is seen here and not its price.

use std::collections::BTreeMap;

use backstop_client::quotes::MarketView;
use backstop_interface::accounts::{MarginAccount, Shard};
use backstop_interface::snapshot::Purpose;
use backstop_risk::margin::Assessment;
use solana_pubkey::Pubkey;

use super::act::{assess, Act};
use super::{ensure, Violation};

/// Instructions between two owners.
const TRADES: [&str; 4] = ["fill_offer", "sweep", "fill_quote", "execute_fill"];
/// Others that are held to the limit of a shard.
const HELD: [&str; 4] = [
    "write_option",
    "transfer_leg",
    "withdraw",
    "withdraw_option",
];
/// Rounding of two assessments, in quote atoms.
const ROUNDING_ATOMS: u64 = 4_000;
/// One quote.
const QUOTE: i64 = 1_000_000;
/// Parts of what was bought back that may be lost by it.
const NEAR_PARTS: i64 = 4;

pub(super) fn check(act: &Act) -> Result<(), Violation> {
    let trades = TRADES.contains(&act.name);
    if !trades && !HELD.contains(&act.name) {
        return Ok(());
    }
    let Some(view) = act.view() else {
        return Ok(());
    };
    let mut rises = BTreeMap::new();
    for (address, was, is) in act.changed() {
        let after = assess(&view, Purpose::Risk, is, act)?;
        rises.insert(address, rise(&view, act, trades, (was, is, after))?);
    }
    let of_market = act.after.shards.values();
    for shard in of_market.filter(|shard| shard.market == act.market) {
        for side in [0, 1] {
            within(act, shard, side, &rises)?;
        }
    }
    for (address, _, is) in act.changed().filter(|(_, _, is)| owes(is)) {
        let found = assess(&view, Purpose::Risk, is, act)?;
        is_counted(&address, is, &found)?;
    }
    Ok(())
}

fn owes(account: &MarginAccount) -> bool {
    account.has_shorts() || account.debt_atoms() > 0
}

/// The count of an account is what is found of it.
fn is_counted(
    address: &Pubkey,
    account: &MarginAccount,
    found: &Assessment,
) -> Result<(), Violation> {
    let (counted, found) = (account.uncovered_atoms, found.uncovered_atoms);
    let mut sides = counted.iter().zip(&found);
    let same = sides.all(|(counted, found)| counted.abs_diff(*found) <= ROUNDING_ATOMS);
    ensure(same, "I10 count of a shard", || {
        format!("{counted:?} are counted of {address}, found {found:?}")
    })
}

/// Of a shard some account's loss rose in: it is within its limit, but for what else was counted newly.
fn within(
    act: &Act,
    shard: &Shard,
    side: usize,
    rises: &BTreeMap<Pubkey, [bool; 2]>,
) -> Result<(), Violation> {
    let (mut rose, mut free) = (None, 0u64);
    for (address, account) in act.after.accounts_of(act.market) {
        if Shard::index_of(address) != shard.index {
            continue;
        }
        if rises.get(address).is_some_and(|rises| rises[side]) {
            rose = Some(address);
        } else if let Some(before) = act.before.accounts.get(address) {
            let counted = account.uncovered_atoms[side];
            free += counted.saturating_sub(before.uncovered_atoms[side]);
        }
    }
    let (own, limit) = (shard.uncovered_atoms[side], shard.limit_atoms[side]);
    let holds = rose.is_none() || own.saturating_sub(free) <= limit;
    ensure(holds, "I10 rise in a shard", || {
        let index = shard.index;
        format!("{rose:?} raised shard {index} to {own}, its limit is {limit}")
    })
}

/// On which sides an account's loss rose by what it did.
fn rise(
    view: &MarketView,
    act: &Act,
    trades: bool,
    (was, is, after): (&MarginAccount, &MarginAccount, Assessment),
) -> Result<[bool; 2], Violation> {
    if after.uncovered_atoms == [0; 2] {
        return Ok([false; 2]);
    }
    let before = assess(view, Purpose::Risk, was, act)?;
    if trades && bought_back(was, is) && near((was, &before), (is, &after)) {
        let leaving = assess(view, Purpose::Withdrawal, was, act)?;
        if before.health_im().min(leaving.health_im()) < 0 {
            return Ok([false; 2]);
        }
    }
    let rose = |side: usize| {
        let had = before.uncovered_atoms[side].saturating_add(ROUNDING_ATOMS);
        after.uncovered_atoms[side] > had
    };
    Ok([rose(0), rose(1)])
}

/// True if shorts became smaller and no leg changed otherwise.
fn bought_back(before: &MarginAccount, after: &MarginAccount) -> bool {
    let legs = before.legs.iter().zip(&after.legs);
    let mut changed = legs
        .map(|(was, is)| (was.quantity_contracts, is.quantity_contracts))
        .filter(|(had, has)| had != has)
        .peekable();
    changed.peek().is_some() && changed.all(|(had, has)| had < has && has <= 0)
}

/// Whether what was paid is about what was bought.
fn near(was: (&MarginAccount, &Assessment), is: (&MarginAccount, &Assessment)) -> bool {
    let paid = was.0.quote_atoms.saturating_sub(is.0.quote_atoms);
    let paid = i64::try_from(paid).unwrap_or(i64::MAX);
    let lost = was.1.value.saturating_sub(is.1.value);
    let bought = paid.saturating_sub(lost);
    lost <= bought / NEAR_PARTS + QUOTE
}
