//! Until the crash: accounts, offers, fills, tokens, cash.

use super::{surface, Life, ACTORS, CONTRACT, PRICE, QUOTE, UNDERLYING};
use backstop_client::feed;
use backstop_testkit::OfferTerms;

impl Life<'_> {
    pub(super) fn open(&mut self) {
        let Self {
            stage,
            sheet,
            expiry,
            ..
        } = self;
        for name in ACTORS {
            stage.actor(name, 10_000_000 * QUOTE, 1_000_000 * UNDERLYING);
        }
        let preview = feed::preview_price(&stage.keys, stage.price_account);
        sheet.note("preview_price", stage.world.send(&[preview], &[]));
        for publisher in stage.publishers {
            sheet.note(
                "submit_surface",
                stage.submit_surface(publisher, &surface()),
            );
        }
        for name in ["writer", "other", "bidder", "keeper"] {
            sheet.note("open_account", stage.open_account(name));
            sheet.note("deposit_quote", stage.deposit_quote(name, 200_000 * QUOTE));
        }
        sheet.note(
            "withdraw_quote_0_legs",
            stage.withdraw_quote("keeper", 200_000 * QUOTE),
        );
        sheet.note("close_account", stage.close_account("keeper"));
        sheet.note("stake_insurance", stage.stake("insurer", 20_000 * QUOTE));
        sheet.note("create_expiry", stage.create_expiry("keeper", expiry));
        for series in self.written.iter().chain(&self.bought) {
            self.sheet
                .note("create_series", self.stage.create_series("keeper", series));
        }
    }

    /// The writer sells four series to a wallet, the other writer four to the bidder's account, who is short of the
    /// last: only who owes something is held to a margin.
    pub(super) fn trade(&mut self) {
        let (stage, sheet) = (&mut self.stage, &mut *self.sheet);
        for (nonce, series) in (0..).zip(&self.written) {
            let terms = OfferTerms {
                nonce,
                premium_price: 3 * PRICE,
                contracts: 200 * CONTRACT,
            };
            sheet.note("place_offer", stage.place_offer("writer", series, terms));
            sheet.note(
                "fill_offer_tokens_4_legs",
                stage.buy_tokens("buyer", "writer", nonce, series, 200 * CONTRACT),
            );
        }
        sheet.note("cancel_offer", stage.cancel_offer("writer", 0));
        sheet.note(
            "write_option",
            stage.write_option("bidder", &self.bought[3], 20 * CONTRACT),
        );
        for (nonce, series) in (0..).zip(&self.bought) {
            let terms = OfferTerms {
                nonce,
                premium_price: 3 * PRICE,
                contracts: 10 * CONTRACT,
            };
            sheet.note("place_offer", stage.place_offer("other", series, terms));
            sheet.note(
                "fill_offer_ledger_4_legs",
                stage.buy_ledger("bidder", "other", nonce, series, 10 * CONTRACT),
            );
        }
    }

    /// The bidder's longs out of an account with four legs and in again.
    pub(super) fn carry(&mut self) {
        let (stage, sheet) = (&mut self.stage, &mut *self.sheet);
        for series in &self.bought[..3] {
            sheet.note(
                "withdraw_option_4_legs",
                stage.withdraw_option("bidder", series, CONTRACT),
            );
            sheet.note(
                "deposit_option",
                stage.deposit_option("bidder", series, CONTRACT),
            );
        }
        sheet.note(
            "set_delegate",
            stage.set_delegate("bidder", 0, Some("keeper")),
        );
        let used_up = ("other", 0, &self.bought[0]);
        sheet.note(
            "close_offer",
            stage.close_offer(used_up.0, used_up.1, used_up.2),
        );
        sheet.note("cancel_all", stage.cancel_all("other"));
        let series = &self.bought[0];
        let part = CONTRACT as i64;
        for (from, to) in [("bidder", "writer"), ("writer", "bidder")] {
            sheet.note(
                "transfer_leg_4_legs",
                stage.transfer_leg(from, to, series, part, 1),
            );
        }
    }

    /// In and out of an account with four legs.
    pub(super) fn move_cash(&mut self) {
        let (stage, sheet) = (&mut self.stage, &mut *self.sheet);
        sheet.note(
            "deposit_underlying",
            stage.deposit_underlying("writer", 100 * UNDERLYING),
        );
        sheet.note("deposit_quote", stage.deposit_quote("writer", QUOTE));
        sheet.note(
            "withdraw_underlying_4_legs",
            stage.withdraw_underlying("writer", 50 * UNDERLYING),
        );
        let spare =
            u64::try_from(stage.assess("writer").health_im()).expect("the writer is healthy");
        sheet.note(
            "withdraw_quote_4_legs",
            stage.withdraw_quote("writer", spare),
        );
        sheet.note("sweep_fees", stage.sweep_fees_of("writer"));
        sheet.note("measure_4_legs", stage.measure("writer"));
        sheet.note("share_cover", stage.share_cover());
    }
}
