//! How often each instruction was tried, how often it landed, and why it did not.

use std::collections::BTreeMap;
use std::fmt::Write;

use backstop_interface::accounts::{AccountState, ExpirySlot, LegSlot};
use backstop_testkit::invariants::Books;
use backstop_testkit::Wire;

/// Counts of one instruction.
#[derive(Clone, Debug, Default)]
pub struct Count {
    /// Sent.
    pub attempted: u64,
    /// Landed.
    pub landed: u64,
    /// Refusals by error code; 0 stands for refusals that were no code of the program.
    pub refused: BTreeMap<u32, u64>,
    /// The most bytes and accounts of a transaction of it.
    pub wire: Wire,
}

/// Counts by instruction, and the situations the runs got into.
#[derive(Clone, Debug, Default)]
pub struct Table {
    counts: BTreeMap<String, Count>,
    situations: BTreeMap<&'static str, u64>,
}

/// A name, and how to recognise it.
type Situation = (&'static str, fn(&Books) -> bool);

/// Situations the runs are to get into, each with how to recognise it.
pub const SITUATIONS: [Situation; 9] = [
    ("netted without the series", |books| {
        legs(books).any(|leg| leg.unreported_contracts > 0)
    }),
    ("a receivable", |books| {
        slots(books).any(|slot| slot.receivable_atoms > 0)
    }),
    ("a debt", |books| {
        slots(books).any(|slot| slot.debt_atoms > 0)
    }),
    ("an estate", |books| {
        books
            .accounts
            .values()
            .any(|account| account.state() == AccountState::Estate)
    }),
    ("a subsidised auction", |books| {
        books.auctions.values().any(|auction| auction.subsidised)
    }),
    ("insurance in an escrow", |books| {
        books
            .expiries
            .values()
            .any(|expiry| expiry.insured_atoms > 0)
    }),
    ("a shortfall", |books| {
        books
            .expiries
            .values()
            .any(|expiry| expiry.shortfall_atoms > 0)
    }),
    ("a haircut", |books| {
        books.expiries.values().any(|expiry| expiry.haircut_ppb > 0)
    }),
    ("recoveries after the haircut", |books| {
        books
            .expiries
            .values()
            .any(|expiry| expiry.recovered_atoms > 0)
    }),
];

/// A name, the instruction, and how to recognise it by the books before and after it.
type Occasion = (&'static str, &'static str, fn(&Books, &Books) -> bool);

/// What is to happen in the runs, beside each instruction landing.
pub const OCCASIONS: [Occasion; 8] = [
    ("a bid the fund pays", "bid", |before, after| {
        paid_by_funds(after) > paid_by_funds(before)
    }),
    ("a bid on an estate", "bid", |before, after| {
        let sold = after
            .accounts
            .iter()
            .filter(|(_, account)| account.state() == AccountState::Estate);
        let mut sold = sold.filter_map(|(address, now)| Some((before.accounts.get(address)?, now)));
        sold.any(|(was, now)| was.portfolio_version != now.portfolio_version)
    }),
    ("a bid that ends an auction", "bid", |before, after| {
        after.auctions.len() < before.auctions.len()
    }),
    ("a debt written off", "close_estate", |before, after| {
        let sum = |books: &Books| -> u64 {
            books
                .expiries
                .values()
                .map(|one| one.written_off_atoms)
                .sum()
        };
        sum(after) > sum(before)
    }),
    ("an estate given back", "close_estate", |before, after| {
        let gone = before
            .accounts
            .iter()
            .filter(|(address, _)| !after.accounts.contains_key(*address));
        gone.count() == 0
    }),
    ("an exercise", "execute_exercise", |before, after| {
        let count = |books: &Books| books.rights.values().filter(|one| one.exercised).count();
        count(after) > count(before)
    }),
    (
        "a request of exercise that is void",
        "execute_exercise",
        |before, after| after.rights.len() < before.rights.len(),
    ),
    (
        "a short that bears more than its cash",
        "synchronise",
        |before, after| debts(after) > debts(before),
    ),
];

fn paid_by_funds(books: &Books) -> u64 {
    books.funds.values().map(|fund| fund.paid_total_atoms).sum()
}

fn debts(books: &Books) -> u64 {
    slots(books).map(|slot| slot.debt_atoms).sum()
}

fn legs(books: &Books) -> impl Iterator<Item = &LegSlot> {
    books.accounts.values().flat_map(|account| &account.legs)
}

fn slots(books: &Books) -> impl Iterator<Item = &ExpirySlot> {
    books
        .accounts
        .values()
        .flat_map(|account| &account.expiries)
}

impl Table {
    /// Adds another run's counts.
    pub fn add(&mut self, other: &Self) {
        for (situation, times) in &other.situations {
            *self.situations.entry(situation).or_default() += times;
        }
        for (name, count) in &other.counts {
            let sum = self.of(name);
            sum.attempted += count.attempted;
            sum.landed += count.landed;
            sum.wire = sum.wire.max(count.wire);
            for (code, times) in &count.refused {
                *sum.refused.entry(*code).or_default() += times;
            }
        }
    }

    /// The counts of one instruction.
    pub fn of(&mut self, name: &str) -> &mut Count {
        self.counts.entry(name.to_owned()).or_default()
    }

    /// Notes the situations these books are in.
    pub fn note(&mut self, books: &Books) {
        for (situation, is_there) in SITUATIONS {
            *self.situations.entry(situation).or_default() += u64::from(is_there(books));
        }
    }

    /// Notes what an instruction that landed was an occasion of.
    pub fn meet(&mut self, name: &str, before: &Books, after: &Books) {
        for (occasion, of, is_one) in OCCASIONS {
            let met = of == name && is_one(before, after);
            *self.situations.entry(occasion).or_default() += u64::from(met);
        }
    }

    /// Steps in a situation, or how often an occasion was met.
    pub fn got_into(&self, situation: &str) -> u64 {
        self.situations.get(situation).copied().unwrap_or(0)
    }

    /// Attempts and landings of all instructions together; ticks apart, which are many and easy.
    pub fn totals(&self) -> (u64, u64) {
        let counts = self
            .counts
            .iter()
            .filter(|(name, _)| *name != "tick")
            .map(|(_, count)| count);
        let sums = counts.map(|count| (count.attempted, count.landed));
        sums.fold((0, 0), |sum, one| (sum.0 + one.0, sum.1 + one.1))
    }

    /// One line an instruction, those of `wanted` that never landed too; the rarest is named at the end.
    pub fn text(&mut self, wanted: &[String]) -> String {
        let rarest = wanted.iter().map(|name| (self.of(name).landed, name)).min();
        let mut text = String::new();
        for (name, count) in &self.counts {
            let _ = write!(
                text,
                "{name:<22} {:>6} of {:>6} landed, {:>4} bytes, {:>2} accounts",
                count.landed, count.attempted, count.wire.bytes, count.wire.accounts
            );
            for (code, times) in &count.refused {
                let _ = write!(text, "  {code}×{times}");
            }
            text.push('\n');
        }
        let (attempted, landed) = self.totals();
        let _ = writeln!(
            text,
            "{:<22} {landed:>6} of {attempted:>6} landed",
            "all but tick"
        );
        for (situation, times) in &self.situations {
            let _ = writeln!(text, "{times:>6} × {situation}");
        }
        if let Some((count, name)) = rarest {
            let _ = writeln!(text, "rarest: {name}, landed {count} times");
        }
        text
    }
}
