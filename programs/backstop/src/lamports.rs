//! Lamports a signer brings beyond what creating an account takes.

use anchor_lang::prelude::*;
use anchor_lang::system_program::{self, Transfer};

/// Moves lamports of a signer into an account; nothing for none.
#[inline(never)]
pub fn send<'info>(
    system: &Program<'info, System>,
    from: AccountInfo<'info>,
    to: AccountInfo<'info>,
    lamports: u64,
) -> Result<()> {
    if lamports == 0 {
        return Ok(());
    }
    let transfer = Transfer { from, to };
    system_program::transfer(CpiContext::new(system.key(), transfer), lamports)
}
