//! From genesis to the first trade, instruction by instruction: what each one moves to the atom, and each
//! error it can answer with, by its exact number and with nothing changed.

mod account;
mod bearer;
mod collateral;
mod delegates;
mod feed;
mod genesis;
mod orders;
mod prices;
mod series;
mod setup;
mod table;
mod trading;
