//! Steps of genesis, in the order `migrations/` runs them. None works after the seal.

mod add_collateral;
mod create_insurance_fund;
mod create_market;
mod create_shard;
mod initialize_protocol;
mod seal;

pub use add_collateral::*;
pub use create_insurance_fund::*;
pub use create_market::*;
pub use create_shard::*;
pub use initialize_protocol::*;
pub use seal::*;

use anchor_lang::prelude::*;
use backstop_interface::accounts::Protocol;
use backstop_interface::BackstopError;

/// One of the parts a market lacked has been made.
fn count_part(protocol: &mut Protocol) -> Result<()> {
    protocol.missing_parts = protocol
        .missing_parts
        .checked_sub(1)
        .ok_or(BackstopError::GenesisIncomplete)?;
    Ok(())
}
