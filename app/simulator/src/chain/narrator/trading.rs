//! Deposits, stakes and fills.

use backstop_interface::event::{Deposited, OfferFilled, Staked};

use super::{money, signed};
use crate::chain::theatre::Theatre;
use crate::report::amount::readable;
use crate::report::Stage as Chapter;

impl Theatre<'_> {
    pub(super) fn deposited(&mut self, event: Deposited) {
        let who = self.name(&event.margin_account);
        if event.mint == self.stage.keys.quote_mint {
            let text = format!(
                "{who} deposits {} {} as collateral",
                money(event.amount_atoms),
                self.quote_name()
            );
            self.tell(
                Chapter::Trade,
                &who,
                "deposit",
                Some(signed(event.amount_atoms)),
                text,
            );
        } else {
            let amount = readable(i128::from(event.amount_atoms) / 1_000);
            let text = format!(
                "{who} deposits {amount} {} as collateral",
                self.underlying_name()
            );
            self.tell(Chapter::Trade, &who, "deposit", None, text);
        }
    }

    pub(super) fn staked(&mut self, event: Staked) {
        let who = self.name(&event.owner);
        let text = format!(
            "{who} insures the market with {} {}",
            money(event.amount_atoms),
            self.quote_name()
        );
        self.tell(
            Chapter::Trade,
            &who,
            "stake",
            Some(signed(event.amount_atoms)),
            text,
        );
    }

    pub(super) fn filled(&mut self, event: OfferFilled) {
        let (buyer, writer) = (self.name(&event.buyer), self.name(&event.writer));
        let (contracts, series) = (
            readable(i128::from(event.contracts)),
            self.series_name(&event.series),
        );
        let text = format!(
            "{buyer} buys {contracts} × {series} from {writer}: premium {}, of which {} is the fee",
            money(event.premium_atoms),
            money(event.fee_atoms)
        );
        self.tell(
            Chapter::Trade,
            &buyer,
            "fill",
            Some(signed(event.premium_atoms)),
            text,
        );
    }
}
