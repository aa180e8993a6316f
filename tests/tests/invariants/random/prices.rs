//! How the market's price is told.

use backstop_testkit::pyth::PythPrice;

use super::play::Play;

/// Age in seconds from which a price is published again before it is used.
const REPUBLISH_SECONDS: i64 = 5;

/// How sure a feed is of its price and how it writes it.
#[derive(Clone, Copy, Debug, Default)]
pub struct Blur {
    /// Confidence interval in hundredths of a percent; none is the usual five.
    pub bps: Option<u64>,
    /// Decimals fewer than usual.
    pub coarser: u32,
    /// The moving average in hundredths of the price; none is the price itself.
    pub average_percent: Option<u64>,
}

impl Blur {
    /// A price as such a feed tells it.
    pub fn of(&self, price: PythPrice) -> PythPrice {
        let mut told = price;
        let unit = 10_i64.pow(self.coarser);
        told.exponent += self.coarser as i32;
        told.price /= unit;
        told.conf /= unit.unsigned_abs();
        told.ema_price = told.price / 100 * self.average_percent.unwrap_or(100) as i64;
        (told.prev_price, told.ema_conf, told.prev_conf) = (told.price, told.conf, told.conf);
        match self.bps {
            Some(bps) => told.conf_bps(bps),
            None => told,
        }
    }
}

impl Play {
    /// Publishes the price at the present second, following an update of the second before.
    pub fn publish(&mut self) {
        let now = self.stage.world.now();
        let price = PythPrice::new(self.stage.keys.feed_id, self.price, now).after(now - 1);
        self.stage.publish(self.blur.of(price));
        self.publish_others();
    }

    /// Makes sure the price is young enough to be used, but in one case of sixteen.
    pub fn refresh(&mut self, size: u16) {
        let age = self.stage.world.now() - self.stage.price.publish_at;
        if age > REPUBLISH_SECONDS && !size.is_multiple_of(16) {
            self.publish();
        }
    }
}
