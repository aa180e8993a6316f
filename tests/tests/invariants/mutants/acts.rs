//! Corruptions of what one instruction left behind, each with the clause that must notice.

use backstop_interface::accounts::{AccountState, Series};
use backstop_interface::pyth::PriceUpdate;
use backstop_testkit::invariants::{check_act, Act, Books, Shadow};
use backstop_testkit::{pubkey, Genesis, Stage};
use backstop_tests::program_so;

use super::{auction, expiry, series, writer, Corrupt, Moments};

/// One quote in atoms.
pub(super) const QUOTE: u64 = 1_000_000;
/// One quote as a price.
pub(super) const PRICE: u64 = 1_000_000_000;

/// The instruction that is said to have left it, the clause, the corruption.
type Mutant = (&'static str, &'static str, Corrupt);

/// After the first trades, at a price of 199: the put at 200 would pay a quote.
const TRADED: [Mutant; 23] = [
    ("withdraw", "I5 initial margin", |books, moments| {
        writer(books, moments).quote_atoms -= 70_000 * QUOTE
    }),
    ("deposit", "I5 health lowered", |books, moments| {
        writer(books, moments).quote_atoms -= QUOTE
    }),
    ("deposit", "I7 assessable", |books, moments| {
        let legs = &mut writer(books, moments).legs;
        legs.iter_mut()
            .for_each(|leg| leg.quantity_contracts = i64::MIN);
    }),
    ("deposit", "I6 free equity", |books, moments| {
        pay(books, moments, "buyer", 1)
    }),
    // More than is there for nothing at all: an option token.
    ("deposit_option", "I6 free equity", |books, moments| {
        let mint = moments.story.put.option_mint;
        let wallet = moments.story.stage.world.ata(&pubkey("buyer"), &mint);
        books.holdings.get_mut(&wallet).expect("bought").atoms += 1;
    }),
    ("fill_offer", "I6 bystanders", |books, moments| {
        pay(books, moments, "buyer", 2);
        pay(books, moments, "backer", -1);
        pay(books, moments, "insurer", -1);
    }),
    ("fill_offer", "I6 gains of a trade", |books, moments| {
        pay(books, moments, "buyer", 2);
        pay(books, moments, "backer", -1);
    }),
    ("create_series", "I10 strike grid", |books, moments| {
        list(books, moments, 200 * PRICE + 1)
    }),
    ("create_series", "I10 strike range", |books, moments| {
        list(books, moments, 1_001 * PRICE)
    }),
    ("create_series", "I10 strike range", |books, moments| {
        list(books, moments, 39 * PRICE)
    }),
    ("deposit", "I10 collateral cap", |books, moments| {
        let quote = books.collaterals.get_mut(&moments.story.stage.keys.quote);
        let quote = quote.expect("the quote");
        quote.claims_atoms += 1;
        quote.cap_atoms = quote.claims_atoms - 1;
    }),
    ("create_series", "I10 series", |books, moments| {
        expiry(books, moments).series_count = 65
    }),
    (
        "bid_recapitalisation",
        "I10 tokens of a shortfall",
        |books, moments| expiry(books, moments).tokens_sold_atoms = u64::MAX,
    ),
    ("withdraw", "I10 rise in a shard", |books, moments| {
        uncover(books, moments)
    }),
    ("fill_offer", "I10 rise in a shard", |books, moments| {
        uncover(books, moments)
    }),
    ("share_cover", "I10 limits of the shards", |books, _| {
        let shard = books.shards.values_mut().next().expect("sixteen");
        shard.limit_atoms[1] = u64::MAX;
    }),
    ("bid", "I10 fund in an incident", |books, _| {
        let fund = books.funds.values_mut().next().expect("one fund");
        fund.incident_paid_atoms = fund.incident_assets_atoms + 1;
    }),
    ("tick", "I21 feed clock", |books, _| {
        books
            .clocks
            .values_mut()
            .next()
            .expect("one clock")
            .publish_at -= 1
    }),
    ("tick", "I21 price shown", |books, _| {
        let clock = books.clocks.values_mut().next().expect("one clock");
        clock.publish_at += 1;
        clock.price += 1;
    }),
    ("withdraw", "I21 last price", |books, moments| {
        writer(books, moments).last_price_at -= 1
    }),
    ("withdraw", "I21 price in time", |books, moments| {
        writer(books, moments).last_price_at += 60
    }),
    ("withdraw", "I21 collateral price", |books, moments| {
        writer(books, moments).collateral_price_at[0] -= 1
    }),
    (
        "withdraw",
        "I21 collateral price in time",
        |books, moments| writer(books, moments).collateral_price_at[1] += 1,
    ),
];

