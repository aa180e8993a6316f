//! The layout of the push oracle before: `SolanaPriceAccount`, 3 312 bytes.

use pyth_sdk_solana::state::{AccountType, PriceType, MAGIC, VERSION_2};
use solana_pubkey::Pubkey;

use super::PythPrice;
use crate::keys::address;

/// Bytes before the first publisher's component.
const HEADER_BYTES: usize = 240;

/// Bytes of one publisher's component: key, price in the aggregate, latest price.
const COMPONENT_BYTES: usize = 32 + 2 * 32;

/// Components there is room for.
const COMPONENT_ROOM: usize = 32;

/// Data of a legacy price account with this price: one publisher, whose quote is the aggregate. Padding is zero.
///
/// Written by offset rather than through the SDK's struct, whose padding bytes would be undefined; the tests read
/// it back through the SDK.
pub fn legacy_price_bytes(price: &PythPrice) -> Vec<u8> {
    let mut account = Writer(vec![0; HEADER_BYTES + COMPONENT_ROOM * COMPONENT_BYTES]);
    let used_bytes = (HEADER_BYTES + COMPONENT_BYTES) as u32;
    account.put(0, &MAGIC.to_le_bytes());
    account.put(4, &VERSION_2.to_le_bytes());
    account.put(8, &(AccountType::Price as u32).to_le_bytes());
    account.put(12, &used_bytes.to_le_bytes());
    account.put(16, &[PriceType::Price as u8]);
    account.put(20, &price.exponent.to_le_bytes());
    account.put(24, &1_u32.to_le_bytes()); // components
    account.put(28, &1_u32.to_le_bytes()); // of which in the aggregate
    account.put(32, &price.posted_slot.to_le_bytes());
    account.put(40, &price.posted_slot.saturating_sub(1).to_le_bytes());
    account.put_average(48, price.ema_price);
    account.put_average(72, i64::try_from(price.ema_conf).unwrap_or(i64::MAX));
    account.put(96, &price.publish_at.to_le_bytes());
    account.put(104, &[1]); // publishers needed
    account.put(112, address("legacy product").as_ref());
    account.put(144, Pubkey::default().as_ref()); // no further price account
    account.put(176, &price.posted_slot.saturating_sub(1).to_le_bytes());
    account.put(184, &price.prev_price.to_le_bytes());
    account.put(192, &price.prev_conf.to_le_bytes());
    account.put(200, &price.prev_publish_at.to_le_bytes());
    account.put_quote(208, price);
    account.put(240, address("legacy publisher").as_ref());
    account.put_quote(272, price);
    account.put_quote(304, price);
    account.0
}

struct Writer(Vec<u8>);

impl Writer {
    fn put(&mut self, at: usize, bytes: &[u8]) {
        self.0[at..at + bytes.len()].copy_from_slice(bytes);
    }

    /// A moving average: its value, and the same value as numerator and denominator.
    fn put_average(&mut self, at: usize, value: i64) {
        self.put(at, &value.to_le_bytes());
        self.put(at + 8, &value.to_le_bytes());
        self.put(at + 16, &1_i64.to_le_bytes());
    }

    /// A quote: price, interval, status, corporate action (none), slot.
    fn put_quote(&mut self, at: usize, price: &PythPrice) {
        self.put(at, &price.price.to_le_bytes());
        self.put(at + 8, &price.conf.to_le_bytes());
        self.put(at + 16, &[price.status as u8]);
        self.put(at + 24, &price.posted_slot.to_le_bytes());
    }
}

#[cfg(test)]
mod tests {
    use super::super::{PriceStatus, SOL_USD};
    use super::*;
    use pyth_sdk_solana::state::{load_price_account, SolanaPriceAccount};
    use pyth_sdk_solana::PriceFeed;

    fn sample() -> PythPrice {
        let mut price = PythPrice::new(SOL_USD, 188_081_046_000, 200)
            .after(190)
            .ema(187_000_000_000);
        (price.conf, price.ema_conf, price.posted_slot) = (11, 12, 13);
        (price.prev_price, price.prev_conf) = (18_700, 14);
        price
    }

    fn feed(data: &[u8]) -> PriceFeed {
        let account: &SolanaPriceAccount =
            load_price_account(data).expect("a legacy price account");
        account.to_price_feed(&[9; 32].into())
    }

    #[test]
    fn the_sdk_reads_back_every_field() {
        let data = legacy_price_bytes(&sample());
        assert_eq!(data.len(), 3_312);
        assert_eq!(data.len(), std::mem::size_of::<SolanaPriceAccount>());
        let account: &SolanaPriceAccount =
            load_price_account(&data).expect("a legacy price account");
        assert_eq!(
            (account.magic, account.ver, account.atype),
            (0xa1b2_c3d4, 2, 3)
        );
        assert_eq!((account.size, account.num, account.num_qt), (336, 1, 1));
        assert_eq!(
            (account.last_slot, account.valid_slot, account.prev_slot),
            (13, 12, 12)
        );
        assert_eq!((account.timestamp, account.prev_timestamp), (200, 190));
        assert_eq!((account.prev_price, account.prev_conf), (18_700, 14));
        assert_eq!((account.agg.price, account.agg.conf), (18_808_104_600, 11));
        assert_eq!(
            (account.agg.status, account.agg.pub_slot),
            (PriceStatus::Trading, 13)
        );
        assert_eq!(
            (account.comp[0].agg, account.comp[0].latest),
            (account.agg, account.agg)
        );
        assert_eq!(
            account.comp[0].publisher.to_bytes(),
            address("legacy publisher").to_bytes()
        );
        assert_eq!(
            account.prod.to_bytes(),
            address("legacy product").to_bytes()
        );
    }

    #[test]
    fn a_trading_feed_says_the_aggregate() {
        let feed = feed(&legacy_price_bytes(&sample()));
        let price = feed.get_price_unchecked();
        assert_eq!(
            (price.price, price.conf, price.expo),
            (18_808_104_600, 11, -8)
        );
        assert_eq!(price.publish_time, 200);
        let average = feed.get_ema_price_unchecked();
        assert_eq!((average.price, average.conf), (18_700_000_000, 12));
        assert!(feed.get_price_no_older_than(260, 60).is_some());
        assert!(feed.get_price_no_older_than(261, 60).is_none());
    }

    #[test]
    fn a_halted_feed_says_the_price_before() {
        let mut halted = sample();
        halted.status = PriceStatus::Halted;
        let price = feed(&legacy_price_bytes(&halted)).get_price_unchecked();
        assert_eq!(
            (price.price, price.conf, price.publish_time),
            (18_700, 14, 190)
        );
    }

    #[test]
    fn an_account_of_another_kind_is_not_a_price() {
        let mut data = legacy_price_bytes(&sample());
        data[8] = AccountType::Product as u8;
        assert!(load_price_account::<32, ()>(&data).is_err());
    }
}
