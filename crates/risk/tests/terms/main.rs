//! The functions around the margin: what collateral counts, the last hour, scales, keeper pay.
//! Properties run on at least 10 000 random cases and print how often each class was met.

#[path = "../laws/cases.rs"]
mod cases;

mod averaging;
mod collateral;
mod collateral_rules;
mod collateral_time;
mod keeper;
mod margin;
mod remainder;
mod simulated;
mod stress;
mod uncovered;
