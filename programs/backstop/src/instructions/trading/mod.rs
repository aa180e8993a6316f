//! Standing offers and their fills, one by one or several at once; trades two owners signed; writing for oneself.

mod cancel_all;
mod cancel_offer;
mod close_offer;
mod fill_offer;
mod fill_quote;
mod place_offer;
mod sweep;
mod sweep_offer;
mod write_option;

pub use cancel_all::*;
pub use cancel_offer::*;
pub use close_offer::*;
pub use fill_offer::*;
pub use fill_quote::*;
pub use place_offer::*;
pub use sweep::*;
pub use write_option::*;
