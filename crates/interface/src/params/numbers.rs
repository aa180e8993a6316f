//! Unit, default, hard bounds and reason of the numbers that time and trade the instructions. Those of risk are in
//! `backstop_risk::params`; `docs/risk.md` shows both.

use backstop_risk::params::Bounded;

macro_rules! numbers {
    ($($constant:ident = $name:literal, $unit:literal, $default:literal in $min:literal ..= $max:literal, $reason:literal;)*) => {
        $(
            #[doc = concat!("`", $name, "` (", $unit, "): ", $reason)]
            pub const $constant: Bounded = Bounded {
                name: $name, unit: $unit, default: $default, min: $min, max: $max, reason: $reason,
            };
        )*
        /// All of them, for documents, clients and tests.
        pub const TABLE: &[Bounded] = &[$($constant),*];
    };
}

numbers! {
    LOT_CONTRACTS = "lot_contracts", "contracts scaled 1e6", 10_000 in 1 ..= 1_000_000,
        "a hundredth of a contract keeps dust out of legs; more than a whole one would keep small writers out";
    STRIKE_TICK = "strike_tick_price", "quote scaled 1e9", 500_000_000 in 1 ..= 1_000_000_000_000,
        "half a quote, a third of a percent of a spot of 150; the upper bound suits a coin of 100 000";
    SURFACE_MAX_AGE = "surface_max_age_seconds", "seconds", 3_600 in 60 ..= 86_400,
        "publishers speak every minute, so an hour without three of them is an outage and not a pause";
    SETTLEMENT_POINTS = "settlement_points", "points of the average", 30 in 1 ..= 30,
        "one minute's price moves the mean by a thirtieth of itself; an expiry has room for thirty";
    COLLECTING_LEAST = "collecting_least_seconds", "seconds", 1_800 in 60 ..= 3_600,
        "as long as the first conversion: who has collateral and no cash pays before the fund does";
    COLLECTING_MOST = "collecting_most_seconds", "seconds", 7_200 in 60 ..= 21_600,
        "two hours in which nobody settles, and three times it while somebody does: holders wait no longer for cranks";
    RECAPITALISING = "recapitalising_seconds", "seconds", 14_400 in 600 ..= 43_200,
        "a percent a minute offers eleven times the tokens after four hours: who wants them has come";
    LEAST_SHORTFALL = "recapitalisation_least_atoms", "quote atoms", 10_000_000_000 in 0 ..= 10_000_000_000_000,
        "below 10 000 quote a haircut costs holders less than an auction costs everybody; from ten million on there is always one";
    FINALISE_BY = "finalise_by_seconds", "seconds after the price", 43_200 in 3_600 ..= 172_800,
        "half a day: six hours of collecting, four of the backstop auction, two to spare";
    RESERVE_LINE = "reserve_line_atoms", "quote atoms", 0 in 0 ..= 72_057_594_037_927_936,
        "nothing stands beside the fund: a line without a Reserve would promise what nobody pays";
    SERIES_DEPOSIT = "series_deposit_lamports", "lamports", 50_000_000 in 0 ..= 10_000_000_000,
        "sixty-four of them, all places of an expiry, bind 3.2 SOL of whoever takes them; ten SOL keep everybody out";
    EXPIRY_DEPOSIT = "expiry_deposit_lamports", "lamports", 200_000_000 in 0 ..= 10_000_000_000,
        "an expiry is an escrow, a claim mint and up to 64 series to look after until everybody is paid";
    LEAST_DEPOSIT = "least_deposit_atoms", "atoms of the mint", 1_000_000 in 1 ..= 1_000_000_000_000,
        "one quote: dust fills no slot; set for each mint, the bound is a million of six decimals and a thousand of nine";
    OWN_FEED_CAP = "cap_atoms", "atoms of the mint", 1_000_000_000_000_000 in 1 ..= 1_000_000_000_000_000_000,
        "a million tokens of nine decimals; a token with a feed of its own is never taken without a cap, quote and the underlying may be";
}
