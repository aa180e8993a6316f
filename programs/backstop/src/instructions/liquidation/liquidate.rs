use anchor_lang::prelude::*;
use backstop_interface::accounts::{
    AccountState, Auction, MarginAccount, Shard, LAYOUT_VERSION, MAX_EXPIRIES,
};
use backstop_interface::action::Action;
use backstop_interface::event::{AuctionEnded, AuctionStarted};
use backstop_interface::pyth::PriceUpdate;
use backstop_interface::{breach, ensure, pda, BackstopError};
use backstop_quantities::ONE_PPB;
use backstop_risk::liquidation::CONVERSION_SECONDS;
use backstop_risk::margin::Assessment;
use backstop_risk::volatility::Hold;

use super::step::Step;
use crate::apply;
use crate::estates::Count;
use crate::margin::{__client_accounts_risk, __cpi_client_accounts_risk, Risk, RiskBumps};

/// How an auction ended, as told in [`AuctionEnded`].
const OUTCOME_CURED: u8 = 0;
const OUTCOME_SOLD: u8 = 1;
const OUTCOME_ESTATE: u8 = 2;

#[event_cpi]
#[derive(Accounts)]
pub struct Liquidate<'info> {
    #[account(mut)]
    pub keeper: Signer<'info>,
    pub risk: Risk<'info>,
    #[account(mut)]
    pub margin_account: AccountLoader<'info, MarginAccount>,
    // Justified init_if_needed: one entry runs the next legal step, and only the trigger needs a new
    // auction. The seeds bind it to the account, the account's state says whether it is fresh.
    #[account(
        init_if_needed, payer = keeper, space = 8 + Auction::INIT_SPACE,
        seeds = [pda::AUCTION, margin_account.key().as_ref()], bump,
    )]
    pub auction: Box<Account<'info, Auction>>,
    /// Who paid for the auction; the keeper himself at the trigger.
    /// CHECK: compared with `auction.payer` before it receives the rent.
    #[account(mut)]
    pub rent_payer: UncheckedAccount<'info>,
    /// Needed (and written) only where an open loss is counted or taken back.
    #[account(mut)]
    pub shard: Option<Box<Account<'info, Shard>>>,
    pub system_program: Program<'info, System>,
}

impl<'info> Liquidate<'info> {
    fn shard(&mut self) -> Result<&mut Shard> {
        let market = self.risk.market.key();
        let key = self.margin_account.key();
        let shard = self.shard.as_mut().ok_or(BackstopError::ShardMismatch)?;
        shard.check(&market, &key)?;
        Ok(shard)
    }

    /// Opens the auction: the account is frozen and its offers are void.
    fn trigger(
        &mut self,
        bump: u8,
        assessment: &Assessment,
        price: &PriceUpdate,
        (now, grace_ends_at): (i64, i64),
    ) -> Result<()> {
        ensure(now >= grace_ends_at, BackstopError::GraceAfterGap)?;
        ensure(
            self.rent_payer.key() == self.keeper.key(),
            BackstopError::WrongVault,
        )?;
        let mut open_loss = false;
        if assessment.value < 0 {
            apply::open_loss(self.shard()?, &mut open_loss)?;
        }
        self.auction.set_inner(Auction {
            version: LAYOUT_VERSION,
            bump,
            market: self.risk.market.key(),
            margin_account: self.margin_account.key(),
            payer: self.keeper.key(),
            started_at: now,
            healthy_seconds_at_start: self.risk.clock.healthy_seconds,
            stress_at_trigger_atoms: assessment.stress(),
            paid_in_atoms: 0,
            fund_limit_atoms: 0,
            fund_paid_atoms: 0,
            subsidised: false,
            sold_any: false,
            open_loss,
            last_price_at: price.publish_at,
            left_ppb: ONE_PPB,
            taken_at: 0,
            taken_ppb: 0,
            reserved: [0; 40],
        });
        let mut account = self.margin_account.load_mut()?;
        account.state = AccountState::Auction as u8;
        account.note(0, Hold::None);
        account.epoch = apply::add(account.epoch, 1)?;
        apply::touch(&mut account)
    }

    /// Back to its owner; the rent goes to whoever paid it.
    fn cure(&mut self) -> Result<u8> {
        let outcome = if self.auction.sold_any {
            OUTCOME_SOLD
        } else {
            OUTCOME_CURED
        };
        if self.auction.open_loss {
            let mut counted = true;
            apply::close_loss(self.shard()?, &mut counted)?;
        }
        {
            let mut account = self.margin_account.load_mut()?;
            account.state = AccountState::Open as u8;
            apply::touch(&mut account)?;
        }
        ensure(
            self.rent_payer.key() == self.auction.payer,
            BackstopError::WrongVault,
        )?;
        self.auction.close(self.rent_payer.to_account_info())?;
        Ok(outcome)
    }

