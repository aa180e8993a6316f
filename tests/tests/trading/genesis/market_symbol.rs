//! The symbol of a market, which names its option tokens.

use backstop_client::genesis::create_market;
use backstop_client::migration::Migration;
use backstop_interface::params::MarketParams;
use backstop_interface::BackstopError;
use backstop_testkit::stage::GENESIS_FILE;
use backstop_testkit::{expect_landed, key, pubkey};

use super::create_market::new;
use crate::setup::{genesis_before, refuse, surroundings};

#[test]
fn create_market_rejects_a_symbol_of_other_signs_or_with_a_gap() {
    let (mut stage, _) = genesis_before("create_market");
    for symbol in [
        [0; 8],
        *b"sol\0\0\0\0\0",
        *b"SO L\0\0\0\0",
        *b"SOL\0\0\0\0X",
        *b"SOL-USD1",
    ] {
        let mut new = new(MarketParams::default());
        new.symbol = symbol;
        let given = create_market(pubkey("genesis"), &stage.keys, &new);
        refuse(
            &mut stage,
            "genesis",
            &given,
            BackstopError::SymbolNotAllowed,
        );
    }
    let mut new = new(MarketParams::default());
    new.symbol = *b"ABCDEFG8";
    let given = create_market(pubkey("genesis"), &stage.keys, &new);
    expect_landed(stage.world.send(&[given], &[&key("genesis")]));
}

#[test]
fn a_genesis_file_with_such_a_symbol_is_refused_before_anything_is_sent() {
    let (stage, _) = genesis_before("create_market");
    let text = GENESIS_FILE.replace("symbol = \"SOL\"", "symbol = \"sol\"");
    let file = Migration::parse(&text).expect("readable");
    let made = file.instructions(&stage.keys, &surroundings(&stage), &file.params());
    assert_eq!(
        made.expect_err("the program would refuse it").to_string(),
        "the symbol `sol` is not one to eight capital letters or digits"
    );
}
