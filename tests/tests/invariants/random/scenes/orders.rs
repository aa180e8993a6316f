//! Orders with money behind them.

use backstop_interface::accounts::OptionKind;
use backstop_testkit::invariants::Violation;

use super::CAST;
use crate::random::action::{Action, Random, Verb};
use crate::random::play::Play;

impl Play {
    /// Whoever plays it has money: orders of every sort, most of which land.
    pub(super) fn scene_of_orders(
        &mut self,
        action: &Action,
        cast: [&str; CAST],
    ) -> Result<(), Violation> {
        for name in cast {
            self.fund(name, 60_000)?;
        }
        for kind in [OptionKind::Put, OptionKind::Call] {
            self.option(kind)?;
        }
        let mut random = Random(u64::from(action.size));
        for verb in [
            Verb::PlaceOffer,
            Verb::BuyLedger,
            Verb::Quote,
            Verb::WriteOption,
            Verb::PlaceBid,
            Verb::RequestFill,
            Verb::Sweeping,
            Verb::TransferLeg,
            Verb::WithdrawOption,
            Verb::DepositOption,
            Verb::Quote,
            Verb::PlaceBid,
            Verb::RequestFill,
            Verb::Sweeping,
            Verb::TransferLeg,
        ] {
            let bits = random.next();
            let step = Action {
                verb,
                who: bits as u8,
                what: (bits >> 8) as u8,
                size: (bits >> 16) as u16 | 1,
            };
            self.perform(&step)?;
        }
        Ok(())
    }
}
