//! What a withdrawal moves and says, how far it may go, its property and its cost.

use backstop_interface::event::Withdrawn;
use backstop_testkit::{expect_landed, pubkey, Balances, Snapshot, Stage};
use proptest::prelude::*;

use crate::setup::{
    assert_only_changed, books, fund, open, series, write, written, CONTRACT, LOT, PRICE, QUOTE,
    UNDERLYING,
};

/// Compute units of a withdrawal from an account with four legs, full margin included: the promise of the
/// budget table.
const CU_CEILING: u64 = 70_000;

#[test]
fn quote_moves_from_the_account_to_the_wallet_and_the_books_follow() {
    let mut stage = open();
    fund(&mut stage, "writer", 100 * QUOTE);
    let (before, balances) = (Snapshot::whole(&stage.world), Balances::read(&stage.world));
    let version = stage
        .account_of("writer")
        .expect("opened")
        .portfolio_version;
    let landed = expect_landed(stage.withdraw_quote("writer", 40 * QUOTE + 1));

    let (keys, wallet, taken) = (stage.keys, stage.quote_wallet("writer"), 40 * QUOTE + 1);
    assert_only_changed(
        &before,
        &stage,
        &[stage.margin("writer"), keys.quote, keys.vault, wallet],
    );
    let after = Balances::read(&stage.world);
    balances.assert_conserved(&after, &keys.quote_mint);
    assert_eq!(balances.gain(&after, &wallet), i128::from(taken));
    assert_eq!(balances.gain(&after, &keys.vault), -i128::from(taken));

    let account = stage.account_of("writer").expect("opened");
    assert_eq!(
        (account.quote_atoms, account.portfolio_version),
        (100 * QUOTE - taken, version + 1)
    );
    assert_eq!(
        books(&stage, &keys.quote_mint).claims_atoms,
        100 * QUOTE - taken
    );

    let events = landed.events::<Withdrawn>(&stage.world.program_id());
    let [event] = events.as_slice() else {
        panic!("one event")
    };
    assert_eq!(
        (event.margin_account, event.mint, event.amount_atoms),
        (stage.margin("writer"), keys.quote_mint, taken)
    );
}

#[test]
fn the_last_atom_of_underlying_frees_its_slot() {
    let mut stage = open();
    fund(&mut stage, "writer", 0);
    let balances = Balances::read(&stage.world);
    expect_landed(stage.deposit_underlying("writer", UNDERLYING));
    expect_landed(stage.withdraw_underlying("writer", UNDERLYING - 1));
    assert_eq!(
        stage
            .account_of("writer")
            .expect("opened")
            .collateral_atoms(&stage.keys.underlying_mint),
        1
    );
    expect_landed(stage.withdraw_underlying("writer", 1));
    let account = stage.account_of("writer").expect("opened");
    assert!(account
        .collaterals
        .iter()
        .all(|slot| slot.atoms == 0 && slot.mint == Default::default()));
    let after = Balances::read(&stage.world);
    balances.assert_conserved(&after, &stage.keys.underlying_mint);
    assert_eq!(
        balances.gain(&after, &stage.underlying_wallet("writer")),
        0,
        "he holds what he held before"
    );
    assert_eq!(after.of(&stage.keys.underlying_vault), 0);
}

#[test]
fn it_pays_to_any_token_account_the_owner_names() {
    let mut stage = open();
    fund(&mut stage, "writer", 100 * QUOTE);
    let wallet = stage.quote_wallet("stranger");
    let before = stage.world.balance(&wallet);
    let flow = backstop_client::account::Flow {
        mint: stage.keys.quote_mint,
        wallet,
        amount_atoms: QUOTE,
    };
    let (margin, price) = (stage.margin("writer"), stage.price_account);
    let given =
        backstop_client::account::withdraw(&stage.keys, pubkey("writer"), margin, flow, price);
    expect_landed(stage.world.send(&[given], &[&stage.key("writer")]));
    assert_eq!(stage.world.balance(&wallet), before + QUOTE);
}

