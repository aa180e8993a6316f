//! States the tests begin from. Each is reached by instructions, prices and time.

use anchor_lang::prelude::Pubkey;
use anchor_lang::solana_program::instruction::Instruction;
use backstop_client::migration::{Migration, Step, Surroundings};
use backstop_client::trading::{fill_offer, Buyer, Fill};
use backstop_client::{ExpiryKeys, MarketKeys, SeriesKeys};
use backstop_interface::accounts::{AccountState, Collateral, OptionKind, StoredSurface};
use backstop_testkit::pyth::{LEGACY_PROGRAM, RECEIVER_PROGRAM};
use backstop_testkit::stage::GENESIS_FILE;
use backstop_testkit::{address, expect_landed, key, pubkey, Failed, Genesis, OfferTerms, Stage};
use backstop_tests::program_so;

/// Atoms of one quote.
pub const QUOTE: u64 = 1_000_000;
/// Atoms of one unit of the underlying.
pub const UNDERLYING: u64 = 1_000_000_000;
/// One quote as a price.
pub const PRICE: u64 = 1_000_000_000;
/// Millionths in one contract.
pub const CONTRACT: u64 = 1_000_000;
/// The market's lot, in millionths of a contract.
pub const LOT: u64 = 10_000;
/// What the system program answers when an account to be created exists.
pub const ADDRESS_IN_USE: u32 = 0;
/// What the token program answers when a wallet holds too little.
pub const TOO_FEW_TOKENS: u32 = 1;
/// What the token program answers when the signer does not own the token account.
pub const NOT_THE_TOKENS_OWNER: u32 = 4;

/// A surface of 90 % for a day falling to 75 % for half a year.
pub fn surface() -> StoredSurface {
    StoredSurface {
        atm_vol_ppm: [900_000, 850_000, 800_000, 780_000, 760_000, 750_000],
        skew_ppm: 0,
        curvature_ppm: 0,
    }
}

/// A sealed market at 200 quote, ticked once, with a surface, and actors with full wallets.
pub fn open() -> Stage {
    open_with(&Genesis::default())
}

/// [`open`] with a genesis of the test's choice.
pub fn open_with(genesis: &Genesis) -> Stage {
    let mut stage = without_surface(genesis);
    expect_landed(stage.publish_surface(&surface()));
    stage
}

/// [`open`] before any publisher has spoken.
pub fn without_surface(genesis: &Genesis) -> Stage {
    let mut stage = Stage::open(program_so(), genesis);
    fill_wallets(&mut stage);
    stage
}

fn fill_wallets(stage: &mut Stage) {
    for name in ["writer", "buyer", "keeper", "stranger"] {
        stage.actor(name, 1_000_000 * QUOTE, 1_000 * UNDERLYING);
    }
}

/// A stage on which genesis stopped in front of the first step called `name`, and the steps left.
pub fn genesis_before(name: &str) -> (Stage, Vec<Step>) {
    let (mut stage, mut steps) = Stage::before_genesis(program_so(), &Genesis::default());
    let at = steps
        .iter()
        .position(|(step, _)| step == name)
        .expect("genesis has such a step");
    let rest = steps.split_off(at);
    for (_, instruction) in steps {
        expect_landed(stage.world.send(&[instruction], &[&key("genesis")]));
    }
    fill_wallets(&mut stage);
    (stage, rest)
}

/// What genesis is told of the world around it.
pub fn surroundings(stage: &Stage) -> Surroundings {
    Surroundings {
        authority: pubkey("genesis"),
        program_data: stage.world.program_data_address(),
        publishers: stage.publishers.map(pubkey),
        receiver_program: RECEIVER_PROGRAM,
        legacy_price_program: LEGACY_PROGRAM,
        legacy_price: address("legacy price"),
    }
}

