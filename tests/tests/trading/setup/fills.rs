//! Instructions to send or to alter.

use anchor_lang::prelude::Pubkey;
use anchor_lang::solana_program::instruction::Instruction;
use backstop_client::trading::{fill_offer, Buyer, Fill};
use backstop_client::SeriesKeys;
use backstop_testkit::{pubkey, OfferTerms, Stage};

/// Terms of an offer: its number, the premium per contract, its size.
pub fn terms(nonce: u64, premium_price: u64, contracts: u64) -> OfferTerms {
    OfferTerms {
        nonce,
        premium_price,
        contracts,
    }
}

/// The instruction with every account `from` exchanged for `to`.
pub fn swapped(mut instruction: Instruction, from: &Pubkey, to: &Pubkey) -> Instruction {
    let mut metas = instruction
        .accounts
        .iter_mut()
        .filter(|meta| meta.pubkey == *from)
        .peekable();
    assert!(
        metas.peek().is_some(),
        "the instruction does not name the account to exchange"
    );
    metas.for_each(|meta| meta.pubkey = *to);
    instruction
}

/// A fill of an offer, paid by the buyer's wallet, option tokens to his wallet (made if missing).
pub fn by_wallet(
    stage: &mut Stage,
    of: (&str, u64),
    series: &SeriesKeys,
    contracts: u64,
) -> Instruction {
    let destination = stage
        .world
        .token_account(&pubkey("buyer"), &series.option_mint);
    let to = Buyer::Wallet {
        payment: stage.quote_wallet("buyer"),
        destination,
    };
    fill(stage, "buyer", of, series, contracts, to)
}

/// A fill of an offer from the margin account of `buyer`.
pub fn by_ledger(
    stage: &Stage,
    buyer: &str,
    of: (&str, u64),
    series: &SeriesKeys,
    contracts: u64,
) -> Instruction {
    fill(
        stage,
        buyer,
        of,
        series,
        contracts,
        Buyer::Margin(stage.margin(buyer)),
    )
}

fn fill(
    stage: &Stage,
    buyer: &str,
    of: (&str, u64),
    series: &SeriesKeys,
    contracts: u64,
    to: Buyer,
) -> Instruction {
    let (writer, nonce) = of;
    let fill = Fill {
        offer: stage.offer(writer, nonce),
        writer: stage.margin(writer),
        contracts,
        highest_premium_price: u64::MAX,
    };
    fill_offer(
        &stage.keys,
        pubkey(buyer),
        series,
        &fill,
        to,
        stage.price_account,
    )
}
