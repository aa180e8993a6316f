//! What a wallet sees of an option token.

use anchor_spl::token_2022_extensions::spl_token_metadata_interface::error::TokenMetadataError;
use anchor_spl::token_2022_extensions::spl_token_metadata_interface::instruction::update_field;
use anchor_spl::token_2022_extensions::spl_token_metadata_interface::state::{
    Field, TokenMetadata,
};
use anchor_spl::token_interface::spl_token_2022::extension::metadata_pointer::MetadataPointer;
use anchor_spl::token_interface::spl_token_2022::extension::{
    BaseStateWithExtensions, ExtensionType, StateWithExtensions,
};
use anchor_spl::token_interface::spl_token_2022::state::Mint;
use anchor_spl::token_interface::spl_token_2022::ID as TOKEN_2022;
use backstop_client::SeriesKeys;
use backstop_interface::accounts::OptionKind::{Call, Put};
use backstop_testkit::{expect_code, expect_landed, key, pubkey, Snapshot, Stage};

use crate::setup::{assert_only_changed, expiry, open, series, PRICE};

/// The stage at 200 quote with a series that expires on 8 January 2026.
fn with(strike_price: u64) -> (Stage, SeriesKeys) {
    let mut stage = open();
    let week = expiry(&mut stage, 7);
    let put = series(&mut stage, &week, strike_price, Put);
    (stage, put)
}

fn metadata(data: &[u8]) -> TokenMetadata {
    let mint = StateWithExtensions::<Mint>::unpack(data).expect("a mint");
    mint.get_variable_len_extension::<TokenMetadata>()
        .expect("metadata")
}

#[test]
fn a_wallet_reads_its_name_from_the_mint_the_pointer_names() {
    let (stage, put) = with(200 * PRICE + PRICE / 2);
    let account = stage.world.account(&put.option_mint).expect("created");
    assert_eq!(account.owner, TOKEN_2022);
    let mint = StateWithExtensions::<Mint>::unpack(&account.data).expect("a mint");
    let pointer = mint.get_extension::<MetadataPointer>().expect("a pointer");
    assert_eq!(
        Option::from(pointer.metadata_address),
        Some(put.option_mint)
    );
    assert_eq!(
        Option::from(pointer.authority),
        None::<anchor_lang::prelude::Pubkey>
    );

    let told = metadata(&account.data);
    assert_eq!(told.name, "SOL-08JAN26-200.5-P");
    assert_eq!((told.symbol, told.uri), (told.name.clone(), String::new()));
    assert_eq!(told.mint, put.option_mint);
    assert_eq!(Option::from(told.update_authority), Some(put.series));
    assert!(told.additional_metadata.is_empty());
}

#[test]
fn nothing_but_metadata_and_only_the_series_signs() {
    let (stage, put) = with(200 * PRICE);
    let data = stage.world.account(&put.option_mint).expect("created").data;
    let mint = StateWithExtensions::<Mint>::unpack(&data).expect("a mint");
    assert_eq!(
        mint.get_extension_types().expect("readable"),
        [ExtensionType::MetadataPointer, ExtensionType::TokenMetadata]
    );
    assert_eq!((mint.base.decimals, mint.base.supply), (6, 0));
    assert_eq!(mint.base.mint_authority, Some(put.series).into());
    assert!(mint.base.freeze_authority.is_none());
}

#[test]
fn its_creator_pays_exactly_the_rent_less_what_lay_there() {
    for donated in [0, 1, 2_000_000, 50_000_000] {
        let mut stage = open();
        let week = expiry(&mut stage, 7);
        let call = week.series(1_000 * PRICE, Call);
        if donated > 0 {
            stage.world.airdrop(&call.option_mint, donated);
        }
        let rich = stage.world.lamports(&pubkey("keeper"));
        expect_landed(stage.create_series("keeper", &call));
        let mint = stage.world.account(&call.option_mint).expect("created");
        let rent = stage.world.rent(mint.data.len());
        assert_eq!(mint.lamports, rent.max(donated), "{donated} lay there");
        let series = stage.world.lamports(&call.series);
        let paid = rich - stage.world.lamports(&pubkey("keeper"));
        assert_eq!(paid, series + rent.saturating_sub(donated));
        assert_eq!(metadata(&mint.data).symbol, "SOL-08JAN26-1000-C");
    }
}

#[test]
fn no_one_renames_it() {
    let (mut stage, put) = with(200 * PRICE);
    let before = Snapshot::whole(&stage.world);
    for name in ["keeper", "genesis"] {
        let field = (Field::Name, "SOL-08JAN26-900-P".to_owned());
        let given = update_field(
            &TOKEN_2022,
            &put.option_mint,
            &pubkey(name),
            field.0,
            field.1,
        );
        let sent = stage.world.send(&[given], &[&key(name)]);
        expect_code(sent, TokenMetadataError::IncorrectUpdateAuthority as u32);
    }
    assert_only_changed(&before, &stage, &[]);
}
