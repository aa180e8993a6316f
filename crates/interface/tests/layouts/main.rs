//! Golden bytes of every account and event: what lies where, under which discriminator, as committed in
//! `golden.txt`. `BACKSTOP_BLESS=1` rewrites the file for review; a program that has accounts on a chain does not
//! change it but by taking from a reserve.

mod described;
mod sample;

use std::fmt::Write;
use std::path::PathBuf;

use backstop_interface::accounts::*;
use backstop_interface::event::*;
use described::Idl;
use sample::{borsh, event, pod, Sample};

/// Least room every account keeps for later fields, in bytes.
const LEAST_RESERVE: usize = 24;

/// Samples of the types named.
macro_rules! samples {
    ($make:ident: $($name:ident),* $(,)?) => {
        vec![$($make::<$name>(stringify!($name))),*]
    };
}

fn accounts() -> Vec<Sample> {
    let mut all = samples!(borsh:
        Auction, Collateral, ExerciseRequest, FeedClock, FillRequest, InsuranceFund, Market, Offer, Protocol, Series, Shard, Stake,
    );
    all.extend(samples!(pod: Exercises, Expiry, MarginAccount, VolSurface));
    all
}

fn events() -> Vec<Sample> {
    samples!(event:
        AccountSettled, AuctionEnded, AuctionStarted, BreachCleared, BreachNoted, CollectingClosed,
        Converted, CoverShared, DelegateSet, Deposited, EstateClosed, ExpiryClosed, FeesSwept, FillRequested,
        Finalised, LegTransferred, LotSold, Measured, OfferFilled, OffersSwept, OffersVoided, OptionDeposited,
        OptionWithdrawn,
        OptionWritten, PriceFixed, QuoteFilled, Redeemed, Repaid, RequestExecuted, RequestVoided, SliceSold,
        Staked, SurfaceMoved, Ticked, Withdrawn, CollateralObserved, ExerciseDecided, ExerciseRequested, ExercisesBorne, RightPaid,
    )
}

/// The whole file: accounts, events, instructions.
fn described() -> String {
    let idl = Idl::read();
    let mut text = String::new();
    for (part, samples) in [("accounts", accounts()), ("events", events())] {
        let names: Vec<_> = samples.iter().map(|one| one.name.to_owned()).collect();
        let missing: Vec<_> = idl
            .names(part)
            .into_iter()
            .filter(|one| !names.contains(one))
            .collect();
        assert!(
            missing.is_empty(),
            "{part} without golden bytes: {missing:?}"
        );
        for sample in &samples {
            text += &idl.table(part, sample);
        }
    }
    for (name, discriminator) in idl.instructions() {
        let _ = writeln!(text, "instruction {name} {discriminator}");
    }
    text
}

#[test]
fn layouts_are_the_committed_ones() {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/layouts/golden.txt");
    let found = described();
    if std::env::var_os("BACKSTOP_BLESS").is_some() {
        std::fs::write(&path, &found).expect("the file can be written");
    }
    let golden = std::fs::read_to_string(&path).unwrap_or_default();
    let differences = differences(&golden, &found);
    assert!(
        differences.is_empty(),
        "layouts changed (BACKSTOP_BLESS=1 rewrites {}):\n{differences}",
        path.display()
    );
}

/// Lines of one text that the other has not, under the heading they belong to.
fn differences(golden: &str, found: &str) -> String {
    let lines = |text: &str| {
        let mut heading = String::new();
        let with_heading = |line: &str| {
            if !line.starts_with(' ') {
                heading = line.to_owned();
            }
            (heading.clone(), line.to_owned())
        };
        text.lines().map(with_heading).collect::<Vec<_>>()
    };
    let (golden, found) = (lines(golden), lines(found));
    let gone = golden
        .iter()
        .filter(|line| !found.contains(line))
        .map(|line| ("-", line));
    let new = found
        .iter()
        .filter(|line| !golden.contains(line))
        .map(|line| ("+", line));
    gone.chain(new)
        .map(|(sign, (heading, line))| format!("{sign} {line}   [{heading}]\n"))
        .collect()
}

/// The version comes first and room for later fields last.
#[test]
fn every_account_begins_with_its_version_and_ends_with_a_reserve() {
    for sample in accounts() {
        let fields = &sample.fields;
        assert_eq!(
            fields.first().map(String::as_str),
            Some("version"),
            "{}",
            sample.name
        );
        assert_eq!(
            fields.last().map(String::as_str),
            Some("reserved"),
            "{}",
            sample.name
        );
        let reserve = Idl::read().reserve(sample.name);
        assert!(
            reserve >= LEAST_RESERVE,
            "{} keeps {reserve} bytes",
            sample.name
        );
    }
}

/// The order of the fields in the code is that of the description, so that the table names the right bytes.
#[test]
fn the_description_has_the_fields_of_the_code() {
    for sample in accounts() {
        assert_eq!(
            Idl::read().fields(sample.name),
            sample.fields,
            "{}",
            sample.name
        );
    }
}

#[test]
fn a_changed_line_is_shown_with_what_it_belongs_to() {
    let golden = "account A\n 8 1 version\n 9 8 atoms\naccount B\n 8 1 version\n";
    let found = "account A\n 8 1 version\n 9 4 atoms\naccount B\n 8 1 version\n";
    let shown = "-  9 8 atoms   [account A]\n+  9 4 atoms   [account A]\n";
    assert_eq!(differences(golden, found), shown);
    assert_eq!(differences(golden, golden), "");
}
