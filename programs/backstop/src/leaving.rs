//! How an account must stand after value left it for a wallet.

use anchor_lang::prelude::*;
use backstop_interface::accounts::{MarginAccount, Shard};
use backstop_interface::action::Action;

use crate::margin::{self, Risk};

impl Risk<'_> {
    /// An account with its address after it was debited: at initial margin, and counted in its shard, where it is short
    /// or in debt; one that only holds needs no price, no surface and no shard.
    ///
    /// Errors: those of [`Self::moment_for_risk`], ShardMismatch, BelowInitialMargin, CoverUsedUp.
    #[inline(never)]
    pub fn require_after_taking_out(
        &self,
        (account, key): (&mut MarginAccount, &Pubkey),
        shard: Option<&mut Shard>,
        shown: &[AccountInfo],
        now: i64,
    ) -> Result<()> {
        if !margin::has_exposure(account) {
            return Action::TakeFree.check_level(&self.market);
        }
        let moment = self.moment_for_risk(Action::Withdraw, account.last_price_at, shown, now)?;
        let shard = margin::own_shard(shard, &account.market, key)?;
        self.require_margin_after_taking(None, account, &moment, shard)
    }
}
