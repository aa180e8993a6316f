//! Refusals of a sweep: what the taker chose wrongly, in the order the program checks.

use anchor_lang::error::ErrorCode;
use anchor_lang::prelude::Pubkey;
use anchor_lang::solana_program::instruction::Instruction;
use backstop_client::orders::Order;
use backstop_client::SeriesKeys;
use backstop_interface::accounts::Side;
use backstop_interface::BackstopError::{self, *};
use backstop_testkit::{expect_landed, pubkey, Stage};

use super::{ask, order, three, ANY};
use crate::setup::{
    fund, on_market, put, refuse, swapped, two_markets, CONTRACT, LOT, PRICE, QUOTE,
};

/// Index of the series of the first order among a sweep's accounts.
const SERIES: usize = 10;

/// The writer asks 6 for ten contracts; the buyer wants one.
fn ready() -> (Stage, SeriesKeys, Order) {
    let (mut stage, put) = three();
    expect_landed(stage.place("writer", &put, ask(1, 6 * PRICE, 10 * CONTRACT)));
    let bought = order(&stage, &put, Side::Ask, CONTRACT, &[("writer", 1)]);
    (stage, put, bought)
}

#[track_caller]
fn refuse_order(change: impl Fn(&mut Order), error: BackstopError) {
    let (mut stage, _, mut bought) = ready();
    change(&mut bought);
    let given = stage.sweeping("buyer", &[bought], ANY);
    refuse(&mut stage, "buyer", &given, error);
}

/// The sweep of [`ready`] with one of its accounts replaced.
#[track_caller]
fn refuse_swap(
    choose: impl Fn(&mut Stage, &SeriesKeys, &Instruction) -> (Pubkey, Pubkey),
    error: impl Into<u32>,
) {
    let (mut stage, put, bought) = ready();
    let given = stage.sweeping("buyer", &[bought], ANY);
    let (from, to) = choose(&mut stage, &put, &given);
    refuse(&mut stage, "buyer", &swapped(given, &from, &to), error);
}

#[test]
fn sweep_rejects_another_owners_account() {
    let (mut stage, _, bought) = ready();
    let mut given = stage.sweeping("buyer", &[bought], ANY);
    given.accounts[0].pubkey = pubkey("stranger");
    refuse(&mut stage, "stranger", &given, NotDelegate);
}

#[test]
fn sweep_rejects_sizes_of_nothing_and_off_the_lot() {
    refuse_order(|order| order.contracts = 0, AmountIsZero);
    refuse_order(|order| order.contracts += 1, OffLot);
    refuse_order(|order| order.least_contracts = 0, FillOutOfRange);
    refuse_order(|order| order.least_contracts += LOT, FillOutOfRange);
}

#[test]
fn sweep_rejects_no_orders_and_more_than_four() {
    let (mut stage, _, bought) = ready();
    for count in [0, 5] {
        let orders = vec![bought.clone(); count];
        let given = stage.sweeping("buyer", &orders, ANY);
        refuse(&mut stage, "buyer", &given, SweepAccounts);
    }
}

#[test]
fn sweep_rejects_fewer_accounts_than_it_names() {
    let (mut stage, _, bought) = ready();
    let given = stage.sweeping("buyer", &[bought], ANY);
    for cut in 1..=4 {
        let mut fewer = given.clone();
        fewer.accounts.truncate(given.accounts.len() - cut);
        refuse(&mut stage, "buyer", &fewer, SweepAccounts);
    }
}

/// What stands behind the offers is read as the expiries of margin checks.
#[test]
fn sweep_rejects_more_accounts_than_it_names() {
    let (mut stage, _, bought) = ready();
    let mut given = stage.sweeping("buyer", &[bought], ANY);
    let more = given.accounts[SERIES + 1].clone();
    given.accounts.push(more);
    refuse(&mut stage, "buyer", &given, ExpiryUnexpected);
}

#[test]
fn sweep_rejects_accounts_it_may_not_write() {
    let (mut stage, _, bought) = ready();
    let given = stage.sweeping("buyer", &[bought], ANY);
    for place in SERIES..SERIES + 4 {
        let mut read_only = given.clone();
        read_only.accounts[place].is_writable = false;
        refuse(&mut stage, "buyer", &read_only, ErrorCode::ConstraintMut);
    }
}

#[test]
fn sweep_rejects_a_series_that_is_none() {
    refuse_swap(
        |_, put, given| (put.series, given.accounts[SERIES + 1].pubkey),
        ErrorCode::AccountDiscriminatorMismatch,
    );
}