    /// Unsold at the end of the curve: its creditors take over, collateral starts to convert, and
    /// every expiry gets its share of the cash by its part of the loss.
    fn become_estate(
        &mut self,
        assessment: &Assessment,
        shown: &'info [AccountInfo<'info>],
        now: i64,
    ) -> Result<u8> {
        if assessment.value < 0 && !self.auction.open_loss {
            let mut counted = false;
            apply::open_loss(self.shard()?, &mut counted)?;
            self.auction.open_loss = true;
        }
        let mut account = self.margin_account.load_mut()?;
        account.state = AccountState::Estate as u8;
        // Nothing was offered in vain, nobody stood in for it, and it can pay: only its debts are collected.
        let nothing_unsold = !account.has_live_legs(now) && self.auction.fund_paid_atoms == 0;
        account.returns = u8::from(nothing_unsold && assessment.value >= 0);
        // The discount goes on from where it stood, but the part only estates reach begins now.
        account.conversion_started_at = match account.conversion_started_at {
            0 => now,
            started => started.max(now.saturating_sub(CONVERSION_SECONDS)),
        };
        for index in 0..MAX_EXPIRIES {
            let loss = assessment
                .loss_by_expiry
                .get(index)
                .copied()
                .unwrap_or(0)
                .max(0);
            if let Some(slot) = account.expiries.get_mut(index) {
                // Atoms serve as the weight: only the ratio between expiries is ever used.
                slot.estate_share = if slot.expires_at == 0 {
                    0
                } else {
                    loss.unsigned_abs().saturating_add(slot.debt_atoms).max(1)
                };
            }
        }
        let count = Count {
            risk: &self.risk,
            found: assessment,
            shown,
            series: (&[], None),
            now,
        };
        count.run(&mut account)?;
        apply::touch(&mut account)?;
        Ok(OUTCOME_ESTATE)
    }
}

pub fn liquidate<'info>(ctx: Context<'info, Liquidate<'info>>) -> Result<()> {
    let now = Clock::get()?.unix_timestamp;
    let (bump, shown) = (ctx.bumps.auction, ctx.remaining_accounts);
    let accounts = &mut *ctx.accounts;
    let (assessment, price, step, grace_ends_at) = {
        let mut account = accounts.margin_account.load_mut()?;
        accounts.risk.check(&account.market)?;
        let last = account.last_price_at;
        let moment = accounts.risk.moment(Action::Liquidate, last, shown, now)?;
        let assessment = accounts.risk.assess(&account, &moment)?;
        moment.remember(&mut account);
        (
            assessment,
            moment.price,
            accounts.next_step(&account, &assessment, &moment)?,
            breach::grace_ends_at(
                &account,
                assessment.health_mm(),
                &accounts.risk.clock,
                &moment,
            ),
        )
    };
    let triggered = matches!(step, Step::Trigger);
    let outcome = match step {
        Step::Nothing | Step::Note(..) | Step::Forget => {
            accounts.note(&step, assessment.health_mm())?;
            // A step that has become unnecessary pays nothing; a fresh auction is not kept.
            if accounts.auction.version == 0 {
                accounts.auction.close(accounts.keeper.to_account_info())?;
            }
            None
        }
        Step::Trigger => {
            accounts.trigger(bump, &assessment, &price, (now, grace_ends_at))?;
            let sellable = accounts.margin_account.load()?.has_live_legs(now);
            if sellable {
                None
            } else {
                Some(accounts.become_estate(&assessment, shown, now)?)
            }
        }
        Step::Cure => Some(accounts.cure()?),
        Step::Estate => Some(accounts.become_estate(&assessment, shown, now)?),
    };
    let margin_account = accounts.margin_account.key();
    let (value_atoms, health_mm_atoms) = (assessment.value, assessment.health_mm());
    if triggered {
        emit_cpi!(AuctionStarted {
            margin_account,
            value_atoms,
            health_mm_atoms,
            price: price.price
        });
    }
    if let Some(outcome) = outcome {
        emit_cpi!(AuctionEnded {
            margin_account,
            outcome,
            value_atoms,
            health_mm_atoms
        });
    }
    Ok(())
}
