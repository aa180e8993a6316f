//! Events: money moves as CPI events, the rest as logs. Integers only; every field states its unit.

use anchor_lang::prelude::*;

/// Collateral arrived.
#[event]
pub struct Deposited {
    /// Account credited.
    pub margin_account: Pubkey,
    /// Mint.
    pub mint: Pubkey,
    /// Credited, in atoms.
    pub amount_atoms: u64,
}

/// Collateral left.
#[event]
pub struct Withdrawn {
    /// Account debited.
    pub margin_account: Pubkey,
    /// Mint.
    pub mint: Pubkey,
    /// Paid out, in atoms.
    pub amount_atoms: u64,
}

/// The feed clock moved.
#[event]
pub struct Ticked {
    /// Feed.
    pub feed_id: [u8; 32],
    /// Publish time, unix seconds.
    pub publish_at: i64,
    /// Price scaled 1e9.
    pub price: u64,
    /// Healthy seconds after the tick.
    pub healthy_seconds: u64,
}

/// The surface in force moved.
#[event]
pub struct SurfaceMoved {
    /// Market.
    pub market: Pubkey,
    /// At-the-money volatility by tenor, millionths a year.
    pub atm_vol_ppm: [u32; 6],
    /// Unix second.
    pub updated_at: i64,
}

/// A writer sold contracts.
#[event]
pub struct OfferFilled {
    /// Offer.
    pub offer: Pubkey,
    /// Series.
    pub series: Pubkey,
    /// Writer's margin account.
    pub writer: Pubkey,
    /// Buyer's wallet.
    pub buyer: Pubkey,
    /// Contracts, in millionths.
    pub contracts: u64,
    /// Premium paid by the buyer, in quote atoms.
    pub premium_atoms: u64,
    /// Part of it that went to fees, in quote atoms.
    pub fee_atoms: u64,
}

/// A breach was noted that has to last before the account is seized.
#[event]
pub struct BreachNoted {
    /// Account.
    pub margin_account: Pubkey,
    /// Health at maintenance margin, in quote atoms; negative.
    pub health_mm_atoms: i64,
    /// Unix second.
    pub noted_at: i64,
    /// Why it has to last: 1 the surface of five minutes ago sees none, 2 the price is far from its average, 3 or 4 that
    /// of the collateral in the first or second slot for feeds of their own is.
    pub reason: u8,
}

/// An account with a noted breach was shown to be healthy.
#[event]
pub struct BreachCleared {
    /// Account.
    pub margin_account: Pubkey,
    /// Health at maintenance margin, in quote atoms.
    pub health_mm_atoms: i64,
}

/// A margin account was seized.
#[event]
pub struct AuctionStarted {
    /// Account.
    pub margin_account: Pubkey,
    /// Value, in quote atoms.
    pub value_atoms: i64,
    /// Health at maintenance margin, in quote atoms.
    pub health_mm_atoms: i64,
    /// Price used, scaled 1e9.
    pub price: u64,
}

/// A slice was sold.
#[event]
pub struct SliceSold {
    /// Account sold.
    pub margin_account: Pubkey,
    /// Bidder's account.
    pub bidder: Pubkey,
    /// Share of the portfolio, 1e9 = all.
    pub fraction_ppb: u64,
    /// Price of the whole at that moment, in quote atoms; negative if the bidder is paid.
    pub price_whole_atoms: i64,
    /// Paid by the bidder, in quote atoms.
    pub paid_by_bidder_atoms: u64,
    /// Paid to the bidder from the account's cash, in quote atoms.
    pub paid_by_account_atoms: u64,
    /// Paid to the bidder by the insurance fund, in quote atoms.
    pub paid_by_fund_atoms: u64,
    /// Penalty taken from the payment, in quote atoms.
    pub penalty_atoms: u64,
}

/// How an account left liquidation, or what it became.
#[event]
pub struct AuctionEnded {
    /// Account.
    pub margin_account: Pubkey,
    /// 0 cured, 1 sold, 2 estate.
    pub outcome: u8,
    /// Value, in quote atoms.
    pub value_atoms: i64,
    /// Health at maintenance margin, in quote atoms.
    pub health_mm_atoms: i64,
}

