//! Standing offers and their fills.

mod cancel_all;
mod cancel_offer;
mod close_offer;
mod fill_offer;
mod place_offer;

pub use cancel_all::*;
pub use cancel_offer::*;
pub use close_offer::*;
pub use fill_offer::*;
pub use place_offer::*;
