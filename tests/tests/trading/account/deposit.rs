//! What a deposit moves and says, its edges, its property and its cost. The refusals have a file of their own.

use backstop_interface::event::Deposited;
use backstop_testkit::{expect_landed, pubkey, Balances, Snapshot};
use proptest::prelude::*;

use crate::setup::{
    assert_only_changed, books, fund, indebted, open, seized, series, write, CONTRACT, LOT, PRICE,
    QUOTE, UNDERLYING,
};

/// Compute units of a deposit into an account with four legs: the promise of the budget table. Reading and
/// writing an account costs the same whatever it holds, so this is the price of every deposit.
const CU_CEILING: u64 = 25_000;

#[test]
fn quote_moves_from_the_wallet_to_the_account_and_the_books_follow() {
    let mut stage = open();
    fund(&mut stage, "writer", 0);
    let (before, balances) = (Snapshot::whole(&stage.world), Balances::read(&stage.world));
    let version = stage
        .account_of("writer")
        .expect("opened")
        .portfolio_version;
    let landed = expect_landed(stage.deposit_quote("writer", 123_456_789));

    let (keys, wallet) = (stage.keys, stage.quote_wallet("writer"));
    assert_only_changed(
        &before,
        &stage,
        &[stage.margin("writer"), keys.quote, keys.vault, wallet],
    );
    let after = Balances::read(&stage.world);
    balances.assert_conserved(&after, &keys.quote_mint);
    assert_eq!(balances.gain(&after, &wallet), -123_456_789);
    assert_eq!(balances.gain(&after, &keys.vault), 123_456_789);

    let account = stage.account_of("writer").expect("opened");
    assert_eq!(
        (account.quote_atoms, account.portfolio_version),
        (123_456_789, version + 1)
    );
    assert_eq!(account.collateral_atoms(&keys.underlying_mint), 0);
    assert_eq!(books(&stage, &keys.quote_mint).claims_atoms, 123_456_789);

    let events = landed.events::<Deposited>(&stage.world.program_id());
    let [event] = events.as_slice() else {
        panic!("one event")
    };
    let told = (event.margin_account, event.mint, event.amount_atoms);
    assert_eq!(told, (stage.margin("writer"), keys.quote_mint, 123_456_789));
}

#[test]
fn underlying_moves_into_its_slot_and_a_second_deposit_into_the_same() {
    let mut stage = open();
    fund(&mut stage, "writer", 0);
    let (before, balances) = (Snapshot::whole(&stage.world), Balances::read(&stage.world));
    let landed = expect_landed(stage.deposit_underlying("writer", 2 * UNDERLYING));
    expect_landed(stage.deposit_underlying("writer", 10_000_001));

    let (keys, wallet, total) = (
        stage.keys,
        stage.underlying_wallet("writer"),
        2_010_000_001_u64,
    );
    assert_only_changed(
        &before,
        &stage,
        &[
            stage.margin("writer"),
            keys.underlying,
            keys.underlying_vault,
            wallet,
        ],
    );
    let after = Balances::read(&stage.world);
    balances.assert_conserved(&after, &keys.underlying_mint);
    assert_eq!(balances.gain(&after, &wallet), -i128::from(total));
    assert_eq!(
        balances.gain(&after, &keys.underlying_vault),
        i128::from(total)
    );

    let account = stage.account_of("writer").expect("opened");
    assert_eq!(
        (
            account.quote_atoms,
            account.collateral_atoms(&keys.underlying_mint)
        ),
        (0, total)
    );
    let slots_in_use = account
        .collaterals
        .iter()
        .filter(|slot| slot.atoms > 0)
        .count();
    assert_eq!(slots_in_use, 1);
    assert_eq!(books(&stage, &keys.underlying_mint).claims_atoms, total);
    let events = landed.events::<Deposited>(&stage.world.program_id());
    let told: Vec<_> = events
        .iter()
        .map(|event| (event.mint, event.amount_atoms))
        .collect();
    assert_eq!(told, [(keys.underlying_mint, 2 * UNDERLYING)]);
}

#[test]
fn tokens_given_to_the_vault_are_nobodys_deposit() {
    let mut stage = open();
    fund(&mut stage, "writer", QUOTE);
    let (mint, vault) = (stage.keys.quote_mint, stage.keys.vault);
    stage.world.mint_to(&mint, &vault, 999);
    expect_landed(stage.deposit_quote("writer", QUOTE));
    assert_eq!(
        stage.account_of("writer").expect("opened").quote_atoms,
        2 * QUOTE
    );
    assert_eq!(books(&stage, &mint).claims_atoms, 2 * QUOTE);
    assert_eq!(stage.world.balance(&vault), 2 * QUOTE + 999);
}

