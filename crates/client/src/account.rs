//! Margin accounts: open, fund, empty, close.

use crate::addresses::MarketKeys;
use crate::backstop::client::{accounts, args};
use crate::build::{event_authority, instruction, SYSTEM_PROGRAM, TOKEN_PROGRAM};
use anchor_lang::prelude::*;
use anchor_lang::solana_program::instruction::Instruction;

impl MarketKeys {
    /// The read-only accounts of every margin check.
    pub(crate) fn risk(&self, price: Pubkey) -> accounts::Risk {
        accounts::Risk {
            market: self.market,
            vol_surface: self.vol_surface,
            clock: self.clock,
            underlying: self.underlying,
            price,
        }
    }
}

/// `open_account`.
pub fn open_account(keys: &MarketKeys, owner: Pubkey, index: u8) -> Instruction {
    let accounts = accounts::OpenAccount {
        owner,
        protocol: keys.protocol,
        market: keys.market,
        margin_account: keys.margin_account(&owner, index),
        system_program: SYSTEM_PROGRAM,
    };
    instruction(accounts, args::OpenAccount { index })
}

/// `close_account`.
pub fn close_account(keys: &MarketKeys, owner: Pubkey, margin_account: Pubkey) -> Instruction {
    instruction(
        accounts::CloseAccount {
            owner,
            margin_account,
            shard: Some(keys.shard_of(&margin_account)),
        },
        args::CloseAccount {},
    )
}

/// Where tokens come from or go to, and how many.
#[derive(Clone, Copy, Debug)]
pub struct Flow {
    /// Mint.
    pub mint: Pubkey,
    /// The user's token account.
    pub wallet: Pubkey,
    /// Atoms.
    pub amount_atoms: u64,
}

/// `set_delegate`; the default key revokes.
pub fn set_delegate(
    owner: Pubkey,
    margin_account: Pubkey,
    place: u8,
    delegate: Pubkey,
) -> Instruction {
    instruction(
        accounts::SetDelegate {
            owner,
            margin_account,
        },
        args::SetDelegate { place, delegate },
    )
}

/// `deposit`.
pub fn deposit(
    keys: &MarketKeys,
    authority: Pubkey,
    margin_account: Pubkey,
    flow: Flow,
) -> Instruction {
    let (collateral, vault) = keys.collateral(&flow.mint);
    let accounts = accounts::Deposit {
        authority,
        margin_account,
        collateral,
        vault,
        source: flow.wallet,
        mint: flow.mint,
        token_program: TOKEN_PROGRAM,
        event_authority: event_authority(),
        program: crate::backstop::ID,
    };
    instruction(
        accounts,
        args::Deposit {
            amount_atoms: flow.amount_atoms,
        },
    )
}

/// `withdraw`.
pub fn withdraw(
    keys: &MarketKeys,
    owner: Pubkey,
    margin_account: Pubkey,
    flow: Flow,
    price: Pubkey,
) -> Instruction {
    let (collateral, vault) = keys.collateral(&flow.mint);
    let accounts = accounts::Withdraw {
        owner,
        risk: keys.risk(price),
        margin_account,
        shard: Some(keys.shard_of(&margin_account)),
        collateral,
        vault,
        destination: flow.wallet,
        mint: flow.mint,
        token_program: TOKEN_PROGRAM,
        event_authority: event_authority(),
        program: crate::backstop::ID,
    };
    instruction(
        accounts,
        args::Withdraw {
            amount_atoms: flow.amount_atoms,
        },
    )
}
