//! From the second of expiry to the last holder paid: price, collecting, backstop, haircut, redemption.

mod backing;
mod bid_recapitalisation;
mod close_collecting;
mod finalise;
mod fix_price;
mod fold_series;
mod redeem;
mod settle_account;
mod submit_point;

pub use backing::*;
pub use bid_recapitalisation::*;
pub use close_collecting::*;
pub use finalise::*;
pub use fix_price::*;
pub use fold_series::*;
pub use redeem::*;
pub use settle_account::*;
pub use submit_point::*;
