//! Corruptions of one moment, each with the clause that must notice.

use anchor_lang::prelude::Pubkey;
use backstop_interface::accounts::{AccountState, FillRequest, Series, Side};
use backstop_interface::pda;
use backstop_testkit::pubkey;

use backstop_testkit::invariants::Books;

use super::{auction, expiry, rob, series, writer, Corrupt, Moments};

/// After the first trades.
pub(super) const TRADED: [(&str, Corrupt); 15] = [
    ("I1 uncovered loss", |books, moments| {
        writer(books, moments).uncovered_atoms[0] += 1
    }),
    ("I1 uncovered loss", |books, _| {
        books
            .shards
            .values_mut()
            .for_each(|shard| shard.uncovered_atoms[1] += 1)
    }),
    ("I1 collateral claims", |books, moments| {
        writer(books, moments).quote_atoms += 1
    }),
    ("I1 collateral claims", |books, moments| {
        writer(books, moments).collaterals[0].atoms -= 1
    }),
    ("I1 collateral claims", |books, _| {
        books
            .shards
            .values_mut()
            .for_each(|shard| (shard.fees_atoms, shard.fund_atoms) = (0, 0))
    }),
    ("I1 collateral claims", |books, moments| {
        let market = moments.story.stage.keys.market;
        books.requests.insert(market, request(market, market, 1));
    }),
    ("I1 collateral vault", |books, moments| {
        let keys = moments.story.stage.keys;
        let booked = books.collaterals[&keys.quote].claims_atoms;
        rob(books, keys.vault, booked);
    }),
    ("I1 insurance vault", |books, moments| {
        let keys = moments.story.stage.keys;
        let booked = books.funds[&keys.fund].assets_atoms;
        rob(books, keys.insurance_vault, booked);
    }),
    ("I1 insurance shares", |books, _| {
        books
            .stakes
            .values_mut()
            .for_each(|stake| stake.shares += 1)
    }),
    ("I1 treasury", |books, _| {
        let (protocol, treasury) = (
            books.protocol.clone().expect("genesis is over"),
            pda::treasury(),
        );
        rob(
            books,
            treasury,
            protocol.recapitalisation_supply_atoms - protocol.recapitalisation_sold_atoms,
        );
    }),
    ("I1 token supply", |books, _| {
        *books
            .supplies
            .get_mut(&pda::recapitalisation_mint())
            .expect("minted") += 1
    }),
    ("I2 supply", |books, moments| {
        *books
            .supplies
            .get_mut(&moments.story.stage.keys.quote_mint)
            .expect("the mint exists") += 1;
    }),
    ("I3 ledger longs", |books, moments| {
        series(books, moments).ledger_long_contracts -= 1
    }),
    ("I3 shorts", |books, moments| {
        series(books, moments).short_contracts += 1
    }),
    ("I3 longs and shorts", |books, moments| {
        series(books, moments).token_contracts += 1
    }),
];

/// While the writer is on auction.
pub(super) const SEIZED: [(&str, Corrupt); 12] = [
    ("I3 tokens", |books, moments| {
        series(books, moments).token_contracts -= 1
    }),
    ("I3 ledger longs", |books, moments| {
        let bidder = moments.story.stage.margin("bidder");
        books
            .accounts
            .get_mut(&bidder)
            .expect("the bidder has an account")
            .legs[0]
            .unreported_contracts -= 1;
    }),
    ("I3 shorts", |books, moments| {
        writer(books, moments).legs[0].quantity_contracts += 1
    }),
    ("I3 series count", |books, moments| {
        expiry(books, moments).series_count += 1
    }),
    ("I17 auction", |books, moments| {
        writer(books, moments).state = AccountState::Open as u8
    }),
    ("I17 auctioned account", |books, moments| {
        auction(books, moments).margin_account = pubkey("nobody")
    }),
    ("I17 open losses", |books, moments| {
        auction(books, moments).open_loss ^= true
    }),
    ("I17 account rule", |books, moments| {
        writer(books, moments).collaterals[3].mint = pubkey("a mint without atoms")
    }),
    ("I4 rent", |books, moments| {
        let rent = books
            .rents
            .get_mut(&moments.story.put.series)
            .expect("the series exists");
        rent.lamports = rent.least_lamports - 1;
    }),
    ("I4 deposit", |books, moments| {
        let rent = books.rents.get_mut(&moments.story.put.series);
        rent.expect("the series exists").lamports -= 1;
    }),
    ("I4 deposit", |books, moments| {
        let rent = books.rents.get_mut(&moments.story.expiry.expiry);
        rent.expect("the expiry exists").lamports -= 1;
    }),
    ("I4 layouts", |books, _| books.unknown.push(pubkey("scrap"))),
];