/// Collateral of a debtor was sold at the oracle's price less a discount.
#[event]
pub struct Converted {
    /// Account.
    pub margin_account: Pubkey,
    /// Mint sold.
    pub mint: Pubkey,
    /// Sold, in atoms.
    pub sold_atoms: u64,
    /// Received, in quote atoms.
    pub received_atoms: u64,
}

/// A debt to an expiry was paid, in part or whole.
#[event]
pub struct Repaid {
    /// Expiry.
    pub expiry: Pubkey,
    /// Account.
    pub margin_account: Pubkey,
    /// Paid, in quote atoms.
    pub paid_atoms: u64,
    /// Debt left over all expiries, in quote atoms.
    pub debt_left_atoms: u64,
}

/// An estate with nothing left to settle was closed.
#[event]
pub struct EstateClosed {
    /// Account.
    pub margin_account: Pubkey,
    /// Surplus that went to the insurance fund, in quote atoms.
    pub surplus_atoms: u64,
    /// Quote left in an account that went back to its owner, in atoms.
    pub returned_atoms: u64,
}

/// Quote was staked.
#[event]
pub struct Staked {
    /// Market.
    pub market: Pubkey,
    /// Owner.
    pub owner: Pubkey,
    /// Amount, in quote atoms.
    pub amount_atoms: u64,
    /// Shares bought.
    pub shares: u64,
}

/// Fees moved into the insurance fund.
#[event]
pub struct FeesSwept {
    /// Market.
    pub market: Pubkey,
    /// Shard.
    pub shard_index: u8,
    /// Amount, in quote atoms.
    pub amount_atoms: u64,
    /// To the treasury, in quote atoms.
    pub treasury_atoms: u64,
}

/// The settlement price is known.
#[event]
pub struct PriceFixed {
    /// Expiry.
    pub expiry: Pubkey,
    /// Price scaled 1e9.
    pub settlement_price: u64,
}

/// An account was settled in an expiry.
#[event]
pub struct AccountSettled {
    /// Expiry.
    pub expiry: Pubkey,
    /// Account.
    pub margin_account: Pubkey,
    /// Payoff of its longs, in quote atoms.
    pub long_payoff_atoms: u64,
    /// Payoff of its shorts, in quote atoms.
    pub short_payoff_atoms: u64,
    /// Paid into the escrow, in quote atoms.
    pub paid_atoms: u64,
    /// Left as debt, in quote atoms.
    pub debt_atoms: u64,
    /// Paid out to it, in quote atoms.
    pub received_atoms: u64,
}

/// Collecting is over.
#[event]
pub struct CollectingClosed {
    /// Expiry.
    pub expiry: Pubkey,
    /// Owed to holders, in quote atoms.
    pub owed_atoms: u64,
    /// In the escrow before insurance, in quote atoms.
    pub escrow_atoms: u64,
    /// Paid by the insurance fund, in quote atoms.
    pub insured_atoms: u64,
    /// What is missing, in quote atoms.
    pub shortfall_atoms: u64,
}

/// A lot of the backstop auction was sold.
#[event]
pub struct LotSold {
    /// Expiry.
    pub expiry: Pubkey,
    /// Bidder's wallet.
    pub bidder: Pubkey,
    /// Paid in, in quote atoms.
    pub paid_atoms: u64,
    /// Recapitalisation tokens received, in atoms.
    pub tokens_atoms: u64,
}

/// The haircut is fixed.
#[event]
pub struct Finalised {
    /// Expiry.
    pub expiry: Pubkey,
    /// Owed to holders, in quote atoms.
    pub owed_atoms: u64,
    /// Held for them, in quote atoms.
    pub escrow_atoms: u64,
    /// Haircut, 1e9 = all.
    pub haircut_ppb: u64,
}

/// A holder was paid.
#[event]
pub struct Redeemed {
    /// Expiry.
    pub expiry: Pubkey,
    /// Series.
    pub series: Pubkey,
    /// Holder's wallet.
    pub holder: Pubkey,
    /// Contracts burned, in millionths.
    pub contracts: u64,
    /// Paid, in quote atoms.
    pub paid_atoms: u64,
    /// Claim tokens received, in atoms.
    pub claim_atoms: u64,
}