#[test]
fn the_least_and_the_greatest_amount_are_taken() {
    let mut stage = open();
    fund(&mut stage, "writer", 0);
    let least = books(&stage, &stage.keys.quote_mint).least_deposit_atoms;
    expect_landed(stage.deposit_quote("writer", least));
    let (mint, wallet) = (stage.keys.quote_mint, stage.quote_wallet("writer"));
    let missing = u64::MAX - stage.world.supply(&mint);
    stage.world.mint_to(&mint, &wallet, missing);
    let all = stage.world.balance(&wallet);
    expect_landed(stage.deposit_quote("writer", all));
    assert_eq!(
        stage.account_of("writer").expect("opened").quote_atoms,
        least + all
    );
}

#[test]
fn an_account_in_auction_or_in_debt_may_still_be_helped() {
    for (mut stage, _) in [seized(), indebted()] {
        let before = stage.account_of("writer").expect("opened");
        expect_landed(stage.deposit_quote("writer", 7 * QUOTE));
        let after = stage.account_of("writer").expect("opened");
        assert_eq!(after.quote_atoms, before.quote_atoms + 7 * QUOTE);
        assert_eq!(
            (after.state(), after.debt_atoms()),
            (before.state(), before.debt_atoms())
        );
    }
}

#[test]
fn it_needs_no_price_no_surface_and_no_clock() {
    let (mut stage, _) = seized();
    let before = stage.account_of("writer").expect("opened").quote_atoms;
    stage.world.advance(7 * 86_400);
    expect_landed(stage.deposit_quote("writer", QUOTE));
    let after = stage.account_of("writer").expect("opened").quote_atoms;
    assert_eq!(after, before + QUOTE);
}

#[test]
fn it_stays_below_its_ceiling_with_four_legs() {
    let mut stage = open();
    let put = write(&mut stage, CONTRACT);
    for (index, strike) in [190, 210, 220].into_iter().enumerate() {
        let leg = series(&mut stage, &put.expiry, strike * PRICE, put.kind);
        let nonce = 10 + index as u64;
        crate::setup::offer(&mut stage, &leg, nonce, LOT);
        expect_landed(stage.buy_tokens("buyer", "writer", nonce, &leg, LOT));
    }
    assert_eq!(
        stage
            .account_of("writer")
            .expect("opened")
            .legs
            .iter()
            .filter(|leg| leg.in_use())
            .count(),
        4
    );
    let landed = expect_landed(stage.deposit_underlying("writer", UNDERLYING));
    let cu = landed.program_cu(&stage.world.program_id());
    println!("deposit, 4 legs: {cu} CU");
    assert!(cu <= CU_CEILING, "{cu} CU, promised {CU_CEILING}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    /// Whatever two owners deposit in whatever order: each account holds the sum of its own, the books the sum of
    /// all, the vault what the books say.
    #[test]
    fn any_deposits_add_up(steps in prop::collection::vec((any::<bool>(), any::<bool>(), 10_000_000_u64..20_000_000_000), 1..12)) {
        let mut stage = open();
        let mut held = [[0_u64; 2]; 2];
        let names = ["writer", "buyer"];
        names.iter().for_each(|name| fund(&mut stage, name, 0));
        for (owner, is_quote, atoms) in steps {
            let (owner, name) = (usize::from(owner), names[usize::from(owner)]);
            let outcome = if is_quote { stage.deposit_quote(name, atoms) } else { stage.deposit_underlying(name, atoms) };
            expect_landed(outcome);
            held[owner][usize::from(is_quote)] += atoms;
        }
        let (quote, underlying) = (stage.keys.quote_mint, stage.keys.underlying_mint);
        for (name, [underlying_atoms, quote_atoms]) in names.into_iter().zip(held) {
            let account = stage.account_of(name).expect("opened");
            prop_assert_eq!(account.quote_atoms, quote_atoms);
            prop_assert_eq!(account.collateral_atoms(&underlying), underlying_atoms);
            prop_assert_eq!(account.owner, pubkey(name));
        }
        for (mint, vault, kind) in [(underlying, stage.keys.underlying_vault, 0), (quote, stage.keys.vault, 1)] {
            let sum = held[0][kind] + held[1][kind];
            prop_assert_eq!(books(&stage, &mint).claims_atoms, sum);
            prop_assert_eq!(stage.world.balance(&vault), sum);
        }
    }
}
