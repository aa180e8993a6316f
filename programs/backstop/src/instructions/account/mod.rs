//! The owner's margin account: open, fund, empty, close; option tokens in and out.

mod close_account;
mod deposit;
mod deposit_option;
mod open_account;
mod withdraw;
mod withdraw_option;

pub use close_account::*;
pub use deposit::*;
pub use deposit_option::*;
pub use open_account::*;
pub use withdraw::*;
pub use withdraw_option::*;
