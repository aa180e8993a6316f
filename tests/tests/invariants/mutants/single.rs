//! Corruptions that need books, or a price, of their own.

use backstop_interface::accounts::MarginAccount;
use backstop_testkit::invariants::{check_act, Rent};
use backstop_testkit::pubkey;

use super::acts::{act, caught, pay, PRICE};
use super::{writer, Moments};

/// A price nobody may act on, taken by an account.
#[test]
fn a_price_too_unsure_to_be_used_is_noticed() {
    let moments = Moments::of_a_default();
    let before = &moments.traded;
    let mut after = before.clone();
    let shown = act(before, before, "withdraw", 199 * PRICE)
        .price
        .publish_at;
    writer(&mut after, &moments).last_price_at = shown;
    let mut earlier = before.clone();
    writer(&mut earlier, &moments).last_price_at = shown - 1;
    let mut taken = act(&earlier, &after, "withdraw", 199 * PRICE);
    taken.price.confidence_ppb = 50_000_000;
    check_act(&taken).unwrap_or_else(|violation| panic!("{violation}"));
    taken.price.confidence_ppb += 1;
    let violation = check_act(&taken).expect_err("wider than five percent");
    assert_eq!(violation.invariant, "I21 confidence");
}

/// A request that is void gives its owner the rent back, to the lamport.
#[test]
fn the_rent_of_a_void_request_that_stays_away_is_noticed() {
    let moments = Moments::of_a_default();
    let after = &moments.traded;
    let owner = pubkey("buyer");
    let mut before = after.clone();
    let address = pubkey("a request");
    let market = moments.story.stage.keys.market;
    let request = super::moments::request(market, owner, 0);
    before.requests.insert(address, request);
    let rent = Rent {
        lamports: 1_000,
        least_lamports: 1_000,
    };
    before.rents.insert(address, rent);
    let wallet = before.wallets.get_mut(&owner).expect("a wallet");
    *wallet -= 1_000;
    assert_eq!(caught(&before, after, "void_fill", 199 * PRICE), None);
    *before.wallets.get_mut(&owner).expect("a wallet") += 1;
    let found = caught(&before, after, "void_fill", 199 * PRICE);
    assert_eq!(found, Some("I4 rent returned"));
}

/// The estate of the story is closed with a debt: written off, and no more than that.
#[test]
fn what_is_written_off_is_no_gain_and_anything_beyond_is() {
    let moments = Moments::of_a_default();
    let (before, price) = (&moments.sold, 80 * PRICE);
    let debt = before
        .accounts
        .values()
        .map(MarginAccount::debt_atoms)
        .max();
    assert!(debt > Some(0), "somebody owes");
    let closed = &moments.closed;
    assert_eq!(caught(before, closed, "close_estate", price), None);
    let mut richer = closed.clone();
    pay(&mut richer, &moments, "writer", 1);
    let found = caught(before, &richer, "close_estate", price);
    assert_eq!(found, Some("I6 free equity"));
}
