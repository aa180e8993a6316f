//! The action table on the bytecode: each row at its limits and one unit beyond them, each level of a market.

mod levels;
mod rows;
mod scenes;
