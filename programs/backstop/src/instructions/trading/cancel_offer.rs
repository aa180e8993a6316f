use anchor_lang::prelude::*;
use backstop_interface::accounts::Offer;
use backstop_interface::BackstopError;

#[derive(Accounts)]
pub struct CancelOffer<'info> {
    #[account(mut)]
    pub owner: Signer<'info>,
    #[account(mut, close = owner, has_one = owner @ BackstopError::NotOwner)]
    pub offer: Box<Account<'info, Offer>>,
}

pub fn cancel_offer(_ctx: Context<CancelOffer>) -> Result<()> {
    Ok(())
}
