use anchor_lang::prelude::*;
use anchor_spl::token_interface::{TokenAccount, TokenInterface};
use backstop_interface::accounts::{
    AccountState, Collateral, FillRequest, MarginAccount, Market, Offer, Pricing, Series,
    LAYOUT_VERSION,
};
use backstop_interface::action::Action;
use backstop_interface::event::FillRequested;
use backstop_interface::{ensure, pda, BackstopError};
use backstop_quantities::{Contracts, Price};

use crate::{apply, margin, tokens, trade};

/// A fill somebody asks for at a price nobody knows yet.
#[derive(AnchorSerialize, AnchorDeserialize, Clone, Debug)]
pub struct RequestFillArgs {
    /// Number chosen by the taker; part of the request's address.
    pub nonce: u64,
    /// Contracts, in millionths.
    pub contracts: u64,
    /// Highest premium when buying, lowest when selling, quote per contract scaled 1e9.
    pub limit_price: u64,
}

#[event_cpi]
#[derive(Accounts)]
#[instruction(args: RequestFillArgs)]
pub struct RequestFill<'info> {
    #[account(mut)]
    pub authority: Signer<'info>,
    pub market: Box<Account<'info, Market>>,
    /// Account that will trade.
    #[account(has_one = market @ BackstopError::WrongMarket)]
    pub margin_account: AccountLoader<'info, MarginAccount>,
    #[account(has_one = market @ BackstopError::WrongMarket, has_one = series @ BackstopError::WrongSeries)]
    pub offer: Box<Account<'info, Offer>>,
    pub series: Box<Account<'info, Series>>,
    #[account(
        init, payer = authority, space = 8 + FillRequest::INIT_SPACE,
        seeds = [pda::FILL_REQUEST, margin_account.key().as_ref(), &args.nonce.to_le_bytes()], bump,
    )]
    pub request: Box<Account<'info, FillRequest>>,
    #[account(
        mut, seeds = [pda::COLLATERAL, market.key().as_ref(), market.quote_mint.as_ref()],
        bump = quote.bump, has_one = vault @ BackstopError::WrongVault,
    )]
    pub quote: Box<Account<'info, Collateral>>,
    #[account(mut)]
    pub vault: Box<InterfaceAccount<'info, TokenAccount>>,
    /// Wallet the deposit comes from.
    #[account(mut, constraint = payment.key() != vault.key() @ BackstopError::WrongVault)]
    pub payment: Box<InterfaceAccount<'info, TokenAccount>>,
    pub token_program: Interface<'info, TokenInterface>,
    pub system_program: Program<'info, System>,
}

impl RequestFill<'_> {
    /// Gives the offer's distance from the surface.
    fn check(&self, args: &RequestFillArgs, now: i64) -> Result<i32> {
        let account = self.margin_account.load()?;
        margin::require_trader(&account, &self.authority.key())?;
        ensure(
            account.state() == AccountState::Open,
            BackstopError::AccountNotOpen,
        )?;
        let Pricing::Pegged { vol_offset_ppm } = self.offer.pricing else {
            return err!(BackstopError::PricingNotAllowed);
        };
        ensure(
            self.offer.margin_account != self.margin_account.key(),
            BackstopError::SameAccount,
        )?;
        ensure(
            self.payment.mint == self.quote.mint,
            BackstopError::WrongMint,
        )?;
        trade::check_open(&self.series, now)?;
        trade::check_lots(&self.market, args.contracts)?;
        ensure(args.limit_price > 0, BackstopError::PremiumOutOfRange)?;
        Action::AddRisk.check_level(&self.market)?;
        Ok(vol_offset_ppm)
    }
}

/// The deposit is the premium at the limit: a buyer cannot spend it before the request is executed, a seller
/// gets it back with the premium. What the offer says and the account's epoch are written down: at the execution
/// both must be the same.
pub fn request_fill(ctx: Context<RequestFill>, args: RequestFillArgs) -> Result<()> {
    let now = Clock::get()?.unix_timestamp;
    let vol_offset_ppm = ctx.accounts.check(&args, now)?;
    let accounts = &mut *ctx.accounts;
    let quantity = Contracts::new(trade::signed(args.contracts)?);
    let deposit = quantity
        .value_ceil(Price::new(args.limit_price))
        .ok_or(BackstopError::AmountOverflow)?
        .get();
    accounts.request.set_inner(FillRequest {
        version: LAYOUT_VERSION,
        bump: ctx.bumps.request,
        market: accounts.market.key(),
        margin_account: accounts.margin_account.key(),
        owner: accounts.authority.key(),
        offer: accounts.offer.key(),
        series: accounts.series.key(),
        nonce: args.nonce,
        contracts: args.contracts,
        limit_price: args.limit_price,
        deposit_atoms: deposit,
        requested_at: now,
        side: accounts.offer.side,
        vol_offset_ppm,
        premium_price: accounts.offer.premium_price,
        offer_epoch: accounts.offer.epoch,
        epoch: accounts.margin_account.load()?.epoch,
        reserved: [0; 32],
    });
    accounts.quote.claims_atoms = apply::add(accounts.quote.claims_atoms, deposit)?;
    let arrived = tokens::receive(
        &accounts.token_program,
        &accounts.payment,
        &mut accounts.vault,
        &accounts.authority,
        deposit,
    )?;
    ensure(arrived == deposit, BackstopError::VaultShort)?;
    tokens::verify(&accounts.vault, accounts.quote.claims_atoms)?;
    let event = FillRequested {
        request: accounts.request.key(),
        offer: accounts.offer.key(),
        margin_account: accounts.margin_account.key(),
        contracts: args.contracts,
        deposit_atoms: deposit,
    };
    emit_cpi!(event);
    Ok(())
}
