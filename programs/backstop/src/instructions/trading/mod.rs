//! Standing offers and their fills, one by one or several at once; trades two owners signed; writing for oneself.

mod broom;
mod cancel_all;
mod cancel_offer;
mod close_offer;
mod execute_fill;
mod fill_offer;
mod fill_quote;
mod place_offer;
mod request_fill;
mod sweep;
mod sweep_offer;
mod void_fill;
mod write_option;

pub use cancel_all::*;
pub use cancel_offer::*;
pub use close_offer::*;
pub use execute_fill::*;
pub use fill_offer::*;
pub use fill_quote::*;
pub use place_offer::*;
pub use request_fill::*;
pub use sweep::*;
pub use void_fill::*;
pub use write_option::*;
