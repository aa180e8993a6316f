//! Turns the program's events into sentences: who paid what to whom.

use anchor_lang::{AnchorDeserialize, Discriminator};
use backstop_interface::accounts::OptionKind;
use backstop_interface::event::{
    AccountSettled, AuctionEnded, AuctionStarted, CollectingClosed, Converted, Deposited,
    EstateClosed, Finalised, LotSold, OfferFilled, PriceFixed, Redeemed, Repaid, SliceSold, Staked,
};
use backstop_testkit::Landed;
use solana_pubkey::Pubkey;

use super::theatre::Theatre;
use crate::report::amount::{percent, price, readable};
use crate::report::{Bid, Stage as Chapter};

const ONE_PPB: i128 = 1_000_000_000;

fn signed(atoms: u64) -> i64 {
    i64::try_from(atoms).unwrap_or(i64::MAX)
}

fn money(atoms: u64) -> String {
    readable(i128::from(atoms))
}

fn change(atoms: i64) -> String {
    readable(i128::from(atoms))
}

fn share(ppb: u64) -> String {
    percent(i128::from(ppb), ONE_PPB)
}

impl Theatre<'_> {
    /// Tells every event of a transaction.
    pub(super) fn narrate(&mut self, landed: &Landed) {
        self.each(landed, Self::deposited);
        self.each(landed, Self::staked);
        self.each(landed, Self::filled);
        self.each(landed, Self::auction_started);
        self.each(landed, Self::auction_ended);
        self.each(landed, Self::slice_sold);
        self.each(landed, Self::converted);
        self.each(landed, Self::repaid);
        self.each(landed, Self::estate_closed);
        self.each(landed, Self::price_fixed);
        self.each(landed, Self::settled);
        self.each(landed, Self::collecting_closed);
        self.each(landed, Self::lot_sold);
        self.each(landed, Self::finalised);
        self.each(landed, Self::redeemed);
    }

    fn each<E: AnchorDeserialize + Discriminator>(
        &mut self,
        landed: &Landed,
        tell: fn(&mut Self, E),
    ) {
        for event in landed.events::<E>(&self.stage.world.program_id()) {
            tell(self, event);
        }
    }

    fn quote_name(&self) -> &str {
        &self.input.scenario.market.quote
    }

    fn underlying_name(&self) -> &str {
        &self.input.scenario.market.underlying
    }

    /// Such as `put 207.00`.
    fn series_name(&self, address: &Pubkey) -> String {
        let found = self.series.iter().find(|series| series.series == *address);
        found.map_or_else(
            || "option".into(),
            |series| {
                let kind = match series.kind {
                    OptionKind::Call => "call",
                    OptionKind::Put => "put",
                };
                format!("{kind} {}", price(series.strike_price))
            },
        )
    }

    fn deposited(&mut self, event: Deposited) {
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

    fn staked(&mut self, event: Staked) {
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

    fn filled(&mut self, event: OfferFilled) {
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

    fn auction_started(&mut self, event: AuctionStarted) {
        let who = self.name(&event.margin_account);
        let earlier = self
            .recording
            .auctions
            .iter()
            .filter(|auction| auction.name.starts_with(&who))
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

    fn auction_ended(&mut self, event: AuctionEnded) {
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

    fn slice_sold(&mut self, event: SliceSold) {
        let (who, bidder) = (self.name(&event.margin_account), self.name(&event.bidder));
        let received = event.paid_by_account_atoms + event.paid_by_fund_atoms;
        let paid_atoms = signed(event.paid_by_bidder_atoms) - signed(received);
        let part = share(event.fraction_ppb);
        let (chapter, text) = match (event.paid_by_fund_atoms, event.paid_by_account_atoms) {
            (0, 0) => {
                let penalty = match event.penalty_atoms {
                    0 => String::new(),
                    atoms => format!(", {} of it a penalty", money(atoms)),
                };
                (
                    Chapter::Auction,
                    format!(
                        "{bidder} pays {} for {part} of {who}{penalty}",
                        money(event.paid_by_bidder_atoms)
                    ),
                )
            }
            (0, cash) => (
                Chapter::Auction,
                format!(
                    "{who}'s cash pays {bidder} {} to take {part} of it",
                    money(cash)
                ),
            ),
            (fund, 0) => (
                Chapter::Insurance,
                format!(
                    "the fund pays {bidder} {} to take {part} of {who}",
                    money(fund)
                ),
            ),
            (fund, cash) => {
                let text = format!(
                    "the fund pays {bidder} {}, {who}'s cash {}, to take {part} of {who}",
                    money(fund),
                    money(cash)
                );
                (Chapter::Insurance, text)
            }
        };
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
        self.tell(chapter, &bidder, "bid", Some(paid_atoms), text);
    }

    fn converted(&mut self, event: Converted) {
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

    fn repaid(&mut self, event: Repaid) {
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

    fn estate_closed(&mut self, event: EstateClosed) {
        let who = self.name(&event.margin_account);
        let text = format!(
            "the estate of {who} is closed; {} go to the fund",
            money(event.surplus_atoms)
        );
        self.tell(
            Chapter::Estate,
            &who,
            "close",
            Some(signed(event.surplus_atoms)),
            text,
        );
    }

    fn price_fixed(&mut self, event: PriceFixed) {
        let text = format!(
            "the expiry settles at {}, the mean of the last half hour",
            price(event.settlement_price)
        );
        self.tell(Chapter::Settle, "keepers", "price fixed", None, text);
    }

    fn settled(&mut self, event: AccountSettled) {
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

    fn collecting_closed(&mut self, event: CollectingClosed) {
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

    fn lot_sold(&mut self, event: LotSold) {
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

    fn finalised(&mut self, event: Finalised) {
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

    fn redeemed(&mut self, event: Redeemed) {
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