/// While accounts wait to be settled.
pub(super) const FOLDED: [(&str, Corrupt); 6] = [
    ("I3 folded count", |books, moments| {
        series(books, moments).folded = false
    }),
    ("I3 unsettled", |books, moments| {
        expiry(books, moments).unsettled_contracts -= 1
    }),
    ("I3 unpaid", |books, moments| {
        expiry(books, moments).unpaid_contracts -= 1
    }),
    ("I3 receivables", |books, moments| {
        expiry(books, moments).receivables_atoms += 1
    }),
    ("I3 payers", |books, moments| {
        expiry(books, moments).owed_atoms += 10
    }),
    ("I16 settlement price", |books, moments| {
        expiry(books, moments).state = 0
    }),
];

/// With a debt unpaid.
pub(super) const SETTLED: [(&str, Corrupt); 13] = [
    ("I1 escrow", |books, moments| {
        let (escrow, booked) = (
            moments.story.expiry.escrow,
            expiry(books, moments).books_atoms(),
        );
        rob(books, escrow, booked);
    }),
    ("I1 escrow sources", |books, moments| {
        expiry(books, moments).collected_atoms += 1
    }),
    ("I1 escrow recoveries", |books, moments| {
        let expiry = expiry(books, moments);
        expiry.recovered_atoms += 1;
        expiry.escrow_atoms -= 1;
        expiry.collected_atoms -= 1;
    }),
    ("I3 debts", |books, moments| {
        expiry(books, moments).debts_atoms -= 1
    }),
    ("I3 payers", |books, moments| {
        expiry(books, moments).owed_atoms += 1_000
    }),
    ("I16 haircut", |books, moments| {
        expiry(books, moments).haircut_ppb = 1
    }),
    ("estates deficit", |books, moments| {
        writer(books, moments).deficit_atoms[0] -= 1
    }),
    ("estates counted", |books, moments| {
        expiry(books, moments).estate_count += 1
    }),
    ("estates round", |books, moments| {
        expiry(books, moments).round_estates += 1
    }),
    ("estates worth", |books, moments| {
        series(books, moments).counted_atoms += 1
    }),
    ("estates series", |books, moments| {
        expiry(books, moments).round_series += 1
    }),
    ("estates table", |books, moments| {
        impair(books, moments, 1);
    }),
    ("estates once", |books, moments| {
        impair(books, moments, 2);
    }),
];

/// The surface says so often that the expiry is estimated at a billionth more than it was.
fn impair(books: &mut Books, moments: &Moments, times: u8) {
    let own = *expiry(books, moments);
    let surface = books.surfaces.values_mut();
    let surface = surface.into_iter().find(|one| one.market == own.market);
    let surface = surface.expect("of the market");
    for place in &mut surface.impaired[..usize::from(times)] {
        (place.expires_at, place.haircut_ppb) = (own.expires_at, own.estimate_ppb + 1);
    }
    surface.impaired_count = times;
}

/// After the haircut was fixed.
pub(super) const FINALISED: [(&str, Corrupt); 6] = [
    ("I16 expiry rule", |books, moments| {
        expiry(books, moments).shortfall_atoms = 0
    }),
    ("I1 tokens sold", |books, moments| {
        expiry(books, moments).tokens_sold_atoms += 1
    }),
    ("I3 owed", |books, moments| {
        expiry(books, moments).owed_atoms -= 10
    }),
    ("I3 escrow after the haircut", |books, moments| {
        expiry(books, moments).haircut_ppb -= 1
    }),
    ("I16 folded", |books, moments| {
        let none = Series {
            token_contracts: 0,
            ledger_long_contracts: 0,
            short_contracts: 0,
            ..series(books, moments).clone()
        };
        let extra = Series {
            folded: false,
            strike_price: 1,
            mint: pubkey("another mint"),
            ..none
        };
        books.series.insert(pubkey("another series"), extra);
        expiry(books, moments).series_count += 1;
    }),
    ("I1 claims", |books, moments| {
        let mint = moments.story.expiry.claim_mint;
        *books.supplies.entry(mint).or_default() += 1;
    }),
];

/// A request of a fill with a deposit.
pub(super) fn request(market: Pubkey, owner: Pubkey, deposit_atoms: u64) -> FillRequest {
    FillRequest {
        version: 1,
        bump: 0,
        market,
        margin_account: market,
        owner,
        offer: market,
        series: market,
        nonce: 0,
        contracts: 0,
        limit_price: 0,
        deposit_atoms,
        requested_at: 0,
        side: Side::Ask,
        vol_offset_ppm: 0,
        premium_price: 0,
        offer_epoch: 0,
        epoch: 0,
        reserved: [0; 32],
    }
}
