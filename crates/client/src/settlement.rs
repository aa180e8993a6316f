//! From the second of expiry to redemption.

use crate::addresses::{ExpiryKeys, MarketKeys, SeriesKeys};
use crate::backstop::client::{accounts, args};
use crate::build::{event_authority, instruction, TOKEN_2022_PROGRAM, TOKEN_PROGRAM};
use crate::series::backing;
use anchor_lang::prelude::*;
use anchor_lang::solana_program::instruction::Instruction;
use backstop_interface::pda;

/// `submit_point`.
pub fn submit_point(
    keys: &MarketKeys,
    expiry: &ExpiryKeys,
    index: u8,
    price: Pubkey,
) -> Instruction {
    let accounts = accounts::SubmitPoint {
        market: keys.market,
        expiry: expiry.expiry,
        price,
    };
    instruction(accounts, args::SubmitPoint { index })
}

/// `fix_price`.
pub fn fix_price(expiry: &ExpiryKeys) -> Instruction {
    instruction(
        accounts::FixPrice {
            expiry: expiry.expiry,
        },
        args::FixPrice {},
    )
}

/// `fold_series`.
pub fn fold_series(series: &SeriesKeys) -> Instruction {
    let accounts = accounts::FoldSeries {
        expiry: series.expiry.expiry,
        series: series.series,
    };
    instruction(accounts, args::FoldSeries {})
}

/// `settle_account`; the claim account is needed where a long is paid with a haircut.
pub fn settle_account(
    keys: &MarketKeys,
    expiry: &ExpiryKeys,
    margin_account: Pubkey,
    claim_account: Option<Pubkey>,
) -> Instruction {
    let accounts = accounts::SettleAccount {
        market: keys.market,
        margin_account,
        expiry: expiry.expiry,
        escrow: expiry.escrow,
        quote: keys.quote,
        vault: keys.vault,
        claim_mint: expiry.claim_mint,
        claim_account,
        token_program: TOKEN_PROGRAM,
        event_authority: event_authority(),
        program: crate::backstop::ID,
    };
    instruction(accounts, args::SettleAccount {})
}

/// `close_collecting`.
pub fn close_collecting(keys: &MarketKeys, expiry: &ExpiryKeys) -> Instruction {
    let accounts = accounts::CloseCollecting {
        protocol: keys.protocol,
        backing: backing(keys, expiry),
        event_authority: event_authority(),
        program: crate::backstop::ID,
    };
    instruction(accounts, args::CloseCollecting {})
}

/// A bid in the backstop auction.
#[derive(Clone, Copy, Debug)]
pub struct LotBid {
    /// Bidder's quote account.
    pub payment: Pubkey,
    /// Bidder's account of recapitalisation tokens.
    pub destination: Pubkey,
    /// Least tokens accepted, in atoms.
    pub least_tokens_atoms: u64,
}

/// `bid_recapitalisation`.
pub fn bid_recapitalisation(
    keys: &MarketKeys,
    expiry: &ExpiryKeys,
    bidder: Pubkey,
    bid: &LotBid,
) -> Instruction {
    let accounts = accounts::BidRecapitalisation {
        bidder,
        protocol: keys.protocol,
        market: keys.market,
        expiry: expiry.expiry,
        escrow: expiry.escrow,
        payment: bid.payment,
        treasury: pda::treasury(),
        destination: bid.destination,
        token_program: TOKEN_PROGRAM,
        event_authority: event_authority(),
        program: crate::backstop::ID,
    };
    instruction(
        accounts,
        args::BidRecapitalisation {
            least_tokens_atoms: bid.least_tokens_atoms,
        },
    )
}

/// `finalise`.
pub fn finalise(keys: &MarketKeys, expiry: &ExpiryKeys) -> Instruction {
    let accounts = accounts::Finalise {
        market: keys.market,
        expiry: expiry.expiry,
        event_authority: event_authority(),
        program: crate::backstop::ID,
    };
    instruction(accounts, args::Finalise {})
}

/// Token accounts of a holder.
#[derive(Clone, Copy, Debug)]
pub struct Holder {
    /// Wallet that signs.
    pub wallet: Pubkey,
    /// Option tokens.
    pub tokens: Pubkey,
    /// Quote.
    pub destination: Pubkey,
    /// Claim tokens; needed where the expiry has a haircut.
    pub claim_account: Option<Pubkey>,
}

/// `redeem`.
pub fn redeem(series: &SeriesKeys, holder: &Holder, contracts: u64) -> Instruction {
    let accounts = accounts::Redeem {
        holder: holder.wallet,
        expiry: series.expiry.expiry,
        series: series.series,
        option_mint: series.option_mint,
        tokens: holder.tokens,
        escrow: series.expiry.escrow,
        destination: holder.destination,
        claim_mint: series.expiry.claim_mint,
        claim_account: holder.claim_account,
        token_program: TOKEN_PROGRAM,
        token_2022_program: TOKEN_2022_PROGRAM,
        event_authority: event_authority(),
        program: crate::backstop::ID,
    };
    instruction(accounts, args::Redeem { contracts })
}
