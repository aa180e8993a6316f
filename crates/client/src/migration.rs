//! Runs the data in `migrations/`: from a file to the instructions of genesis, in their order.

mod collateral;

use crate::addresses::MarketKeys;
use crate::{feed, genesis};
use anchor_lang::prelude::Pubkey;
use anchor_lang::solana_program::instruction::Instruction;
use backstop_interface::accounts::SHARD_COUNT;
use backstop_interface::naming::{self, SYMBOL_BYTES};
use backstop_interface::params::MarketParams;
use serde::Deserialize;
use std::fmt;

pub use collateral::{CollateralStep, MintRole, NamedMint, NumbersStep};

/// A genesis file.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Migration {
    /// Numbers of the protocol.
    pub protocol: ProtocolStep,
    /// The first market.
    pub market: MarketStep,
    /// Its collaterals.
    pub collateral: Vec<CollateralStep>,
    /// The steps.
    pub steps: Steps,
}

/// Numbers of the protocol.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProtocolStep {
    /// Supply of recapitalisation tokens, in whole tokens.
    pub recapitalisation_supply_tokens: u64,
    /// Clearing price before the first auction, scaled 1e9.
    pub launch_clearing_price: u64,
}

/// Numbers of a market that differ from the defaults.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MarketStep {
    /// Symbol of the underlying: one to eight capital letters or digits. It names the option tokens.
    pub symbol: String,
    /// Least contract size, in millionths.
    pub lot_contracts: u64,
    /// Grid of strikes, scaled 1e9.
    pub strike_tick_price: u64,
    /// Fee, ppb of the premium.
    pub premium_fee_ppb: u64,
    /// Points of the settlement average.
    pub settlement_points: u8,
    /// How much is stopped, 0 to 3.
    pub level: u8,
    /// Treasury's share of the fees, ppb.
    pub treasury_fee_ppb: u64,
    /// What the Reserve stands for beside the fund, in quote atoms.
    pub reserve_line_atoms: u64,
    /// Whether American series are listed; not without it.
    #[serde(default)]
    pub early_exercise: bool,
}

/// Order of the steps.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Steps {
    /// Names of the steps.
    pub order: Vec<String>,
}

/// What the network decides and a file cannot.
#[derive(Clone, Debug)]
pub struct Surroundings {
    /// Upgrade authority of the program: runs genesis.
    pub authority: Pubkey,
    /// ProgramData account of the program.
    pub program_data: Pubkey,
    /// Volatility publishers.
    pub publishers: [Pubkey; 3],
    /// Owner of `PriceUpdateV2` accounts.
    pub receiver_program: Pubkey,
    /// Owner of legacy price accounts.
    pub legacy_price_program: Pubkey,
    /// Legacy price account for previews, or the default key.
    pub legacy_price: Pubkey,
    /// Token account for quote that receives the treasury's share of fees.
    pub fee_receiver: Pubkey,
    /// Collaterals with feeds of their own, by the names the file calls them.
    pub others: Vec<NamedMint>,
}

/// Why a genesis file cannot be run.
#[derive(Debug)]
pub enum MigrationError {
    /// Not the format.
    Unreadable(toml::de::Error),
    /// A step nobody knows.
    UnknownStep(String),
    /// A symbol the program would refuse.
    BadSymbol(String),
    /// A collateral whose mint and feed the surroundings do not name.
    UnknownMint(String),
}

impl fmt::Display for MigrationError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unreadable(error) => write!(f, "the genesis file cannot be read: {error}"),
            Self::UnknownStep(name) => write!(
                f,
                "the genesis file names a step that does not exist: {name}"
            ),
            Self::BadSymbol(symbol) => write!(
                f,
                "the symbol `{symbol}` is not one to eight capital letters or digits"
            ),
            Self::UnknownMint(name) => {
                write!(
                    f,
                    "nobody says which mint and feed the collateral `{name}` has"
                )
            }
        }
    }
}

impl std::error::Error for MigrationError {}

/// One step: its name and its instruction.
pub type Step = (String, Instruction);

impl Migration {
    /// Reads a genesis file.
    ///
    /// # Errors
    /// [`MigrationError::Unreadable`] naming line and field.
    pub fn parse(text: &str) -> Result<Self, MigrationError> {
        toml::from_str(text).map_err(MigrationError::Unreadable)
    }

    /// The market's parameters: the defaults with the file's numbers.
    pub fn params(&self) -> MarketParams {
        MarketParams {
            lot_contracts: self.market.lot_contracts,
            strike_tick_price: self.market.strike_tick_price,
            premium_fee_ppb: self.market.premium_fee_ppb,
            settlement_points: self.market.settlement_points,
            treasury_fee_ppb: self.market.treasury_fee_ppb,
            reserve_line_atoms: self.market.reserve_line_atoms,
            ..MarketParams::default()
        }
    }

    /// The instructions of every step, in order, for a market with these parameters.
    ///
    /// # Errors
    /// [`MigrationError::UnknownStep`], [`MigrationError::BadSymbol`], [`MigrationError::UnknownMint`].
    pub fn instructions(
        &self,
        keys: &MarketKeys,
        around: &Surroundings,
        params: &MarketParams,
    ) -> Result<Vec<Step>, MigrationError> {
        let mut steps = Vec::new();
        for name in &self.steps.order {
            let made = self.step(name, keys, around, params)?;
            steps.extend(
                made.into_iter()
                    .map(|instruction| (name.clone(), instruction)),
            );
        }
        Ok(steps)
    }

    fn symbol(&self) -> Result<[u8; SYMBOL_BYTES], MigrationError> {
        let text = &self.market.symbol;
        naming::symbol(text).ok_or_else(|| MigrationError::BadSymbol(text.clone()))
    }

    fn step(
        &self,
        name: &str,
        keys: &MarketKeys,
        around: &Surroundings,
        params: &MarketParams,
    ) -> Result<Vec<Instruction>, MigrationError> {
        let authority = around.authority;
        Ok(match name {
            "initialize_protocol" => {
                let args = genesis::InitializeProtocolArgs {
                    publishers: around.publishers,
                    recapitalisation_supply_atoms: self.protocol.recapitalisation_supply_tokens
                        * 1_000_000,
                    launch_clearing_price: self.protocol.launch_clearing_price,
                };
                vec![genesis::initialize_protocol(
                    authority,
                    around.program_data,
                    keys.quote_mint,
                    args,
                )]
            }
            "create_market" => {
                let new = genesis::CreateMarketArgs {
                    feed_id: keys.feed_id,
                    receiver_program: around.receiver_program,
                    legacy_price_program: around.legacy_price_program,
                    legacy_price: around.legacy_price,
                    params: params.clone(),
                    symbol: self.symbol()?,
                    level: self.market.level,
                    fee_receiver: around.fee_receiver,
                    early_exercise: self.market.early_exercise,
                };
                vec![genesis::create_market(authority, keys, &new)]
            }
            "add_collateral" => {
                let listed = self
                    .collateral
                    .iter()
                    .map(|step| step.instructions(authority, keys, &around.others));
                listed.collect::<Result<Vec<_>, _>>()?.concat()
            }
            "create_shards" => (0..SHARD_COUNT)
                .map(|i| genesis::create_shard(authority, keys, i))
                .collect(),
            "create_insurance_fund" => vec![genesis::create_insurance_fund(authority, keys)],
            "open_feed_clock" => vec![feed::open_feed_clock(keys, authority)],
            "seal" => vec![genesis::seal(authority)],
            unknown => return Err(MigrationError::UnknownStep(unknown.to_owned())),
        })
    }
}
