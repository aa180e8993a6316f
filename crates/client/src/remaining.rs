//! The expiries and collaterals an instruction is shown behind its own accounts.

use anchor_lang::prelude::Pubkey;
use anchor_lang::solana_program::instruction::{AccountMeta, Instruction};
use backstop_interface::accounts::MarginAccount;
use backstop_interface::pda;
use backstop_interface::remaining::{accounts_to_show, expiries_to_show};
use backstop_interface::shown::collaterals_to_show;

/// How far ahead of the present an instruction is built for, seconds: it may land that late.
pub const AHEAD_SECONDS: i64 = 120;

/// An instruction that judges these margin accounts (`withdraw`, `withdraw_option`, `transfer_leg`,
/// `fill_offer`, `liquidate`, `bid`), with the expiries it needs.
pub fn with_expiries<'a>(
    instruction: Instruction,
    accounts: impl IntoIterator<Item = &'a MarginAccount>,
    now: i64,
) -> Instruction {
    with_expiries_and(instruction, accounts, &[], now)
}

/// The same with the expiries at seconds in `also`: those of American series somebody may become short in.
pub fn with_expiries_and<'a>(
    mut instruction: Instruction,
    accounts: impl IntoIterator<Item = &'a MarginAccount>,
    also: &[i64],
    now: i64,
) -> Instruction {
    let mut market = None;
    let accounts = accounts
        .into_iter()
        .inspect(|account| market = Some(account.market));
    let mut seconds = expiries_to_show(accounts, now, AHEAD_SECONDS);
    seconds.extend(also);
    seconds.sort_unstable();
    seconds.dedup();
    if let Some(market) = market {
        instruction
            .accounts
            .extend(accounts_to_show(&market, &seconds));
    }
    instruction
}

/// A `liquidate` of what becomes an estate, or a `measure` of one, with every expiry the account has a place for: their
/// books count it.
pub fn with_own_expiries(mut instruction: Instruction, account: &MarginAccount) -> Instruction {
    let slots = account.expiries.iter().map(|slot| slot.expires_at);
    let mut seconds: Vec<i64> = slots.filter(|at| *at > 0).collect();
    seconds.sort_unstable();
    let shown = accounts_to_show(&account.market, &seconds);
    let written = |meta: AccountMeta| AccountMeta::new(meta.pubkey, false);
    instruction.accounts.extend(shown.into_iter().map(written));
    instruction
}

/// A `close_estate` with the expiries the account owes or is counted in, whose books lose the debt.
pub fn with_debts(mut instruction: Instruction, account: &MarginAccount) -> Instruction {
    let slots = account.expiries.iter().enumerate();
    let owed = slots.filter(|(index, _)| account.is_left_in(*index));
    let shown = owed.map(|(_, slot)| pda::expiry(&account.market, slot.expires_at));
    let shown = shown.map(|expiry| AccountMeta::new(expiry, false));
    instruction.accounts.extend(shown);
    instruction
}

/// A `measure`, which is shown already what its account needs, that counts series, and makes estimates in the surface
/// of the market if it is named.
pub fn with_series(
    mut measure: Instruction,
    series: impl IntoIterator<Item = Pubkey>,
    surface: Option<Pubkey>,
) -> Instruction {
    let written = |key| AccountMeta::new(key, false);
    measure.accounts.extend(series.into_iter().map(written));
    for meta in &mut measure.accounts {
        meta.is_writable |= Some(meta.pubkey) == surface;
    }
    measure
}

/// Adds to a `deposit` what proves that a collateral with a feed of its own can be judged.
pub fn with_proof_of_life(mut deposit: Instruction, collateral: &CollateralKeys) -> Instruction {
    let parts = core::iter::once(collateral.clock).chain(collateral.stake_pool);
    let parts = parts.map(|part| AccountMeta::new_readonly(part, false));
    deposit.accounts.extend(parts);
    deposit
}

/// Where the parts of a collateral with a feed of its own are found.
#[derive(Clone, Copy, Debug)]
pub struct CollateralKeys {
    /// Mint.
    pub mint: Pubkey,
    /// Its configuration.
    pub collateral: Pubkey,
    /// Account with an update of its feed.
    pub price: Pubkey,
    /// Clock of that feed.
    pub clock: Pubkey,
    /// Pool that redeems it, if it is a liquid-staking token.
    pub stake_pool: Option<Pubkey>,
}

impl CollateralKeys {
    /// Addresses of a collateral of a market.
    pub fn new(
        market: &Pubkey,
        mint: Pubkey,
        feed_id: &[u8; 32],
        price: Pubkey,
        stake_pool: Option<Pubkey>,
    ) -> Self {
        Self {
            mint,
            collateral: pda::collateral(market, &mint),
            price,
            clock: pda::feed_clock(feed_id),
            stake_pool,
        }
    }

    /// The accounts by which it is shown.
    pub fn metas(&self) -> Vec<AccountMeta> {
        let parts = [self.collateral, self.price, self.clock];
        let parts = parts.into_iter().chain(self.stake_pool);
        parts
            .map(|key| AccountMeta::new_readonly(key, false))
            .collect()
    }
}

/// An instruction that judges these margin accounts, already with its expiries, with the collaterals it needs, and
/// with `also`, whether or not anybody holds it. Of a mint that is not among `known` nothing can be shown.
pub fn with_collaterals<'a>(
    mut instruction: Instruction,
    accounts: impl IntoIterator<Item = &'a MarginAccount>,
    also: Option<Pubkey>,
    known: &[CollateralKeys],
) -> Instruction {
    let mut mints = collaterals_to_show(accounts);
    mints.extend(also);
    mints.sort_unstable();
    mints.dedup();
    let found = |mint: &Pubkey| known.iter().find(|one| one.mint == *mint);
    let metas = mints
        .iter()
        .filter_map(found)
        .flat_map(CollateralKeys::metas);
    instruction.accounts.extend(metas);
    instruction
}