/// [`open`] with a second market of the same mints and the same feed, so that only the market tells their
/// accounts apart. Returns the keys of the second.
pub fn two_markets() -> (Stage, MarketKeys) {
    let (mut stage, rest) = genesis_before("seal");
    let other = MarketKeys::new(
        1,
        stage.keys.quote_mint,
        stage.keys.underlying_mint,
        stage.keys.feed_id,
    );
    let migration = Migration::parse(GENESIS_FILE).expect("the committed genesis file is readable");
    let steps = migration
        .instructions(&other, &surroundings(&stage), &migration.params())
        .expect("known steps");
    let of_market = [
        "create_market",
        "add_collateral",
        "create_shards",
        "create_insurance_fund",
    ];
    let steps = steps
        .into_iter()
        .filter(|(name, _)| of_market.contains(&name.as_str()))
        .chain(rest);
    for (_, instruction) in steps {
        expect_landed(stage.world.send(&[instruction], &[&key("genesis")]));
    }
    stage.set_price(200 * PRICE);
    expect_landed(stage.tick());
    expect_landed(stage.publish_surface(&surface()));
    let first = std::mem::replace(&mut stage.keys, other);
    expect_landed(stage.publish_surface(&surface()));
    stage.keys = first;
    (stage, other)
}

/// Does something on another market of the same stage.
pub fn on_market<T>(stage: &mut Stage, keys: &MarketKeys, act: impl FnOnce(&mut Stage) -> T) -> T {
    let before = std::mem::replace(&mut stage.keys, *keys);
    let result = act(stage);
    stage.keys = before;
    result
}

/// Opens an actor's account with a quote deposit.
pub fn fund(stage: &mut Stage, name: &str, quote_atoms: u64) {
    expect_landed(stage.open_account(name));
    if quote_atoms > 0 {
        expect_landed(stage.deposit_quote(name, quote_atoms));
    }
}

/// Creates an expiry at least `days` ahead.
pub fn expiry(stage: &mut Stage, days: i64) -> ExpiryKeys {
    let expiry = stage.next_expiry(days);
    expect_landed(stage.create_expiry("keeper", &expiry));
    expiry
}

/// Creates the 200 put of an expiry.
pub fn put(stage: &mut Stage, expiry: &ExpiryKeys) -> SeriesKeys {
    series(stage, expiry, 200 * PRICE, OptionKind::Put)
}

/// Creates a series of an expiry.
pub fn series(
    stage: &mut Stage,
    expiry: &ExpiryKeys,
    strike_price: u64,
    kind: OptionKind,
) -> SeriesKeys {
    let series = expiry.series(strike_price, kind);
    expect_landed(stage.create_series("keeper", &series));
    series
}

/// Offers of the writer: premium 6, whole contracts.
pub fn offer(stage: &mut Stage, series: &SeriesKeys, nonce: u64, contracts: u64) {
    let terms = OfferTerms {
        nonce,
        premium_price: 6 * PRICE,
        contracts,
    };
    expect_landed(stage.place_offer("writer", series, terms));
}

/// [`open`], where the writer with 10 000 quote is short `contracts` of the 200 put in a week and the buyer
/// holds the tokens. Offer number 1 has as much left again.
pub fn written(contracts: u64) -> (Stage, SeriesKeys) {
    let mut stage = open();
    let series = write(&mut stage, contracts);
    (stage, series)
}

/// Brings a stage to [`written`].
pub fn write(stage: &mut Stage, contracts: u64) -> SeriesKeys {
    fund(stage, "writer", 10_000 * QUOTE);
    let expiry = expiry(stage, 7);
    let series = put(stage, &expiry);
    offer(stage, &series, 1, 2 * contracts);
    expect_landed(stage.buy_tokens("buyer", "writer", 1, &series, contracts));
    series
}

/// [`written`], then the price falls to 80 and the writer is seized.
pub fn seized() -> (Stage, SeriesKeys) {
    let (mut stage, series) = written(80 * CONTRACT);
    seize(&mut stage);
    (stage, series)
}

fn seize(stage: &mut Stage) {
    stage.pass(20, 80 * PRICE);
    expect_landed(stage.tick());
    expect_landed(stage.liquidate("keeper", "writer"));
    assert_eq!(state(stage, "writer"), AccountState::Auction);
}

/// [`seized`], and nobody bids until the curve has ended.
pub fn estate() -> (Stage, SeriesKeys) {
    let (mut stage, series) = seized();
    for _ in 0..41 {
        stage.pass(30, 80 * PRICE);
        expect_landed(stage.tick());
    }
    expect_landed(stage.liquidate("keeper", "writer"));
    assert_eq!(state(&stage, "writer"), AccountState::Estate);
    (stage, series)
}

