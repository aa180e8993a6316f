//! The layout of the pull oracle: `PriceUpdateV2`.

use anchor_lang::AccountSerialize;
use pyth_solana_receiver_sdk::price_update::{PriceFeedMessage, PriceUpdateV2};

use super::PythPrice;

/// Data of a `PriceUpdateV2` account with this price, serialised by the SDK's own types: 134 bytes. The receiver
/// reserves two bytes for the verification level, so the last byte is unused when the level is `Full`.
pub fn price_update_bytes(price: &PythPrice) -> Vec<u8> {
    let update = PriceUpdateV2 {
        write_authority: price.write_authority,
        verification_level: price.verification,
        price_message: PriceFeedMessage {
            feed_id: price.feed_id,
            price: price.price,
            conf: price.conf,
            exponent: price.exponent,
            publish_time: price.publish_at,
            prev_publish_time: price.prev_publish_at,
            ema_price: price.ema_price,
            ema_conf: price.ema_conf,
        },
        posted_slot: price.posted_slot,
    };
    let mut data = Vec::with_capacity(PriceUpdateV2::LEN);
    update
        .try_serialize(&mut data)
        .expect("writing to memory does not fail");
    data.resize(PriceUpdateV2::LEN, 0);
    data
}

#[cfg(test)]
mod tests {
    use super::super::{push_feed_address, VerificationLevel, SOL_USD};
    use super::*;
    use crate::keys::digest;
    use anchor_lang::AccountDeserialize;

    fn sample() -> PythPrice {
        let mut price =
            PythPrice::new(SOL_USD, 188_081_046_000, 1_760_121_600).after(1_760_121_590);
        (price.ema_price, price.ema_conf) = (18_700_000_001, 77);
        (price.conf, price.posted_slot) = (9_404_052, 372_000_123);
        price
    }

    /// The layout written out by hand from offset `at`, after discriminator, authority and level.
    fn message_by_hand(price: &PythPrice) -> Vec<u8> {
        let mut bytes = price.feed_id.to_vec();
        bytes.extend(price.price.to_le_bytes());
        bytes.extend(price.conf.to_le_bytes());
        bytes.extend(price.exponent.to_le_bytes());
        bytes.extend(price.publish_at.to_le_bytes());
        bytes.extend(price.prev_publish_at.to_le_bytes());
        bytes.extend(price.ema_price.to_le_bytes());
        bytes.extend(price.ema_conf.to_le_bytes());
        bytes.extend(price.posted_slot.to_le_bytes());
        bytes
    }

    #[test]
    fn a_full_update_lies_where_the_layout_says() {
        let price = sample();
        let data = price_update_bytes(&price);
        assert_eq!(data.len(), 134);
        assert_eq!(data[..8], digest(b"account:", b"PriceUpdateV2")[..8]);
        assert_eq!(data[8..40], price.write_authority.to_bytes());
        assert_eq!(data[40], 1, "Full is the second variant and has no content");
        assert_eq!(data[41..133], message_by_hand(&price));
        assert_eq!(
            data[73..81],
            18_808_104_600_i64.to_le_bytes(),
            "price at byte 73"
        );
        assert_eq!(
            data[93..101],
            1_760_121_600_i64.to_le_bytes(),
            "publish time at 93"
        );
        assert_eq!(data[133], 0);
    }

    #[test]
    fn a_partial_update_is_shifted_by_the_number_of_signatures() {
        let price = sample().partial(5);
        let data = price_update_bytes(&price);
        assert_eq!(data.len(), 134);
        assert_eq!(data[40..42], [0, 5]);
        assert_eq!(data[42..], message_by_hand(&price));
    }

    #[test]
    fn the_sdk_reads_back_what_was_written() {
        for price in [sample(), sample().partial(3), sample().raw(-5, 2)] {
            let data = price_update_bytes(&price);
            let update =
                PriceUpdateV2::try_deserialize(&mut data.as_slice()).expect("its own layout");
            assert_eq!(update.verification_level, price.verification);
            let read = update
                .get_price_unchecked(&price.feed_id)
                .expect("its own feed");
            let read = (read.price, read.conf, read.exponent, read.publish_time);
            assert_eq!(
                read,
                (price.price, price.conf, price.exponent, price.publish_at)
            );
            assert!(
                update.get_price_unchecked(&[7; 32]).is_err(),
                "another feed"
            );
        }
        assert!(VerificationLevel::Full.gte(sample().partial(19).verification));
    }

    #[test]
    fn the_push_account_of_sol_is_the_one_on_mainnet() {
        let address = push_feed_address(0, &SOL_USD).to_string();
        assert_eq!(address, "7UVimffxr9ow1uXYxsr4LHAcV58mLzhmwaeKvJ1pjLiE");
    }
}