/// A ledger long became option tokens.
#[event]
pub struct OptionWithdrawn {
    /// Account it left.
    pub margin_account: Pubkey,
    /// Series.
    pub series: Pubkey,
    /// Contracts, in millionths.
    pub contracts: u64,
}

/// Option tokens became a ledger long.
#[event]
pub struct OptionDeposited {
    /// Account that got it.
    pub margin_account: Pubkey,
    /// Series.
    pub series: Pubkey,
    /// Contracts, in millionths.
    pub contracts: u64,
}

/// A leg went from one margin account to another.
#[event]
pub struct LegTransferred {
    /// Account it left.
    pub giver: Pubkey,
    /// Account that got it.
    pub receiver: Pubkey,
    /// Unix second the series expires.
    pub expires_at: i64,
    /// Strike, quote per contract scaled 1e9.
    pub strike_price: u64,
    /// 0 call, 1 put.
    pub kind: u8,
    /// Contracts in millionths, negative for a short.
    pub contracts: i64,
    /// Paid by the receiver, in quote atoms; negative if the giver paid.
    pub payment_atoms: i64,
    /// Paid to fees by who has fewer contracts now, in quote atoms; 0 between accounts of one owner.
    pub fee_atoms: u64,
}

/// What became of one offer in a sweep.
#[derive(AnchorSerialize, AnchorDeserialize, Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SweptOffer {
    /// Offer.
    pub offer: Pubkey,
    /// Contracts filled, in millionths; 0 if it was skipped.
    pub contracts: u64,
    /// Premium, in quote atoms.
    pub premium_atoms: u64,
    /// Part of it that went to fees, in quote atoms.
    pub fee_atoms: u64,
    /// 0 filled; otherwise the error that made the sweep skip it.
    pub skipped: u32,
}

/// A taker filled several offers at once.
#[event]
pub struct OffersSwept {
    /// Market.
    pub market: Pubkey,
    /// Taker's margin account.
    pub taker: Pubkey,
    /// What he paid, in quote atoms, fees of what he sold included; negative if he was paid.
    pub cost_atoms: i64,
    /// Offers in the order they were named.
    pub offers: Vec<SweptOffer>,
}

/// Two accounts traded at a price both signed for.
#[event]
pub struct QuoteFilled {
    /// Series.
    pub series: Pubkey,
    /// Margin account that bought.
    pub buyer: Pubkey,
    /// Margin account that sold.
    pub seller: Pubkey,
    /// Contracts, in millionths.
    pub contracts: u64,
    /// Premium, in quote atoms.
    pub premium_atoms: u64,
    /// Part of it that went to fees, in quote atoms.
    pub fee_atoms: u64,
}

/// A writer wrote contracts and took the tokens himself.
#[event]
pub struct OptionWritten {
    /// Account that is short now.
    pub margin_account: Pubkey,
    /// Series.
    pub series: Pubkey,
    /// Contracts, in millionths.
    pub contracts: u64,
    /// Paid to fees by that account, in quote atoms.
    pub fee_atoms: u64,
}

/// An owner named or revoked a delegate; all his offers are void.
#[event]
pub struct DelegateSet {
    /// Account.
    pub margin_account: Pubkey,
    /// Place, 0 or 1.
    pub place: u8,
    /// The delegate; the default key if the place is free now.
    pub delegate: Pubkey,
}

/// Every offer of an account became void.
#[event]
pub struct OffersVoided {
    /// Account.
    pub margin_account: Pubkey,
    /// Its new epoch.
    pub epoch: u64,
}

/// Somebody asked for a fill at a price nobody knew.
#[event]
pub struct FillRequested {
    /// Request.
    pub request: Pubkey,
    /// Offer.
    pub offer: Pubkey,
    /// Margin account that would trade.
    pub margin_account: Pubkey,
    /// Contracts, in millionths.
    pub contracts: u64,
    /// Deposit, in quote atoms.
    pub deposit_atoms: u64,
}

