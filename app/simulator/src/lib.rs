//! Replays markets; the demo lives here.
//!
//! The way through: [`cli`] reads the arguments, [`input`] turns them into a [`input::Input`] (a program, a
//! [`scenario::Scenario`] and a [`path::Path`] of prices made from [`candles`] or published figures), [`chain`]
//! turns that into a [`report::Recording`], and [`report::deliver`] writes it as text, JSON and HTML.
//!
//! Money and prices are integers everywhere; only the drawing code of the HTML report uses floats, for pixels.

pub mod candles;
pub mod chain;
pub mod cli;
pub mod input;
pub mod path;
pub mod price_text;
pub mod replay;
pub mod report;
pub mod rng;
pub mod scenario;
pub mod utc;