#[test]
fn sweep_rejects_another_makers_account_and_shard() {
    refuse_swap(
        |stage, _, given| (given.accounts[SERIES + 2].pubkey, stage.margin("stranger")),
        SweepAccounts,
    );
    refuse_swap(
        |stage, _, given| {
            let own = given.accounts[SERIES + 3].pubkey;
            let shards =
                (0..16).map(|index| backstop_interface::pda::shard(&stage.keys.market, index));
            let other = shards.into_iter().find(|shard| *shard != own);
            (own, other.expect("there are sixteen"))
        },
        ShardMismatch,
    );
}

/// An offer of another series or of the other side is one the maker may just have exchanged: it is skipped, and the
/// order comes too short.
#[test]
fn sweep_rejects_an_order_none_of_whose_offers_are_of_its_series_and_side() {
    refuse_swap(
        |stage, put, _| {
            let kind = backstop_interface::accounts::OptionKind::Call;
            let call = crate::setup::series(stage, &put.expiry, 200 * PRICE, kind);
            (put.series, call.series)
        },
        SweepShort,
    );
    refuse_order(|order| order.side = Side::Bid, SweepShort);
}

#[test]
fn sweep_rejects_the_takers_own_offer() {
    let (mut stage, put, _) = ready();
    expect_landed(stage.place("buyer", &put, ask(1, 5 * PRICE, CONTRACT)));
    let own = order(&stage, &put, Side::Ask, CONTRACT, &[("buyer", 1)]);
    let given = stage.sweeping("buyer", &[own], ANY);
    refuse(&mut stage, "buyer", &given, SameAccount);
}

#[test]
fn sweep_rejects_another_market() {
    let (mut stage, other) = two_markets();
    for name in ["writer", "buyer"] {
        fund(&mut stage, name, 1_000 * QUOTE);
    }
    let theirs = on_market(&mut stage, &other, |stage| {
        fund(stage, "writer", 1_000 * QUOTE);
        let week = crate::setup::expiry(stage, 7);
        let put = put(stage, &week);
        expect_landed(stage.place("writer", &put, ask(1, 6 * PRICE, CONTRACT)));
        order(stage, &put, Side::Ask, CONTRACT, &[("writer", 1)])
    });
    let given = stage.sweeping("buyer", &[theirs], ANY);
    refuse(&mut stage, "buyer", &given, WrongMarket);
}

#[test]
fn sweep_rejects_fewer_contracts_than_the_taker_wants() {
    let (mut stage, put, _) = ready();
    let mut bought = order(&stage, &put, Side::Ask, 11 * CONTRACT, &[("writer", 1)]);
    bought.least_contracts = 10 * CONTRACT + LOT;
    let given = stage.sweeping("buyer", std::slice::from_ref(&bought), ANY);
    refuse(&mut stage, "buyer", &given, SweepShort);
    bought.least_contracts = 10 * CONTRACT;
    expect_landed(stage.sweep("buyer", &[bought], ANY));
}

#[test]
fn sweep_rejects_a_cost_above_the_takers_limit() {
    let (mut stage, _, bought) = ready();
    let limit = 6 * QUOTE as i64;
    let given = stage.sweeping("buyer", std::slice::from_ref(&bought), limit - 1);
    refuse(&mut stage, "buyer", &given, CostAboveLimit);
    expect_landed(stage.sweep("buyer", &[bought], limit));
}

#[test]
fn sweep_rejects_what_the_taker_cannot_pay() {
    let (mut stage, _, bought) = ready();
    expect_landed(stage.withdraw_quote("buyer", 9_994 * QUOTE + 1));
    let given = stage.sweeping("buyer", &[bought], ANY);
    refuse(&mut stage, "buyer", &given, BalanceTooLow);
}

#[test]
fn sweep_rejects_a_taker_short_of_margin() {
    let (mut stage, put, _) = ready();
    expect_landed(stage.place("stranger", &put, super::bid(1, 6 * PRICE, 10 * CONTRACT)));
    expect_landed(stage.withdraw_quote("buyer", 9_900 * QUOTE));
    let sold = order(&stage, &put, Side::Bid, 10 * CONTRACT, &[("stranger", 1)]);
    let given = stage.sweeping("buyer", &[sold], ANY);
    refuse(&mut stage, "buyer", &given, BelowInitialMargin);
}

#[test]
fn sweep_rejects_the_last_hour() {
    let (mut stage, put, bought) = ready();
    stage.world.warp_to(put.expiry.expires_at - 3_600);
    stage.set_price(200 * PRICE);
    expect_landed(stage.publish_surface(&crate::setup::surface()));
    let given = stage.sweeping("buyer", &[bought], ANY);
    refuse(&mut stage, "buyer", &given, ExpiryClosed);
}
