//! Who holds what, before and after.

use std::collections::BTreeMap;
use std::fmt::Write;

use solana_account::ReadableAccount;
use solana_pubkey::Pubkey;

use crate::tokens::{mint_state, token_account};
use crate::World;

/// One token account's content.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Holding {
    /// Which mint.
    pub mint: Pubkey,
    /// Balance in base units.
    pub atoms: u64,
}

/// Every token account of the world, every mint's supply, and the lamports of every labelled address, at one
/// moment.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Balances {
    holdings: BTreeMap<Pubkey, Holding>,
    supplies: BTreeMap<Pubkey, u64>,
    lamports: BTreeMap<Pubkey, u64>,
    names: BTreeMap<Pubkey, String>,
}

impl Balances {
    /// Reads the whole world, token accounts of both token programs.
    pub fn read(world: &World) -> Self {
        let mut balances = Self::default();
        for (address, account) in world.all_accounts() {
            if let Some(token) = token_account(account.owner(), account.data()) {
                let holding = Holding {
                    mint: token.mint,
                    atoms: token.amount,
                };
                balances.holdings.insert(*address, holding);
            } else if let Some(mint) = mint_state(account.owner(), account.data()) {
                balances.supplies.insert(*address, mint.supply);
            }
        }
        for address in world.labels.keys() {
            balances.lamports.insert(*address, world.lamports(address));
        }
        balances.names = world.labels.clone();
        balances
    }

    /// Atoms in a token account, 0 if it does not exist.
    pub fn of(&self, account: &Pubkey) -> u64 {
        self.holdings
            .get(account)
            .map_or(0, |holding| holding.atoms)
    }

    /// Sum over all token accounts of `mint`.
    pub fn total(&self, mint: &Pubkey) -> u128 {
        let of_mint = self
            .holdings
            .values()
            .filter(|holding| holding.mint == *mint);
        of_mint.map(|holding| u128::from(holding.atoms)).sum()
    }

    /// The mint's own count of its atoms, 0 if it does not exist.
    pub fn supply(&self, mint: &Pubkey) -> u64 {
        self.supplies.get(mint).copied().unwrap_or_default()
    }

    /// By how much a token account differs in `later`, atoms.
    pub fn gain(&self, later: &Self, account: &Pubkey) -> i128 {
        i128::from(later.of(account)) - i128::from(self.of(account))
    }

    /// Asserts that from here to `later` no atom of `mint` came to be or vanished: Σ over all token accounts is
    /// unchanged and is what the mint counts.
    ///
    /// # Panics
    /// With a table of what moved if that is not so.
    #[track_caller]
    pub fn assert_conserved(&self, later: &Self, mint: &Pubkey) {
        self.assert_created(later, mint, 0);
    }

    /// Asserts that from here to `later` exactly `atoms` of `mint` were minted (burned, if negative), and that all
    /// of them lie in token accounts.
    ///
    /// # Panics
    /// With a table of what moved if that is not so.
    #[track_caller]
    pub fn assert_created(&self, later: &Self, mint: &Pubkey, atoms: i128) {
        for balances in [self, later] {
            let (total, supply) = (balances.total(mint), balances.supply(mint));
            assert_eq!(
                total,
                u128::from(supply),
                "accounts and supply of {}",
                self.name(mint)
            );
        }
        let created = later.total(mint) as i128 - self.total(mint) as i128;
        let table = self.table(later);
        assert_eq!(
            created,
            atoms,
            "atoms of {} created;\n{table}",
            self.name(mint)
        );
    }

    /// A table of every token account and every labelled address's lamports that differ in `later`: name, mint or
    /// `lamports`, before, after, difference. Empty if none does.
    pub fn table(&self, later: &Self) -> String {
        let mut rows = self.token_rows(later);
        rows.extend(self.lamport_rows(later));
        if rows.is_empty() {
            return String::new();
        }
        let heading = ["account", "unit", "before", "after", "change"].map(str::to_owned);
        rows.insert(0, heading);
        let width = |column: usize| rows.iter().map(|row| row[column].chars().count()).max();
        let widths: Vec<_> = (0..5).map(|column| width(column).unwrap_or(0)).collect();
        let mut table = String::new();
        for [account, unit, before, after, change] in &rows {
            let _ = writeln!(
                table,
                "{account:<0$}  {unit:<1$}  {before:>2$}  {after:>3$}  {change:>4$}",
                widths[0], widths[1], widths[2], widths[3], widths[4]
            );
        }
        table
    }

    fn token_rows(&self, later: &Self) -> Vec<[String; 5]> {
        let mut both = later.holdings.clone();
        both.extend(&self.holdings);
        let moved = both
            .iter()
            .filter(|(account, _)| self.of(account) != later.of(account));
        let row = |(account, holding): (&Pubkey, &Holding)| {
            row(
                later.name(account),
                later.name(&holding.mint),
                self.of(account),
                later.of(account),
            )
        };
        moved.map(row).collect()
    }

    fn lamport_rows(&self, later: &Self) -> Vec<[String; 5]> {
        let before = |address| self.lamports.get(address).copied().unwrap_or_default();
        let all = later.lamports.iter();
        all.filter(|(address, after)| before(address) != **after)
            .map(|(address, after)| {
                row(
                    later.name(address),
                    "lamports".to_owned(),
                    before(address),
                    *after,
                )
            })
            .collect()
    }

    fn name(&self, address: &Pubkey) -> String {
        let short = || address.to_string().chars().take(8).collect();
        self.names.get(address).cloned().unwrap_or_else(short)
    }
}

fn row(account: String, unit: String, before: u64, after: u64) -> [String; 5] {
    let change = i128::from(after) - i128::from(before);
    [
        account,
        unit,
        before.to_string(),
        after.to_string(),
        format!("{change:+}"),
    ]
}
