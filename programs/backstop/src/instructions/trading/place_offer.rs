use anchor_lang::prelude::*;
use backstop_interface::accounts::{
    AccountState, MarginAccount, Market, Offer, Pricing, Series, Side, LAYOUT_VERSION,
};
use backstop_interface::action::Action;
use backstop_interface::{ensure, pda, BackstopError};
use backstop_quantities::ONE_PPB;
use backstop_risk::quoting::{MARK_BAND_PPB, MAX_VOL_OFFSET_PPM};

use crate::margin::LAST_HOUR_SECONDS;

/// A standing offer.
#[derive(AnchorSerialize, AnchorDeserialize, Clone, Debug)]
pub struct PlaceOfferArgs {
    /// Number chosen by the maker; part of the offer's address.
    pub nonce: u64,
    /// Premium, quote per contract scaled 1e9; where a formula finds it, the worst the maker accepts.
    pub premium_price: u64,
    /// Size, in millionths of a contract.
    pub contracts: u64,
    /// Least fill, in millionths of a contract.
    pub least_fill_contracts: u64,
    /// Unix second from which it is void.
    pub void_at: i64,
    /// Only makes the maker's position smaller: what he holds at the moment of a fill is the most it fills.
    pub reduce_only: bool,
    /// Whether the maker sells or buys.
    pub side: Side,
    /// How the premium is found.
    pub pricing: Pricing,
}

#[derive(Accounts)]
#[instruction(args: PlaceOfferArgs)]
pub struct PlaceOffer<'info> {
    #[account(mut)]
    pub authority: Signer<'info>,
    pub market: Box<Account<'info, Market>>,
    #[account(has_one = market @ BackstopError::WrongMarket)]
    pub margin_account: AccountLoader<'info, MarginAccount>,
    #[account(has_one = market @ BackstopError::WrongMarket)]
    pub series: Box<Account<'info, Series>>,
    #[account(
        init, payer = authority, space = 8 + Offer::INIT_SPACE,
        seeds = [pda::OFFER, margin_account.key().as_ref(), &args.nonce.to_le_bytes()], bump,
    )]
    pub offer: Box<Account<'info, Offer>>,
    pub system_program: Program<'info, System>,
}

impl PlaceOffer<'_> {
    fn check(&self, args: &PlaceOfferArgs, now: i64) -> Result<()> {
        let lot = self.market.params.lot_contracts;
        let account = self.margin_account.load()?;
        ensure(
            account.may_trade(&self.authority.key()),
            BackstopError::NotDelegate,
        )?;
        ensure(
            account.state() == AccountState::Open,
            BackstopError::AccountNotOpen,
        )?;
        let closes_at = self.series.expires_at.saturating_sub(LAST_HOUR_SECONDS);
        ensure(now < closes_at, BackstopError::ExpiryClosed)?;
        ensure(args.contracts > 0, BackstopError::AmountIsZero)?;
        let on_lot =
            args.contracts.is_multiple_of(lot) && args.least_fill_contracts.is_multiple_of(lot);
        ensure(on_lot, BackstopError::OffLot)?;
        ensure(
            (lot..=args.contracts).contains(&args.least_fill_contracts),
            BackstopError::FillOutOfRange,
        )?;
        // Only an ask by formula may go down to any premium.
        let any = args.pricing != Pricing::Fixed && args.side == Side::Ask;
        ensure(
            args.premium_price > 0 || any,
            BackstopError::PremiumOutOfRange,
        )?;
        check_pricing(args.pricing)?;
        let closes = args.reduce_only || matches!(args.pricing, Pricing::Guard { .. });
        let action = if closes {
            Action::Close
        } else {
            Action::AddRisk
        };
        action.check_level(&self.market)?;
        ensure(args.void_at > now, BackstopError::OfferVoid)?;
        Ok(())
    }
}

fn check_pricing(pricing: Pricing) -> Result<()> {
    let allowed = match pricing {
        Pricing::Fixed => true,
        Pricing::Pegged { vol_offset_ppm } => vol_offset_ppm.unsigned_abs() <= MAX_VOL_OFFSET_PPM,
        Pricing::Guard {
            health_ppb,
            slip_ppb,
        } => health_ppb <= ONE_PPB && slip_ppb <= MARK_BAND_PPB,
    };
    ensure(allowed, BackstopError::PricingNotAllowed)?;
    Ok(())
}

/// The margin is checked when somebody fills, not here: an offer locks nothing.
pub fn place_offer(ctx: Context<PlaceOffer>, args: PlaceOfferArgs) -> Result<()> {
    let now = Clock::get()?.unix_timestamp;
    ctx.accounts.check(&args, now)?;
    let accounts = ctx.accounts;
    accounts.offer.set_inner(Offer {
        version: LAYOUT_VERSION,
        bump: ctx.bumps.offer,
        market: accounts.market.key(),
        margin_account: accounts.margin_account.key(),
        maker: accounts.authority.key(),
        series: accounts.series.key(),
        nonce: args.nonce,
        epoch: accounts.margin_account.load()?.epoch,
        premium_price: args.premium_price,
        remaining_contracts: args.contracts,
        least_fill_contracts: args.least_fill_contracts,
        void_at: args.void_at,
        side: args.side,
        pricing: args.pricing,
        reduce_only: args.reduce_only,
        placed_at: now,
        reserved: [0; 24],
    });
    Ok(())
}
