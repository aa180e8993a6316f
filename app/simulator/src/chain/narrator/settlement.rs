//! Expiry and what follows.

use backstop_interface::event::{
    AccountSettled, CollectingClosed, Finalised, LotSold, PriceFixed, Redeemed,
};

use super::{money, share, signed};
use crate::chain::theatre::Theatre;
use crate::report::amount::{price, readable};
use crate::report::Stage as Chapter;

impl Theatre<'_> {
    pub(super) fn price_fixed(&mut self, event: PriceFixed) {
        let text = format!(
            "the expiry settles at {}, the mean of the last half hour",
            price(event.settlement_price)
        );
        self.tell(Chapter::Settle, "keepers", "price fixed", None, text);
    }

    pub(super) fn settled(&mut self, event: AccountSettled) {
        let who = self.name(&event.margin_account);
        let (amount, text) = match (event.debt_atoms, event.received_atoms) {
            (0, 0) if event.paid_atoms == 0 => (
                0,
                format!("{who} owes nothing: what it is short expires worthless"),
            ),
            (0, 0) => (
                signed(event.paid_atoms),
                format!("{who} pays {}, all it owes", money(event.paid_atoms)),
            ),
            (0, received) => (
                -signed(received),
                format!("{who} is paid {}", money(received)),
            ),
            (debt, _) => (
                signed(event.paid_atoms),
                format!(
                    "{who} pays {} and cannot pay {}",
                    money(event.paid_atoms),
                    money(debt)
                ),
            ),
        };
        self.tell(Chapter::Settle, &who, "settle", Some(amount), text);
    }

    pub(super) fn collecting_closed(&mut self, event: CollectingClosed) {
        let quote = self.quote_name();
        let text = format!(
            "{} of {} {quote} owed to holders were collected; {} are missing",
            money(event.escrow_atoms.min(event.owed_atoms)),
            money(event.owed_atoms),
            money(event.owed_atoms.saturating_sub(event.escrow_atoms))
        );
        self.tell(Chapter::Settle, "keepers", "collected", None, text);
        if event.insured_atoms > 0 {
            let text = format!(
                "the fund adds {}; {} are a shortfall",
                money(event.insured_atoms),
                money(event.shortfall_atoms)
            );
            self.tell(
                Chapter::Insurance,
                "fund",
                "draw",
                Some(-signed(event.insured_atoms)),
                text,
            );
        }
    }

    pub(super) fn lot_sold(&mut self, event: LotSold) {
        let who = self.name(&event.bidder);
        let text = format!(
            "{who} pays {} for {} recapitalisation tokens",
            money(event.paid_atoms),
            money(event.tokens_atoms)
        );
        self.tell(
            Chapter::Backstop,
            &who,
            "lot",
            Some(signed(event.paid_atoms)),
            text,
        );
    }

    pub(super) fn finalised(&mut self, event: Finalised) {
        let (chapter, text) = match event.haircut_ppb {
            0 => (Chapter::Settle, "every holder is paid in full".to_owned()),
            haircut => {
                let missing = money(event.owed_atoms.saturating_sub(event.escrow_atoms));
                (
                    Chapter::Socialise,
                    format!(
                        "{missing} are missing for good: every holder bears {} of his payoff",
                        share(haircut)
                    ),
                )
            }
        };
        self.tell(chapter, "keepers", "finalise", None, text);
    }

    pub(super) fn redeemed(&mut self, event: Redeemed) {
        let who = self.name(&event.holder);
        let series = self.series_name(&event.series);
        let contracts = readable(i128::from(event.contracts));
        let (chapter, claim) = match event.claim_atoms {
            0 => (Chapter::Settle, String::new()),
            atoms => (
                Chapter::Socialise,
                format!(" and a claim on {}", money(atoms)),
            ),
        };
        let text = format!(
            "{who} redeems {contracts} × {series} for {}{claim}",
            money(event.paid_atoms)
        );
        self.tell(
            chapter,
            &who,
            "redeem",
            Some(-signed(event.paid_atoms)),
            text,
        );
    }
}