/// The writer's puts expired at 20 quote and were settled: he could not pay and stands in debt. The price is
/// 20, fresh and ticked; he also has offer number 2 on the 20 put a month ahead.
pub fn indebted() -> (Stage, SeriesKeys) {
    let mut genesis = Genesis::default();
    genesis.params.settlement_points = 1;
    let mut stage = open_with(&genesis);
    let series = write(&mut stage, 80 * CONTRACT);
    stage.world.warp_to(series.expiry.expires_at - 60);
    expect_landed(stage.sample(&series.expiry, 20 * PRICE));
    expect_landed(stage.fix_price(&series.expiry));
    expect_landed(stage.fold_series(&series));
    expect_landed(stage.settle("writer", &series.expiry));
    expect_landed(stage.tick());
    expect_landed(stage.publish_surface(&surface()));
    let account = stage.account_of("writer").expect("it exists");
    assert!(account.debt_atoms() > 0 && account.state() == AccountState::Open);
    let expiry = expiry(&mut stage, 30);
    let later = self::series(&mut stage, &expiry, 20 * PRICE, OptionKind::Put);
    offer(&mut stage, &later, 2, CONTRACT);
    (stage, later)
}

/// State of an actor's account.
pub fn state(stage: &Stage, name: &str) -> AccountState {
    stage
        .account_of(name)
        .expect("the actor has an account")
        .state()
}

/// Books of a collateral mint.
pub fn books(stage: &Stage, mint: &Pubkey) -> Collateral {
    let (collateral, _) = stage.keys.collateral(mint);
    stage
        .read(&collateral)
        .expect("genesis created the collateral")
}

/// The instruction with every account `from` exchanged for `to`.
pub fn swapped(mut instruction: Instruction, from: &Pubkey, to: &Pubkey) -> Instruction {
    let mut metas = instruction
        .accounts
        .iter_mut()
        .filter(|meta| meta.pubkey == *from)
        .peekable();
    assert!(
        metas.peek().is_some(),
        "the instruction does not name the account to exchange"
    );
    metas.for_each(|meta| meta.pubkey = *to);
    instruction
}

/// Asserts that the instruction, signed by the actor, is refused with this code and changes nothing.
#[track_caller]
pub fn refuse(
    stage: &mut Stage,
    signer: &str,
    instruction: &Instruction,
    code: impl Into<u32>,
) -> Failed {
    stage
        .world
        .expect_refused(std::slice::from_ref(instruction), &[&key(signer)], code)
}

/// Asserts that exactly these accounts (and the fee payer) differ between two moments.
#[track_caller]
pub fn assert_only_changed(
    before: &backstop_testkit::Snapshot,
    stage: &Stage,
    expected: &[Pubkey],
) {
    let payer = stage.world.payer();
    let mut changed: Vec<_> = before
        .changes(&backstop_testkit::Snapshot::whole(&stage.world))
        .into_iter()
        .map(|c| c.address)
        .collect();
    changed.retain(|address| *address != payer);
    let mut expected = expected.to_vec();
    expected.sort();
    assert_eq!(
        changed, expected,
        "accounts changed, and accounts expected to change"
    );
}

/// A fill of an offer, paid by the buyer's wallet, option tokens to his wallet (made if missing).
pub fn by_wallet(
    stage: &mut Stage,
    of: (&str, u64),
    series: &SeriesKeys,
    contracts: u64,
) -> Instruction {
    let destination = stage
        .world
        .token_account(&pubkey("buyer"), &series.option_mint);
    let to = Buyer::Wallet {
        payment: stage.quote_wallet("buyer"),
        destination,
    };
    fill(stage, "buyer", of, series, contracts, to)
}

/// A fill of an offer from the margin account of `buyer`.
pub fn by_ledger(
    stage: &Stage,
    buyer: &str,
    of: (&str, u64),
    series: &SeriesKeys,
    contracts: u64,
) -> Instruction {
    fill(
        stage,
        buyer,
        of,
        series,
        contracts,
        Buyer::Margin(stage.margin(buyer)),
    )
}

fn fill(
    stage: &Stage,
    buyer: &str,
    of: (&str, u64),
    series: &SeriesKeys,
    contracts: u64,
    to: Buyer,
) -> Instruction {
    let (writer, nonce) = of;
    let fill = Fill {
        offer: stage.offer(writer, nonce),
        writer: stage.margin(writer),
        contracts,
        highest_premium_price: u64::MAX,
    };
    fill_offer(
        &stage.keys,
        pubkey(buyer),
        series,
        &fill,
        to,
        stage.price_account,
    )
}
