//! Early exercise of American series: asked for, decided at a price nobody knew, borne by the shorts, paid.

mod execute_exercise;
mod pay_exercise;
mod request_exercise;
mod synchronise;

pub use execute_exercise::*;
pub use pay_exercise::*;
pub use request_exercise::*;
pub use synchronise::*;
