//! Mints of Token-2022: which extensions, and what happens where one appears later.

use anchor_lang::error::ErrorCode;
use anchor_lang::prelude::Pubkey;
use anchor_lang::solana_program::instruction::Instruction;
use anchor_spl::token_2022::ID as TOKEN_2022;
use anchor_spl::token_interface::spl_token_2022::extension::ExtensionType;
use backstop_client::account::{deposit, withdraw, Flow};
use backstop_client::feed::open_clock_of;
use backstop_client::genesis::{add_collateral_with_feed, OwnFeed};
use backstop_client::under_token_2022;
use backstop_interface::mint::extensions_allowed;
use backstop_interface::BackstopError::{self, ExtensionNotAllowed};
use backstop_testkit::stage::NewCollateral;
use backstop_testkit::{expect_landed, key, pubkey, Genesis, Stage};

use solana_instruction::error::InstructionError;

use super::setting::STABLE;
use crate::setup::{fund, genesis_before, open_with, refuse, PRICE};

const FEED: [u8; 32] = [31; 32];

/// Extensions a mint may have, by their number in Token-2022: metadata pointer, metadata, pointer to a group, group,
/// pointer to a member, member.
const ALLOWED: [u16; 6] = [18, 19, 20, 21, 22, 23];

/// Of the extensions the token program's interface names (mints' and accounts'), and of the next numbers nobody has used
/// yet, those that are not allowed.
fn refused() -> Vec<u16> {
    let named = |number: &u16| ExtensionType::try_from(*number).is_ok();
    let known: Vec<u16> = (1..=u16::MAX).filter(named).collect();
    let last = *known.last().expect("extensions");
    assert_eq!(usize::from(last), known.len(), "numbered without a gap");
    assert!(ALLOWED.iter().all(|number| known.contains(number)));
    let next = [last + 1, last + 2, u16::MAX];
    let all = known.into_iter().chain(next);
    all.filter(|number| !ALLOWED.contains(number)).collect()
}

/// The bytes of a mint with these extensions behind it, each of eight bytes.
fn extended(plain: &[u8], extensions: &[u16]) -> Vec<u8> {
    let mut data = plain[..82].to_vec();
    data.resize(165, 0);
    data.push(1);
    for kind in extensions {
        data.extend(kind.to_le_bytes());
        data.extend(8u16.to_le_bytes());
        data.extend([7; 8]);
    }
    data
}

/// Writes extensions behind a mint.
fn extend(stage: &mut Stage, mint: &Pubkey, extensions: &[u16]) {
    let plain = stage.world.account(mint).expect("a mint").data;
    let data = extended(&plain, extensions);
    stage.world.write_foreign(mint, TOKEN_2022, data);
}

fn before_listing() -> (Stage, Pubkey, Instruction) {
    let (mut stage, _) = genesis_before("create_shards");
    let mint = stage.world.mint_2022("listed", 6);
    let open = open_clock_of(&FEED, pubkey("genesis"));
    expect_landed(stage.world.send(&[open], &[&key("genesis")]));
    let own = OwnFeed {
        feed_id: FEED,
        stake_pool: None,
    };
    let args = NewCollateral::stable().args;
    let given = add_collateral_with_feed(pubkey("genesis"), &stage.keys, mint, args, &own);
    (stage, mint, under_token_2022(given))
}

/// A market with a stable coin of Token-2022 that the writer holds.
fn holding() -> Stage {
    let stable = NewCollateral {
        token_2022: true,
        ..NewCollateral::stable()
    };
    let mut stage = open_with(&Genesis {
        others: vec![stable],
        ..Genesis::default()
    });
    stage.fund_other("writer", "stable", 1_000 * STABLE);
    fund(&mut stage, "writer", 0);
    expect_landed(stage.deposit_other("writer", "stable", 100 * STABLE));
    stage
}

fn flow(stage: &Stage) -> Flow {
    let mint = stage.other("stable").keys.mint;
    Flow {
        mint,
        wallet: stage.world.ata(&pubkey("writer"), &mint),
        amount_atoms: STABLE,
    }
}

/// A deposit and a withdrawal of one coin.
fn both_ways(stage: &Stage) -> [Instruction; 2] {
    let (owner, margin, flow) = (pubkey("writer"), stage.margin("writer"), flow(stage));
    [
        deposit(&stage.keys, owner, margin, flow),
        withdraw(&stage.keys, owner, margin, flow, stage.price_account),
    ]
    .map(under_token_2022)
}

