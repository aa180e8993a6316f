//! Backstop: an options clearinghouse. This crate decides who may, and moves accounts and tokens; all
//! arithmetic that is true of the protocol on any chain lives in `backstop-risk`, all layouts in
//! `backstop-interface`.
//!
//! Threat model in short. Every account of every instruction is chosen by the caller, so each is tied
//! by owner, type and address to the market it claims. Every price is chosen by the caller among the
//! genuine ones, so it has an age limit, may not lag the feed clock and never goes back on an account.
//! Every instruction is called in the order that suits the caller, so health is checked inside each one
//! that lowers collateral or raises risk, and tokens move last. Not trusted: keepers, bidders, users.
//! Trusted: Pyth's signers for prices, two of the three publishers for volatility, the upgrade authority.
//!
//! The docs below name the errors their instruction refuses by, as its tests see them; compared after every whole run.
//! Any account that is not the one meant may be refused by more (`tests/tests/attacks/expected.tsv`), any amount beyond
//! what 64 bits hold by AmountOverflow. Some names stand for several:
//!
//! - the price errors: PriceWrongOwner, PriceMalformed, PriceNotFullyVerified, PriceWrongFeed, PriceFromFuture,
//!   PriceStale, PriceExponentOutOfRange, PriceNotPositive, PriceTooUncertain, PriceOlderThanLastUsed,
//!   PriceBehindFeedClock.
//! - the judging errors: NoSurface, SurfaceStale, LevelForbids, ExercisesNotBorne, ExpiryMissing, ExpiryUnexpected,
//!   ExpiriesOutOfOrder, CollateralMissing, CollateralUnexpected, CollateralsOutOfOrder, WrongFeedClock,
//!   WrongStakePool, StakePoolMalformed, StakePoolStale.
//! - the bounds of a collateral: WeightOutOfBounds, SizeOutOfBounds, WrongWayOutOfBounds, LeastDepositOutOfBounds,
//!   CapOutOfBounds, PegOutOfBounds, StakedGapOutOfBounds, StakedTimeOutOfBounds, ListingTimeOutOfBounds,
//!   AgeHaircutOutOfBounds.
//! - the mint errors: ExtensionNotAllowed, WrongTokenProgram.
//! - a full table: LegTableFull, ExpiryTableFull, CollateralTableFull.

// Anchor's macros expand to code these lints do not fit.
#![allow(unexpected_cfgs, clippy::diverging_sub_expression)]

use anchor_lang::prelude::*;
use backstop_interface::accounts::{OptionKind, StoredSurface};
use backstop_interface::pyth::PriceUpdate;

pub use backstop_interface::{check_id, id, EVENT_AUTHORITY_AND_BUMP, ID, ID_CONST};

mod apply;
mod collaterals;
mod cover;
mod estates;
mod instructions;
mod lamports;
mod leaving;
mod margin;
mod option_tokens;
mod oracle;
mod settle;
mod tokens;
mod trade;

use instructions::*;

#[program]
pub mod backstop {
    use super::*;

    /// Creates the protocol, mints the fixed supply of recapitalisation tokens to the treasury.
    ///
    /// Who: the program's upgrade authority, once. Gate: only before the seal.
    /// Rounds: nothing is rounded.
    /// Errors: NotUpgradeAuthority, DecimalsNotAllowed, ParameterOutOfBounds.
    pub fn initialize_protocol(
        ctx: Context<InitializeProtocol>,
        args: InitializeProtocolArgs,
    ) -> Result<()> {
        instructions::initialize_protocol(ctx, args)
    }

    /// Creates a market and its empty volatility surface.
    ///
    /// Who: the genesis authority. Gate: only before the seal.
    /// Rounds: nothing is rounded.
    /// Errors: AlreadySealed, NotGenesisAuthority, WrongMint, DecimalsNotAllowed, ParameterOutOfBounds, SymbolNotAllowed.
    pub fn create_market(ctx: Context<CreateMarket>, args: CreateMarketArgs) -> Result<()> {
        instructions::create_market(ctx, args)
    }

    /// Accepts a token as collateral of a market and opens its vault: quote, the underlying, or one with a feed of
    /// its own, whose clock must be open; a liquid-staking token names the pool that redeems it.
    ///
    /// Who: the genesis authority. Gate: only before the seal.
    /// Rounds: nothing is rounded.
    /// Errors: AlreadySealed, NotGenesisAuthority, WrongMint, the bounds of a collateral, WrongFeedClock, WrongStakePool,
    /// StakePoolMalformed, StakePoolStale, DecimalsNotAllowed, ExtensionNotAllowed.
    pub fn add_collateral(ctx: Context<AddCollateral>, args: AddCollateralArgs) -> Result<()> {
        instructions::add_collateral(ctx, args)
    }

