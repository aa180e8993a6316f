use anchor_lang::prelude::*;
use anchor_spl::token_interface::{TokenAccount, TokenInterface};
use backstop_interface::accounts::{Expiry, ExpiryState, Market, Protocol};
use backstop_interface::event::LotSold;
use backstop_interface::{ensure, pda, BackstopError};
use backstop_quantities::{Atoms, Price, Shares};
use backstop_risk::recapitalisation::{clearing_price_ceil, tokens_for_lot, LotOffer};

use crate::apply;
use crate::tokens;

#[event_cpi]
#[derive(Accounts)]
pub struct BidRecapitalisation<'info> {
    pub bidder: Signer<'info>,
    #[account(mut, seeds = [pda::PROTOCOL], bump = protocol.bump)]
    pub protocol: Box<Account<'info, Protocol>>,
    pub market: Box<Account<'info, Market>>,
    #[account(mut, has_one = market @ BackstopError::WrongMarket)]
    pub expiry: AccountLoader<'info, Expiry>,
    #[account(mut, seeds = [pda::ESCROW, expiry.key().as_ref()], bump)]
    pub escrow: Box<InterfaceAccount<'info, TokenAccount>>,
    #[account(mut, constraint = payment.key() != escrow.key() @ BackstopError::WrongVault)]
    pub payment: Box<InterfaceAccount<'info, TokenAccount>>,
    #[account(mut, seeds = [pda::TREASURY], bump)]
    pub treasury: Box<InterfaceAccount<'info, TokenAccount>>,
    #[account(mut, constraint = destination.key() != treasury.key() @ BackstopError::WrongVault)]
    pub destination: Box<InterfaceAccount<'info, TokenAccount>>,
    pub token_program: Interface<'info, TokenInterface>,
}

/// One lot against tokens.
struct Lot {
    paid_atoms: u64,
    tokens_atoms: u64,
}

impl BidRecapitalisation<'_> {
    /// The next lot and what it offers at this minute, rounded down for the treasury.
    fn lot(&self, least_tokens_atoms: u64, now: i64) -> Result<Lot> {
        let (expiry, params) = (self.expiry.load()?, &self.market.params);
        ensure(
            expiry.state() == ExpiryState::Recapitalising,
            BackstopError::WrongExpiryState,
        )?;
        let elapsed = now.saturating_sub(expiry.recapitalising_at);
        let left = apply::take(expiry.shortfall_atoms, expiry.recapitalised_atoms)?;
        let open = expiry.shortfall_atoms >= params.recapitalisation_least_atoms
            && left > 0
            && elapsed < params.recapitalising_seconds;
        ensure(open, BackstopError::RecapitalisationOver)?;
        let recap = params.recapitalisation();
        let lot = left.min(recap.lot_atoms);
        let offer = LotOffer {
            lot: Atoms::new(lot),
            shortfall: Atoms::new(expiry.shortfall_atoms),
            reference_price: Price::new(expiry.reference_price),
            elapsed_seconds: elapsed,
            supply: Shares::new(self.protocol.recapitalisation_supply_atoms),
            issued_90d: Shares::new(self.protocol.recapitalisation_sold_atoms),
        };
        let tokens = tokens_for_lot(&offer, &recap)
            .map_err(|_| BackstopError::SupplyCapReached)?
            .get();
        ensure(tokens > 0, BackstopError::SupplyCapReached)?;
        ensure(
            tokens >= least_tokens_atoms,
            BackstopError::TokensBelowLimit,
        )?;
        Ok(Lot {
            paid_atoms: lot,
            tokens_atoms: tokens,
        })
    }
}

pub fn bid_recapitalisation(
    ctx: Context<BidRecapitalisation>,
    least_tokens_atoms: u64,
) -> Result<()> {
    let now = Clock::get()?.unix_timestamp;
    let accounts = &mut *ctx.accounts;
    let lot = accounts.lot(least_tokens_atoms, now)?;
    {
        let mut expiry = accounts.expiry.load_mut()?;
        expiry.escrow_atoms = apply::add(expiry.escrow_atoms, lot.paid_atoms)?;
        expiry.recapitalised_atoms = apply::add(expiry.recapitalised_atoms, lot.paid_atoms)?;
        expiry.tokens_sold_atoms = apply::add(expiry.tokens_sold_atoms, lot.tokens_atoms)?;
        expiry.invariant()?;
    }
    let protocol = &mut accounts.protocol;
    protocol.recapitalisation_sold_atoms =
        apply::add(protocol.recapitalisation_sold_atoms, lot.tokens_atoms)?;
    let clearing = clearing_price_ceil(Atoms::new(lot.paid_atoms), Shares::new(lot.tokens_atoms));
    protocol.last_clearing_price = clearing.ok_or(BackstopError::AmountOverflow)?.get();

    let program = &accounts.token_program;
    let arrived = tokens::receive(
        program,
        &accounts.payment,
        &mut accounts.escrow,
        &accounts.bidder,
        lot.paid_atoms,
    )?;
    ensure(arrived == lot.paid_atoms, BackstopError::VaultShort)?;
    let seeds: [&[u8]; 2] = [pda::PROTOCOL, &[accounts.protocol.bump]];
    let authority = accounts.protocol.to_account_info();
    tokens::pay(
        program,
        &mut accounts.treasury,
        &mut accounts.destination,
        authority,
        &seeds,
        lot.tokens_atoms,
    )?;
    tokens::verify(&accounts.escrow, accounts.expiry.load()?.books_atoms())?;
    let event = LotSold {
        expiry: accounts.expiry.key(),
        bidder: accounts.bidder.key(),
        paid_atoms: lot.paid_atoms,
        tokens_atoms: lot.tokens_atoms,
    };
    emit_cpi!(event);
    Ok(())
}
