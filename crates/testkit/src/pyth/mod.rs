//! Pyth prices as they lie on the chain, in both layouts.

mod legacy;
mod receiver;

use pyth_solana_receiver_sdk::PYTH_PUSH_ORACLE_ID;
use solana_account::Account;
use solana_pubkey::Pubkey;

pub use legacy::legacy_price_bytes;
pub use pyth_sdk_solana::state::PriceStatus;
pub use pyth_solana_receiver_sdk::price_update::VerificationLevel;
pub use receiver::price_update_bytes;

use crate::keys::address;
use crate::World;

/// Owner of `PriceUpdateV2` accounts: the receiver program on Solana's mainnet and devnet.
pub const RECEIVER_PROGRAM: Pubkey = pyth_solana_receiver_sdk::ID;

/// Owner of legacy price accounts: the oracle program on Solana's mainnet and on Pythnet.
pub const LEGACY_PROGRAM: Pubkey =
    Pubkey::from_str_const("FsJ3A3u2vn5cTVofAjvy6y5kwABJAqYWpe4975bi2epH");

/// Feed of SOL against USD.
pub const SOL_USD: [u8; 32] = [
    239, 13, 139, 111, 218, 44, 235, 164, 29, 161, 93, 64, 149, 209, 218, 57, 42, 13, 47, 142, 208,
    198, 199, 188, 15, 76, 250, 200, 194, 128, 181, 109,
];

/// Exponent that Pyth's crypto feeds use: mantissas count units of 1e-8.
pub const USUAL_EXPONENT: i32 = -8;

/// Units of a price scaled by 1e9 in one unit of a mantissa at [`USUAL_EXPONENT`].
const SCALE_TO_USUAL: u64 = 10;

/// One price of one feed. Every field may be changed on its own to make a price that must be refused.
#[derive(Debug, Clone, PartialEq)]
pub struct PythPrice {
    /// Feed the price belongs to.
    pub feed_id: [u8; 32],
    /// Mantissa: the price is `price`·10^`exponent` quote per whole underlying.
    pub price: i64,
    /// Confidence interval, a mantissa of the same exponent.
    pub conf: u64,
    /// Exponent of all four mantissas.
    pub exponent: i32,
    /// When it was published, unix seconds.
    pub publish_at: i64,
    /// When the price before it was published, unix seconds.
    pub prev_publish_at: i64,
    /// Exponential moving average, a mantissa of the same exponent.
    pub ema_price: i64,
    /// Moving average of the confidence interval, a mantissa of the same exponent.
    pub ema_conf: u64,
    /// Slot at which the update was posted (`PriceUpdateV2`) or aggregated (legacy).
    pub posted_slot: u64,
    /// Guardian signatures checked; `PriceUpdateV2` only.
    pub verification: VerificationLevel,
    /// Who may overwrite or close the account; `PriceUpdateV2` only.
    pub write_authority: Pubkey,
    /// Status of the aggregate; legacy layout only.
    pub status: PriceStatus,
    /// Mantissa of the price before; legacy layout only.
    pub prev_price: i64,
    /// Confidence interval of the price before; legacy layout only.
    pub prev_conf: u64,
}

impl PythPrice {
    /// A sound price: fully verified, trading, published at `publish_at` and one second after the one before,
    /// moving average and previous price equal to it, confidence interval 5 bp.
    ///
    /// `price` is quote per whole underlying scaled by 1e9; it is rounded down to the feed's unit of 1e-8.
    ///
    /// # Panics
    /// Never: a tenth of any `u64` fits the mantissa.
    pub fn new(feed_id: [u8; 32], price: u64, publish_at: i64) -> Self {
        let mantissa = mantissa_floor(price);
        let conf = mantissa.unsigned_abs() / 2_000;
        Self {
            feed_id,
            price: mantissa,
            conf,
            exponent: USUAL_EXPONENT,
            publish_at,
            prev_publish_at: publish_at - 1,
            ema_price: mantissa,
            ema_conf: conf,
            posted_slot: 1,
            verification: VerificationLevel::Full,
            write_authority: address("price write authority"),
            status: PriceStatus::Trading,
            prev_price: mantissa,
            prev_conf: conf,
        }
    }

    /// The same with a confidence interval of `bps` hundredths of a percent of the price, rounded down.
    pub fn conf_bps(mut self, bps: u64) -> Self {
        let conf = u128::from(self.price.unsigned_abs()) * u128::from(bps) / 10_000;
        self.conf = u64::try_from(conf).unwrap_or(u64::MAX);
        self
    }

    /// The same with a moving average of `price`, scaled by 1e9 and rounded down to the feed's unit.
    pub fn ema(mut self, price: u64) -> Self {
        self.ema_price = mantissa_floor(price);
        self
    }

    /// The same, published after a price of the given time.
    pub fn after(mut self, prev_publish_at: i64) -> Self {
        self.prev_publish_at = prev_publish_at;
        self
    }

    /// The same with mantissa and exponent as given and the interval left alone.
    pub fn raw(mut self, mantissa: i64, exponent: i32) -> Self {
        self.price = mantissa;
        self.exponent = exponent;
        self
    }

    /// The same with only `num_signatures` guardian signatures checked.
    pub fn partial(mut self, num_signatures: u8) -> Self {
        self.verification = VerificationLevel::Partial { num_signatures };
        self
    }
}

/// `price` scaled by 1e9 as a mantissa at [`USUAL_EXPONENT`], rounded down.
fn mantissa_floor(price: u64) -> i64 {
    i64::try_from(price / SCALE_TO_USUAL).unwrap_or(i64::MAX)
}

/// Address at which the push oracle keeps the feed's `PriceUpdateV2` of the given shard.
pub fn push_feed_address(shard: u16, feed_id: &[u8; 32]) -> Pubkey {
    let seeds: [&[u8]; 2] = [&shard.to_le_bytes(), feed_id];
    Pubkey::find_program_address(&seeds, &PYTH_PUSH_ORACLE_ID).0
}

impl World {
    /// Writes the price as a `PriceUpdateV2` account of the receiver program, as a posted update leaves it.
    pub fn write_price_update(&mut self, account: &Pubkey, price: &PythPrice) {
        self.write_foreign(account, RECEIVER_PROGRAM, price_update_bytes(price));
    }

    /// Writes the price as the feed's push-oracle account of shard 0 and returns that address.
    pub fn push_price(&mut self, price: &PythPrice) -> Pubkey {
        let account = push_feed_address(0, &price.feed_id);
        self.write_price_update(&account, price);
        account
    }

    /// Writes the price as a legacy price account of the oracle program.
    pub fn write_legacy_price(&mut self, account: &Pubkey, price: &PythPrice) {
        self.write_foreign(account, LEGACY_PROGRAM, legacy_price_bytes(price));
    }

    /// Writes an account of another program: prices, pools, and what is none of the kind.
    pub fn write_foreign(&mut self, address: &Pubkey, owner: Pubkey, data: Vec<u8>) {
        let account = Account {
            lamports: self.rent(data.len()),
            data,
            owner,
            executable: false,
            rent_epoch: u64::MAX,
        };
        self.set_account(*address, account);
    }
}
