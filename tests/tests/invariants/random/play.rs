//! The market random actors act on: what they remember, how an instruction is sent and checked.

use backstop_client::{ExpiryKeys, SeriesKeys};
use backstop_interface::accounts::{AccountState, Expiry, ExpiryState, MarginAccount, Side};
use backstop_testkit::invariants::{
    check_act, check_books, check_step, Act, Books, Shadow, Violation,
};
use backstop_testkit::{Outcome, Stage};

use super::action::{Action, Verb};
use super::exercise::Exercising;
use super::prices::Blur;
use super::table::Table;

/// Everybody: each may write, buy, bid, keep, insure and back.
pub const ACTORS: [&str; 6] = ["anna", "boris", "clara", "dmitri", "emma", "farid"];
/// One quote in atoms.
pub const QUOTE: u64 = 1_000_000;
/// One quote as a price.
pub const PRICE: u64 = 1_000_000_000;

/// An offer somebody placed.
#[derive(Clone, Copy, Debug)]
pub struct Placed {
    /// Number of the writer in [`ACTORS`].
    pub writer: usize,
    /// Number of the offer.
    pub nonce: u64,
    /// What is offered.
    pub series: SeriesKeys,
    /// Whether its maker sells or buys.
    pub side: Side,
    /// Whether a formula finds its premium.
    pub pegged: bool,
}

/// A request somebody made.
#[derive(Clone, Copy, Debug)]
pub struct Requested {
    /// Number of the taker in [`ACTORS`].
    pub taker: usize,
    /// Number of the request.
    pub nonce: u64,
    /// The offer.
    pub placed: Placed,
    /// Unix second.
    pub at: i64,
}

/// A run.
#[derive(Clone)]
pub struct Play {
    /// The market.
    pub stage: Stage,
    /// Its books after the last step.
    pub books: Books,
    /// A second chain that does only what landed.
    pub shadow: Shadow,
    /// What was tried.
    pub table: Table,
    /// Expiries created.
    pub expiries: Vec<ExpiryKeys>,
    /// Series created.
    pub series: Vec<SeriesKeys>,
    /// Offers placed and not taken back.
    pub offers: Vec<Placed>,
    /// Requests neither executed nor voided.
    pub requests: Vec<Requested>,
    /// Requests of exercise and rights that stand.
    pub exercises: Vec<Exercising>,
    /// The market's price.
    pub price: u64,
    /// Prices of the staked token against what its pool pays, and of the stable coin against 1, in thousandths.
    pub other_permille: [u64; 2],
    /// How the price is published.
    pub blur: Blur,
    /// Number of the next offer.
    pub nonce: u64,
}

impl Play {
    /// Counts an instruction and, if it landed, checks every rule about the step and its end.
    pub fn saw(&mut self, name: &str, outcome: Outcome) -> Result<bool, Violation> {
        let count = self.table.of(name);
        count.attempted += 1;
        match outcome {
            Err(failed) => {
                *count.refused.entry(failed.code().unwrap_or(0)).or_default() += 1;
                Ok(false)
            }
            Ok(landed) => {
                count.landed += 1;
                count.wire = count.wire.max(landed.wire);
                let after = Books::read(&self.stage.world);
                check_step(&self.books, &after)?;
                check_act(&Act {
                    name,
                    before: &self.books,
                    after: &after,
                    market: self.stage.keys.market,
                    price: self.stage.price_update(),
                    now: self.stage.world.now(),
                })?;
                self.shadow.follow(&mut self.stage.world)?;
                self.table.note(&after);
                self.table.meet(name, &self.books, &after);
                self.books = after;
                Ok(true)
            }
        }
    }

    /// Reads the books after something that was no instruction of the program.
    pub fn look(&mut self) -> Result<(), Violation> {
        self.books = Books::read(&self.stage.world);
        check_books(&self.books)
    }

