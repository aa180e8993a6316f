//! The owner's margin account: open, fund, empty, close.

mod close_account;
mod deposit;
mod open_account;
mod withdraw;

pub use close_account::*;
pub use deposit::*;
pub use open_account::*;
pub use withdraw::*;
