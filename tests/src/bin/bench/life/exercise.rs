//! Early exercise, beside the life of the market.

use backstop_client::exercise::Asked;
use backstop_interface::accounts::{OptionKind, MAX_EXERCISES};
use backstop_testkit::expect_landed;

use super::{Life, CONTRACT, PRICE};

impl Life<'_> {
    /// The bidder writes an American put in a market of its own, and exercises as often as the queue takes; his short bears
    /// one exercise and then all the others at once.
    pub(super) fn exercise(&mut self) {
        let (mut stage, sheet) = (self.stage.clone(), &mut *self.sheet);
        let put = self.expiry.series(220 * PRICE, OptionKind::AmericanPut);
        sheet.note(
            "create_series_american",
            stage.create_series("keeper", &put),
        );
        expect_landed(stage.write_option("bidder", &put, 20 * CONTRACT));
        for nonce in 0..=MAX_EXERCISES as u64 {
            let asked = Asked {
                nonce,
                contracts: CONTRACT,
                least_payoff_price: PRICE,
            };
            stage.before_exercise();
            let requested = stage.request_exercise("bidder", &put, asked);
            sheet.note("request_exercise", requested);
            stage.pass(20, self.price);
            let (owner, update) = (("bidder", nonce), stage.price_account);
            let executed = stage.execute_exercise("keeper", owner, &put, update);
            sheet.note("execute_exercise", executed);
            if nonce == 0 {
                sheet.note("synchronise", stage.synchronise("bidder", &put));
                sheet.note("pay_exercise", stage.pay_exercise("bidder", &put, 0));
            }
        }
        let all = stage.synchronise("bidder", &put);
        sheet.note("synchronise_16_exercises", all);
    }
}
