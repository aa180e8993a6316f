//! Each clause of each rule notices when it is broken: books read from the real program are corrupted by one
//! atom, one contract or one flag, and the checker must name the clause. The worlds are not touched.

use anchor_lang::prelude::Pubkey;
use backstop_interface::accounts::{AccountState, Auction, Expiry, MarginAccount, Series};
use backstop_interface::pda;
use backstop_testkit::invariants::{check_books, check_step, Books};
use backstop_testkit::{pubkey, Holding};

use super::story::Moments;

type Corrupt = fn(&mut Books, &Moments);

fn writer<'a>(books: &'a mut Books, moments: &Moments) -> &'a mut MarginAccount {
    books
        .accounts
        .get_mut(&moments.story.stage.margin("writer"))
        .expect("the writer has an account")
}

fn auction<'a>(books: &'a mut Books, moments: &Moments) -> &'a mut Auction {
    let address = pda::auction(&moments.story.stage.margin("writer"));
    books
        .auctions
        .get_mut(&address)
        .expect("the writer is on auction")
}

fn series<'a>(books: &'a mut Books, moments: &Moments) -> &'a mut Series {
    books
        .series
        .get_mut(&moments.story.put.series)
        .expect("the series exists")
}

fn expiry<'a>(books: &'a mut Books, moments: &Moments) -> &'a mut Expiry {
    books
        .expiries
        .get_mut(&moments.story.expiry.expiry)
        .expect("the expiry exists")
}

/// Takes `atoms` out of a token account and puts them into another, so that only that vault is short.
fn divert(books: &mut Books, from: Pubkey, atoms: u64) {
    let mut holding = books.holdings[&from];
    let elsewhere = Holding { atoms, ..holding };
    holding.atoms -= atoms;
    books.holdings.insert(from, holding);
    books.holdings.insert(pubkey("a thief"), elsewhere);
}

/// Everything a vault holds beyond what it must is gone, and one atom more.
fn rob(books: &mut Books, vault: Pubkey, booked: u64) {
    let excess = books.held(&vault) - booked;
    divert(books, vault, excess + 1);
}

const TRADED: [(&str, Corrupt); 12] = [
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
            .for_each(|shard| shard.fees_atoms = 0)
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

const SEIZED: [(&str, Corrupt); 10] = [
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
    ("auction", |books, moments| {
        writer(books, moments).state = AccountState::Open as u8
    }),
    ("auctioned account", |books, moments| {
        auction(books, moments).margin_account = pubkey("nobody")
    }),
    ("open losses", |books, moments| {
        auction(books, moments).open_loss ^= true
    }),
    ("account rule", |books, moments| {
        writer(books, moments).collaterals[3].mint = pubkey("a mint without atoms")
    }),
    ("I4 rent", |books, moments| {
        let rent = books
            .rents
            .get_mut(&moments.story.put.series)
            .expect("the series exists");
        rent.lamports = rent.least_lamports - 1;
    }),
    ("I4 layouts", |books, _| books.unknown.push(pubkey("scrap"))),
];

const FOLDED: [(&str, Corrupt); 4] = [
    ("I3 folded count", |books, moments| {
        series(books, moments).folded = false
    }),
    ("I3 unsettled", |books, moments| {
        expiry(books, moments).unsettled_contracts -= 1
    }),
    ("I3 payers", |books, moments| {
        expiry(books, moments).owed_atoms += 10
    }),
    ("settlement price", |books, moments| {
        expiry(books, moments).state = 0
    }),
];

const SETTLED: [(&str, Corrupt); 6] = [
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
    ("haircut", |books, moments| {
        expiry(books, moments).haircut_ppb = 1
    }),
];

const FINALISED: [(&str, Corrupt); 6] = [
    ("expiry rule", |books, moments| {
        expiry(books, moments).shortfall_atoms = 0
    }),
    ("I1 tokens sold", |books, moments| {
        expiry(books, moments).tokens_sold_atoms -= 1
    }),
    ("I3 owed", |books, moments| {
        expiry(books, moments).owed_atoms -= 10
    }),
    ("I3 escrow after the haircut", |books, moments| {
        expiry(books, moments).haircut_ppb -= 1
    }),
    ("folded", |books, moments| {
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

fn each_is_caught(moments: &Moments, sound: &Books, mutants: &[(&str, Corrupt)]) {
    check_books(sound).unwrap_or_else(|violation| panic!("the books of the program: {violation}"));
    for (number, (rule, corrupt)) in mutants.iter().enumerate() {
        let mut books = sound.clone();
        corrupt(&mut books, moments);
        let caught = check_books(&books).expect_err("a corruption is noticed");
        assert_eq!(caught.invariant, *rule, "mutant {number}: {caught}");
    }
}

#[test]
fn every_clause_about_a_moment_has_a_mutant_it_catches() {
    let moments = Moments::of_a_default();
    each_is_caught(&moments, &moments.traded, &TRADED);
    each_is_caught(&moments, &moments.seized, &SEIZED);
    each_is_caught(&moments, &moments.folded, &FOLDED);
    each_is_caught(&moments, &moments.settled, &SETTLED);
    each_is_caught(&moments, &moments.finalised, &FINALISED);
}

/// Corrupts the later books of a step that was sound.
fn step_is_caught(moments: &Moments, step: (&Books, &Books), rule: &str, corrupt: Corrupt) {
    let (before, after) = step;
    let mut after = after.clone();
    corrupt(&mut after, moments);
    let caught = check_step(before, &after).expect_err("a corruption is noticed");
    assert_eq!(caught.invariant, rule, "{caught}");
}

#[test]
fn every_clause_about_a_step_has_a_mutant_it_catches() {
    let moments = Moments::of_a_default();
    let redemption = (&moments.finalised, &moments.redeemed);
    check_step(redemption.0, redemption.1).unwrap_or_else(|violation| panic!("{violation}"));
    // Quote out of nothing, with an account to lie in.
    step_is_caught(&moments, redemption, "I2 conservation", |books, moments| {
        let (mint, wallet) = (
            moments.story.stage.keys.quote_mint,
            moments.story.stage.quote_wallet("buyer"),
        );
        *books.supplies.get_mut(&mint).expect("the mint exists") += 1;
        books
            .holdings
            .get_mut(&wallet)
            .expect("the buyer has a wallet")
            .atoms += 1;
    });
    // A redemption that burns one contract less than it books.
    step_is_caught(&moments, redemption, "I2 conservation", |books, moments| {
        series(books, moments).token_contracts -= 1;
    });
    // A claim booked but not minted.
    step_is_caught(&moments, redemption, "I2 conservation", |books, moments| {
        expiry(books, moments).claims_atoms += 1;
    });
    let closing = (&moments.sold, &moments.closed);
    check_step(closing.0, closing.1).unwrap_or_else(|violation| panic!("{violation}"));
    step_is_caught(
        &moments,
        closing,
        "I3 debts written off",
        |books, moments| {
            expiry(books, moments).debts_atoms += 1;
        },
    );
    // The auction is gone, its account is not, and nobody got the rent.
    let idle = (&moments.seized, &moments.seized);
    step_is_caught(&moments, idle, "I4 rent returned", |books, moments| {
        books
            .auctions
            .remove(&pda::auction(&moments.story.stage.margin("writer")));
    });
}
