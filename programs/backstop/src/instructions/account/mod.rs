//! The owner's margin account: open, fund, empty, close; option tokens in and out, a leg
//! to another account; his delegates.

mod close_account;
mod deposit;
mod deposit_option;
mod open_account;
mod set_delegate;
mod transfer_leg;
mod withdraw;
mod withdraw_option;

pub use close_account::*;
pub use deposit::*;
pub use deposit_option::*;
pub use open_account::*;
pub use set_delegate::*;
pub use transfer_leg::*;
pub use withdraw::*;
pub use withdraw_option::*;