    /// Creates one of a market's 16 shards.
    ///
    /// Who: the genesis authority. Gate: only before the seal.
    /// Rounds: nothing is rounded.
    /// Errors: AlreadySealed, NotGenesisAuthority, ParameterOutOfBounds.
    pub fn create_shard(ctx: Context<CreateShard>, index: u8) -> Result<()> {
        instructions::create_shard(ctx, index)
    }

    /// Creates a market's insurance fund and its vault.
    ///
    /// Who: the genesis authority. Gate: only before the seal.
    /// Rounds: nothing is rounded.
    /// Errors: NotGenesisAuthority, WrongMint.
    pub fn create_insurance_fund(ctx: Context<CreateInsuranceFund>) -> Result<()> {
        instructions::create_insurance_fund(ctx)
    }

    /// Ends genesis for ever.
    ///
    /// Who: the genesis authority. Gate: only before the seal.
    /// Rounds: nothing is rounded.
    /// Errors: AlreadySealed, NotGenesisAuthority, GenesisIncomplete.
    pub fn seal(ctx: Context<Seal>) -> Result<()> {
        instructions::seal(ctx)
    }

    /// Opens the clock of a feed: a market's, or that of a collateral.
    ///
    /// Who: anyone. Gate: always.
    /// Rounds: nothing is rounded.
    /// Errors: none.
    pub fn open_feed_clock(ctx: Context<OpenFeedClock>, feed_id: [u8; 32]) -> Result<()> {
        instructions::open_feed_clock(ctx, feed_id)
    }

    /// Shows the chain a newer update of a feed: last publish, healthy seconds, proven gaps, samples of realised volatility.
    /// One that is not newer is taken for a later gap or a later sample it proves, and moves nothing else.
    ///
    /// Who: anyone. Gate: always.
    /// Rounds: nothing is rounded.
    /// Errors: the price errors, TickNotNewer.
    pub fn tick(ctx: Context<Tick>) -> Result<()> {
        instructions::tick(ctx)
    }

    /// Reads either Pyth layout and returns it in the protocol's scale; writes nothing.
    ///
    /// Who: anyone. Gate: always.
    /// Rounds: price down, confidence up.
    /// Errors: the price errors, LegacyPriceNotEnabled.
    pub fn preview_price(ctx: Context<PreviewPrice>) -> Result<PriceUpdate> {
        instructions::preview_price(ctx)
    }

    /// Submits a volatility surface; with three fresh ones the surface in force moves towards the one nearest the median, not below the floor of realised volatility.
    ///
    /// Who: a publisher named at genesis. Gate: after the seal.
    /// Rounds: as `risk::surface` says.
    /// Errors: NotSealed, NotPublisher, SurfaceInvalid, SurfaceTooSoon.
    pub fn submit_surface(ctx: Context<SubmitSurface>, surface: StoredSurface) -> Result<()> {
        instructions::submit_surface(ctx, surface)
    }

    /// Opens a margin account.
    ///
    /// Who: its owner. Gate: after the seal.
    /// Rounds: nothing is rounded.
    /// Errors: NotSealed.
    pub fn open_account(ctx: Context<OpenAccount>, index: u8) -> Result<()> {
        instructions::open_account(ctx, index)
    }

    /// Closes an empty margin account; the rent goes to its owner.
    ///
    /// Who: its owner. Gate: always.
    /// Rounds: nothing is rounded.
    /// Errors: NotOwner, AccountNotOpen, AccountNotEmpty, ShardMismatch.
    pub fn close_account(ctx: Context<CloseAccount>) -> Result<()> {
        instructions::close_account(ctx)
    }

