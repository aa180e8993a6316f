//! Offers and fills.

mod cancel_offer;
mod fill_offer;
mod fill_prices;
mod fill_refusals;
mod fill_sides;
mod fill_tables;
mod place_offer;
