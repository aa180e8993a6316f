use anchor_lang::prelude::Pubkey;
use anchor_lang::solana_program::instruction::Instruction;
use anchor_lang::solana_program::program_pack::Pack;
use anchor_spl::token::spl_token::state::Account as TokenAccount;
use backstop_client::genesis::{add_collateral, AddCollateralArgs};
use backstop_interface::accounts::{CollateralKind, MARKET_PARTS};
use backstop_interface::params::CollateralNumbers;
use backstop_interface::BackstopError::{self, *};
use backstop_testkit::{expect_landed, key, pubkey, Stage};

use crate::setup::{books, genesis_before, open, refuse, ADDRESS_IN_USE};

const WHOLE: u64 = 1_000_000_000;
/// Worth beyond which a collateral counts half: 2 000 000 quote.
const SIZE: u64 = 2_000_000_000_000;

/// Terms of quote; the mint of an instruction decides whether it stays that kind.
fn args(weight_im_ppb: u64, weight_mm_ppb: u64, least_deposit_atoms: u64) -> AddCollateralArgs {
    AddCollateralArgs {
        kind: CollateralKind::Quote,
        weight_im_ppb,
        weight_mm_ppb,
        size_atoms: SIZE,
        wrong_way_ppb: 0,
        least_deposit_atoms,
        cap_atoms: u64::MAX,
        numbers: CollateralNumbers::default(),
    }
}

/// Terms of size and wrong way, the others as they should be.
fn sized(size_atoms: u64, wrong_way_ppb: u64) -> AddCollateralArgs {
    AddCollateralArgs {
        size_atoms,
        wrong_way_ppb,
        ..args(0, 0, 1)
    }
}

fn instruction(stage: &Stage, mint: Pubkey, args: AddCollateralArgs) -> Instruction {
    let kind = match mint {
        mint if mint == stage.keys.underlying_mint => CollateralKind::Underlying,
        _ => args.kind,
    };
    let args = AddCollateralArgs { kind, ..args };
    add_collateral(pubkey("genesis"), &stage.keys, mint, args)
}

#[test]
fn it_opens_empty_books_and_a_vault_that_only_the_market_signs_for() {
    let (mut stage, _) = genesis_before("add_collateral");
    let (quote, underlying) = (stage.keys.quote_mint, stage.keys.underlying_mint);
    let steps = [
        (quote, args(WHOLE, WHOLE, 1), CollateralKind::Quote, 6),
        (
            underlying,
            args(0, 1, 1_000_000_000_000),
            CollateralKind::Underlying,
            9,
        ),
    ];
    for (mint, args, kind, decimals) in steps {
        expect_landed(
            stage
                .world
                .send(&[instruction(&stage, mint, args)], &[&key("genesis")]),
        );
        let books = books(&stage, &mint);
        assert_eq!(
            (books.kind, books.decimals, books.market, books.mint),
            (kind, decimals, stage.keys.market, mint)
        );
        assert_eq!(
            (books.weight_im_ppb, books.weight_mm_ppb),
            (args.weight_im_ppb, args.weight_mm_ppb)
        );
        assert_eq!(
            (books.least_deposit_atoms, books.claims_atoms),
            (args.least_deposit_atoms, 0)
        );
        assert_eq!(
            (books.size_atoms, books.wrong_way_ppb, books.cap_atoms),
            (args.size_atoms, args.wrong_way_ppb, args.cap_atoms)
        );
        assert_eq!(
            (books.feed_id, books.stake_pool, books.listed_at),
            ([0; 32], Pubkey::default(), 0)
        );
        let (_, vault) = stage.keys.collateral(&mint);
        assert_eq!(books.vault, vault);
        let account = stage.world.account(&vault).expect("it was created");
        let state = TokenAccount::unpack(&account.data).expect("a token account");
        assert_eq!(
            (state.mint, state.owner, state.amount),
            (mint, stage.keys.market, 0)
        );
        assert!(state.delegate.is_none() && state.close_authority.is_none());
    }
    assert_eq!(stage.protocol().missing_parts, MARKET_PARTS - 2);
}

#[test]
fn add_collateral_rejects_a_mint_after_the_seal() {
    let mut stage = open();
    let mint = stage.world.mint("third", 6);
    let given = instruction(&stage, mint, args(0, 0, 1));
    refuse(&mut stage, "genesis", &given, BackstopError::AlreadySealed);
}

#[test]
fn add_collateral_rejects_anyone_but_the_genesis_authority() {
    let (mut stage, _) = genesis_before("add_collateral");
    let given = add_collateral(
        pubkey("stranger"),
        &stage.keys,
        stage.keys.quote_mint,
        args(WHOLE, WHOLE, 1),
    );
    refuse(
        &mut stage,
        "stranger",
        &given,
        BackstopError::NotGenesisAuthority,
    );
}

#[test]
fn add_collateral_rejects_a_mint_the_market_does_not_name() {
    let (mut stage, _) = genesis_before("add_collateral");
    let mint = stage.world.mint("third", 6);
    let given = instruction(&stage, mint, args(0, 0, 1));
    refuse(&mut stage, "genesis", &given, BackstopError::WrongMint);
}

#[test]
fn add_collateral_rejects_a_mint_of_another_token_program() {
    let (mut stage, _) = genesis_before("add_collateral");
    let mint = stage.world.mint_2022("extended", 6);
    let given = instruction(&stage, mint, args(0, 0, 1));
    let failed = stage.world.send(&[given], &[&key("genesis")]);
    let failed = failed.expect_err("the vault cannot be opened");
    assert!(
        failed.to_string().contains("IncorrectProgramId"),
        "{failed}"
    );
}

#[test]
fn add_collateral_rejects_weights_and_deposits_beyond_their_bounds() {
    let (mut stage, _) = genesis_before("add_collateral");
    let (quote, underlying) = (stage.keys.quote_mint, stage.keys.underlying_mint);
    let cases = [
        (
            underlying,
            args(800_000_001, 800_000_000, 1),
            WeightOutOfBounds,
        ),
        (underlying, args(0, WHOLE + 1, 1), WeightOutOfBounds),
        (underlying, args(u64::MAX, u64::MAX, 1), WeightOutOfBounds),
        (underlying, args(0, 0, 0), LeastDepositOutOfBounds),
        (underlying, sized(999_999_999, 0), SizeOutOfBounds),
        (underlying, sized(1_000_000_000_000_001, 0), SizeOutOfBounds),
        (underlying, sized(SIZE, 400_000_001), WrongWayOutOfBounds),
        (quote, args(WHOLE - 1, WHOLE, 1), WeightOutOfBounds),
        (quote, args(WHOLE, WHOLE, 0), LeastDepositOutOfBounds),
        (
            quote,
            args(WHOLE, WHOLE, 1_000_000_000_001),
            LeastDepositOutOfBounds,
        ),
    ];
    for (mint, args, error) in cases {
        let given = instruction(&stage, mint, args);
        refuse(&mut stage, "genesis", &given, error);
    }
}

#[test]
fn add_collateral_rejects_the_same_mint_twice() {
    let (mut stage, _) = genesis_before("create_shards");
    let given = instruction(&stage, stage.keys.quote_mint, args(WHOLE, WHOLE, 1));
    refuse(&mut stage, "genesis", &given, ADDRESS_IN_USE);
}
