//! The chain, the actors on it and what is remembered of them.

use std::collections::BTreeMap;
use std::fmt;

use anyhow::Context;
use backstop_client::quotes::MarketView;
use backstop_client::{ExpiryKeys, SeriesKeys};
use backstop_interface::accounts::MarginAccount;
use backstop_interface::pyth::PriceUpdate;
use backstop_risk::margin::Assessment;
use backstop_testkit::invariants::{self, Books};
use backstop_testkit::pyth::PythPrice;
use backstop_testkit::{pubkey, Landed, Outcome, Stage};
use solana_pubkey::Pubkey;

use super::losses::Losses;
use super::publishers::Publishers;
use super::Progress;
use crate::input::Input;
use crate::report::{Event, FundPoint, Recording, Stage as Chapter};
use crate::rng::Rng;

/// A rule of the protocol that did not hold after an instruction.
#[derive(Debug)]
pub(super) struct Violation(String);

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Violation {}

/// A replay under way.
pub(super) struct Theatre<'a> {
    /// What is replayed.
    pub input: &'a Input,
    /// The chain.
    pub stage: Stage,
    /// What is remembered for the report.
    pub recording: Recording,
    /// Chain time less market time, seconds.
    pub shift_seconds: i64,
    /// The expiry.
    pub expiry: ExpiryKeys,
    /// Every series written.
    pub series: Vec<SeriesKeys>,
    /// Owners of margin accounts, in the order in which they opened them.
    pub owners: Vec<String>,
    /// Names by wallet and by margin account.
    pub names: BTreeMap<Pubkey, String>,
    /// What defaults cost whom.
    pub losses: Losses,
    /// What the publishers have seen.
    pub publishers: Publishers,
    /// When each bidder bid last, market time.
    pub last_bid_at: BTreeMap<String, i64>,
    /// Title of the running auction of each owner.
    pub auction_titles: BTreeMap<String, String>,
    /// Everything random.
    pub rng: Rng,
    /// Whether progress is told.
    pub progress: Progress,
    /// Quote minted to actors so far, atoms.
    pub endowed_atoms: u64,
    /// The books after the last instruction, unless tokens were minted since.
    before: Option<Books>,
}

impl<'a> Theatre<'a> {
    /// A theatre around a chain that has just opened.
    pub fn new(input: &'a Input, stage: Stage, recording: Recording, progress: Progress) -> Self {
        let shift_seconds = super::clock::shift_seconds(input.path.first().at, input.expiry_at());
        let expiry = stage.keys.expiry(input.expiry_at() + shift_seconds);
        Self {
            input,
            stage,
            recording,
            shift_seconds,
            expiry,
            series: Vec::new(),
            owners: Vec::new(),
            names: BTreeMap::new(),
            losses: Losses::default(),
            publishers: Publishers::default(),
            last_bid_at: BTreeMap::new(),
            auction_titles: BTreeMap::new(),
            rng: Rng::for_purpose(input.seed, "actors"),
            progress,
            endowed_atoms: 0,
            before: None,
        }
    }

    /// Market time, unix seconds.
    pub fn now(&self) -> i64 {
        self.stage.world.now() - self.shift_seconds
    }

    /// The market's price now.
    pub fn price(&self) -> u64 {
        self.input.path.price_at(self.now())
    }

    /// Moves the clock to a market time and publishes the market's price, as a feed that publishes every second does.
    pub fn pass_to(&mut self, at: i64) {
        self.stage.world.warp_to(at + self.shift_seconds);
        let now = self.stage.world.now();
        let price = PythPrice::new(self.stage.keys.feed_id, self.price(), now).after(now - 1);
        self.stage.publish(price);
    }

    /// An instruction that must land: remembers its cost, checks every invariant, tells its events.
    pub fn land(&mut self, doing: &str, outcome: Outcome) -> anyhow::Result<Landed> {
        let landed = outcome.with_context(|| format!("{doing} was refused"))?;
        self.after_landing(doing)?;
        self.narrate(&landed);
        Ok(landed)
    }

