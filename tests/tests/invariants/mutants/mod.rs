//! Each clause of each rule notices when it is broken: books read from the real program are corrupted by one
//! atom, one contract or one flag, and the checker must name the clause. The worlds are not touched.

mod acts;
mod clauses;
mod exercises;
mod limits;
mod moments;
mod single;

use anchor_lang::prelude::Pubkey;
use backstop_interface::accounts::{Auction, Expiry, MarginAccount, Series};
use backstop_interface::pda;
use backstop_testkit::invariants::{check_books, check_step, Books};
use backstop_testkit::{pubkey, Holding};

use super::story::Moments;
use moments::{FINALISED, FOLDED, SEIZED, SETTLED, TRADED};

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

/// The creator gets a lamport less than lay in what is gone since `before`.
fn underpay(books: &mut Books, before: &Books) {
    let mut rents = before.rents.iter();
    let gone = rents.find(|(address, _)| !books.rents.contains_key(*address));
    let (_, rent) = gone.expect("something was closed");
    let had = before.wallets[&pubkey("keeper")];
    let wallet = books
        .wallets
        .insert(pubkey("keeper"), had + rent.lamports - 1);
    assert!(wallet.is_some_and(|has| has >= had + rent.lamports));
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
fn every_clause_about_tokens_in_a_step_has_a_mutant_it_catches() {
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
}

#[test]
fn every_clause_about_an_end_has_a_mutant_it_catches() {
    let moments = Moments::of_a_default();
    let closing = (&moments.sold, &moments.closed);
    check_step(closing.0, closing.1).unwrap_or_else(|violation| panic!("{violation}"));
    // An estate that leaves its debt behind.
    step_is_caught(&moments, closing, "I3 debts", |books, moments| {
        expiry(books, moments).debts_atoms += 1;
    });
    step_is_caught(
        &moments,
        closing,
        "I3 debts written off",
        |books, moments| {
            expiry(books, moments).written_off_atoms -= 1;
        },
    );
    // Tokens sold forgotten while their expiry is there.
    step_is_caught(&moments, closing, "I1 tokens sold", |books, moments| {
        expiry(books, moments).tokens_sold_atoms -= 1;
    });
    // A lamport of what lay in a series, or in an expiry, does not reach its creator.
    let ends: [(&Books, &Books, Corrupt); 2] = [
        (&moments.listed, &moments.unlisted, |books, moments| {
            underpay(books, &moments.listed)
        }),
        (&moments.unlisted, &moments.ended, |books, moments| {
            underpay(books, &moments.unlisted)
        }),
    ];
    for (before, after, corrupt) in ends {
        check_step(before, after).unwrap_or_else(|violation| panic!("{violation}"));
        step_is_caught(&moments, (before, after), "I4 rent returned", corrupt);
    }
    // The auction, an account, an offer is gone, and nobody got the rent.
    let idle = (&moments.seized, &moments.seized);
    let gone: [Corrupt; 3] = [
        |books, moments| {
            let address = pda::auction(&moments.story.stage.margin("writer"));
            books.auctions.remove(&address).expect("on auction");
            books.rents.remove(&address);
        },
        |books, moments| {
            let address = moments.story.stage.margin("bidder");
            books.accounts.remove(&address).expect("an account");
            books.rents.remove(&address);
        },
        |books, moments| {
            let address = moments.story.stage.offer("writer", 1);
            books.offers.remove(&address).expect("an offer");
            books.rents.remove(&address);
        },
    ];
    for corrupt in gone {
        step_is_caught(&moments, idle, "I4 rent returned", corrupt);
    }
}

#[test]
fn every_clause_about_what_an_instruction_must_leave_alone_has_a_mutant_it_catches() {
    let moments = Moments::of_a_default();
    let idle = (&moments.traded, &moments.traded);
    // An atom that comes into a vault and into no book, or leaves it so.
    let vaults: [fn(&Moments) -> Pubkey; 4] = [
        |moments| moments.story.stage.keys.vault,
        |moments| moments.story.stage.keys.insurance_vault,
        |moments| moments.story.expiry.escrow,
        |_| pda::treasury(),
    ];
    for vault in vaults {
        for atoms in [1, -1] {
            let mut after = moments.finalised.clone();
            let holding = after.holdings.get_mut(&vault(&moments)).expect("a vault");
            holding.atoms = holding.atoms.saturating_add_signed(atoms);
            let caught = check_step(&moments.finalised, &after).expect_err("a corruption");
            assert_eq!(caught.invariant, "I1 excess", "{caught}");
        }
    }
    // A mint that goes away with its tokens.
    step_is_caught(&moments, idle, "I2 conservation", |books, moments| {
        let mint = moments.story.put.option_mint;
        books.supplies.remove(&mint).expect("minted");
        books.holdings.retain(|_, holding| holding.mint != mint);
    });
    // An expiry goes back, changes its price, or its haircut.
    let redemption = (&moments.finalised, &moments.redeemed);
    let (back, once) = ("I16 back edge", "I16 set once");
    step_is_caught(&moments, redemption, back, |books, moments| {
        expiry(books, moments).state -= 1
    });
    step_is_caught(&moments, redemption, once, |books, moments| {
        expiry(books, moments).settlement_price += 1
    });
    step_is_caught(&moments, redemption, once, |books, moments| {
        expiry(books, moments).haircut_ppb += 1
    });
}
