//! From the points of the average to the last redemption.

use backstop_client::ExpiryKeys;
use backstop_interface::accounts::{Expiry, ExpiryState};
use backstop_testkit::invariants::Violation;
use backstop_testkit::pyth::PythPrice;

use super::action::{Action, Verb};
use super::play::Play;

/// Settlement points of the runs' market and the seconds between them.
const POINTS: u8 = 3;
const SPACING_SECONDS: i64 = 60;

impl Play {
    /// Performs a verb of this file.
    pub fn expire(&mut self, action: &Action) -> Result<(), Violation> {
        let now = self.stage.world.now();
        let anyway = action.size % 8 == 7;
        let (first, size) = (action.what, u64::from(action.size));
        match action.verb {
            Verb::Jump => self.jump(action),
            Verb::Points => {
                let due = |expiry: &Expiry| {
                    expiry.state() == ExpiryState::Open && now >= expiry.expires_at
                };
                let Some(expiry) = self.expiries_where(first, due) else {
                    return Ok(());
                };
                self.points(&expiry)
            }
            Verb::Fix => {
                let due = |expiry: &Expiry| {
                    anyway || expiry.state() == ExpiryState::Open && now >= expiry.expires_at
                };
                let Some(expiry) = self.expiries_where(first, due) else {
                    return Ok(());
                };
                let outcome = self.stage.fix_price(&expiry);
                self.saw("fix_price", outcome).map(drop)
            }
            Verb::Fold => self.fold(first, anyway),
            Verb::Settle => self.settle_one(action),
            Verb::CloseCollecting | Verb::BidRecapitalisation | Verb::Finalise => {
                self.close(action, anyway)
            }
            _ => self.redeem(first, size),
        }
    }

    /// The end of Collecting, the backstop auction, the haircut.
    fn close(&mut self, action: &Action, anyway: bool) -> Result<(), Violation> {
        let first = action.what;
        let in_state =
            |state: ExpiryState| move |expiry: &Expiry| anyway || expiry.state() == state;
        match action.verb {
            Verb::CloseCollecting => {
                let Some(expiry) = self.expiries_where(first, in_state(ExpiryState::Collecting))
                else {
                    return Ok(());
                };
                let outcome = self.stage.close_collecting(&expiry);
                self.saw("close_collecting", outcome).map(drop)
            }
            Verb::BidRecapitalisation => {
                let short = |expiry: &Expiry| {
                    let left = expiry.recapitalised_atoms < expiry.shortfall_atoms;
                    anyway || expiry.state() == ExpiryState::Recapitalising && left
                };
                let Some(expiry) = self.expiries_where(first, short) else {
                    return Ok(());
                };
                for step in 0..=action.what % 4 {
                    let bidder = self.name(action.who.wrapping_add(step));
                    let outcome = self.stage.bid_recapitalisation(bidder, &expiry, 1);
                    self.saw("bid_recapitalisation", outcome)?;
                }
                Ok(())
            }
            _ => {
                let Some(expiry) =
                    self.expiries_where(first, in_state(ExpiryState::Recapitalising))
                else {
                    return Ok(());
                };
                let outcome = self.stage.finalise(&expiry);
                self.saw("finalise", outcome).map(drop)
            }
        }
    }

    /// Time passes to the next thing that waits for it.
    fn jump(&mut self, action: &Action) -> Result<(), Violation> {
        let now = self.stage.world.now();
        let waits = |expiry: &Expiry| match expiry.state() {
            ExpiryState::Open if expiry.expires_at > now => {
                let early = expiry.expires_at - 1_800;
                Some(if action.size.is_multiple_of(3) && now < early {
                    early
                } else {
                    expiry.expires_at
                })
            }
            ExpiryState::Open => None,
            ExpiryState::PriceFixed => None,
            ExpiryState::Collecting => Some(now + 1_801),
            ExpiryState::Recapitalising => Some(
                now + if action.size.is_multiple_of(4) {
                    14_400
                } else {
                    300
                },
            ),
            ExpiryState::Finalised => None,
        };
        let Some(at) = self.books.expiries.values().filter_map(waits).min() else {
            return Ok(());
        };
        self.stage.world.warp_to(at.max(now));
        self.publish();
        self.tick()
    }

    /// Submits every point of the average with the update that decides it.
    pub fn points(&mut self, keys: &ExpiryKeys) -> Result<(), Violation> {
        for index in 0..POINTS {
            if self.expiry(keys).points[usize::from(index)].status >= 2 {
                continue;
            }
            let at = keys.expires_at - SPACING_SECONDS * i64::from(POINTS - 1 - index);
            let price = self.price + u64::from(index) * 1_234_567;
            self.stage
                .publish(PythPrice::new(self.stage.keys.feed_id, price, at).after(at - 1));
            let outcome = self.stage.submit_point(keys, index);
            self.saw("submit_point", outcome)?;
        }
        self.publish();
        Ok(())
    }

    fn fold(&mut self, first: u8, anyway: bool) -> Result<(), Violation> {
        let fixed = |keys: &ExpiryKeys| self.expiry(keys).state() == ExpiryState::PriceFixed;
        let count = self.series.len();
        let all = (0..count).map(|step| self.series[(usize::from(first) + step) % count]);
        let mut all = all
            .filter(|one| fixed(&one.expiry) && (anyway || !self.books.series[&one.series].folded));
        let Some(series) = all.next() else {
            return Ok(());
        };
        let outcome = self.stage.fold_series(&series);
        self.saw("fold_series", outcome).map(drop)
    }

    fn settle_one(&mut self, action: &Action) -> Result<(), Violation> {
        for keys in self.expiries.clone() {
            let state = self.expiry(&keys).state();
            if state < ExpiryState::Collecting {
                continue;
            }
            let target = self.one(action.what, action.size, |account| {
                Self::settles(account, &keys, state)
            });
            if let Some(target) = target {
                let outcome = self.stage.settle(target, &keys);
                return self.saw("settle_account", outcome).map(drop);
            }
        }
        Ok(())
    }

    /// Holders of tokens of a finalised expiry redeem a part or all.
    fn redeem(&mut self, first: u8, size: u64) -> Result<(), Violation> {
        let ready = |keys: &ExpiryKeys| {
            self.expiry(keys).state() == ExpiryState::Finalised || size % 16 == 15
        };
        let series: Vec<_> = self
            .series
            .iter()
            .filter(|one| ready(&one.expiry))
            .copied()
            .collect();
        for keys in series {
            let recorded = self.books.series[&keys.series].clone();
            for step in 0..6 {
                let name = self.name(first.wrapping_add(step));
                let held = self.tokens_of(name, &recorded);
                if held > 0 {
                    let part = if size & 1 == 0 {
                        held
                    } else {
                        (held * (size % 97) / 97).max(1)
                    };
                    let outcome = self.stage.redeem(name, &keys, part);
                    return self.saw("redeem", outcome).map(drop);
                }
            }
        }
        Ok(())
    }
}
