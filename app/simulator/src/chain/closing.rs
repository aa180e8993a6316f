//! The final account: every token account of the protocol against the books, walked account by account.

use anyhow::Context;
use backstop_interface::accounts::MarginAccount;
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

/// A row of the table.
struct Row<'t> {
    name: &'t str,
    mint: &'t str,
    decimals: u8,
    expected_atoms: u64,
    actual_atoms: u64,
}

fn vaults(theatre: &Theatre, books: &Books) -> anyhow::Result<Vec<Vault>> {
    let (keys, market) = (&theatre.stage.keys, &theatre.input.scenario.market);
    let protocol = books
        .protocol
        .as_ref()
        .context("there is no protocol account")?;
    let expiry = books
        .expiries
        .get(&theatre.expiry.expiry)
        .context("there is no expiry account")?;
    let sum = |of: &dyn Fn(&MarginAccount) -> u64| books.accounts.values().map(of).sum::<u64>();
    let fees: u64 = books.shards.values().map(|shard| shard.fees_atoms).sum();
    let stake = books
        .funds
        .get(&keys.fund)
        .map_or(0, |fund| fund.assets_atoms);
    let treasury = protocol.recapitalisation_supply_atoms - protocol.recapitalisation_sold_atoms;
    let quote = |name, expected_atoms, account: &Pubkey| Row {
        name,
        mint: &market.quote,
        decimals: 6,
        expected_atoms,
        actual_atoms: books.held(account),
    };
    let mut rows = vec![
        quote(
            "quote: accounts and fees",
            sum(&|account| account.quote_atoms) + fees,
            &keys.vault,
        ),
        Row {
            name: "collateral: accounts",
            mint: &market.underlying,
            decimals: 9,
            expected_atoms: sum(&|account| account.collateral_atoms(&keys.underlying_mint)),
            actual_atoms: books.held(&keys.underlying_vault),
        },
        quote("insurance fund", stake, &keys.insurance_vault),
        quote(
            "escrow of the expiry",
            expiry.escrow_atoms + expiry.recovered_atoms,
            &theatre.expiry.escrow,
        ),
    ];
    let tokens = |name, mint, expected_atoms, actual_atoms| Row {
        name,
        mint,
        decimals: 6,
        expected_atoms,
        actual_atoms,
    };
    rows.push(tokens(
        "treasury",
        "RECAP",
        treasury,
        books.held(&pda::treasury()),
    ));
    rows.push(tokens(
        "claims in existence",
        "CLAIM",
        expiry.claims_atoms,
        books.supply(&theatre.expiry.claim_mint),
    ));
    let options: u64 = theatre
        .series
        .iter()
        .map(|series| books.supply(&series.option_mint))
        .sum();
    rows.push(tokens("option tokens left", "OPTION", 0, options));
    rows.push(quote_everywhere(theatre, books)?);
    Ok(rows.into_iter().map(Vault::from).collect())
}

/// All quote there is: what was minted to actors, against what all token accounts of the chain hold together.
fn quote_everywhere<'t>(theatre: &'t Theatre, books: &Books) -> anyhow::Result<Row<'t>> {
    let mint = theatre.stage.keys.quote_mint;
    let held = books
        .holdings
        .values()
        .filter(|holding| holding.mint == mint)
        .map(|holding| u128::from(holding.atoms));
    Ok(Row {
        name: "all quote on the chain",
        mint: &theatre.input.scenario.market.quote,
        decimals: 6,
        expected_atoms: theatre.endowed_atoms,
        actual_atoms: u64::try_from(held.sum::<u128>())
            .context("more quote than a mint can hold")?,
    })
}

impl From<Row<'_>> for Vault {
    fn from(row: Row<'_>) -> Self {
        Self {
            name: row.name.to_owned(),
            mint: row.mint.to_owned(),
            decimals: row.decimals,
            expected_atoms: row.expected_atoms,
            actual_atoms: row.actual_atoms,
        }
    }
}