/// Changes what somebody has in his wallet.
pub(super) fn pay(books: &mut Books, moments: &Moments, name: &str, atoms: i64) {
    let wallet = moments.story.stage.quote_wallet(name);
    let holding = books.holdings.get_mut(&wallet).expect("a wallet");
    holding.atoms = holding.atoms.saturating_add_signed(atoms);
}

/// A series that was not there before.
fn list(books: &mut Books, moments: &Moments, strike_price: u64) {
    let new = Series {
        strike_price,
        mint: pubkey("new mint"),
        ..series(books, moments).clone()
    };
    books.series.insert(pubkey("new series"), new);
}

/// A price of 5 bp confidence shown a second ago, for an instruction between two books.
pub(super) fn act<'a>(before: &'a Books, after: &'a Books, name: &'a str, price: u64) -> Act<'a> {
    let clocks = |books: &Books| books.clocks.values().map(|one| one.publish_at).max();
    let publish_at = clocks(before).max(clocks(after)).expect("a clock");
    Act {
        name,
        before,
        after,
        market: *before.markets.keys().next().expect("one market"),
        price: PriceUpdate {
            price,
            confidence_ppb: 500_000,
            publish_at,
            previous_publish_at: publish_at - 1,
            ema_price: price,
        },
        now: publish_at + 1,
    }
}

pub(super) fn caught(
    before: &Books,
    after: &Books,
    name: &str,
    price: u64,
) -> Option<&'static str> {
    let found = check_act(&act(before, after, name, price)).err();
    found.map(|violation| violation.invariant)
}

#[test]
fn every_clause_about_an_instruction_has_a_mutant_it_catches() {
    let moments = Moments::of_a_default();
    for (number, (name, rule, corrupt)) in TRADED.iter().enumerate() {
        let before = &moments.traded;
        assert_eq!(caught(before, before, name, 199 * PRICE), None, "{name}");
        let mut after = before.clone();
        corrupt(&mut after, &moments);
        assert_eq!(
            caught(before, &after, name, 199 * PRICE),
            Some(*rule),
            "mutant {number}"
        );
    }
    // While the writer is on auction.
    let (before, price) = (&moments.seized, 80 * PRICE);
    assert_eq!(caught(before, before, "bid", price), None);
    let mut after = before.clone();
    let auction = auction(&mut after, &moments);
    (auction.subsidised, auction.fund_paid_atoms) = (true, auction.fund_limit_atoms + 1);
    let found = caught(before, &after, "bid", price);
    assert_eq!(found, Some("I10 fund for an account"));
    // As an estate that lacks an atom.
    let mut after = before.clone();
    let estate = writer(&mut after, &moments);
    estate.state = AccountState::Estate as u8;
    estate.deficit_atoms[0] = 1;
    for counts in ["liquidate", "measure"] {
        let found = caught(before, &after, counts, price);
        assert_eq!(found, Some("estates lack"));
    }
}

#[test]
fn a_chain_that_went_another_way_is_noticed() {
    let mut stage = Stage::open(program_so(), &Genesis::default());
    stage.actor("anna", QUOTE, 0);
    let mut shadow = Shadow::of(&mut stage.world);
    stage.open_account("anna").expect("lands");
    shadow.follow(&mut stage.world).expect("the same bytes");
    // One lamport too many.
    shadow.world_mut().airdrop(&pubkey("anna"), 1);
    stage.set_price(201 * PRICE);
    let violation = shadow.follow(&mut stage.world).expect_err("not the same");
    assert_eq!(violation.invariant, "I22 determinism");
    // A transaction that landed there and cannot here.
    let mut shadow = Shadow::of(&mut stage.world);
    let mut ahead = stage.clone();
    ahead.close_account("anna").expect("lands");
    stage.close_account("anna").expect("lands");
    *shadow.world_mut() = ahead.world;
    let violation = shadow.follow(&mut stage.world).expect_err("already closed");
    assert!(violation.detail.contains("logs"), "{violation}");
}

/// The writer's uncovered loss rises, and no shard has room.
fn uncover(books: &mut Books, moments: &Moments) {
    let writer = writer(books, moments);
    writer.quote_atoms -= QUOTE;
    writer.uncovered_atoms[0] += QUOTE;
    for shard in books.shards.values_mut() {
        shard.uncovered_atoms[0] += QUOTE;
        shard.limit_atoms = [0; 2];
    }
}
