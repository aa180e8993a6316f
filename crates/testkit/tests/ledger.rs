//! Tokens, ledgers and snapshots.

mod support;

use anchor_spl::token_2022::spl_token_2022::instruction as token;
use backstop_testkit::pyth::{self, PythPrice};
use backstop_testkit::{address, expect_landed, key, pubkey, Balances, Snapshot, World};
use solana_pubkey::Pubkey;
use solana_signer::Signer;
use support::world;

fn send(world: &mut World, mint: Pubkey, route: (Pubkey, Pubkey), atoms: u64) {
    let program = world.token_program(&mint);
    let alice = key("alice");
    let owner = alice.pubkey();
    let transfer =
        token::transfer_checked(&program, &route.0, &mint, &route.1, &owner, &[], atoms, 6);
    expect_landed(world.send(&[transfer.expect("a transfer")], &[&alice]));
}

fn stage(mint_2022: bool) -> (World, Pubkey, (Pubkey, Pubkey)) {
    let mut world = world();
    let mint = if mint_2022 {
        world.mint_2022("USDC", 6)
    } else {
        world.mint("USDC", 6)
    };
    let (alice, bob) = (world.actor("alice").pubkey(), world.actor("bob").pubkey());
    let from = world.fund(&alice, &mint, 1_000);
    let to = world.token_account(&bob, &mint);
    (world, mint, (from, to))
}

#[test]
fn a_transfer_conserves_and_its_table_says_who_paid_whom() {
    for mint_2022 in [false, true] {
        let (mut world, mint, route) = stage(mint_2022);
        let before = Balances::read(&world);
        send(&mut world, mint, route, 250);
        let after = Balances::read(&world);
        before.assert_conserved(&after, &mint);
        assert_eq!((after.of(&route.0), after.of(&route.1)), (750, 250));
        assert_eq!(before.gain(&after, &route.0), -250);
        assert_eq!((after.total(&mint), after.supply(&mint)), (1_000, 1_000));
        let table = before.table(&after);
        let rows: Vec<Vec<_>> = table
            .lines()
            .map(|line| line.split_whitespace().collect())
            .collect();
        assert!(
            rows.contains(&vec!["alice", "USDC", "USDC", "1000", "750", "-250"]),
            "{table}"
        );
        assert!(
            rows.contains(&vec!["bob", "USDC", "USDC", "0", "250", "+250"]),
            "{table}"
        );
        assert!(
            rows.iter()
                .any(|row| row[..3] == ["fee", "payer", "lamports"]),
            "{table}"
        );
        assert_eq!(rows.len(), 4, "{table}");
        assert_eq!(before.table(&before), "");
    }
}

#[test]
fn minting_and_burning_are_counted() {
    let (mut world, mint, route) = stage(false);
    let before = Balances::read(&world);
    world.mint_to(&mint, &route.1, 11);
    let minted = Balances::read(&world);
    before.assert_created(&minted, &mint, 11);
    let program = world.token_program(&mint);
    let alice = key("alice");
    let burn = token::burn(&program, &route.0, &mint, &alice.pubkey(), &[], 1_000);
    expect_landed(world.send(&[burn.expect("a burn")], &[&alice]));
    minted.assert_created(&Balances::read(&world), &mint, -1_000);
    assert_eq!(world.supply(&mint), 11);
}

#[test]
#[should_panic(expected = "atoms of USDC created")]
fn a_minted_atom_is_not_conserved() {
    let (mut world, mint, route) = stage(false);
    let before = Balances::read(&world);
    world.mint_to(&mint, &route.1, 1);
    before.assert_conserved(&Balances::read(&world), &mint);
}

#[test]
#[should_panic(expected = "accounts and supply of USDC")]
fn a_forged_token_account_is_noticed() {
    let (mut world, mint, route) = stage(false);
    let before = Balances::read(&world);
    let program = world.token_program(&mint);
    world.clone_at(&route.0, address("forged"), program);
    before.assert_conserved(&Balances::read(&world), &mint);
}

#[test]
fn token_accounts_are_made_once_and_others_beside_them() {
    let (mut world, mint, route) = stage(false);
    let alice = pubkey("alice");
    assert_eq!(world.token_account(&alice, &mint), route.0);
    assert_eq!(world.balance(&route.0), 1_000);
    let other = world.named_token_account("alice's other", &alice, &mint);
    send(&mut world, mint, (route.0, other), 1);
    assert_eq!((world.balance(&route.0), world.balance(&other)), (999, 1));
    assert_eq!(world.balance(&address("nothing here")), 0);
}

#[test]
fn a_snapshot_says_what_changed_and_where() {
    let (mut world, mint, route) = stage(false);
    let whole = Snapshot::whole(&world);
    let named = Snapshot::of(&world, [&route.0, &address("nothing here")]);
    send(&mut world, mint, route, 1);
    let changes = whole.changes(&Snapshot::whole(&world));
    let mut changed: Vec<_> = changes.iter().map(|change| change.address).collect();
    let mut expected = vec![world.payer(), route.0, route.1];
    changed.sort();
    expected.sort();
    assert_eq!(changed, expected);

    world.airdrop(&address("nothing here"), 1_000_000);
    let later = Snapshot::of(&world, [&route.0, &address("nothing here")]);
    let mut changes = named.changes(&later);
    changes.retain(|change| change.address == address("nothing here"));
    assert_eq!(changes[0].what, "created");
    // The balance, 1000 before and 999 after, lies at byte 64 and differs in its lowest byte alone.
    let changes = Snapshot::of(&world, [&route.0]);
    let change = &named.changes(&changes)[0];
    assert_eq!(
        (change.address, change.what.as_str()),
        (route.0, "1 data bytes, the first at 64")
    );
}

#[test]
#[should_panic(expected = "accounts changed that should not")]
fn a_snapshot_notices_one_lamport() {
    let (mut world, _, route) = stage(false);
    let before = Snapshot::whole(&world);
    world.airdrop(&route.1, 1);
    before.assert_same(&Snapshot::whole(&world), &[world.payer(), route.0]);
}

#[test]
fn price_accounts_belong_to_their_oracles_and_are_overwritten() {
    let mut world = world();
    let price = PythPrice::new(pyth::SOL_USD, 188_081_046_000, world.now());
    let push = world.push_price(&price);
    let legacy = address("legacy SOL/USD");
    world.write_legacy_price(&legacy, &price);
    for (account, owner, length) in [
        (push, pyth::RECEIVER_PROGRAM, 134),
        (legacy, pyth::LEGACY_PROGRAM, 3_312),
    ] {
        let account = world.account(&account).expect("just written");
        assert_eq!((account.owner, account.data.len()), (owner, length));
        assert_eq!(account.lamports, world.rent(length));
    }
    let later = PythPrice::new(pyth::SOL_USD, 150_000_000_000, world.now() + 1);
    assert_eq!(world.push_price(&later), push);
    let data = world.account(&push).expect("overwritten").data;
    assert_eq!(data, pyth::price_update_bytes(&later));
}

#[test]
fn a_price_is_rounded_down_and_its_interval_follows() {
    let price = PythPrice::new(pyth::SOL_USD, 188_081_046_009, 7);
    assert_eq!((price.price, price.exponent), (18_808_104_600, -8));
    assert_eq!((price.conf, price.prev_publish_at), (9_404_052, 6));
    assert_eq!(price.clone().conf_bps(200).conf, 376_162_092);
    assert_eq!(price.ema(10_000_000_019).ema_price, 1_000_000_001);
}
