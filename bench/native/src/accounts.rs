//! Full margin of many accounts.

use crate::book::Draft;
use crate::input::Reader;
use crate::portfolio::{regime, Book};
use crate::table::{best, best_of_parts, thousands, Table};
use backstop_risk::margin::{
    assess, ExpiryTerms, Holding, Leg, MarginParams, Portfolio, EXPIRY_COUNT, SCENARIO_COUNT,
};
use std::hint::black_box;

const MILLION: usize = 1_000_000;
/// Accounts in the comparison of legs and threads.
const MANY: usize = 20_000;
const THREADS: [(usize, &str); 2] = [(1, "one thread"), (2, "two threads")];

/// An account of as many legs as it has: a million of them fit the memory of a keeper.
struct Account {
    frame: Portfolio<'static>,
    expiries: [ExpiryTerms; EXPIRY_COUNT],
    holdings: Box<[Holding]>,
    legs: Box<[Leg]>,
}

impl Account {
    fn new(seed: u64, legs: usize) -> Self {
        let mut book = Book::EMPTY;
        let written = Draft::new(seed).written(legs, 1);
        let portfolio = book
            .read(&mut Reader::new(&written))
            .and_then(|()| book.portfolio())
            .expect("it reads what was written");
        Self {
            frame: Portfolio {
                holdings: &[],
                legs: &[],
                expiries: &backstop_risk::margin::PLAIN_EXPIRIES,
                ..portfolio
            },
            expiries: *portfolio.expiries,
            holdings: portfolio.holdings.into(),
            legs: portfolio.legs.into(),
        }
    }

    fn health(&self, params: &MarginParams) -> i64 {
        let portfolio = Portfolio {
            holdings: &self.holdings,
            legs: &self.legs,
            expiries: &self.expiries,
            ..self.frame
        };
        assess(&portfolio, &regime(params)).map_or(0, |outcome| outcome.health_mm())
    }
}

/// Seconds to revalue all accounts once, split evenly over threads.
fn revalue(accounts: &[Account], threads: usize, passes: u32) -> f64 {
    let params = MarginParams::default();
    let part = accounts.len().div_ceil(threads);
    let sum = |accounts: &[Account]| {
        let healths = accounts.iter().map(|account| account.health(&params));
        healths.fold(0, i64::wrapping_add)
    };
    best(passes, || {
        std::thread::scope(|scope| {
            for accounts in accounts.chunks(part) {
                scope.spawn(move || black_box(sum(accounts)));
            }
        });
    })
}

fn accounts(count: usize, legs: usize) -> Vec<Account> {
    (0..count as u64)
        .map(|seed| Account::new(seed, legs))
        .collect()
}

/// Accounts a second by legs and threads, and time an account by number of accounts. Returns the
/// nanoseconds of one of the 32 x 33 prices of a full margin.
pub fn measure(table: &mut Table) -> f64 {
    let mut in_margin = 0.0;
    for legs in [8, 32] {
        let accounts = accounts(MANY, legs);
        for (threads, name) in THREADS {
            let seconds = revalue(&accounts, threads, 5);
            let rate = thousands(MANY as f64 / seconds);
            table.row(
                format!("full margin, {legs} legs, {name}"),
                format!("{rate} accounts/s"),
            );
        }
        let params = MarginParams::default();
        let seconds = best_of_parts(&accounts, 20, |part| {
            let healths = part.iter().map(|account| account.health(&params));
            black_box(healths.fold(0, i64::wrapping_add));
        });
        in_margin = seconds * 1e9 / (MANY * legs * SCENARIO_COUNT) as f64;
    }
    let million = accounts(MILLION, 8);
    for (count, passes) in [(1, 100_000), (1_000, 200), (MILLION, 3)] {
        let seconds = best(1, || {
            black_box(revalue_in_place(&million[..count], passes));
        });
        let each = seconds * 1e9 / (count as f64 * f64::from(passes));
        let name = format!(
            "time of one among {} accounts of 8 legs, one thread",
            thousands(count as f64)
        );
        table.row(name, format!("{} ns", thousands(each)));
    }
    let seconds = revalue(&million, 2, 3);
    table.row(
        "1 000 000 accounts of 8 legs, two threads",
        format!("{seconds:.2} s"),
    );
    in_margin
}

/// Revalues the same accounts again and again without starting a thread.
fn revalue_in_place(accounts: &[Account], passes: u32) -> i64 {
    let params = MarginParams::default();
    let mut sum = 0i64;
    for _ in 0..passes {
        for account in black_box(accounts) {
            sum = sum.wrapping_add(account.health(&params));
        }
    }
    sum
}