    /// Name of an actor.
    pub fn name(&self, number: u8) -> &'static str {
        ACTORS[usize::from(number) % ACTORS.len()]
    }

    /// An actor's account.
    pub fn account(&self, name: &str) -> Option<&MarginAccount> {
        self.books.accounts.get(&self.stage.margin(name))
    }

    /// Actors whose account is as wanted, beginning with the one numbered.
    pub fn those(&self, first: u8, wanted: impl Fn(&MarginAccount) -> bool) -> Vec<&'static str> {
        let from = usize::from(first);
        let names = (0..ACTORS.len()).map(|step| ACTORS[(from + step) % ACTORS.len()]);
        names
            .filter(|name| self.account(name).is_some_and(&wanted))
            .collect()
    }

    /// The first of [`Play::those`], or the actor numbered in one case of sixteen.
    pub fn one(
        &self,
        first: u8,
        size: u16,
        wanted: impl Fn(&MarginAccount) -> bool,
    ) -> Option<&'static str> {
        let anyone = (size % 16 == 7).then(|| self.name(first));
        anyone.or_else(|| self.those(first, wanted).first().copied())
    }

    /// An expiry as recorded.
    pub fn expiry(&self, keys: &ExpiryKeys) -> &Expiry {
        &self.books.expiries[&keys.expiry]
    }

    /// Expiries as wanted, beginning with the one numbered.
    pub fn expiries_where(
        &self,
        first: u8,
        wanted: impl Fn(&Expiry) -> bool,
    ) -> Option<ExpiryKeys> {
        let (from, count) = (usize::from(first), self.expiries.len());
        let keys = (0..count).map(|step| self.expiries[(from + step) % count]);
        keys.into_iter().find(|keys| wanted(self.expiry(keys)))
    }

    /// Performs an action. Many send one instruction, some none because there is nothing to do it to.
    pub fn perform(&mut self, action: &Action) -> Result<(), Violation> {
        match action.verb {
            Verb::Tick
            | Verb::ManyTicks
            | Verb::Move
            | Verb::Crash
            | Verb::Silence
            | Verb::Donate
            | Verb::Surface
            | Verb::Blur => self.surroundings(action),
            Verb::SceneOrders | Verb::SceneExercise | Verb::SceneSubsidy | Verb::SceneEstate => {
                self.scene(action)
            }
            Verb::Liquidate | Verb::Bid | Verb::Convert | Verb::Repay | Verb::CloseEstate => {
                self.stress(action)
            }
            Verb::Jump | Verb::Points | Verb::Fix | Verb::Fold | Verb::Settle => {
                self.expire(action)
            }
            Verb::CloseCollecting | Verb::BidRecapitalisation | Verb::Finalise | Verb::Redeem => {
                self.expire(action)
            }
            Verb::WithdrawOption | Verb::DepositOption => self.carry(action),
            Verb::TransferLeg => self.transfer_leg(action),
            Verb::SetDelegate | Verb::CancelAll => self.void(action),
            Verb::CloseOffer => self.close_offer(action),
            Verb::PlaceBid
            | Verb::PlaceGuard
            | Verb::Sweeping
            | Verb::Quote
            | Verb::WriteOption => self.order(action),
            Verb::RequestFill | Verb::ExecuteFill | Verb::VoidFill => self.request(action),
            Verb::RequestExercise
            | Verb::VoidExercise
            | Verb::Synchronise
            | Verb::PayExercise
            | Verb::RedeemExercise => self.exercise(action),
            Verb::CloseSeries | Verb::CloseExpiry => self.close_listing(action),
            Verb::DepositOther | Verb::WithdrawOther | Verb::ConvertOther | Verb::Observe => {
                self.other(action)
            }
            _ => self.trade(action),
        }
    }

    /// Whether the account is on auction or an estate.
    pub fn seized(account: &MarginAccount) -> bool {
        account.state() != AccountState::Open
    }

    /// Whether an expiry is settled in by the account.
    pub fn settles(account: &MarginAccount, keys: &ExpiryKeys, state: ExpiryState) -> bool {
        let Some(index) = account.expiry_index(keys.expires_at) else {
            return false;
        };
        let slot = account.expiries[index];
        let mut legs = account
            .legs
            .iter()
            .filter(|leg| leg.in_use() && usize::from(leg.expiry_index) == index);
        if state == ExpiryState::Finalised {
            return legs.next().is_some() || slot.receivable_atoms > 0;
        }
        legs.any(|leg| leg.quantity_contracts < 0 || leg.unreported_contracts > 0)
    }
}
