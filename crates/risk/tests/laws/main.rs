//! Laws of the margin kernel, the auction, the waterfall and vaults: each on at least 10 000 random
//! cases, each printing how often every class of case was met.

#[path = "../common/black.rs"]
mod black;
#[path = "../common/books.rs"]
mod books;
#[path = "../common/mod.rs"]
mod common;
#[path = "../common/reference/mod.rs"]
mod reference;

mod add_ons;
mod additive;
mod assignment;
mod auction;
mod auction_money;
mod auction_price;
mod book;
mod cases;
mod creditors;
mod estates;
mod last_hour;
mod monotone;
mod plain;
mod required;
mod scales;
mod shares;
mod solvency;
mod staleness;
mod trades;
mod vaults;
