//! Every error of the program. Numbers are fixed for ever: a code is never reused, groups leave room.

use anchor_lang::prelude::*;

/// The enumeration, its names and its texts. Anchor's `error_code` writes a branch for each name and each text, 28 kB of
/// the program; here they are rows of a table. The interface description is still made by Anchor's.
macro_rules! errors {
    ($($(#[doc = $doc:tt])* #[msg($text:tt)] $name:ident = $code:tt,)*) => {
        /// What went wrong, as a rule that was not kept.
        #[cfg(feature = "idl-build")]
        #[error_code(offset = 0)]
        #[derive(PartialEq, Eq)]
        pub enum BackstopError {
            $($(#[doc = $doc])* #[msg($text)] $name = $code,)*
        }

        /// What went wrong, as a rule that was not kept.
        #[cfg(not(feature = "idl-build"))]
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        #[repr(u32)]
        pub enum BackstopError {
            $($(#[doc = $doc])* $name = $code,)*
        }

        /// Number, name and text of every error.
        #[cfg(not(feature = "idl-build"))]
        pub const ERRORS: &[(u32, &str, &str)] = &[$(($code, stringify!($name), $text)),*];
    };
}

errors! {
    // --- 6000: protocol, access ------------------------------------------------------------------
    /// Genesis is over.
    #[msg("genesis instructions work only until the protocol is sealed")]
    AlreadySealed = 6000,
    /// Genesis is not over.
    #[msg("user instructions work only after the protocol is sealed")]
    NotSealed = 6001,
    /// Wrong genesis key.
    #[msg("only the genesis authority may run genesis instructions")]
    NotGenesisAuthority = 6002,
    /// Not the program's upgrade authority.
    #[msg("only the program's upgrade authority may initialise the protocol")]
    NotUpgradeAuthority = 6003,
    /// Not the owner.
    #[msg("only the owner of the account may do this")]
    NotOwner = 6004,
    /// Not a publisher.
    #[msg("only a publisher named at genesis may submit a surface")]
    NotPublisher = 6005,
    /// Account of another market.
    #[msg("every account of an instruction must belong to the same market")]
    WrongMarket = 6006,
    /// Wrong mint.
    #[msg("the mint is not the one the market or account names")]
    WrongMint = 6007,
    /// Wrong token account.
    #[msg("the token account is not the vault the books name")]
    WrongVault = 6008,
    /// Account of another expiry.
    #[msg("the account must belong to the expiry named")]
    WrongExpiry = 6009,
    /// Account of another series.
    #[msg("the account must belong to the series named")]
    WrongSeries = 6010,
    /// Shard of another account.
    #[msg("a margin account uses the shard its key selects")]
    ShardMismatch = 6011,
    /// One account in two roles.
    #[msg("the two margin accounts of an instruction must differ")]
    SameAccount = 6012,
    /// A number out of its bound.
    #[msg("a parameter is outside the bounds fixed in code")]
    ParameterOutOfBounds = 6013,
    /// Wrong decimals.
    #[msg("the quote mint must have 6 decimals and other collateral at most 9")]
    DecimalsNotAllowed = 6014,
    /// Arithmetic left its range.
    #[msg("an amount left the range the books can hold")]
    AmountOverflow = 6015,
    /// An account broke its own rule.
    #[msg("an account's own rule would be broken")]
    InvariantBroken = 6016,
    /// Vault under its books.
    #[msg("a vault would hold less than its books say")]
    VaultShort = 6017,
    /// Genesis incomplete.
    #[msg("sealing needs at least one market, complete with its collateral, fund and shards")]
    GenesisIncomplete = 6018,
    /// Bad symbol.
    #[msg("a market's symbol must be one to eight capital letters or digits")]
    SymbolNotAllowed = 6019,
    /// Neither owner nor delegate.
    #[msg("only the owner of the account or a delegate of his may do this")]
    NotDelegate = 6020,
    /// Not a delegate to name.
    #[msg("a delegate goes into one of two places and is neither the owner nor named already")]
    DelegateNotAllowed = 6021,

    // --- 6100: prices ----------------------------------------------------------------------------
    /// Wrong owner.
    #[msg("a price account must be owned by the oracle program the protocol names")]
    PriceWrongOwner = 6100,
    /// Not a price account.
    #[msg("the account does not have the layout of a price update")]
    PriceMalformed = 6101,
    /// Partial verification.
    #[msg("a price update must be fully verified")]
    PriceNotFullyVerified = 6102,
    /// Wrong feed.
    #[msg("the price update is of another feed")]
    PriceWrongFeed = 6103,
    /// Future publish time.
    #[msg("a price update may not come from the future")]
    PriceFromFuture = 6104,
    /// Too old.
    #[msg("the price update is too old for this action")]
    PriceStale = 6105,
    /// Exponent out of range.
    #[msg("the exponent of a price must be between -12 and 0")]
    PriceExponentOutOfRange = 6106,
    /// Zero or negative.
    #[msg("a price must be positive and fit its scale")]
    PriceNotPositive = 6107,
    /// Too uncertain.
    #[msg("the confidence interval of a price may be at most 5 % of it")]
    PriceTooUncertain = 6108,
    /// Older than last used.
    #[msg("a price older than the last one used on this account is refused")]
    PriceOlderThanLastUsed = 6109,
    /// Behind the feed clock.
    #[msg("a price more than 10 seconds older than the feed clock is refused")]
    PriceBehindFeedClock = 6110,
    /// The tick brings nothing new.
    #[msg("a tick needs an update newer than the feed clock")]
    TickNotNewer = 6111,
    /// Legacy layout not opted in.
    #[msg("the market does not read this legacy price account")]
    LegacyPriceNotEnabled = 6112,

    // --- 6200: accounts and collateral -----------------------------------------------------------
    /// Zero amount.
    #[msg("an amount must be greater than zero")]
    AmountIsZero = 6200,
    /// Dust.
    #[msg("the amount is below the least one accepted")]
    AmountBelowLeast = 6201,
    /// More than there is.
    #[msg("the account holds less than the amount")]
    BalanceTooLow = 6202,
    /// No free expiry slot.
    #[msg("a margin account has at most 8 expiries")]
    ExpiryTableFull = 6204,
    /// No free leg.
    #[msg("a margin account has at most 32 legs")]
    LegTableFull = 6205,
    /// Seized.
    #[msg("the account is in liquidation")]
    AccountNotOpen = 6206,
    /// In debt.
    #[msg("an account with debt may neither withdraw nor add risk")]
    AccountInDebt = 6207,
    /// Close to expiry.
    #[msg("an account short in an expiry that is over or ends within an hour may neither withdraw nor add risk before it is settled")]
    ShortNearExpiry = 6208,
    /// Not empty.
    #[msg("only an empty account may be closed")]
    AccountNotEmpty = 6209,
    /// Below initial margin.
    #[msg("health at initial margin must not be negative afterwards")]
    BelowInitialMargin = 6210,
    /// No usable surface.
    #[msg("the market has no volatility surface yet")]
    NoSurface = 6211,
    /// Surface too old.
    #[msg("the volatility surface is too old to add risk or withdraw")]
    SurfaceStale = 6212,
    /// Bad surface.
    #[msg("a surface must lie within its bounds and be free of calendar arbitrage")]
    SurfaceInvalid = 6213,
    /// Publisher too quick.
    #[msg("a publisher may submit once a minute")]
    SurfaceTooSoon = 6214,
    /// A needed expiry was not shown.
    #[msg("every expiry that is over or ends within the hour and in which a judged account holds legs must be shown as a remaining account")]
    ExpiryMissing = 6215,
    /// Something else was shown.
    #[msg("remaining accounts must be expiries of the market")]
    ExpiryUnexpected = 6216,
    /// Shown twice or in another order.
    #[msg("expiries must be shown once each, earliest first")]
    ExpiriesOutOfOrder = 6217,

    // --- 6300: series and trading ----------------------------------------------------------------
    /// Off the calendar.
    #[msg("an expiry is at 08:00 UTC, at least an hour ahead: any day for a month, Fridays for a quarter, last Fridays of a month for a year")]
    ExpiryOffCalendar = 6300,
    /// Strike off its grid or range.
    #[msg("a strike must lie on the tick grid between 0.2 and 5 times spot")]
    StrikeNotAllowed = 6301,
    /// Too many series.
    #[msg("an expiry has at most 64 series")]
    TooManySeries = 6302,
    /// Expired or too close.
    #[msg("nothing of an expiry is traded or bid for after its second, and no new risk in the hour before")]
    ExpiryClosed = 6303,
    /// Off the lot.
    #[msg("a quantity must be a multiple of the market's lot")]
    OffLot = 6304,
    /// Void offer.
    #[msg("the offer is void: expired, or the writer raised his epoch")]
    OfferVoid = 6305,
    /// Fill too small or too large.
    #[msg("a fill must lie between the offer's least fill and what is left of it")]
    FillOutOfRange = 6306,
    /// Premium above limit.
    #[msg("the premium is above the buyer's limit")]
    PremiumAboveLimit = 6307,
    /// Premium out of range.
    #[msg("a premium must be positive and below spot for calls, below the strike for puts")]
    PremiumOutOfRange = 6308,
    /// Wrong destination.
    #[msg("a fill goes either to a token account or to a margin account of the buyer")]
    FillDestination = 6309,
    /// Wrong receiver of an offer's rent.
    #[msg("the rent of an offer goes to who placed it")]
    WrongMaker = 6310,
    /// Would write.
    #[msg("a reduce-only offer and a guard order make the maker's position smaller, no more")]
    ReduceOnly = 6311,
    /// Can still be filled.
    #[msg("only an offer that nobody can fill any more is closed by others")]
    OfferStands = 6312,

    // --- 6400: liquidation -----------------------------------------------------------------------
    /// Not on auction.
    #[msg("the account is not on auction")]
    NotOnAuction = 6401,
    /// Version moved.
    #[msg("the portfolio changed since the bidder looked")]
    PortfolioMoved = 6402,
    /// Price not acceptable.
    #[msg("the auction's price is worse than the bidder accepts")]
    BidPriceNotMet = 6403,
    /// Too little or too much.
    #[msg("a bid takes more than nothing and at most the largest slice")]
    BidFractionOutOfRange = 6404,
    /// Nothing for sale.
    #[msg("the account has nothing left that can be sold on auction")]
    NothingForSale = 6405,
    /// Grace after a gap.
    #[msg("after a proven gap of the feed no account is seized for 2 minutes")]
    GraceAfterGap = 6406,
    /// Not converting.
    #[msg("the account's collateral is not being converted")]
    NotConverting = 6407,
    /// Conversion price not acceptable.
    #[msg("the conversion price is above the buyer's limit")]
    ConversionPriceNotMet = 6408,
    /// Fund limit reached.
    #[msg("the fund's limit leaves nothing for this bid")]
    FundLimitReached = 6409,
    /// Bidder is seized.
    #[msg("the bidder's account must be open and without debt")]
    BidderNotOpen = 6410,
    /// Throttled.
    #[msg("in the first minutes only a part of a large account is sold at one publish time")]
    BidThrottled = 6411,

    // --- 6500: insurance -------------------------------------------------------------------------
    /// Buys no share.
    #[msg("the stake is too small to buy one share")]
    StakeTooSmall = 6501,
    /// Nothing to sweep.
    #[msg("the shard holds no fees")]
    NoFees = 6502,

    // --- 6600: settlement ------------------------------------------------------------------------
    /// Wrong state.
    #[msg("the expiry is not in the state this step needs")]
    WrongExpiryState = 6600,
    /// No such point.
    #[msg("the settlement average has no such point")]
    NoSuchPoint = 6601,
    /// Update does not serve the point.
    #[msg("the update says nothing about this point: it must be published within 30 seconds from the point, or be the first after it")]
    PointNotServed = 6602,
    /// Point decided.
    #[msg("the point is decided")]
    PointDecided = 6603,
    /// Points undecided.
    #[msg("the settlement price needs every point decided and two thirds of them final")]
    PointsUndecided = 6604,
    /// Already folded.
    #[msg("the series has been folded already")]
    AlreadyFolded = 6605,
    /// Not all folded.
    #[msg("every series must be folded before accounts are settled")]
    SeriesNotFolded = 6606,
    /// Nothing to settle.
    #[msg("the account has nothing to settle in this expiry")]
    NothingToSettle = 6607,
    /// Too early.
    #[msg("collecting is not over: shorts are unsettled and the deadline has not passed")]
    CollectingNotOver = 6608,
    /// Longs wait for the haircut.
    #[msg("longs are paid after the expiry is finalised")]
    NotFinalised = 6609,
    /// Backstop still running.
    #[msg("the backstop auction is not over")]
    RecapitalisationNotOver = 6610,
    /// Backstop over.
    #[msg("the backstop auction is over")]
    RecapitalisationOver = 6611,
    /// Tokens below limit.
    #[msg("the lot offers fewer tokens than the bidder accepts")]
    TokensBelowLimit = 6613,
    /// Cap reached.
    #[msg("the supply cap leaves no tokens for this lot")]
    SupplyCapReached = 6614,
    /// Claim account missing.
    #[msg("a haircut payoff needs the holder's claim token account")]
    ClaimAccountMissing = 6615,

    // --- 6720: levels, uncovered loss, fees --------------------------------------------------------
    /// The market's level forbids it.
    #[msg("the market's level does not allow this action")]
    LevelForbids = 6720,
    /// The fund stands for no more.
    #[msg("the uncovered loss of a market may not rise beyond what its fund and Reserve line stand for")]
    CoverUsedUp = 6721,
    /// Not all shards.
    #[msg("room is shared out among all shards of the market, named in their order")]
    ShardsIncomplete = 6722,

    // --- 6800: trading, both sides ---------------------------------------------------------------
    /// Off mark below initial margin.
    #[msg("an account below initial margin trades within 5 % of mark only, and a delegate at most as much worse")]
    TradeOffMark = 6800,
    /// Offer of the other side.
    #[msg("the offer is not of the side this instruction or order takes")]
    WrongSide = 6801,
    /// Sweep came too short.
    #[msg("the offers gave fewer contracts than the taker accepts")]
    SweepShort = 6802,
    /// Sweep too dear.
    #[msg("the orders together cost more than the taker accepts")]
    CostAboveLimit = 6803,
    /// Formula needs a young price.
    #[msg("a formula needs a price and a feed clock at most 5 seconds old")]
    FormulaStale = 6804,
    /// Bad terms of an offer.
    #[msg("the terms of a pegged or guard offer are outside their bounds")]
    PricingNotAllowed = 6805,
    /// Guard asleep.
    #[msg("a guard order stands only while its owner's health is at or below its trigger, and only makes his position smaller")]
    GuardNotReached = 6806,
    /// Accounts of a sweep.
    #[msg("a sweep names for each order its series, then offer, maker's account and shard of each offer")]
    SweepAccounts = 6807,
    /// A long stands against the writing.
    #[msg("an account that is long in the series takes that long out first")]
    LongAtHand = 6808,
    /// Not the update that decides.
    #[msg("a request is executed at the first update from its deciding moment on, at most 30 seconds later")]
    NotDecidingUpdate = 6809,
    /// Too late.
    #[msg("the request is over: it was to be executed within 10 minutes")]
    RequestOver = 6810,
    /// Too early.
    #[msg("the request can still be executed")]
    RequestStands = 6811,

    // --- 6740: life of series and expiries ---------------------------------------------------------
    /// Contracts of the series are left.
    #[msg("a series is closed when no contract of it is left, one that was used when its expiry is finalised and everybody in it settled")]
    SeriesInUse = 6740,
    /// Something of the expiry is left.
    #[msg("an expiry is closed when it is finalised, or over and never used, its series are closed and no account has contracts, debts or receivables in it")]
    ExpiryInUse = 6741,
    /// Not the creator.
    #[msg("deposit and rent go to the creator, and only he closes a series before it has expired")]
    WrongCreator = 6742,
    /// Claims are outstanding.
    #[msg("what an escrow still gets belongs to the holders of claims while there are any")]
    ClaimsOutstanding = 6743,

    // --- 6910: trading, formulas and guards ------------------------------------------------------
    /// Formula needs a young surface.
    #[msg("a formula needs a surface that is not stale")]
    FormulaSurfaceStale = 6910,
    /// Formula needs a certain price.
    #[msg("a formula needs a price with a confidence of at most 2 %")]
    FormulaUncertain = 6911,
    /// Guard resting.
    #[msg(
        "a guard order is not taken in the second in which another offer of its owner was filled"
    )]
    GuardResting = 6912,

    // --- 6700: collateral ------------------------------------------------------------------------
    /// Collateral not shown.
    #[msg("every collateral with a feed of its own that an account judged holds must be shown, behind the expiries")]
    CollateralMissing = 6700,
    /// Not a collateral.
    #[msg("behind the expiries stand collaterals of the market with feeds of their own, each with price and feed clock, staked ones with their pool")]
    CollateralUnexpected = 6701,
    /// Collaterals out of order.
    #[msg("collaterals are shown once each, in ascending order of their mints")]
    CollateralsOutOfOrder = 6702,
    /// Too many collaterals.
    #[msg("an account holds at most two collaterals with feeds of their own")]
    CollateralTableFull = 6703,
    /// Cap of a collateral reached.
    #[msg("the market takes no more of this collateral")]
    CollateralCapReached = 6704,
    /// Clock of another feed.
    #[msg("the clock must be that of the collateral's feed")]
    WrongFeedClock = 6705,
    /// Another stake pool.
    #[msg("the stake pool must be the one named when the token was listed, and redeem it")]
    WrongStakePool = 6706,
    /// No stake pool.
    #[msg("the account is no stake pool with tokens")]
    StakePoolMalformed = 6707,
    /// Stake pool not brought up to date.
    #[msg("the stake pool was not brought up to date in this epoch or the one before")]
    StakePoolStale = 6708,
    /// Nothing to observe.
    #[msg("only the market price of a liquid-staking token is held against its redemption")]
    NothingToObserve = 6709,
    /// An extension not on the list.
    #[msg("a mint of quote or collateral has no extension but metadata and pointers to it and to groups")]
    ExtensionNotAllowed = 6710,
    /// Token program of another mint.
    #[msg("the token program must be the one that owns the token accounts")]
    WrongTokenProgram = 6711,

    // --- 6780: numbers of a collateral -----------------------------------------------------------
    /// Weights.
    #[msg("the weights of a collateral lie in the bounds of its kind, im <= mm, and quote counts whole")]
    WeightOutOfBounds = 6780,
    /// Size.
    #[msg("size is outside its bounds")]
    SizeOutOfBounds = 6781,
    /// Wrong way.
    #[msg("wrong way is outside its bounds")]
    WrongWayOutOfBounds = 6782,
    /// Least deposit.
    #[msg("the least deposit is outside its bounds")]
    LeastDepositOutOfBounds = 6783,
    /// Cap.
    #[msg("the cap is outside its bounds, or below the least deposit")]
    CapOutOfBounds = 6784,
    /// Peg.
    #[msg("the peg is outside its bounds, whole where lost, or of another kind")]
    PegOutOfBounds = 6785,
    /// Gap of a staked token.
    #[msg("the gap of a staked token is outside its bounds, or of another kind")]
    StakedGapOutOfBounds = 6786,
    /// Its time.
    #[msg("the time of that gap is outside its bounds, or of another kind")]
    StakedTimeOutOfBounds = 6787,
    /// Time of a listing.
    #[msg("the time of a listing is outside its bounds, or of another kind")]
    ListingTimeOutOfBounds = 6788,
    /// Haircut of age.
    #[msg("the haircut of age is outside its bounds, or of another kind")]
    AgeHaircutOutOfBounds = 6789,

    // --- 6750: early exercise --------------------------------------------------------------------
    /// No American series here.
    #[msg("the market lists no American series, or the series is not American")]
    NotAmerican = 6750,
    /// Exercises account missing.
    #[msg("an American series needs its account of exercises, another one has none")]
    ExercisesMissing = 6751,
    /// Exercises not borne.
    #[msg("an account is judged and its short traded once it has borne every exercise: synchronise it")]
    ExercisesNotBorne = 6752,
    /// Exercises full.
    #[msg("sixteen exercises of the series are asked for or not borne by every short: exercise waits for the oldest")]
    ExercisesFull = 6753,
    /// Early netting.
    #[msg("an American leg is not taken over by an account that holds the other side")]
    OtherSideHeld = 6754,
    /// Payoff limit zero.
    #[msg("a request of exercise names a least payoff above zero")]
    LeastPayoffIsZero = 6755,
    /// Another state.
    #[msg("the request of exercise was decided already, or is not decided yet")]
    ExerciseDecided = 6758,
    /// Nothing to pay.
    #[msg("nothing was collected for the right since it was paid last")]
    NothingToPay = 6760,
    /// Not in the window.
    #[msg("exercises come in the first twenty seconds of a minute, so that no account falls behind in the rest of it")]
    NotExerciseTime = 6761,
    /// Late exercise.
    #[msg("from two minutes after its request on an exercise is shown a price of now as well")]
    LatePriceMissing = 6762,
    /// Somebody else's choice of account.
    #[msg("without its owner's signature a right is paid, and tokens come back, into his associated token account")]
    NotOwnersAccount = 6763,

    // --- 6770: estates in an expiry --------------------------------------------------------------
    /// Exercise waits.
    #[msg(
        "estates of the expiry lack more than 0.1 % of what its holders have: early exercise waits"
    )]
    ExerciseWaits = 6770,
}

#[cfg(not(feature = "idl-build"))]
impl BackstopError {
    /// Its row.
    fn row(self) -> (u32, &'static str, &'static str) {
        let mut same = ERRORS.iter().filter(|(code, ..)| *code == self as u32);
        same.next().copied().unwrap_or_default()
    }

    /// Its name, as the macros of Anchor ask for it.
    pub fn name(&self) -> String {
        self.row().1.to_owned()
    }
}

#[cfg(not(feature = "idl-build"))]
impl From<BackstopError> for u32 {
    fn from(error: BackstopError) -> Self {
        error as Self
    }
}

#[cfg(not(feature = "idl-build"))]
impl core::fmt::Display for BackstopError {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str(self.row().2)
    }
}

#[cfg(not(feature = "idl-build"))]
impl From<BackstopError> for Error {
    #[inline(never)]
    fn from(error: BackstopError) -> Self {
        let (error_code_number, name, text) = error.row();
        Self::from(AnchorError {
            error_name: name.to_owned(),
            error_code_number,
            error_msg: text.to_owned(),
            error_origin: None,
            compared_values: None,
        })
    }
}

/// Errors unless something holds. Less code than `require!`, which writes file and line into every place it stands in.
#[inline(never)]
pub fn ensure(holds: bool, error: BackstopError) -> Result<()> {
    match holds {
        true => Ok(()),
        false => Err(error.into()),
    }
}
