//! The opening: the market, its actors, what they bring and what they trade.

use anyhow::{ensure, Context};
use backstop_risk::params::DEPTH;
use backstop_testkit::{Genesis, OfferTerms, Stage, World};

use super::collateral::{self, Collateral};
use super::theatre::Theatre;
use super::trades::{self, Grids, Taker, Trade, HOUSE};
use super::{clock, publishers, Progress};
use crate::input::Input;
use crate::replay;
use crate::report::{amount, Stage as Chapter};
use crate::scenario::Writer;

/// Least price a replay accepts, quote scaled 1e9: a hundred units of the feed.
const LEAST_PRICE: u64 = 1_000;
/// Greatest price the program reads, quote scaled 1e9.
const MOST_PRICE: u64 = 10_000_000_000_000_000;
/// Nothing new is written in the hour before expiry.
const LAST_HOUR_SECONDS: i64 = 3_600;
/// Buys converting collateral to sell it elsewhere; as much cash as the books are large.
pub(super) const ARBITRAGEUR: &str = "Arbitrageur";

/// Runs genesis and gets everybody in.
pub(super) fn open(input: &Input, progress: Progress) -> anyhow::Result<Theatre<'_>> {
    let (opens_at, expires_at) = (input.path.first().at, input.expiry_at());
    ensure!(
        expires_at - opens_at > LAST_HOUR_SECONDS,
        "the market opens less than an hour before its expiry, when nothing may be written any more; \
         use more rows or a larger expiry_after_end_seconds"
    );
    let (lowest, highest) = (input.path.lowest().price, input.path.highest().price);
    ensure!(
        lowest >= LEAST_PRICE && highest <= MOST_PRICE,
        "the prices reach from {} to {}; the program takes 0.000001 to 10,000,000",
        amount::exact(i128::from(lowest), 9),
        amount::exact(i128::from(highest), 9)
    );
    let stage = open_stage(input, opens_at + clock::shift_seconds(opens_at, expires_at))?;
    Ok(Theatre::new(input, stage, replay::open(input), progress))
}

fn open_stage(input: &Input, opens_at: i64) -> anyhow::Result<Stage> {
    let mut genesis = Genesis {
        opens_at,
        price: input.spot_price(),
        ..Genesis::default()
    };
    let grids = Grids::for_spot(input.spot_price());
    genesis.params.strike_tick_price = grids.tick_price;
    genesis.params.lot_contracts = grids.lot_contracts;
    genesis.params.margin.depth_contracts = depth_contracts(input.spot_price());
    genesis.params.margin.scan_ppb = u64::from(input.scenario.market.scan_range_bps) * 100_000;
    genesis.params.validate().context(
        "the program would refuse the market's parameters; scan_range_bps is 500 to 5000",
    )?;
    // The stage takes a program that loads for granted.
    World::new(&input.program.bytes).context("the program cannot be loaded")?;
    Ok(Stage::open(&input.program.bytes, &genesis))
}

/// The default depth of a market at 200 quote, worth as much at another price, within its bounds; in millionths.
fn depth_contracts(spot_price: u64) -> u64 {
    let worth = u128::from(DEPTH.default) * 200_000_000_000;
    let contracts = worth / u128::from(spot_price.max(1));
    u64::try_from(contracts)
        .unwrap_or(u64::MAX)
        .clamp(DEPTH.min, DEPTH.max)
}

/// Everybody brings what the scenario says and the books are written.
pub(super) fn trade(theatre: &mut Theatre) -> anyhow::Result<()> {
    theatre.pass_to(theatre.input.path.first().at);
    publishers::open(theatre)?;
    for number in 1..=theatre.input.scenario.actors.keepers {
        theatre.endow(&format!("keeper-{number}"), 0, 0);
    }
    let grids = Grids::for_spot(theatre.input.spot_price());
    let trades = trades::of_books(theatre.input, grids, &theatre.expiry)?;
    list_series(theatre, &trades)?;
    insure(theatre)?;
    bring_collateral(theatre, &trades)?;
    for (number, trade) in trades.iter().enumerate() {
        fill(theatre, trade, number as u64)?;
    }
    enter_bidders(theatre)?;
    super::settling::sweep_fees(theatre)?;
    theatre.record_fund();
    Ok(())
}

fn list_series(theatre: &mut Theatre, trades: &[Trade]) -> anyhow::Result<()> {
    let keeper = theatre.keeper();
    let expiry = theatre.expiry;
    let outcome = theatre.stage.create_expiry(&keeper, &expiry);
    theatre.land("create_expiry", outcome)?;
    for series in trades::series_of(trades) {
        let outcome = theatre.stage.create_series(&keeper, &series);
        theatre.land("create_series", outcome)?;
        theatre.series.push(series);
    }
    Ok(())
}

