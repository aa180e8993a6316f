use anchor_lang::prelude::*;
use backstop_interface::accounts::{AccountState, MarginAccount, OptionKind, Shard};
use backstop_interface::action::Action;
use backstop_interface::event::LegTransferred;
use backstop_interface::mark::Listed;
use backstop_interface::snapshot::Moment;
use backstop_interface::{ensure, BackstopError};
use backstop_quantities::{Atoms, Price};

use crate::margin::{
    self, __client_accounts_risk, __cpi_client_accounts_risk, Risk, RiskBumps, LAST_HOUR_SECONDS,
};
use crate::{apply, trade};

/// What changes hands.
#[derive(AnchorSerialize, AnchorDeserialize, Clone, Debug)]
pub struct TransferLegArgs {
    /// Unix second the series expires.
    pub expires_at: i64,
    /// Its strike, quote per contract scaled 1e9.
    pub strike_price: u64,
    /// Call or put.
    pub kind: OptionKind,
    /// Contracts in millionths, with the sign of the giver's leg: negative hands over a short.
    pub contracts: i64,
    /// Quote atoms the receiver pays the giver; negative if the giver pays.
    pub payment_atoms: i64,
}

#[event_cpi]
#[derive(Accounts)]
pub struct TransferLeg<'info> {
    pub giver_owner: Signer<'info>,
    pub receiver_owner: Signer<'info>,
    pub risk: Risk<'info>,
    /// Account the leg leaves.
    #[account(mut)]
    pub giver: AccountLoader<'info, MarginAccount>,
    /// Account that gets it.
    #[account(mut)]
    pub receiver: AccountLoader<'info, MarginAccount>,
    /// The giver's.
    #[account(mut)]
    pub giver_shard: Box<Account<'info, Shard>>,
    /// The receiver's, where it is another.
    #[account(mut)]
    pub receiver_shard: Option<Box<Account<'info, Shard>>>,
}

impl TransferLeg<'_> {
    fn check(&self, args: &TransferLegArgs, now: i64) -> Result<()> {
        ensure(
            self.giver.key() != self.receiver.key(),
            BackstopError::SameAccount,
        )?;
        let (giver, receiver) = (self.giver.load()?, self.receiver.load()?);
        let sides = [
            (&giver, &self.giver_owner),
            (&receiver, &self.receiver_owner),
        ];
        for (account, owner) in &sides {
            self.risk.check(&account.market)?;
            ensure(account.owner == owner.key(), BackstopError::NotOwner)?;
            ensure(
                account.state() == AccountState::Open,
                BackstopError::AccountNotOpen,
            )?;
        }
        // A short changes hands as long as one may be written, a long until the second of expiry.
        let closes_at = match args.contracts < 0 {
            true => args.expires_at.saturating_sub(LAST_HOUR_SECONDS),
            false => args.expires_at,
        };
        ensure(now < closes_at, BackstopError::ExpiryClosed)?;
        self.check_size(args, &giver)?;
        for (account, _) in &sides {
            margin::may_add_risk(account, now)?;
        }
        Ok(())
    }

    /// The giver holds that much, on that side, and the receiver gets no dust.
    fn check_size(&self, args: &TransferLegArgs, giver: &MarginAccount) -> Result<()> {
        ensure(args.contracts != 0, BackstopError::AmountIsZero)?;
        let held = giver.leg_contracts(args.expires_at, args.strike_price, args.kind);
        let enough = held.signum() == args.contracts.signum()
            && held.unsigned_abs() >= args.contracts.unsigned_abs();
        ensure(enough, BackstopError::BalanceTooLow)?;
        // The whole of a leg may go whatever its size: slices leave odd ones.
        let lot = self.risk.market.params.lot_contracts;
        let whole = held == args.contracts;
        ensure(
            whole || args.contracts.unsigned_abs() >= lot,
            BackstopError::AmountBelowLeast,
        )?;
        Ok(())
    }

    /// Between two owners the fee of a sale, whether they pay each other here or elsewhere; between accounts of one
    /// owner nothing.
    fn fee(&self, args: &TransferLegArgs, moment: &Moment) -> Result<u64> {
        if self.giver.load()?.owner == self.receiver.load()?.owner {
            return Ok(0);
        }
        let option = Listed {
            kind: args.kind,
            strike: Price::new(args.strike_price),
            expires_at: args.expires_at,
        };
        let (market, spot) = (&self.risk.market, moment.price.price());
        let mark = self.risk.mark(&option, spot, moment)?;
        // What the side pays that has more contracts afterwards.
        let premium = args.payment_atoms.saturating_mul(args.contracts.signum());
        let premium = Atoms::new(premium.max(0).unsigned_abs());
        trade::fee(market, args.contracts.unsigned_abs(), premium, mark, spot)
    }

    /// Leg and payment change hands in the books; the series' totals hear of what netted later.
    fn apply(&mut self, args: &TransferLegArgs, fee_atoms: u64) -> Result<()> {
        let (giver, receiver) = (
            &mut *self.giver.load_mut()?,
            &mut *self.receiver.load_mut()?,
        );
        let index = giver
            .leg_index(args.expires_at, args.strike_price, args.kind)
            .ok_or(BackstopError::BalanceTooLow)?;
        apply::move_leg(giver, index, receiver, args.contracts)?;
        let atoms = args.payment_atoms.unsigned_abs();
        let (payer, payee) = match args.payment_atoms < 0 {
            true => (&mut *giver, &mut *receiver),
            false => (&mut *receiver, &mut *giver),
        };
        payer.quote_atoms = apply::take(payer.quote_atoms, atoms)?;
        payee.quote_atoms = apply::add(payee.quote_atoms, atoms)?;
        let seller = match args.contracts < 0 {
            true => &mut *receiver,
            false => &mut *giver,
        };
        seller.quote_atoms = apply::take(seller.quote_atoms, fee_atoms)?;
        apply::touch(giver)?;
        apply::touch(receiver)
    }
}

