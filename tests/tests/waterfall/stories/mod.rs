//! Several instructions after one another, as they happen.

mod auction;
mod calm;
mod covered;
mod debt;
mod default;
mod estate;
mod impaired;
mod late;
mod leaves_the_slice;
mod netting;
mod offers;
mod receivable;
mod returned;
mod revival;
mod subsidy;
mod throttle;
mod top_up;
mod two_expiries;