fn insure(theatre: &mut Theatre) -> anyhow::Result<()> {
    for insurer in &theatre.input.scenario.actors.insurers {
        theatre.endow(&insurer.name, insurer.stake_atoms, 0);
        if insurer.stake_atoms > 0 {
            let outcome = theatre.stage.stake(&insurer.name, insurer.stake_atoms);
            theatre.land("stake_insurance", outcome)?;
        }
    }
    Ok(())
}

/// Writers and whoever buys into a margin account.
fn bring_collateral(theatre: &mut Theatre, trades: &[Trade]) -> anyhow::Result<()> {
    let house = Writer {
        name: HOUSE.into(),
        about: "sells what writers are long".into(),
        share_bps: 0,
        cushion_bps: 100_000,
        underlying_bps: 0,
        legs: Vec::new(),
    };
    let needs_house = trades.iter().any(|trade| trade.seller == HOUSE);
    for writer in theatre
        .input
        .scenario
        .books
        .writers
        .iter()
        .chain(needs_house.then_some(&house))
    {
        open_account(theatre, &writer.name)?;
        let collateral = collateral::of_writer(theatre, writer, trades)?;
        deposit(theatre, &writer.name, collateral)?;
    }
    for buyer in &theatre.input.scenario.books.buyers {
        theatre.endow(buyer, 0, 0);
        let ledger = |trade: &&Trade| trade.taker == Taker::Ledger(buyer.clone());
        let quote_atoms: u64 = trades.iter().filter(ledger).map(Trade::premium_atoms).sum();
        if quote_atoms > 0 {
            open_account(theatre, buyer)?;
            deposit(
                theatre,
                buyer,
                Collateral {
                    quote_atoms,
                    underlying_atoms: 0,
                },
            )?;
        }
    }
    Ok(())
}

fn open_account(theatre: &mut Theatre, name: &str) -> anyhow::Result<()> {
    theatre.endow(name, 0, 0);
    let outcome = theatre.stage.open_account(name);
    theatre.land("open_account", outcome)?;
    theatre.owners.push(name.to_owned());
    Ok(())
}

/// Mints and deposits; amounts below the least deposit are raised to it.
fn deposit(theatre: &mut Theatre, name: &str, collateral: Collateral) -> anyhow::Result<()> {
    let view = theatre.stage.view();
    let least_quote = 1_000_000;
    let raised = |atoms: u64, least: u64| if atoms == 0 { 0 } else { atoms.max(least) };
    let quote = raised(collateral.quote_atoms, least_quote);
    let underlying = raised(
        collateral.underlying_atoms,
        view.underlying.least_deposit_atoms,
    );
    theatre.endow(name, quote, underlying);
    if quote > 0 {
        let outcome = theatre.stage.deposit_quote(name, quote);
        theatre.land("deposit", outcome)?;
    }
    if underlying > 0 {
        let outcome = theatre.stage.deposit_underlying(name, underlying);
        theatre.land("deposit", outcome)?;
    }
    Ok(())
}

/// The writer offers, the buyer takes all of it.
fn fill(theatre: &mut Theatre, trade: &Trade, nonce: u64) -> anyhow::Result<()> {
    let terms = OfferTerms {
        nonce,
        premium_price: trade.premium_price,
        contracts: trade.contracts,
    };
    let outcome = theatre
        .stage
        .place_offer(&trade.seller, &trade.series, terms);
    theatre.land("place_offer", outcome)?;
    let stage = &mut theatre.stage;
    let outcome = match &trade.taker {
        Taker::Wallet(buyer) => {
            theatre.endow(buyer, trade.premium_atoms(), 0);
            theatre
                .stage
                .buy_tokens(buyer, &trade.seller, nonce, &trade.series, trade.contracts)
        }
        Taker::Ledger(buyer) => {
            stage.buy_ledger(buyer, &trade.seller, nonce, &trade.series, trade.contracts)
        }
    };
    theatre.land("fill_offer", outcome)?;
    let outcome = theatre.stage.cancel_offer(&trade.seller, nonce);
    theatre.land("cancel_offer", outcome)?;
    Ok(())
}

fn enter_bidders(theatre: &mut Theatre) -> anyhow::Result<()> {
    let actors = &theatre.input.scenario.actors;
    for bidder in &actors.bidders {
        open_account(theatre, &bidder.name)?;
        deposit(
            theatre,
            &bidder.name,
            Collateral {
                quote_atoms: bidder.cash_atoms,
                underlying_atoms: 0,
            },
        )?;
    }
    theatre.endow(ARBITRAGEUR, theatre.input.scenario.books.notional_atoms, 0);
    for backer in &actors.backstop {
        theatre.endow(&backer.name, backer.cash_atoms, 0);
    }
    let bidders: Vec<&str> = actors
        .bidders
        .iter()
        .map(|bidder| bidder.name.as_str())
        .collect();
    let text = format!(
        "{} keepers watch; {} wait to bid",
        actors.keepers,
        bidders.join(", ")
    );
    theatre.tell(Chapter::Trade, "everybody", "ready", None, text);
    Ok(())
}
