use anchor_lang::solana_program::instruction::Instruction;
use backstop_client::bearer::Carried;
use backstop_client::{orders, SeriesKeys};
use backstop_interface::event::OptionWritten;
use backstop_interface::BackstopError;
use backstop_testkit::{expect_landed, pubkey, Balances, Snapshot, Stage};

use super::three;
use crate::setup::{
    assert_only_changed, leg, put, refuse, sale_fee, seized, swapped, totals, CONTRACT, LOT, PRICE,
    QUOTE,
};

fn instruction(stage: &mut Stage, series: &SeriesKeys, contracts: u64) -> Instruction {
    let owner = pubkey("writer");
    let carried = Carried {
        margin_account: stage.margin("writer"),
        wallet: stage.world.token_account(&owner, &series.option_mint),
        contracts,
    };
    orders::write_option(&stage.keys, owner, series, &carried, stage.price_account)
}

#[test]
fn the_writer_is_short_and_holds_the_tokens() {
    let (mut stage, put) = three();
    let wallet = stage
        .world
        .token_account(&pubkey("writer"), &put.option_mint);
    let fee = sale_fee(&stage, &put, 3 * CONTRACT, 0);
    let (before, balances) = (Snapshot::whole(&stage.world), Balances::read(&stage.world));
    let landed = expect_landed(stage.write_option("writer", &put, 3 * CONTRACT));
    let writer = stage.margin("writer");
    let shard = stage.keys.shard_of(&writer);
    let changed = [writer, shard, put.series, put.option_mint, wallet];
    assert_only_changed(&before, &stage, &changed);
    let after = Balances::read(&stage.world);
    balances.assert_created(&after, &put.option_mint, i128::from(3 * CONTRACT));
    assert_eq!(balances.gain(&after, &wallet), i128::from(3 * CONTRACT));
    assert_eq!(leg(&stage, "writer", &put), -3_000_000);
    assert_eq!(totals(&stage, &put), (3 * CONTRACT, 0, 3 * CONTRACT));
    let events = landed.events::<OptionWritten>(&stage.world.program_id());
    let [event] = events.as_slice() else {
        panic!("one event")
    };
    assert_eq!(event.margin_account, stage.margin("writer"));
    let sums = (event.series, event.contracts, event.fee_atoms);
    assert_eq!(sums, (put.series, 3 * CONTRACT, fee));
    // The fee of a sale at mark.
    assert_eq!(super::cash(&stage, "writer"), 10_000 * QUOTE - fee);
    assert_eq!(stage.shard_of("writer").fees_atoms, fee);
}

#[test]
fn tokens_written_close_the_short_again() {
    let (mut stage, put) = three();
    let fee = sale_fee(&stage, &put, CONTRACT, 0);
    expect_landed(stage.write_option("writer", &put, CONTRACT));
    expect_landed(stage.deposit_option("writer", &put, CONTRACT));
    assert_eq!(totals(&stage, &put), (0, 0, 0));
    expect_landed(stage.withdraw_quote("writer", 10_000 * QUOTE - fee));
}

#[test]
fn write_option_rejects_another_owner() {
    let (mut stage, put) = three();
    let mut given = instruction(&mut stage, &put, CONTRACT);
    given.accounts[0].pubkey = pubkey("stranger");
    refuse(&mut stage, "stranger", &given, BackstopError::NotOwner);
}

#[test]
fn write_option_rejects_a_wallet_of_another_mint() {
    let (mut stage, put) = three();
    let given = instruction(&mut stage, &put, CONTRACT);
    let wallet = stage.world.ata(&pubkey("writer"), &put.option_mint);
    let kind = backstop_interface::accounts::OptionKind::Call;
    let call = crate::setup::series(&mut stage, &put.expiry, 200 * PRICE, kind);
    let other = stage
        .world
        .token_account(&pubkey("writer"), &call.option_mint);
    let given = swapped(given, &wallet, &other);
    refuse(&mut stage, "writer", &given, BackstopError::WrongMint);
}

#[test]
fn write_option_rejects_an_account_in_liquidation() {
    let (mut stage, put) = seized();
    let given = instruction(&mut stage, &put, CONTRACT);
    refuse(&mut stage, "writer", &given, BackstopError::AccountNotOpen);
}

#[test]
fn write_option_rejects_the_last_hour() {
    let (mut stage, put) = three();
    let given = instruction(&mut stage, &put, CONTRACT);
    stage.world.warp_to(put.expiry.expires_at - 3_600);
    stage.set_price(200 * PRICE);
    refuse(&mut stage, "writer", &given, BackstopError::ExpiryClosed);
}

#[test]
fn write_option_rejects_sizes_of_nothing_off_the_lot_and_beyond_the_books() {
    let (mut stage, put) = three();
    let cases = [
        (0, BackstopError::AmountIsZero),
        (LOT + 1, BackstopError::OffLot),
        (u64::MAX / LOT * LOT, BackstopError::AmountOverflow),
    ];
    for (contracts, error) in cases {
        let given = instruction(&mut stage, &put, contracts);
        refuse(&mut stage, "writer", &given, error);
    }
}

/// Its own long would be closed and the tokens be nobody's new short.
#[test]
fn write_option_rejects_a_long_at_hand() {
    let (mut stage, put) = three();
    expect_landed(stage.fill_quote("writer", "stranger", &put, LOT, 6 * PRICE));
    let given = instruction(&mut stage, &put, CONTRACT);
    refuse(&mut stage, "writer", &given, BackstopError::LongAtHand);
}

#[test]
fn write_option_rejects_a_debtor() {
    let (mut stage, later) = crate::setup::indebted();
    let given = instruction(&mut stage, &later, CONTRACT);
    refuse(&mut stage, "writer", &given, BackstopError::AccountInDebt);
}

#[test]
fn write_option_rejects_too_little_margin() {
    let (mut stage, series) = three();
    let month = crate::setup::expiry(&mut stage, 30);
    let far = put(&mut stage, &month);
    expect_landed(stage.write_option("writer", &far, CONTRACT));
    let given = instruction(&mut stage, &series, 1_000 * CONTRACT);
    refuse(
        &mut stage,
        "writer",
        &given,
        BackstopError::BelowInitialMargin,
    );
}

#[test]
fn write_option_rejects_another_shard_and_a_writer_without_cash_for_the_fee() {
    let (mut stage, put) = three();
    let own = stage.keys.shard_of(&stage.margin("writer"));
    let other = stage.keys.shard_of(&stage.margin("stranger"));
    let given = instruction(&mut stage, &put, CONTRACT);
    let swapped = swapped(given.clone(), &own, &other);
    refuse(&mut stage, "writer", &swapped, BackstopError::ShardMismatch);
    expect_landed(stage.deposit_underlying("writer", crate::setup::UNDERLYING));
    expect_landed(stage.withdraw_quote("writer", 10_000 * QUOTE));
    refuse(&mut stage, "writer", &given, BackstopError::BalanceTooLow);
}
