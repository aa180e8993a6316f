//! The expiries an instruction is shown behind its own accounts.

use anchor_lang::solana_program::instruction::{AccountMeta, Instruction};
use backstop_interface::accounts::MarginAccount;
use backstop_interface::pda;
use backstop_interface::remaining::{accounts_to_show, expiries_to_show};

/// How far ahead of the present an instruction is built for, seconds: it may land that late.
pub const AHEAD_SECONDS: i64 = 120;

/// An instruction that judges these margin accounts (`withdraw`, `withdraw_option`, `transfer_leg`,
/// `fill_offer`, `liquidate`, `bid`), with the expiries it needs.
pub fn with_expiries<'a>(
    mut instruction: Instruction,
    accounts: impl IntoIterator<Item = &'a MarginAccount>,
    now: i64,
) -> Instruction {
    let mut market = None;
    let accounts = accounts
        .into_iter()
        .inspect(|account| market = Some(account.market));
    let seconds = expiries_to_show(accounts, now, AHEAD_SECONDS);
    if let Some(market) = market {
        instruction
            .accounts
            .extend(accounts_to_show(&market, &seconds));
    }
    instruction
}

/// A `close_estate` with the expiries the account owes, whose books lose the debt.
pub fn with_debts(mut instruction: Instruction, account: &MarginAccount) -> Instruction {
    let owed = account.expiries.iter().filter(|slot| slot.debt_atoms > 0);
    let shown = owed.map(|slot| pda::expiry(&account.market, slot.expires_at));
    let shown = shown.map(|expiry| AccountMeta::new(expiry, false));
    instruction.accounts.extend(shown);
    instruction
}
