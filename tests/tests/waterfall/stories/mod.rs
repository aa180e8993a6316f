//! Several instructions after one another, as they happen.

mod auction;
mod calm;
mod covered;
mod debt;
mod default;
mod estate;
mod late;
mod netting;
mod offers;
mod revival;
mod subsidy;
mod throttle;
mod top_up;
mod two_expiries;
