//! What each instruction costs in a typical state and with the most legs that fit, and how much heap and
//! stack the program needs. Prints one `name value unit` a line, in the order of names.
//!
//! Compute units are exact: everything is done twice in fresh worlds and must agree to the unit.

mod life;
mod most;
mod sheet;

use backstop_interface::ID;
use backstop_testkit::World;
use backstop_tests::program_so;
use sheet::Sheet;

fn measure(world: World) -> Sheet {
    let mut sheet = Sheet::default();
    life::measure(world, &mut sheet);
    sheet
}

fn main() {
    let plain = || World::new(program_so()).expect("the program binary loads");
    let mut sheet = measure(plain());
    let again = measure(plain());
    assert_eq!(
        sheet.lines(),
        again.lines(),
        "compute units depend on nothing but the program"
    );
    most::measure(&mut sheet);

    let traced = World::traced_at(ID, program_so()).expect("the program binary loads");
    let footprint = measure(traced).footprint();
    sheet.set("heap_most", footprint.heap_bytes, "bytes");
    sheet.set("stack_most", footprint.stack_bytes, "bytes");
    for line in sheet.lines() {
        println!("{line}");
    }
}