    /// An instruction that may be refused, because somebody else was quicker or the market moved.
    pub fn attempt(&mut self, doing: &str, outcome: Outcome) -> anyhow::Result<Option<Landed>> {
        match outcome {
            Ok(landed) => self.land(doing, Ok(landed)).map(Some),
            Err(_) => {
                self.recording.meta.refused_count += 1;
                Ok(None)
            }
        }
    }

    /// Every rule of the protocol, about this moment and about the step to it.
    fn after_landing(&mut self, doing: &str) -> anyhow::Result<()> {
        self.recording.meta.landed_count += 1;
        let after = Books::read(&self.stage.world);
        let checked = match &self.before {
            Some(before) => invariants::check_step(before, &after),
            None => invariants::check_books(&after),
        };
        self.before = Some(after);
        checked.map_err(|violation| {
            let when = crate::utc::date_clock(self.now());
            Violation(format!("after {doing} at {when}: {violation}")).into()
        })
    }

    /// Mints tokens to an actor, who exists from then on.
    pub fn endow(&mut self, name: &str, quote_atoms: u64, underlying_atoms: u64) {
        self.before = None;
        self.endowed_atoms += quote_atoms;
        let owner = pubkey(name);
        if self.names.contains_key(&owner) {
            let (quote, underlying) = (self.stage.keys.quote_mint, self.stage.keys.underlying_mint);
            self.stage.world.fund(&owner, &quote, quote_atoms);
            self.stage.world.fund(&owner, &underlying, underlying_atoms);
            return;
        }
        self.stage.actor(name, quote_atoms, underlying_atoms);
        self.names.insert(owner, name.to_owned());
        self.names.insert(self.stage.margin(name), name.to_owned());
    }

    /// Name of a wallet or margin account.
    pub fn name(&self, address: &Pubkey) -> String {
        self.names
            .get(address)
            .cloned()
            .unwrap_or_else(|| "somebody".into())
    }

    /// A keeper, as chance has it.
    pub fn keeper(&mut self) -> String {
        let count = u64::from(self.input.scenario.actors.keepers);
        format!("keeper-{}", self.rng.below(count) + 1)
    }

    /// Appends an event of now.
    pub fn tell(
        &mut self,
        chapter: Chapter,
        who: &str,
        what: &str,
        amount_atoms: Option<i64>,
        text: String,
    ) {
        let (at, price) = (self.now(), self.price());
        let (who, what) = (who.to_owned(), what.to_owned());
        self.recording.timeline.push(Event {
            at,
            price,
            stage: chapter,
            who,
            what,
            amount_atoms,
            text,
        });
    }

    /// Value, requirements and health of any account at the published price.
    pub fn assess(&self, view: &MarketView, account: &MarginAccount) -> anyhow::Result<Assessment> {
        self.assess_at(view, account, self.stage.price_update())
    }

    /// The same at any price.
    pub fn assess_at(
        &self,
        view: &MarketView,
        account: &MarginAccount,
        price: PriceUpdate,
    ) -> anyhow::Result<Assessment> {
        view.assess(account, price, self.stage.world.now())
            .context("an account leaves the range of the books")
    }

    /// Remembers the fund if it has changed.
    pub fn record_fund(&mut self) {
        let fund_atoms = self.stage.fund().assets_atoms;
        if self
            .recording
            .fund
            .last()
            .is_none_or(|last| last.fund_atoms != fund_atoms)
        {
            let point = FundPoint {
                at: self.now(),
                fund_atoms,
                reserve_atoms: 0,
            };
            self.recording.fund.push(point);
        }
    }

    /// Tells progress on stderr.
    pub fn progress(&self, percent: i64) {
        if self.progress == Progress::Told {
            let (clock, price) = (
                crate::utc::clock(self.now()),
                crate::report::amount::price(self.price()),
            );
            eprintln!(
                "  {clock}  {price:>12}  {percent:>3} % of the replay, {} transactions",
                self.recording.meta.landed_count
            );
        }
    }
}
