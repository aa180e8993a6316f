//! No extension of Token-2022 comes to an option mint but the two it is made with: not at its making, not later.

use anchor_lang::prelude::Pubkey;
use anchor_lang::solana_program::instruction::Instruction;
use anchor_spl::token_interface::spl_token_2022::extension::{
    confidential_mint_burn, confidential_transfer, confidential_transfer_fee,
    default_account_state, group_member_pointer, group_pointer, interest_bearing_mint,
    metadata_pointer, pausable, scaled_ui_amount, transfer_fee, transfer_hook, AccountType,
    BaseStateWithExtensions, ExtensionType, StateWithExtensions,
};
use anchor_spl::token_interface::spl_token_2022::instruction::{
    initialize_mint_close_authority, initialize_non_transferable_mint,
    initialize_permanent_delegate,
};
use anchor_spl::token_interface::spl_token_2022::state::{AccountState, Mint};
use anchor_spl::token_interface::spl_token_2022::ID as TOKEN_2022;
use backstop_interface::accounts::OptionKind;
use backstop_testkit::{expect_landed, key, pubkey, Snapshot, Stage};
use solana_instruction::error::InstructionError;

use crate::setup::{assert_only_changed, expiry, open, PRICE};

/// What an option mint has.
const HAD: [ExtensionType; 2] = [ExtensionType::MetadataPointer, ExtensionType::TokenMetadata];
/// What Token-2022 answers where a mint that lives is to get an extension.
const ALREADY_IN_USE: u32 = 6;
/// Added to a mint that lives, by whoever signs for it: the program never signs for these.
const SIGNED: [ExtensionType; 2] = [ExtensionType::TokenGroup, ExtensionType::TokenGroupMember];

fn extensions(stage: &Stage, mint: &Pubkey) -> Vec<ExtensionType> {
    let data = stage.world.account(mint).expect("created").data;
    let mint = StateWithExtensions::<Mint>::unpack(&data).expect("a mint");
    mint.get_extension_types().expect("readable")
}

/// Every way to add an extension to a mint before it lives, with the thief as authority.
fn additions(mint: &Pubkey) -> Vec<(ExtensionType, Instruction)> {
    use ExtensionType::*;
    let (program, thief) = (&TOKEN_2022, pubkey("stranger"));
    let built = [
        (
            TransferFeeConfig,
            transfer_fee::instruction::initialize_transfer_fee_config(
                program,
                mint,
                Some(&thief),
                Some(&thief),
                10_000,
                u64::MAX,
            ),
        ),
        (
            MintCloseAuthority,
            initialize_mint_close_authority(program, mint, Some(&thief)),
        ),
        (
            ConfidentialTransferMint,
            confidential_transfer::instruction::initialize_mint(
                program,
                mint,
                Some(thief),
                true,
                None,
            ),
        ),
        (
            DefaultAccountState,
            default_account_state::instruction::initialize_default_account_state(
                program,
                mint,
                &AccountState::Frozen,
            ),
        ),
        (
            NonTransferable,
            initialize_non_transferable_mint(program, mint),
        ),
        (
            InterestBearingConfig,
            interest_bearing_mint::instruction::initialize(program, mint, Some(thief), 100),
        ),
        (
            PermanentDelegate,
            initialize_permanent_delegate(program, mint, &thief),
        ),
        (
            TransferHook,
            transfer_hook::instruction::initialize(program, mint, Some(thief), Some(thief)),
        ),
        (
            ConfidentialTransferFeeConfig,
            confidential_transfer_fee::instruction::initialize_confidential_transfer_fee_config(
                program,
                mint,
                Some(thief),
                &Default::default(),
            ),
        ),
        (
            MetadataPointer,
            metadata_pointer::instruction::initialize(program, mint, Some(thief), Some(thief)),
        ),
        (
            GroupPointer,
            group_pointer::instruction::initialize(program, mint, Some(thief), Some(thief)),
        ),
        (
            GroupMemberPointer,
            group_member_pointer::instruction::initialize(program, mint, Some(thief), Some(thief)),
        ),
        (
            ConfidentialMintBurn,
            confidential_mint_burn::instruction::initialize_mint(
                program,
                mint,
                &Default::default(),
                &Default::default(),
            ),
        ),
        (
            ScaledUiAmount,
            scaled_ui_amount::instruction::initialize(program, mint, Some(thief), 2.0),
        ),
        (
            Pausable,
            pausable::instruction::initialize(program, mint, &thief),
        ),
    ];
    built
        .into_iter()
        .map(|(kind, built)| (kind, built.expect("an instruction")))
        .collect()
}

/// Every extension of a mint the interface names is in one of the lists.
#[test]
fn every_extension_of_mints_is_tried() {
    let named = (1..=u16::MAX).filter_map(|number| ExtensionType::try_from(number).ok());
    let of_mints: Vec<_> = named
        .filter(|kind| kind.get_account_type() == AccountType::Mint)
        .collect();
    let tried = additions(&Pubkey::default());
    let tried = |kind: &ExtensionType| tried.iter().any(|(one, _)| one == kind);
    let missing: Vec<_> = of_mints
        .iter()
        .filter(|kind| !tried(kind) && !SIGNED.contains(kind) && !HAD.contains(kind))
        .collect();
    assert!(
        missing.is_empty() && of_mints.len() >= 18,
        "{missing:?} of {of_mints:?}"
    );
}

#[test]
fn no_extension_comes_to_an_option_mint_that_lives() {
    let mut stage = open();
    let week = expiry(&mut stage, 7);
    for kind in [
        OptionKind::Call,
        OptionKind::Put,
        OptionKind::AmericanCall,
        OptionKind::AmericanPut,
    ] {
        let series = week.series(200 * PRICE, kind);
        expect_landed(stage.create_series("keeper", &series));
        let mint = series.option_mint;
        assert_eq!(extensions(&stage, &mint), HAD, "{kind:?}");
        for (extension, given) in additions(&mint) {
            let before = Snapshot::whole(&stage.world);
            let failed = stage.world.send(&[given], &[&key("stranger")]);
            let failed = failed.expect_err("the mint lives");
            let error = failed.instruction_error();
            assert_eq!(
                error,
                Some(&InstructionError::Custom(ALREADY_IN_USE)),
                "{extension:?} of {kind:?}"
            );
            assert_only_changed(&before, &stage, &[]);
        }
    }
}
