//! Seizures, bids and estates.

use backstop_interface::event::{
    AuctionEnded, AuctionStarted, Converted, EstateClosed, Repaid, SliceSold,
};

use super::{change, money, share, signed};
use crate::chain::theatre::Theatre;
use crate::report::amount::readable;
use crate::report::{Bid, Stage as Chapter};

impl Theatre<'_> {
    pub(super) fn auction_started(&mut self, event: AuctionStarted) {
        let who = self.name(&event.margin_account);
        let again = format!("{who} (");
        let earlier = self
            .recording
            .auctions
            .iter()
            .filter(|auction| auction.name == who || auction.name.starts_with(&again))
            .count();
        let title = if earlier == 0 {
            who.clone()
        } else {
            format!("{who} ({})", earlier + 1)
        };
        self.recording.auction_mut(&title);
        self.auction_titles.insert(who.clone(), title);
        let text = format!(
            "a keeper seizes {who}: worth {}, {} short of maintenance margin; the portfolio goes on auction",
            change(event.value_atoms),
            change(event.health_mm_atoms.saturating_neg())
        );
        self.tell(Chapter::Seize, &who, "seize", None, text);
    }

    pub(super) fn auction_ended(&mut self, event: AuctionEnded) {
        let who = self.name(&event.margin_account);
        let worth = change(event.value_atoms);
        match event.outcome {
            2 => {
                let text = format!("nobody took the rest of {who}: it becomes an estate, worth {worth}, owned by its creditors");
                self.tell(Chapter::Estate, &who, "estate", None, text);
            }
            _ => {
                self.auction_titles.remove(&who);
                let text = format!(
                    "{who} is healthy again, worth {worth}: the auction ends, the owner rules"
                );
                self.tell(Chapter::Auction, &who, "cured", None, text);
            }
        }
    }

    pub(super) fn slice_sold(&mut self, event: SliceSold) {
        let (who, bidder) = (self.name(&event.margin_account), self.name(&event.bidder));
        let received = event.paid_by_account_atoms + event.paid_by_fund_atoms;
        let paid_atoms = signed(event.paid_by_bidder_atoms) - signed(received);
        let text = sale(&event, &who, &bidder);
        if let Some(title) = self.auction_titles.get(&who).cloned() {
            let (at, price_atoms, fraction_ppb) =
                (self.now(), event.price_whole_atoms, event.fraction_ppb);
            let bid = Bid {
                at,
                bidder: bidder.clone(),
                price_atoms,
                paid_atoms,
                fraction_ppb,
            };
            self.recording.auction_mut(&title).bids.push(bid);
        }
        let chapter = match event.paid_by_fund_atoms {
            0 => Chapter::Auction,
            _ => Chapter::Insurance,
        };
        self.tell(chapter, &bidder, "bid", Some(paid_atoms), text);
    }

    pub(super) fn converted(&mut self, event: Converted) {
        let who = self.name(&event.margin_account);
        let sold = readable(i128::from(event.sold_atoms) / 1_000);
        let text = format!(
            "{sold} {} of {who} are sold below the oracle's price for {}",
            self.underlying_name(),
            money(event.received_atoms)
        );
        self.tell(
            Chapter::Estate,
            &who,
            "convert",
            Some(signed(event.received_atoms)),
            text,
        );
    }

    pub(super) fn repaid(&mut self, event: Repaid) {
        let who = self.name(&event.margin_account);
        let text = format!(
            "{who} repays {}; {} stay owed",
            money(event.paid_atoms),
            money(event.debt_left_atoms)
        );
        self.tell(
            Chapter::Estate,
            &who,
            "repay",
            Some(signed(event.paid_atoms)),
            text,
        );
    }

    pub(super) fn estate_closed(&mut self, event: EstateClosed) {
        let who = self.name(&event.margin_account);
        let text = format!(
            "the estate of {who} is closed; {} go to the fund, {} stay with the owner",
            money(event.surplus_atoms),
            money(event.returned_atoms)
        );
        self.tell(
            Chapter::Estate,
            &who,
            "close",
            Some(signed(event.surplus_atoms)),
            text,
        );
    }
}

/// Who paid whom for which slice of whom.
fn sale(event: &SliceSold, who: &str, bidder: &str) -> String {
    let part = share(event.fraction_ppb);
    match (event.paid_by_fund_atoms, event.paid_by_account_atoms) {
        (0, 0) => {
            let paid = money(event.paid_by_bidder_atoms);
            let penalty = match event.penalty_atoms {
                0 => String::new(),
                atoms => format!(", {} of it a penalty", money(atoms)),
            };
            format!("{bidder} pays {paid} for {part} of {who}{penalty}")
        }
        (0, cash) => {
            let cash = money(cash);
            format!("{who}'s cash pays {bidder} {cash} to take {part} of {who}")
        }
        (fund, 0) => {
            let fund = money(fund);
            format!("the fund pays {bidder} {fund} to take {part} of {who}")
        }
        (fund, cash) => {
            let (fund, cash) = (money(fund), money(cash));
            format!("the fund pays {bidder} {fund}, {who}'s cash {cash}, to take {part} of {who}")
        }
    }
}