    /// Adds collateral; credits what arrived. Remaining accounts, where the collateral has a feed of its own and the account
    /// holds none of it: the clock of that feed, and of a staked token its pool.
    ///
    /// Who: the account's owner or a delegate, also while it is on auction. Gate: always.
    /// Rounds: nothing is rounded.
    /// Errors: NotDelegate, WrongMarket, WrongMint, WrongVault, AmountIsZero, AmountBelowLeast, AccountNotOpen, CollateralCapReached, CollateralTableFull, WrongFeedClock, PriceStale, WrongStakePool, StakePoolMalformed, StakePoolStale, CollateralUnexpected, the mint errors.
    pub fn deposit<'info>(ctx: Context<'info, Deposit<'info>>, amount_atoms: u64) -> Result<()> {
        instructions::deposit(ctx, amount_atoms)
    }

    /// Takes collateral out if health(IM) stays at or above zero; an account without legs or debt needs no price.
    /// Remaining accounts: the expiries in which the account holds legs and which are over or end within the hour, each once, earliest first (`interface::remaining`).
    ///
    /// Who: the account's owner. Gate: an open account without debt, not short in an expiry within the hour.
    /// Rounds: nothing is rounded.
    /// Errors: NotOwner, WrongMarket, WrongMint, WrongVault, AmountIsZero, BalanceTooLow, AccountNotOpen, AccountInDebt, ShortNearExpiry, BelowInitialMargin, ShardMismatch, CoverUsedUp, the mint errors, the judging errors, the price errors.
    pub fn withdraw(ctx: Context<Withdraw>, amount_atoms: u64) -> Result<()> {
        instructions::withdraw(ctx, amount_atoms)
    }

    /// Creates an expiry with its escrow and claim mint, for a deposit.
    ///
    /// Who: anyone. Gate: after the seal.
    /// Rounds: nothing is rounded.
    /// Errors: NotSealed, WrongMint, ExpiryOffCalendar.
    pub fn create_expiry(ctx: Context<CreateExpiry>, expires_at: i64) -> Result<()> {
        instructions::create_expiry(ctx, expires_at)
    }

    /// Creates a series, for a deposit, and its option mint, a Token-2022 mint whose metadata name it like `SOL-27NOV26-150-P`.
    ///
    /// Who: anyone. Gate: before the expiry.
    /// Rounds: nothing is rounded.
    /// Errors: WrongMarket, StrikeNotAllowed, ExpiryClosed, TooManySeries, NotAmerican, ExercisesMissing, the price errors.
    pub fn create_series(
        ctx: Context<CreateSeries>,
        strike_price: u64,
        kind: OptionKind,
    ) -> Result<()> {
        instructions::create_series(ctx, strike_price, kind)
    }

    /// Places a standing offer to sell contracts; margin is checked when it is filled.
    ///
    /// Who: the owner of the writing account or a delegate. Gate: an open account, until an hour before expiry.
    /// Rounds: nothing is rounded.
    /// Errors: NotDelegate, WrongMarket, AccountNotOpen, ExpiryClosed, AmountIsZero, OffLot, FillOutOfRange, PremiumOutOfRange, OfferVoid, PricingNotAllowed, LevelForbids.
    pub fn place_offer(ctx: Context<PlaceOffer>, args: PlaceOfferArgs) -> Result<()> {
        instructions::place_offer(ctx, args)
    }

    /// Closes an offer; the rent goes to who placed it.
    ///
    /// Who: who placed it, the account's owner or a delegate. Gate: always.
    /// Rounds: nothing is rounded.
    /// Errors: NotDelegate, OfferVoid, WrongMaker.
    pub fn cancel_offer(ctx: Context<CancelOffer>) -> Result<()> {
        instructions::cancel_offer(ctx)
    }

    /// Buys from an offer: option tokens to a wallet, or a ledger long to a margin account of the buyer or of his principal.
    /// Remaining accounts: the expiries in which the writer or the buying account holds legs and which are over or end within the hour, each once, earliest first (`interface::remaining`).
    ///
    /// Who: anyone. Gate: open accounts, until an hour before expiry.
    /// Rounds: premium up against the buyer, fee up against the writer.
    /// Errors: WrongMarket, WrongSeries, WrongMint, WrongVault, ShardMismatch, AccountNotOpen, OfferVoid, ExpiryClosed, AmountIsZero, OffLot, FillOutOfRange, PremiumAboveLimit, ReduceOnly, PremiumOutOfRange, FillDestination, SameAccount, NotDelegate, AccountInDebt, ShortNearExpiry, FormulaStale, FormulaSurfaceStale, FormulaUncertain, GuardResting, GuardNotReached, BalanceTooLow, BelowInitialMargin, TradeOffMark, WrongSide, CoverUsedUp, a full table, the judging errors, the price errors.
    pub fn fill_offer(
        ctx: Context<FillOffer>,
        contracts: u64,
        highest_premium_price: u64,
    ) -> Result<()> {
        instructions::fill_offer(ctx, contracts, highest_premium_price)
    }

    /// Runs the next legal step of an account: seize it, note a breach that has to last or strike the note out, give it back cured, or make it an estate, which is counted in its expiries; a step that has become unnecessary does nothing.
    /// Remaining accounts: the expiries in which the account holds legs and which are over or end within the hour, of what becomes an estate all it has a place for, writable, each once, earliest first (`interface::remaining`).
    ///
    /// Who: anyone. Gate: always, except within 2 minutes of a proven gap.
    /// Rounds: what an estate lacks up, the rest as `risk::margin` says, against the account.
    /// Errors: WrongMarket, GraceAfterGap, ShardMismatch, WrongVault, ExpiryMissing, the judging errors, the price errors.
    pub fn liquidate<'info>(ctx: Context<'info, Liquidate<'info>>) -> Result<()> {
        instructions::liquidate(ctx)
    }

    /// Buys a slice of a seized portfolio at the auction's price; below zero the account's cash and then the fund pay the bidder.
    /// Remaining accounts: the expiries in which the seized account or the bidder's holds legs and which are over or end within the hour, each once, earliest first (`interface::remaining`).
    ///
    /// Who: the owner of an open margin account or a delegate. Gate: an account on auction or an estate with something to sell. Legs of expiries that are over stay where they are.
    /// Rounds: every amount against the bidder.
    /// Errors: WrongMarket, WrongVault, NotDelegate, SameAccount, BidderNotOpen, AccountInDebt, ShortNearExpiry, PortfolioMoved, BidFractionOutOfRange, NothingForSale, BidPriceNotMet, BidThrottled, FundLimitReached, ShardMismatch, BalanceTooLow, BelowInitialMargin, a full table, the judging errors, the price errors.
    pub fn bid(ctx: Context<Bid>, args: BidArgs) -> Result<()> {
        instructions::bid(ctx, args)
    }

    /// Buys collateral of a debtor or an estate at the oracle's price less a discount that grows with time; all of it, or where the
    /// owner gets the rest back no more than the debt needs.
    ///
    /// Who: anyone. Gate: while the account's collateral converts.
    /// Rounds: price and payment up, against the buyer.
    /// Errors: WrongMarket, WrongMint, WrongVault, AmountIsZero, NotConverting, ConversionPriceNotMet, NothingForSale, the mint errors, the judging errors, the price errors.
    pub fn convert(ctx: Context<Convert>, sell_atoms: u64, highest_price: u64) -> Result<()> {
        instructions::convert(ctx, sell_atoms, highest_price)
    }

    /// Pays an account's debt to an expiry from its cash.
    ///
    /// Who: anyone. Gate: always, whatever the account's state.
    /// Rounds: an estate's share up, so that its last atom finds a taker.
    /// Errors: WrongMarket, WrongVault, NothingToSettle.
    pub fn repay(ctx: Context<Repay>) -> Result<()> {
        instructions::repay(ctx)
    }

    /// Closes a settled and sold estate; surplus to the fund, rents to the closer. One that had nothing unsold when it began, and
    /// owes nothing any more, goes back to its owner as it is. Debts that nothing is left for are
    /// written off. Remaining accounts: the expiries the account owes or is counted in, writable, in the order of its slots.
    ///
    /// Who: anyone. Gate: an estate without legs, collateral or payable debt; one that goes back, without legs and debt.
    /// Rounds: nothing is rounded.
    /// Errors: WrongMarket, ShardMismatch, NotOnAuction, AccountNotEmpty, ExpiryMissing, ExpiryUnexpected.
    pub fn close_estate<'info>(ctx: Context<'info, CloseEstate<'info>>) -> Result<()> {
        instructions::close_estate(ctx)
    }

    /// Stakes quote in the market's insurance fund.
    ///
    /// Who: anyone. Gate: after the seal.
    /// Rounds: shares down, for the fund.
    /// Errors: NotSealed, WrongMint, WrongVault, AmountIsZero, StakeTooSmall.
    pub fn stake_insurance(ctx: Context<StakeInsurance>, amount_atoms: u64) -> Result<()> {
        instructions::stake_insurance(ctx, amount_atoms)
    }

    /// Moves a shard's fees into the insurance fund.
    ///
    /// Who: anyone. Gate: always.
    /// Rounds: nothing is rounded.
    /// Errors: WrongMarket, WrongVault, NoFees.
    pub fn sweep_fees(ctx: Context<SweepFees>) -> Result<()> {
        instructions::sweep_fees(ctx)
    }

    /// Submits the price update of one minute of the settlement average.
    ///
    /// Who: anyone. Gate: until the price is fixed.
    /// Rounds: confidence up.
    /// Errors: WrongMarket, WrongExpiryState, NoSuchPoint, PointNotServed, PointDecided, the price errors.
    pub fn submit_point(ctx: Context<SubmitPoint>, index: u8) -> Result<()> {
        instructions::submit_point(ctx, index)
    }

    /// Fixes the settlement price once its points are decided.
    ///
    /// Who: anyone. Gate: from the second of expiry.
    /// Rounds: mean down, less than 1e-9 quote.
    /// Errors: WrongExpiryState, PointsUndecided.
    pub fn fix_price(ctx: Context<FixPrice>) -> Result<()> {
        instructions::fix_price(ctx)
    }

    /// Adds what a series owes to its expiry; with the last one Collecting begins.
    ///
    /// Who: anyone. Gate: after the price is fixed.
    /// Rounds: down, for the escrow.
    /// Errors: WrongExpiry, WrongExpiryState, AlreadyFolded.
    pub fn fold_series(ctx: Context<FoldSeries>) -> Result<()> {
        instructions::fold_series(ctx)
    }

    /// Settles an account in an expiry: its longs net its shorts, it pays or is paid.
    ///
    /// Who: anyone. Gate: from Collecting on; longs alone from Finalised on.
    /// Rounds: longs down, shorts up, for the escrow.
    /// Errors: WrongMarket, WrongExpiryState, SeriesNotFolded, NotFinalised, NothingToSettle, ClaimAccountMissing, WrongMint, NotOwner, ExercisesNotBorne.
    pub fn settle_account(ctx: Context<SettleAccount>) -> Result<()> {
        instructions::settle_account(ctx)
    }

    /// Ends Collecting: insurance pays what it may, the rest is the shortfall, a fixed number.
    ///
    /// Who: anyone. Gate: every short settled and the least time over, or the deadline over.
    /// Rounds: fund limits down, for the fund.
    /// Errors: WrongMarket, WrongVault, WrongExpiryState, CollectingNotOver.
    pub fn close_collecting(ctx: Context<CloseCollecting>) -> Result<()> {
        instructions::close_collecting(ctx)
    }

    /// Buys a lot of the backstop auction: quote into the escrow against recapitalisation tokens.
    ///
    /// Who: anyone. Gate: while the backstop auction runs.
    /// Rounds: tokens down, for the treasury.
    /// Errors: WrongMarket, WrongExpiryState, RecapitalisationOver, SupplyCapReached, TokensBelowLimit.
    pub fn bid_recapitalisation(
        ctx: Context<BidRecapitalisation>,
        least_tokens_atoms: u64,
    ) -> Result<()> {
        instructions::bid_recapitalisation(ctx, least_tokens_atoms)
    }

    /// Fixes the haircut of an expiry, once.
    ///
    /// Who: anyone. Gate: backstop auction over or not needed, or the last deadline passed.
    /// Rounds: haircut up, for the escrow.
    /// Errors: WrongMarket, WrongExpiryState, CollectingNotOver, RecapitalisationNotOver.
    pub fn finalise(ctx: Context<Finalise>) -> Result<()> {
        instructions::finalise(ctx)
    }

    /// Burns option tokens for their payoff less the haircut; the haircut becomes claim tokens.
    ///
    /// Who: the holder. Gate: from Finalised on, for ever.
    /// Rounds: payoff and payment down, for the escrow.
    /// Errors: WrongExpiry, WrongMint, NotFinalised, AmountIsZero, BalanceTooLow, ClaimAccountMissing.
    pub fn redeem(ctx: Context<Redeem>, contracts: u64) -> Result<()> {
        instructions::redeem(ctx, contracts)
    }

    /// Makes a ledger long into option tokens; health(IM) must stay at or above zero, an account left without legs or debt needs no price.
    /// Remaining accounts: the expiries in which the account holds legs and which are over or end within the hour, each once, earliest first (`interface::remaining`).
    ///
    /// Who: the account's owner. Gate: an open account without debt, not short in an expiry within the hour; before the series expires.
    /// Rounds: nothing is rounded.
    /// Errors: NotOwner, WrongMarket, WrongMint, AmountIsZero, AccountNotOpen, ExpiryClosed, BalanceTooLow, AccountInDebt, ShortNearExpiry, BelowInitialMargin, the judging errors, the price errors.
    pub fn withdraw_option(ctx: Context<WithdrawOption>, contracts: u64) -> Result<()> {
        instructions::withdraw_option(ctx, contracts)
    }

    /// Burns option tokens for a ledger long; what meets a short in the account closes it.
    ///
    /// Who: the account's owner or a delegate. Gate: an open account, before the series expires.
    /// Rounds: nothing is rounded.
    /// Errors: NotDelegate, WrongMarket, WrongMint, AccountNotOpen, ExpiryClosed, AmountBelowLeast, BalanceTooLow, a full table.
    pub fn deposit_option(ctx: Context<DepositOption>, contracts: u64) -> Result<()> {
        instructions::deposit_option(ctx, contracts)
    }

    /// Moves a long or a short from one margin account to another of the market, at a payment both signed for; what nets in the receiver is reported to the series later.
    /// Remaining accounts: the expiries in which either account holds legs and which are over or end within the hour, each once, earliest first (`interface::remaining`).
    ///
    /// Who: the owners of both accounts. Gate: open accounts without debt, not short in an expiry within the hour; a short until an hour before expiry, a long until its second; health(IM) of both at or above zero afterwards.
    /// Rounds: fee up, against the side that has fewer contracts afterwards; none between accounts of one owner.
    /// Errors: SameAccount, WrongMarket, NotOwner, AccountNotOpen, ExpiryClosed, ShardMismatch, AmountIsZero, BalanceTooLow, AmountBelowLeast, AccountInDebt, ShortNearExpiry, BelowInitialMargin, OtherSideHeld, a full table, the judging errors, the price errors.
    pub fn transfer_leg(ctx: Context<TransferLeg>, args: TransferLegArgs) -> Result<()> {
        instructions::transfer_leg(ctx, args)
    }

    /// Fills several offers of up to four series at once, on both sides; an offer whose maker cannot bear it, or that is void, too small, beyond the limit or of another series or side by now, is skipped and told.
    ///
    /// Who: the owner of the taking account or a delegate. Gate: an open account, until an hour before expiry; its margin is checked once, at the end.
    /// Rounds: premiums for each maker, fees up against the seller.
    /// Errors: WrongMarket, NotDelegate, AccountNotOpen, SweepAccounts, AmountIsZero, OffLot, FillOutOfRange, AccountInDebt, ShortNearExpiry, ExpiryClosed, SameAccount, ShardMismatch, SweepShort, CostAboveLimit, BalanceTooLow, BelowInitialMargin, TradeOffMark, a full table, the judging errors, the price errors.
    pub fn sweep<'info>(ctx: Context<'info, Sweep<'info>>, args: SweepArgs) -> Result<()> {
        instructions::sweep(ctx, args)
    }

    /// Trades contracts between two margin accounts at a premium both signed for.
    ///
    /// Who: the owners of both accounts, or their delegates where the premium costs the account no more than 5 % of mark. Gate: open accounts, until an hour before expiry.
    /// Rounds: premium up against the buyer, fee up against the seller.
    /// Errors: SameAccount, WrongMarket, NotDelegate, AccountNotOpen, ShardMismatch, ExpiryClosed, AmountIsZero, OffLot, AccountInDebt, ShortNearExpiry, PremiumOutOfRange, BalanceTooLow, BelowInitialMargin, TradeOffMark, CoverUsedUp, a full table, the judging errors, the price errors.
    pub fn fill_quote(ctx: Context<FillQuote>, contracts: u64, premium_price: u64) -> Result<()> {
        instructions::fill_quote(ctx, contracts, premium_price)
    }

    /// Writes contracts and takes the tokens: a short in the account, option tokens to a wallet.
    ///
    /// Who: the account's owner. Gate: an open account that is not long in the series, until an hour before expiry.
    /// Rounds: fee up against the writer, as for a sale at mark.
    /// Errors: NotOwner, WrongMarket, ShardMismatch, WrongMint, BalanceTooLow, AccountNotOpen, ExpiryClosed, AmountIsZero, OffLot, LongAtHand, AccountInDebt, ShortNearExpiry, BelowInitialMargin, CoverUsedUp, a full table, the judging errors, the price errors.
    pub fn write_option(ctx: Context<WriteOption>, contracts: u64) -> Result<()> {
        instructions::write_option(ctx, contracts)
    }

    /// Names a delegate, who may trade, deposit and cancel for the owner, or revokes one (the default key); voids all offers of the account.
    ///
    /// Who: the account's owner. Gate: always.
    /// Rounds: nothing is rounded.
    /// Errors: NotOwner, DelegateNotAllowed.
    pub fn set_delegate(ctx: Context<SetDelegate>, place: u8, delegate: Pubkey) -> Result<()> {
        instructions::set_delegate(ctx, place, delegate)
    }

    /// Voids every offer of an account at once; their rents come back by cancel_offer or close_offer.
    ///
    /// Who: the account's owner or a delegate. Gate: always.
    /// Rounds: nothing is rounded.
    /// Errors: NotDelegate.
    pub fn cancel_all(ctx: Context<CancelAll>) -> Result<()> {
        instructions::cancel_all(ctx)
    }

    /// Closes an offer that nobody can fill any more: void, used up, of an older epoch, or of a series that was closed or ends within the hour; the rent goes to who placed it.
    ///
    /// Who: anyone. Gate: always.
    /// Rounds: nothing is rounded.
    /// Errors: WrongSeries, WrongMaker, OfferVoid, OfferStands.
    pub fn close_offer(ctx: Context<CloseOffer>) -> Result<()> {
        instructions::close_offer(ctx)
    }

    /// Asks for a fill of a pegged offer at a price nobody knows yet; the premium at the limit is deposited.
    ///
    /// Who: the owner of the account that will trade or a delegate. Gate: an open account, until an hour before expiry.
    /// Rounds: deposit up.
    /// Errors: WrongMarket, WrongSeries, WrongMint, WrongVault, NotDelegate, AccountNotOpen, PricingNotAllowed, SameAccount, ExpiryClosed, AmountIsZero, OffLot, PremiumOutOfRange, AmountOverflow.
    pub fn request_fill(ctx: Context<RequestFill>, args: RequestFillArgs) -> Result<()> {
        instructions::request_fill(ctx, args)
    }

    /// Executes a request: premium at the unique first update 15 seconds after it, from 60 seconds after it on what the offer stands at now; margins at a price of now.
    ///
    /// Who: anyone; the request's rent pays for it. Gate: within 10 minutes, the offer placed no later than the request and as it was then, the taker's account of the same epoch, open accounts, until an hour before expiry.
    /// Rounds: premium for the maker, fee up against the seller.
    /// Errors: WrongMarket, WrongSeries, NotOwner, ShardMismatch, RequestOver, AccountNotOpen, OfferVoid, ExpiryClosed, FillOutOfRange, AccountInDebt, ShortNearExpiry, NotDecidingUpdate, FormulaStale, FormulaSurfaceStale, FormulaUncertain, PremiumAboveLimit, BalanceTooLow, BelowInitialMargin, TradeOffMark, a full table, the judging errors, the price errors.
    pub fn execute_fill(ctx: Context<ExecuteFill>) -> Result<()> {
        instructions::execute_fill(ctx)
    }

    /// Closes a request nobody executed; deposit and rent go to who asked.
    ///
    /// Who: anyone. Gate: 10 minutes after the request, or at once when the taker's account is of another epoch.
    /// Rounds: nothing is rounded.
    /// Errors: WrongMarket, NotOwner, WrongMint, WrongVault, RequestStands.
    pub fn void_fill(ctx: Context<VoidFill>) -> Result<()> {
        instructions::void_fill(ctx)
    }

    /// Counts an account's uncovered loss of now in its shard, instead of what was counted before; an estate in its expiries; what the holders of series have; and once all estates and series of an expiry were counted within ten minutes makes its estimated haircut.
    /// Remaining accounts: the expiries in which the account holds legs and which are over or end within the hour, of an estate all it has a place for, writable, and those to be estimated, writable, each once, earliest first (`interface::remaining`); behind the collaterals the series to be counted, writable. Estimates are made where the surface is named writable.
    ///
    /// Who: anyone. Gate: always; an account neither short nor in debt needs no price, unless series are counted, which have not expired.
    /// Rounds: as `risk::margin` says, against the account; what holders have down, what an estate lacks and the haircut up.
    /// Errors: WrongMarket, ShardMismatch, ExpiryClosed, the judging errors, the price errors.
    pub fn measure<'info>(ctx: Context<'info, Measure<'info>>) -> Result<()> {
        instructions::measure(ctx)
    }

    /// Shares the room that fund and Reserve line leave under the uncovered loss out among the market's shards, which are the remaining accounts, all 16 in their order, writable.
    ///
    /// Who: anyone. Gate: always.
    /// Rounds: each shard's part down, for the fund.
    /// Errors: WrongMarket, ShardsIncomplete.
    pub fn share_cover<'info>(ctx: Context<'info, ShareCover<'info>>) -> Result<()> {
        instructions::share_cover(ctx)
    }

    /// Closes a series of which no contract is left; rent and deposit to its creator, the mint stays.
    ///
    /// Who: its creator before its second, anyone afterwards. Gate: never used; or the expiry finalised, no token left and everybody in it settled.
    /// Rounds: nothing is rounded.
    /// Errors: WrongExpiry, WrongCreator, WrongMint, WrongExpiryState, SeriesInUse, ExercisesMissing, WrongSeries.
    pub fn close_series(ctx: Context<CloseSeries>) -> Result<()> {
        instructions::close_series(ctx)
    }

    /// Closes an expiry nobody has anything to do with any more; what is left in the escrow to the fund, rents and deposit to its creator.
    ///
    /// Who: anyone. Gate: finalised, or over and never used; no series, contract, debt, receivable or claim left.
    /// Rounds: nothing is rounded.
    /// Errors: WrongMarket, WrongVault, WrongCreator, ExpiryInUse, ClaimsOutstanding.
    pub fn close_expiry(ctx: Context<CloseExpiry>) -> Result<()> {
        instructions::close_expiry(ctx)
    }

    /// Holds the market price of a liquid-staking token against what its stake pool redeems it for; far below for an
    /// hour, maintenance margin counts the market.
    ///
    /// Who: anyone. Gate: always.
    /// Rounds: redemption down, the limit below it up.
    /// Errors: WrongMarket, NothingToObserve, CollateralMissing, the judging errors, the price errors.
    pub fn observe_collateral(ctx: Context<ObserveCollateral>) -> Result<()> {
        instructions::observe_collateral(ctx)
    }

    /// Burns option tokens of an American series to exercise them at a price nobody knows yet; nobody takes it back.
    ///
    /// Who: the holder, who brings a deposit for whoever decides it. Gate: until an hour before expiry.
    /// Rounds: nothing is rounded.
    /// Errors: WrongMarket, WrongSeries, WrongMint, ExercisesFull, ExpiryClosed, AmountIsZero, OffLot, LeastPayoffIsZero, BalanceTooLow.
    pub fn request_exercise(
        ctx: Context<RequestExercise>,
        args: RequestExerciseArgs,
    ) -> Result<()> {
        instructions::request_exercise(ctx, args)
    }

    /// Decides a request at the unique first update 15 seconds after it: exercised, so that every short of now owes its
    /// share, or void with the tokens back where that update came more than 30 seconds late or pays less than was asked,
    /// or nobody decided it within ten minutes. From two minutes on it pays the lower of that update and a price of now.
    ///
    /// Who: anyone; the deposit is his. Gate: to exercise level 0, the first twenty seconds of a minute, and not while estates lack more than 0.1 % of what holders have; else always.
    /// Rounds: the right down, for the shorts.
    /// Errors: WrongMarket, WrongSeries, WrongExpiry, NotOwner, NotOwnersAccount, WrongMint, ExerciseDecided, NotDecidingUpdate, ExerciseWaits, NotExerciseTime, LatePriceMissing, FormulaUncertain, the price errors.
    pub fn execute_exercise(ctx: Context<ExecuteExercise>) -> Result<()> {
        instructions::execute_exercise(ctx)
    }

    /// Has a short bear the exercises that wait for it: its share of each closes at the payoff, which its owner pays; what
    /// he lacks is a debt to the expiry.
    ///
    /// Who: anyone; where nothing waits nothing happens. Gate: always; it needs no price.
    /// Rounds: contracts down, their cost up, for the holders.
    /// Errors: WrongMarket, WrongExpiry, WrongSeries, WrongVault.
    pub fn synchronise(ctx: Context<Synchronise>) -> Result<()> {
        instructions::synchronise(ctx)
    }

    /// Pays a right of exercise: before the expiry what shorts have paid for it, and its share of what shorts repay late;
    /// from Finalised on what is left of it less the haircut, which becomes claim tokens.
    ///
    /// Who: anyone; everything goes to its owner. Gate: not between the second of expiry and Finalised.
    /// Rounds: payment down, for the escrow.
    /// Errors: WrongSeries, WrongExpiry, NotOwner, NotOwnersAccount, ExerciseDecided, ExercisesMissing, NotFinalised, NothingToPay, WrongMint, ClaimAccountMissing.
    pub fn pay_exercise(ctx: Context<PayExercise>) -> Result<()> {
        instructions::pay_exercise(ctx)
    }
}