#[test]
fn the_whole_supply_of_a_mint_comes_out_again() {
    let mut stage = open();
    fund(&mut stage, "writer", 0);
    let (mint, wallet) = (stage.keys.quote_mint, stage.quote_wallet("writer"));
    let missing = u64::MAX - stage.world.supply(&mint);
    stage.world.mint_to(&mint, &wallet, missing);
    let all = stage.world.balance(&wallet);
    expect_landed(stage.deposit_quote("writer", all));
    expect_landed(stage.withdraw_quote("writer", all));
    assert_eq!(
        (
            stage.world.balance(&wallet),
            stage.world.balance(&stage.keys.vault)
        ),
        (all, 0)
    );
}

/// Withdraws exactly what health(IM) leaves, and proves that it left nothing.
fn drain(stage: &mut Stage) -> u64 {
    let free = u64::try_from(stage.assess("writer").health_im()).expect("healthy");
    expect_landed(stage.withdraw_quote("writer", free));
    assert_eq!(stage.assess("writer").health_im(), 0);
    free
}

#[test]
fn a_writer_may_go_down_to_a_health_of_zero_and_no_atom_further() {
    let (mut stage, _) = written(10 * CONTRACT);
    assert!(drain(&mut stage) > 0);
    let flow = backstop_client::account::Flow {
        mint: stage.keys.quote_mint,
        wallet: stage.quote_wallet("writer"),
        amount_atoms: 1,
    };
    let (margin, price) = (stage.margin("writer"), stage.price_account);
    let given =
        backstop_client::account::withdraw(&stage.keys, pubkey("writer"), margin, flow, price);
    crate::setup::refuse(
        &mut stage,
        "writer",
        &given,
        backstop_interface::BackstopError::BelowInitialMargin,
    );
}

#[test]
fn it_remembers_the_price_it_used_only_when_it_used_one() {
    let mut stage = open();
    fund(&mut stage, "writer", 100 * QUOTE);
    expect_landed(stage.withdraw_quote("writer", QUOTE));
    assert_eq!(stage.account_of("writer").expect("opened").last_price_at, 0);
    let (mut stage, _) = written(CONTRACT);
    stage.pass(5, 200 * PRICE);
    expect_landed(stage.withdraw_quote("writer", QUOTE));
    assert_eq!(
        stage.account_of("writer").expect("opened").last_price_at,
        stage.world.now()
    );
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
    expect_landed(stage.deposit_underlying("writer", UNDERLYING));
    let landed = expect_landed(stage.withdraw_quote("writer", QUOTE));
    let cu = landed.program_cu(&stage.world.program_id());
    println!("withdraw, 4 legs: {cu} CU");
    assert!(cu <= CU_CEILING, "{cu} CU, promised {CU_CEILING}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    /// A short writer asks for amounts of all sizes: each lands exactly if health(IM), computed outside with the
    /// committed accounts, stays at or above zero, and what left the vault is what the account lost.
    #[test]
    fn it_lands_exactly_when_health_allows(
        contracts in 1_u64..1_500,
        price in 120_u64..320,
        shares_ppb in prop::collection::vec(0_u64..1_300_000_000, 1..6),
    ) {
        let (mut stage, _) = written(contracts * LOT);
        stage.pass(10, price * PRICE);
        for share_ppb in shares_ppb {
            let health = i128::from(stage.assess("writer").health_im());
            let held = stage.account_of("writer").expect("opened").quote_atoms;
            let asked = u64::try_from(health.max(1_000) * i128::from(share_ppb) / 1_000_000_000).expect("small").max(1);
            let vault = stage.world.balance(&stage.keys.vault);
            let landed = stage.withdraw_quote("writer", asked).is_ok();
            prop_assert_eq!(landed, i128::from(asked) <= health, "asked {} of {}", asked, health);
            let taken = if landed { asked } else { 0 };
            prop_assert_eq!(stage.account_of("writer").expect("opened").quote_atoms, held - taken);
            prop_assert_eq!(stage.world.balance(&stage.keys.vault), vault - taken);
            prop_assert_eq!(books(&stage, &stage.keys.quote_mint).claims_atoms, vault - taken);
        }
    }
}
