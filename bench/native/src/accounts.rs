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
/// Accounts in the comparison of legs and threads, and in a piece that is timed at once.
const MANY: usize = 20_000;
const PIECE: usize = 20;
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

/// The sum of all healths.
fn revalue(accounts: &[Account]) -> i64 {
    let params = MarginParams::default();
    let healths = accounts.iter().map(|account| account.health(&params));
    healths.fold(0, i64::wrapping_add)
}

/// Runs `work` on equal parts of the accounts at once and collects what it returns.
fn on_threads<T: Send>(
    accounts: &[Account],
    threads: usize,
    work: impl Fn(&[Account]) -> T + Sync,
) -> Vec<T> {
    std::thread::scope(|scope| {
        let parts = accounts.chunks(accounts.len().div_ceil(threads));
        let running: Vec<_> = parts.map(|part| scope.spawn(|| work(part))).collect();
        let finished = running.into_iter().map(|thread| thread.join());
        finished
            .map(|result| result.expect("no thread panics"))
            .collect()
    })
}

/// Accounts a second: every thread's part in short pieces at their fastest pass, the threads added up.
fn rate(accounts: &[Account], threads: usize) -> f64 {
    let rates = on_threads(accounts, threads, |part| {
        let seconds = best_of_parts(part, PIECE, |piece| {
            black_box(revalue(piece));
        });
        part.len() as f64 / seconds
    });
    rates.iter().sum()
}

/// Seconds to go through all accounts in order: pieces are timed on each of the passes and count at their
/// fastest, but between two of a piece's times all the others are read.
fn sweep(accounts: &[Account], passes: u32) -> f64 {
    let mut fastest = vec![f64::INFINITY; accounts.len().div_ceil(PIECE)];
    for _ in 0..passes {
        for (piece, fastest) in accounts.chunks(PIECE).zip(&mut fastest) {
            let seconds = best(1, || {
                black_box(revalue(black_box(piece)));
            });
            *fastest = fastest.min(seconds);
        }
    }
    fastest.iter().sum()
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
            let rate = rate(&accounts, threads);
            table.row(
                format!("full margin, {legs} legs, {name}"),
                format!("{} accounts/s", thousands(rate)),
            );
            if threads == 1 {
                in_margin = 1e9 / (rate * (legs * SCENARIO_COUNT) as f64);
            }
        }
    }
    let million = accounts(MILLION, 8);
    for count in [1, 1_000, MILLION] {
        let accounts = &million[..count];
        let seconds = sweep(accounts, if count == MILLION { 5 } else { 1_000 });
        let name = format!(
            "one among {} accounts of 8 legs, one thread",
            thousands(count as f64)
        );
        table.row(
            name,
            format!("{} ns", thousands(seconds * 1e9 / count as f64)),
        );
    }
    let name = "1 000 000 accounts of 8 legs, two threads";
    let swept = on_threads(&million, 2, |part| sweep(part, 5));
    let seconds = swept.into_iter().fold(0.0, f64::max);
    table.row(name, format!("{seconds:.2} s"));
    let seconds = best(3, || {
        black_box(on_threads(&million, 2, revalue));
    });
    table.row(format!("{name}, by the clock"), format!("{seconds:.2} s"));
    in_margin
}