impl TransferLeg<'_> {
    /// Both sides at initial margin, counted in their shards; the fee goes to that of the side that has fewer contracts
    /// afterwards: who gives a long, who gets a short.
    #[inline(never)]
    fn hold(
        &mut self,
        args: &TransferLegArgs,
        [gave, got]: [&MarginAccount; 2],
        fee_atoms: u64,
        moment: &Moment,
    ) -> Result<()> {
        let (risk, market) = (&self.risk, self.risk.market.key());
        let (giver, receiver) = (&self.giver, &self.receiver);
        let (giver_fee, receiver_fee) = match args.contracts < 0 {
            true => (0, fee_atoms),
            false => (fee_atoms, 0),
        };
        let shard = margin::own_shard(Some(&mut self.giver_shard), &market, &giver.key())?;
        shard.fees_atoms = apply::add(shard.fees_atoms, giver_fee)?;
        risk.require_margin_after_taking(Some(gave), &mut *giver.load_mut()?, moment, shard)?;
        let shard = margin::either(&mut self.giver_shard, self.receiver_shard.as_mut());
        let shard = margin::own_shard(Some(shard), &market, &receiver.key())?;
        shard.fees_atoms = apply::add(shard.fees_atoms, receiver_fee)?;
        risk.require_margin_after_taking(Some(got), &mut *receiver.load_mut()?, moment, shard)
    }
}

pub fn transfer_leg(ctx: Context<TransferLeg>, args: TransferLegArgs) -> Result<()> {
    let now = Clock::get()?.unix_timestamp;
    ctx.accounts.check(&args, now)?;
    let accounts = &mut *ctx.accounts;
    // The newest price either side has used binds both.
    let last_used_at = accounts
        .giver
        .load()?
        .last_price_at
        .max(accounts.receiver.load()?.last_price_at);
    let shown = ctx.remaining_accounts;
    let risk = &accounts.risk;
    let moment = risk.moment_for_risk(Action::AddRisk, last_used_at, shown, now)?;
    let fee_atoms = accounts.fee(&args, &moment)?;
    let giver = trade::copy(&*accounts.giver.load()?);
    let receiver = trade::copy(&*accounts.receiver.load()?);
    accounts.apply(&args, fee_atoms)?;
    accounts.hold(&args, [&giver, &receiver], fee_atoms, &moment)?;
    let event = LegTransferred {
        giver: accounts.giver.key(),
        receiver: accounts.receiver.key(),
        expires_at: args.expires_at,
        strike_price: args.strike_price,
        kind: args.kind.byte(),
        contracts: args.contracts,
        payment_atoms: args.payment_atoms,
        fee_atoms,
    };
    emit_cpi!(event);
    Ok(())
}
