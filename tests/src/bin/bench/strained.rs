//! Trades and withdrawals where most is judged: both sides below initial margin before and after, losses nobody covers on
//! both, the cover used beyond its knee, four legs and four collaterals each.

use backstop_client::trading::PlaceOfferArgs;
use backstop_client::SeriesKeys;
use backstop_interface::accounts::{OptionKind, Pricing, Side};
use backstop_testkit::stage::NewCollateral;
use backstop_testkit::{expect_landed, Genesis, OfferTerms, Stage};
use backstop_tests::program_so;

use super::life::{surface, CONTRACT, PRICE, QUOTE, UNDERLYING};
use super::sheet::Sheet;

/// Both of them.
const SIDES: [&str; 2] = ["writer", "bidder"];
/// A price, quote, at which both meet initial margin though it is scaled.
const HIGH: u64 = 194;
/// One at which both are below it and above maintenance.
const LOW: u64 = 174;
/// Contracts of each put both write.
const SIZE: u64 = 29 * CONTRACT;

/// Measures in worlds of its own.
pub fn measure(sheet: &mut Sheet) {
    let (mut healthy, _) = strained(HIGH);
    sheet.note("withdraw_strained", healthy.withdraw_quote("writer", 1));
    let other = healthy.withdraw_other("writer", "staked", 1);
    sheet.note("withdraw_strained", other);
    let (mut fallen, call) = strained(LOW);
    for name in SIDES {
        let found = fallen.assess(name);
        assert!(found.health_im() < 0 && found.health_mm() > 0, "{name}");
    }
    // The writer buys calls back from the bidder, who has them from him, at mark.
    let offer = PlaceOfferArgs {
        nonce: 9,
        side: Side::Ask,
        contracts: 10 * CONTRACT,
        pricing: Pricing::Pegged { vol_offset_ppm: 0 },
        ..PlaceOfferArgs::default()
    };
    expect_landed(fallen.place("bidder", &call, offer));
    let closed = fallen.buy_ledger("writer", "bidder", 9, &call, CONTRACT);
    sheet.note("fill_offer_strained", closed);
}

/// The market at a price where 72 % of the means are in use, beyond the knee.
fn strained(price: u64) -> (Stage, SeriesKeys) {
    let (_, _, used) = at(price, 1_000_000_000 * QUOTE);
    assert!(used > 0, "something is uncovered");
    let (stage, call, again) = at(price, used / 72 * 100);
    assert_eq!(used, again, "the line changes no number");
    (stage, call)
}

/// The market with such a Reserve line, moved to a price, everybody measured; and what is uncovered there on the worse
/// side.
fn at(price: u64, line_atoms: u64) -> (Stage, SeriesKeys, u64) {
    let (mut stage, call) = market(line_atoms);
    stage.pass(20, price * PRICE);
    expect_landed(stage.tick());
    for name in SIDES {
        expect_landed(stage.measure(name));
    }
    expect_landed(stage.share_cover());
    let counted = SIDES.map(|name| stage.account_of(name).expect("open").uncovered_atoms);
    let [down, up] = [0, 1].map(|side| counted.iter().map(|both| both[side]).sum());
    (stage, call, u64::max(down, up))
}

/// Two writers of three puts each, the second with calls of the first.
fn market(line_atoms: u64) -> (Stage, SeriesKeys) {
    let mut genesis = Genesis {
        others: vec![NewCollateral::staked(), NewCollateral::stable()],
        ..Genesis::default()
    };
    genesis.params.reserve_line_atoms = line_atoms;
    let mut stage = Stage::open(program_so(), &genesis);
    for name in ["writer", "bidder", "buyer", "keeper", "backer"] {
        stage.actor(name, 10_000_000 * QUOTE, 1_000 * UNDERLYING);
    }
    expect_landed(stage.publish_surface(&surface()));
    for name in SIDES {
        expect_landed(stage.open_account(name));
        expect_landed(stage.deposit_quote(name, 6_000 * QUOTE));
        expect_landed(stage.deposit_underlying(name, UNDERLYING));
        for other in ["staked", "stable"] {
            stage.fund_other(name, other, UNDERLYING);
            expect_landed(stage.deposit_other(name, other, UNDERLYING));
        }
    }
    expect_landed(stage.open_account("buyer"));
    expect_landed(stage.deposit_quote("buyer", 1_000_000 * QUOTE));
    let expiry = stage.next_expiry(7);
    expect_landed(stage.create_expiry("keeper", &expiry));
    let puts = [200, 195, 190].map(|strike| expiry.series(strike * PRICE, OptionKind::Put));
    let call = expiry.series(210 * PRICE, OptionKind::Call);
    for one in puts.iter().chain([&call]) {
        expect_landed(stage.create_series("keeper", one));
    }
    for (nonce, put) in (0..).zip(&puts) {
        for name in SIDES {
            let terms = OfferTerms {
                nonce,
                premium_price: 5 * PRICE,
                contracts: SIZE,
            };
            expect_landed(stage.share_cover());
            expect_landed(stage.place_offer(name, put, terms));
            expect_landed(stage.buy_ledger("buyer", name, nonce, put, SIZE));
        }
    }
    let terms = OfferTerms {
        nonce: 5,
        premium_price: 3 * PRICE,
        contracts: 5 * CONTRACT,
    };
    expect_landed(stage.place_offer("writer", &call, terms));
    expect_landed(stage.buy_ledger("bidder", "writer", 5, &call, 5 * CONTRACT));
    (stage, call)
}