#[test]
fn every_extension_not_on_the_list_is_refused_at_the_listing() {
    let (mut stage, mint, given) = before_listing();
    let plain = stage.world.account(&mint).expect("a mint").data;
    let refused = refused();
    assert!(refused.len() >= 21 + 3, "{refused:?}");
    for kind in refused {
        // A number nobody has used yet already stops the vault from being opened.
        let expected = match ExtensionType::try_from(kind) {
            Ok(_) => InstructionError::Custom(ExtensionNotAllowed.into()),
            Err(_) => InstructionError::InvalidAccountData,
        };
        for behind in [vec![kind], vec![18, 19, kind], vec![kind, 18]] {
            let data = extended(&plain, &behind);
            stage.world.write_foreign(&mint, TOKEN_2022, data);
            let failed = stage.world.expect_refused_with(
                std::slice::from_ref(&given),
                &[&key("genesis")],
                expected.clone(),
            );
            assert!(failed.fee_lamports > 0, "extension {kind}");
        }
    }
    for allowed in ALLOWED
        .iter()
        .map(|one| vec![*one])
        .chain([ALLOWED.to_vec()])
    {
        let mut fork = stage.clone();
        let data = extended(&plain, &allowed);
        fork.world.write_foreign(&mint, TOKEN_2022, data);
        let given = std::slice::from_ref(&given);
        expect_landed(fork.world.send(given, &[&key("genesis")]));
    }
}

#[test]
fn of_all_numbers_an_extension_can_have_six_are_allowed() {
    let plain = [0; 82];
    let allowed = |kind: &u16| extensions_allowed(&extended(&plain, &[*kind])).is_ok();
    let passed: Vec<u16> = (1..=u16::MAX).filter(allowed).collect();
    assert_eq!(passed, ALLOWED);
    // Room that nobody has used is none; an account of tokens is no mint.
    assert!(extensions_allowed(&extended(&plain, &[18, 0, 12])).is_ok());
    let mut account = extended(&plain, &[]);
    account[165] = 2;
    assert!(extensions_allowed(&account).is_err());
}

#[test]
fn it_goes_in_and_out_to_the_atom() {
    let mut stage = holding();
    let keys = stage.other("stable").keys;
    let (_, vault) = stage.keys.collateral(&keys.mint);
    assert_eq!(stage.world.balance(&vault), 100 * STABLE);
    assert_eq!(stage.config_of("stable").claims_atoms, 100 * STABLE);
    expect_landed(stage.withdraw_other("writer", "stable", 100 * STABLE));
    let wallet = stage.world.ata(&pubkey("writer"), &keys.mint);
    assert_eq!(stage.world.balance(&wallet), 1_000 * STABLE);
    assert_eq!(stage.world.balance(&vault), 0);
    assert_eq!(stage.config_of("stable").claims_atoms, 0);
}

#[test]
fn an_extension_that_appears_later_stops_the_mint() {
    let mut stage = holding();
    stage.pass(1, 200 * PRICE);
    let mint = stage.other("stable").keys.mint;
    for kind in refused() {
        let mut fork = stage.clone();
        extend(&mut fork, &mint, &[kind]);
        for given in both_ways(&fork) {
            refuse(
                &mut fork,
                "writer",
                &given,
                BackstopError::ExtensionNotAllowed,
            );
        }
    }
    for given in both_ways(&stage) {
        expect_landed(stage.world.send(&[given], &[&key("writer")]));
    }
}

#[test]
fn deposit_and_withdraw_reject_another_mint_and_another_token_program() {
    let mut stage = holding();
    let mint = stage.other("stable").keys.mint;
    let other = stage.world.mint_2022("another", 6);
    let classic = anchor_spl::token::ID;
    for given in both_ways(&stage) {
        let mut wrong = given.clone();
        for meta in &mut wrong.accounts {
            if meta.pubkey == mint {
                meta.pubkey = other;
            }
        }
        refuse(&mut stage, "writer", &wrong, BackstopError::WrongMint);
        let mut wrong = given.clone();
        for meta in &mut wrong.accounts {
            if meta.pubkey == TOKEN_2022 {
                meta.pubkey = classic;
            }
        }
        refuse(
            &mut stage,
            "writer",
            &wrong,
            BackstopError::WrongTokenProgram,
        );
        let mut wrong = given;
        for meta in &mut wrong.accounts {
            if meta.pubkey == TOKEN_2022 {
                meta.pubkey = stage.keys.market;
            }
        }
        refuse(&mut stage, "writer", &wrong, ErrorCode::InvalidProgramId);
    }
}
