//! What each instruction costs in a typical state and with the most legs that fit, how much heap and
//! stack the program needs, and what single functions cost. Prints one `name value unit` a line, in the
//! order of names.
//!
//! Compute units are exact: everything is done twice in fresh worlds and must agree to the unit.

mod collaterals;
mod kernel;
mod life;
mod most;
mod sheet;
mod strained;
mod wide;

use backstop_interface::ID;
use backstop_testkit::World;
use backstop_tests::program_so;
use sheet::Sheet;

fn measure(world: World) -> Sheet {
    let mut sheet = Sheet::default();
    collaterals::measure(world.clone(), &mut sheet);
    life::measure(world, &mut sheet);
    sheet
}

/// With the argument `kernel` only single functions are measured, with `program` only instructions.
fn main() {
    let mut sheet = Sheet::default();
    let only = std::env::args().nth(1);
    if only.as_deref() != Some("kernel") {
        program(&mut sheet);
    }
    if only.as_deref() != Some("program") {
        kernel::measure(&mut sheet);
    }
    for line in sheet.lines() {
        println!("{line}");
    }
}

fn program(sheet: &mut Sheet) {
    let plain = || World::new(program_so()).expect("the program binary loads");
    *sheet = measure(plain());
    let again = measure(plain());
    assert_eq!(
        sheet.lines(),
        again.lines(),
        "compute units depend on nothing but the program"
    );
    let deposits = ["deposit_quote", "deposit_underlying", "deposit_other"];
    sheet.dearest_of("deposit_4", &deposits);
    let withdrawals = [
        "withdraw_quote_4_legs",
        "withdraw_underlying_4_legs",
        "withdraw_quote_4_collaterals",
        "withdraw_underlying_4_collaterals",
        "withdraw_other_4_collaterals",
    ];
    sheet.dearest_of("withdraw_4", &withdrawals);
    let fills = [
        "fill_offer_ledger_4_legs",
        "fill_offer_tokens_4_legs",
        "fill_offer_4_collaterals",
    ];
    sheet.dearest_of("fill_4_4", &fills);
    most::measure(sheet);
    wide::measure(sheet);
    strained::measure(sheet);
    let withdrawals = ["withdraw_4", "withdraw_strained"];
    sheet.dearest_of("withdraw_4", &withdrawals);
    let fills = ["fill_4_4", "fill_offer_strained"];
    sheet.dearest_of("fill_4_4", &fills);
    let wire = sheet.wire();
    sheet.set("transaction_most_bytes", wire.bytes as u64, "bytes");
    sheet.set("accounts_most", wire.accounts as u64, "accounts");

    let traced = World::traced_at(ID, program_so()).expect("the program binary loads");
    let footprint = measure(traced).footprint();
    sheet.set("heap_most", footprint.heap_bytes, "bytes");
    sheet.set("stack_most", footprint.stack_bytes, "bytes");
}
