//! What must be true of the books after anything that landed, however it was called.

use std::collections::BTreeMap;

use anchor_lang::AccountDeserialize;
use backstop_client::fetch;
use backstop_interface::accounts::{Collateral, CollateralKind, FillRequest, InsuranceFund, Shard};
use backstop_interface::pda;
use backstop_testkit::{Balances, World};
use solana_pubkey::Pubkey;

/// Everything owed in one market by mint, and what its accounts claim.
type Sums = BTreeMap<(Pubkey, Pubkey), u64>;

/// Asserts that every vault holds what its books say, that the books moved with the sum of what accounts hold,
/// and that tokens were only made and lost by minting and burning. `before` may hold copies made for an attack.
#[track_caller]
pub fn assert_kept(before: &World, after: &World, what: &str) {
    let later = Balances::read(after);
    assert_moved_together(before, after, what);
    for (address, account) in &after.program_accounts() {
        if let Some(collateral) = read::<Collateral>(&account.data) {
            let vault = later.of(&collateral.vault);
            assert!(
                vault >= collateral.claims_atoms,
                "{what}: vault under its books"
            );
        }
        if let Some(fund) = read::<InsuranceFund>(&account.data) {
            assert!(
                later.of(&fund.vault) >= fund.assets_atoms,
                "{what}: fund under its books"
            );
        }
        if let Some(expiry) = fetch::expiry(&account.data) {
            let escrow = later.of(&pda::escrow(address));
            assert!(
                escrow >= expiry.books_atoms(),
                "{what}: escrow under its books"
            );
        }
    }
}

/// Books with claims, token accounts with supplies.
#[track_caller]
fn assert_moved_together(before: &World, after: &World, what: &str) {
    let (earlier, later) = (Balances::read(before), Balances::read(after));
    let (held_before, held_after) = (held(before), held(after));
    for (address, account) in &after.program_accounts() {
        let Some(collateral) = read::<Collateral>(&account.data) else {
            continue;
        };
        let mint = collateral.mint;
        let sum = |sums: &Sums| {
            let claims = sums.get(&(collateral.market, mint));
            i128::from(claims.copied().unwrap_or(0))
        };
        let was = before
            .account(address)
            .and_then(|account| read::<Collateral>(&account.data));
        let was = was.map_or(0, |was| was.claims_atoms);
        let moved = i128::from(collateral.claims_atoms) - i128::from(was);
        assert_eq!(
            moved,
            sum(&held_after) - sum(&held_before),
            "{what}: books against claims"
        );
        let total = |balances: &Balances| balances.total(&mint) as i128;
        let made = i128::from(later.supply(&mint)) - i128::from(earlier.supply(&mint));
        assert_eq!(
            total(&later) - total(&earlier),
            made,
            "{what}: tokens of {mint}"
        );
    }
}

fn read<T: AccountDeserialize>(data: &[u8]) -> Option<T> {
    fetch::read(data)
}

/// Balances of margin accounts, fees of shards and deposits of requests by market and mint.
fn held(world: &World) -> Sums {
    let accounts = world.program_accounts();
    let quotes: BTreeMap<Pubkey, Pubkey> = accounts
        .iter()
        .filter_map(|(_, account)| read::<Collateral>(&account.data))
        .filter(|collateral| collateral.kind == CollateralKind::Quote)
        .map(|collateral| (collateral.market, collateral.mint))
        .collect();
    let mut sums = Sums::new();
    let mut add = |market: Pubkey, mint: Option<&Pubkey>, atoms: u64| {
        let Some(mint) = mint else { return };
        *sums.entry((market, *mint)).or_default() += atoms;
    };
    for (_, account) in &accounts {
        if let Some(margin) = fetch::margin_account(&account.data) {
            add(
                margin.market,
                quotes.get(&margin.market),
                margin.quote_atoms,
            );
            for slot in margin.collaterals.iter().filter(|slot| slot.atoms > 0) {
                add(margin.market, Some(&slot.mint), slot.atoms);
            }
        }
        if let Some(request) = read::<FillRequest>(&account.data) {
            let mint = quotes.get(&request.market);
            add(request.market, mint, request.deposit_atoms);
        }
        if let Some(shard) = read::<Shard>(&account.data) {
            add(
                shard.market,
                quotes.get(&shard.market),
                shard.claims_atoms(),
            );
        }
    }
    sums
}
