//! Turns the program's events into sentences: who paid what to whom.

mod defaults;
mod settlement;
mod trading;

use anchor_lang::{AnchorDeserialize, Discriminator};
use backstop_testkit::Landed;
use solana_pubkey::Pubkey;

use super::theatre::Theatre;
use crate::report::amount::{percent, price, readable};

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
                let kind = match series.kind.is_call() {
                    true => "call",
                    false => "put",
                };
                format!("{kind} {}", price(series.strike_price))
            },
        )
    }
}
