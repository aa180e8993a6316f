//! Surfaces over time, and the rules that keep margin from jumping.

mod arbitrage;
mod average;
mod classes;
mod growth;
mod hold;
mod probability;
mod ramp;
mod realised;
mod requirement;
mod staleness;
