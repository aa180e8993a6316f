//! Stories in a trader's own words: every line says what he did and what it came to, and his money is their sum.

use backstop_interface::accounts::{Shard, SHARD_COUNT};
use backstop_interface::pda;
use backstop_simulator::report::amount::readable;
use backstop_testkit::Stage;

use super::cash;

/// One trader's money, line by line.
pub struct Diary {
    name: &'static str,
    quote_atoms: i64,
}

impl Diary {
    /// Begins with what his account holds.
    pub fn open(stage: &Stage, name: &'static str) -> Self {
        let mut diary = Self {
            name,
            quote_atoms: 0,
        };
        diary.line(stage, "begins", cash(stage, name) as i64);
        diary
    }

    /// He did this, which changed what his account holds by so much quote and nothing else since the line before.
    #[track_caller]
    pub fn line(&mut self, stage: &Stage, did: &str, atoms: i64) {
        self.quote_atoms += atoms;
        let [change, all] = [atoms, self.quote_atoms].map(|atoms| readable(atoms.into()));
        println!("{:<10}{did:<52}{change:>12}{all:>12}", self.name);
        let held = cash(stage, self.name) as i64;
        assert_eq!(held, self.quote_atoms, "{} {did}", self.name);
    }
}

/// All the quote there is: what these diaries' accounts hold and the fees on the way to the fund, to the atom what lies
/// in the vault.
#[track_caller]
pub fn assert_vault(stage: &Stage, diaries: &[&Diary], fees_atoms: u64) {
    let shards = (0..SHARD_COUNT).map(|index| pda::shard(&stage.keys.market, index));
    let shards = shards.filter_map(|address| stage.read::<Shard>(&address));
    let gathered: u64 = shards
        .map(|shard| shard.fees_atoms + shard.fund_atoms)
        .sum();
    assert_eq!(gathered, fees_atoms, "fees");
    let held: i64 = diaries.iter().map(|diary| diary.quote_atoms).sum();
    let vault = stage.world.balance(&stage.keys.vault);
    println!("{:<62}{:>12}", "fees", readable(fees_atoms.into()));
    println!("{:<62}{:>12}", "vault", readable(vault.into()));
    assert_eq!(vault as i64, held + fees_atoms as i64, "vault");
}
