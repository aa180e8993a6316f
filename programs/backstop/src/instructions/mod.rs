//! One file per instruction, folders by what they are about.

pub mod account;
pub mod exercise;
pub mod feed;
pub mod genesis;
pub mod insurance;
pub mod liquidation;
pub mod series;
pub mod settlement;
pub mod trading;

pub use account::*;
pub use exercise::*;
pub use feed::*;
pub use genesis::*;
pub use insurance::*;
pub use liquidation::*;
pub use series::*;
pub use settlement::*;
pub use trading::*;
