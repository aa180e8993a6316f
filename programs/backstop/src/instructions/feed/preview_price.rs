use anchor_lang::prelude::*;
use backstop_interface::accounts::Market;
use backstop_interface::action::Action;
use backstop_interface::pyth::{read_legacy, PriceUpdate};
use backstop_interface::{ensure, BackstopError};

use crate::oracle;

#[derive(Accounts)]
pub struct PreviewPrice<'info> {
    pub market: Box<Account<'info, Market>>,
    /// CHECK: either layout; told apart by owner and checked by its reader.
    pub price: UncheckedAccount<'info>,
}

pub fn preview_price(ctx: Context<PreviewPrice>) -> Result<PriceUpdate> {
    let now = Clock::get()?.unix_timestamp;
    let market = &ctx.accounts.market;
    let price = &ctx.accounts.price;
    if *price.owner == market.legacy_price_program {
        let opted_in = Action::Preview.rule().legacy
            && market.legacy_price != Pubkey::default()
            && market.legacy_price == price.key();
        ensure(opted_in, BackstopError::LegacyPriceNotEnabled)?;
        return read_legacy(&price.key(), &price.try_borrow_data()?);
    }
    oracle::genuine(price, market, now)
}
