//! The final account: every token account of the protocol against the books, walked account by account.

use anyhow::Context;
use backstop_interface::accounts::{Expiry, MarginAccount};
use backstop_interface::pda;
use backstop_testkit::invariants::Books;
use backstop_testkit::pubkey;
use solana_pubkey::Pubkey;

use super::theatre::Theatre;
use crate::report::{Claim, Settlement, Vault};
use crate::utc;

/// Walks everything.
pub(super) fn settlement(theatre: &Theatre) -> anyhow::Result<Settlement> {
    let books = Books::read(&theatre.stage.world);
    Ok(Settlement {
        loss: theatre.loss_shares(),
        claims: claims(theatre, &books),
        vaults: vaults(theatre, &books)?,
    })
}

/// Holders of claim tokens, buyers and owners of margin accounts alike.
fn claims(theatre: &Theatre, books: &Books) -> Vec<Claim> {
    let mint = theatre.expiry.claim_mint;
    let mut claims = Vec::new();
    for (address, name) in &theatre.names {
        if *address != pubkey(name) {
            continue;
        }
        let claim_atoms = books.held(&theatre.stage.world.ata(address, &mint));
        if claim_atoms > 0 {
            let expiry = utc::date_clock(theatre.input.expiry_at());
            claims.push(Claim {
                holder: name.clone(),
                expiry,
                claim_atoms,
                repaid_atoms: 0,
            });
        }
    }
    claims.sort_by(|a, b| a.holder.cmp(&b.holder));
    claims
}

/// A row of the table: a token account or a supply against the books.
fn row(name: &str, mint: &str, decimals: u8, (expected_atoms, actual_atoms): (u64, u64)) -> Vault {
    let (name, mint) = (name.to_owned(), mint.to_owned());
    Vault {
        name,
        mint,
        decimals,
        expected_atoms,
        actual_atoms,
    }
}

fn vaults(theatre: &Theatre, books: &Books) -> anyhow::Result<Vec<Vault>> {
    let mut rows = money(theatre, books)?;
    rows.extend(tokens(theatre, books)?);
    rows.push(quote_everywhere(theatre, books)?);
    Ok(rows)
}

/// Vaults of quote and underlying, against every account, shard and fund walked.
fn money(theatre: &Theatre, books: &Books) -> anyhow::Result<Vec<Vault>> {
    let (keys, market) = (&theatre.stage.keys, &theatre.input.scenario.market);
    let expiry = expiry(theatre, books)?;
    let sum = |of: &dyn Fn(&MarginAccount) -> u64| books.accounts.values().map(of).sum::<u64>();
    let fees: u64 = books
        .shards
        .values()
        .map(|shard| shard.claims_atoms())
        .sum();
    let cash = sum(&|account| account.quote_atoms) + fees;
    let underlying = sum(&|account| account.collateral_atoms(&keys.underlying_mint));
    let fund = books
        .funds
        .get(&keys.fund)
        .map_or(0, |fund| fund.assets_atoms);
    let escrow = expiry.escrow_atoms + expiry.recovered_atoms;
    let (quote, held) = (&market.quote, |account: &Pubkey| books.held(account));
    Ok(vec![
        row(
            "quote: accounts and fees",
            quote,
            6,
            (cash, held(&keys.vault)),
        ),
        row(
            "collateral: accounts",
            &market.underlying,
            9,
            (underlying, held(&keys.underlying_vault)),
        ),
        row(
            "insurance fund",
            quote,
            6,
            (fund, held(&keys.insurance_vault)),
        ),
        row(
            "escrow of the expiry",
            quote,
            6,
            (escrow, held(&theatre.expiry.escrow)),
        ),
    ])
}

/// Tokens of the protocol's own: what is in the treasury, what claims and options exist.
fn tokens(theatre: &Theatre, books: &Books) -> anyhow::Result<Vec<Vault>> {
    let protocol = books
        .protocol
        .as_ref()
        .context("there is no protocol account")?;
    let left = protocol.recapitalisation_supply_atoms - protocol.recapitalisation_sold_atoms;
    let claims = books.supply(&theatre.expiry.claim_mint);
    let options = theatre
        .series
        .iter()
        .map(|series| books.supply(&series.option_mint))
        .sum();
    let contracts = books
        .series
        .values()
        .map(|series| series.token_contracts)
        .sum();
    Ok(vec![
        row("treasury", "RECAP", 6, (left, books.held(&pda::treasury()))),
        row(
            "claims in existence",
            "CLAIM",
            6,
            (expiry(theatre, books)?.claims_atoms, claims),
        ),
        row("option tokens left", "OPTION", 6, (contracts, options)),
    ])
}

fn expiry<'b>(theatre: &Theatre, books: &'b Books) -> anyhow::Result<&'b Expiry> {
    books
        .expiries
        .get(&theatre.expiry.expiry)
        .context("there is no expiry account")
}

/// All quote there is: what was minted to actors, against what all token accounts of the chain hold together.
fn quote_everywhere(theatre: &Theatre, books: &Books) -> anyhow::Result<Vault> {
    let mint = theatre.stage.keys.quote_mint;
    let of_mint = books
        .holdings
        .values()
        .filter(|holding| holding.mint == mint);
    let held: u128 = of_mint.map(|holding| u128::from(holding.atoms)).sum();
    let held = u64::try_from(held).context("more quote than a mint can hold")?;
    let quote = &theatre.input.scenario.market.quote;
    Ok(row(
        "all quote on the chain",
        quote,
        6,
        (theatre.endowed_atoms, held),
    ))
}
