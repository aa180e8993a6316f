//! What the planner makes of instructions, at every number of accounts.

use anchor_lang::prelude::{AccountMeta, Pubkey};
use anchor_lang::solana_program::instruction::Instruction;
use backstop_client::plan::{
    units_of, Plan, Planner, Unfit, Wire, ACCOUNT_LOCKS, MOST_UNITS, PACKET_BYTES,
};
use backstop_client::{account, backstop, MarketKeys};
use solana_message::VersionedMessage;

fn key(number: usize) -> Pubkey {
    let mut bytes = [7; 32];
    bytes[..8].copy_from_slice(&(number as u64).to_le_bytes());
    Pubkey::from(bytes)
}

/// An instruction of a foreign program with as many accounts, `signers` of which sign, and so many bytes of data.
fn wide(accounts: usize, signers: usize, data: usize) -> Instruction {
    let meta = |number| AccountMeta::new(key(number), number < signers);
    Instruction {
        program_id: key(1_000),
        accounts: (0..accounts).map(meta).collect(),
        data: vec![1; data],
    }
}

fn planner(shared: &[Pubkey]) -> Planner<'_> {
    Planner {
        payer: key(2_000),
        recent_slot: 300,
        shared,
        tables: &[],
    }
}

fn is_plain(plan: &Plan) -> bool {
    matches!(plan.message, VersionedMessage::Legacy(_))
}

/// Whatever is asked for, every transaction of a plan is within both limits and its wire is its own.
fn check(plan: &Plan) {
    assert_eq!(Wire::of(&plan.message), plan.wire);
    for message in plan.before.iter().chain([&plan.message]) {
        let Wire { bytes, accounts } = Wire::of(message);
        assert!(
            bytes <= PACKET_BYTES && accounts <= ACCOUNT_LOCKS,
            "{bytes} {accounts}"
        );
    }
}

#[test]
fn every_number_of_accounts_is_planned_plainly_through_tables_or_refused() {
    let shared: Vec<_> = (0..200).map(|number| key(number * 2)).collect();
    let mut seen = [0; 4];
    for accounts in 0..70 {
        for signers in 0..4.min(accounts) {
            let outcome = planner(&shared).plan(&[wide(accounts, signers, 40)]);
            // Payer, program and the budget's program beside them.
            let named = accounts + 3;
            match outcome {
                Ok(plan) => {
                    check(&plan);
                    assert_eq!(plan.wire.accounts, named);
                    assert_eq!(is_plain(&plan), plan.made.is_empty());
                    seen[plan.made.len()] += 1;
                }
                Err(unfit) => {
                    assert_eq!(unfit, Unfit::Accounts(named));
                    assert!(named > ACCOUNT_LOCKS);
                    seen[3] += 1;
                }
            }
        }
    }
    assert!(seen.iter().all(|count| *count > 0), "{seen:?}");
}

#[test]
fn it_is_plain_as_long_as_it_fits_to_the_byte() {
    let at = |data| planner(&[]).plan(&[wide(20, 1, data)]);
    let mut plain = 0;
    for data in 100..=1_232 {
        match at(data) {
            Ok(plan) if is_plain(&plan) => plain = plan.wire.bytes,
            Ok(plan) => return assert!(plain == PACKET_BYTES && !plan.before.is_empty()),
            Err(unfit) => panic!("{data}: {unfit}"),
        }
    }
    panic!("1 232 bytes of data do not fit");
}

#[test]
fn the_table_of_the_market_is_whole_and_is_used_again() {
    let shared: Vec<_> = (0..60).map(key).collect();
    let first = planner(&shared).plan(&[wide(40, 1, 0)]).expect("it fits");
    check(&first);
    let [table] = first.made.as_slice() else {
        panic!("one table serves")
    };
    assert_eq!(table.addresses, shared);
    assert_eq!(first.before.len(), 3, "twenty addresses each");
    let again = Planner {
        tables: &first.made,
        ..planner(&shared)
    };
    let second = again.plan(&[wide(45, 2, 0)]).expect("it fits");
    assert!(second.before.is_empty() && second.made.is_empty() && !is_plain(&second));
    let own = again
        .plan(&[wide(40, 1, 300), wide_of(100, 21)])
        .expect("it fits");
    assert_eq!(own.made.len(), 1);
    assert!(own.made[0]
        .addresses
        .iter()
        .all(|one| !shared.contains(one)));
    assert_ne!(own.made[0].key, table.key);
}

fn wide_of(first: usize, accounts: usize) -> Instruction {
    let metas =
        (first..first + accounts).map(|number| AccountMeta::new_readonly(key(number), false));
    Instruction {
        accounts: metas.collect(),
        ..wide(0, 0, 0)
    }
}

#[test]
fn signers_and_data_that_no_table_shortens_are_refused() {
    let signers = planner(&[]).plan(&[wide(12, 12, 200)]);
    assert!(matches!(signers, Err(Unfit::Bytes(bytes)) if bytes > PACKET_BYTES));
    let data = planner(&[]).plan(&[wide(30, 0, 1_300)]);
    assert!(matches!(data, Err(Unfit::Bytes(bytes)) if bytes > PACKET_BYTES));
    let shared: Vec<_> = (0..257).map(key).collect();
    let table = planner(&shared).plan(&[wide(50, 0, 0)]);
    assert_eq!(table.map(|plan| plan.wire), Err(Unfit::Table(257)));
}

#[test]
fn units_are_those_of_the_instructions_and_never_more_than_granted() {
    let keys = MarketKeys::new(0, key(1), key(2), [3; 32]);
    let open = account::open_account(&keys, key(4), 0);
    let one = units_of(&open);
    assert!((15_000..200_000).contains(&one), "{one}");
    let asked = |instructions: &[Instruction]| {
        let plan = planner(&[]).plan(instructions).expect("it fits");
        let data = &plan.message.instructions()[0].data;
        u32::from_le_bytes(data[1..5].try_into().expect("four bytes"))
    };
    assert_eq!(asked(&[open.clone(), open.clone()]), 2 * one + 150);
    assert_eq!(asked(&[wide(1, 0, 0)]), 200_150);
    assert_eq!(asked(&vec![wide(1, 0, 0); 8]), MOST_UNITS);
    let unknown = Instruction {
        program_id: backstop::ID,
        ..wide(1, 0, 8)
    };
    assert_eq!(asked(&[open, unknown]), MOST_UNITS);
}

#[test]
fn the_shared_addresses_are_each_named_once() {
    let keys = MarketKeys::new(0, key(1), key(2), [3; 32]);
    let shared = keys.shared([key(9), keys.vault, key(9)]);
    let distinct: std::collections::BTreeSet<_> = shared.iter().collect();
    assert_eq!(distinct.len(), shared.len());
    assert_eq!(shared.iter().filter(|one| **one == key(9)).count(), 1);
    assert!(
        shared.len() <= 64,
        "a table of the market costs little rent"
    );
}
