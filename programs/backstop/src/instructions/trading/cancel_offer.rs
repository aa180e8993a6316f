use anchor_lang::prelude::*;
use backstop_interface::accounts::{MarginAccount, Offer};
use backstop_interface::{ensure, BackstopError};

#[derive(Accounts)]
pub struct CancelOffer<'info> {
    pub authority: Signer<'info>,
    #[account(mut, close = maker)]
    pub offer: Box<Account<'info, Offer>>,
    /// CHECK: the key the offer names; it gets the rent.
    #[account(mut, address = offer.maker @ BackstopError::WrongMaker)]
    pub maker: UncheckedAccount<'info>,
    /// The account that would write; needed unless the maker himself signs.
    #[account(address = offer.margin_account @ BackstopError::OfferVoid)]
    pub margin_account: Option<AccountLoader<'info, MarginAccount>>,
}

/// Whoever placed it, the owner or a delegate.
pub fn cancel_offer(ctx: Context<CancelOffer>) -> Result<()> {
    let accounts = ctx.accounts;
    let authority = accounts.authority.key();
    let trades = match &accounts.margin_account {
        Some(account) => account.load()?.may_trade(&authority),
        None => false,
    };
    ensure(
        trades || authority == accounts.offer.maker,
        BackstopError::NotDelegate,
    )?;
    Ok(())
}