/// A request was executed at the update that decided its price.
#[event]
pub struct RequestExecuted {
    /// Request.
    pub request: Pubkey,
    /// Offer.
    pub offer: Pubkey,
    /// Margin account that asked.
    pub margin_account: Pubkey,
    /// Contracts, in millionths.
    pub contracts: u64,
    /// Premium, in quote atoms.
    pub premium_atoms: u64,
    /// Part of it that went to fees, in quote atoms.
    pub fee_atoms: u64,
    /// Publish time of the deciding update, unix seconds.
    pub decided_at: i64,
}

/// A request nobody executed in time: its deposit went back.
#[event]
pub struct RequestVoided {
    /// Request.
    pub request: Pubkey,
    /// Who had asked.
    pub owner: Pubkey,
    /// Deposit paid back, in quote atoms.
    pub deposit_atoms: u64,
}

/// An account's uncovered loss was measured.
#[event]
pub struct Measured {
    /// Account.
    pub margin_account: Pubkey,
    /// At the far fall and the far rise, in quote atoms.
    pub uncovered_atoms: [u64; 2],
}

/// Room under the cover was shared out among the shards.
#[event]
pub struct CoverShared {
    /// Market.
    pub market: Pubkey,
    /// Fund and Reserve line, in quote atoms.
    pub means_atoms: u64,
    /// Uncovered loss of the market at the far fall and the far rise, in quote atoms.
    pub uncovered_atoms: [u64; 2],
}

/// An expiry ended; what its escrow still held went to the insurance fund.
#[event]
pub struct ExpiryClosed {
    /// Expiry.
    pub expiry: Pubkey,
    /// Market whose fund got it.
    pub market: Pubkey,
    /// Left the escrow for the fund, donations included, in quote atoms.
    pub residue_atoms: u64,
}

/// The market price of a liquid-staking token was held against what its pool redeems it for.
#[event]
pub struct CollateralObserved {
    /// Collateral.
    pub collateral: Pubkey,
    /// Since when it has been shown far below, unix seconds; 0 while it is not.
    pub below_since: i64,
    /// Publish time of the price shown, unix seconds.
    pub publish_at: i64,
}

/// Option tokens were burned to exercise at a price nobody knew yet.
#[event]
pub struct ExerciseRequested {
    /// Request.
    pub request: Pubkey,
    /// Series.
    pub series: Pubkey,
    /// Who asked.
    pub owner: Pubkey,
    /// Contracts, in millionths.
    pub contracts: u64,
    /// Least payoff accepted, quote per contract scaled 1e9.
    pub least_payoff_price: u64,
}

/// A request of exercise was decided: exercised, or void and the tokens are back.
#[event]
pub struct ExerciseDecided {
    /// Request.
    pub request: Pubkey,
    /// Series.
    pub series: Pubkey,
    /// Contracts, in millionths.
    pub contracts: u64,
    /// Payoff at the deciding update, quote per contract scaled 1e9; 0 for a request nobody executed in time.
    pub payoff_price: u64,
    /// The right to be paid, in quote atoms; 0 if it is void.
    pub right_atoms: u64,
}

/// A short bore the exercises that waited for it.
#[event]
pub struct ExercisesBorne {
    /// Series.
    pub series: Pubkey,
    /// Account.
    pub margin_account: Pubkey,
    /// Contracts assigned, in millionths.
    pub assigned_contracts: u64,
    /// Left its quote balance for the escrow, in quote atoms.
    pub paid_atoms: u64,
    /// Became debt, in quote atoms.
    pub debt_atoms: u64,
}

/// A right of exercise was paid what was collected for it, or redeemed in a finalised expiry.
#[event]
pub struct RightPaid {
    /// Right.
    pub request: Pubkey,
    /// Expiry.
    pub expiry: Pubkey,
    /// Left the escrow, in quote atoms.
    pub paid_atoms: u64,
    /// Claim tokens for the haircut, in atoms.
    pub claim_atoms: u64,
    /// Still to be paid, in quote atoms.
    pub left_atoms: u64,
}
