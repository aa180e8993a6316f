use anchor_lang::prelude::*;

/// Root of everything: who set the protocol up, its publishers and the fixed
/// supply of recapitalisation tokens. Written at genesis; after [`Protocol::sealed`] only the
/// backstop auction moves the two sale fields.
#[account]
#[derive(Debug, InitSpace)]
pub struct Protocol {
    /// Layout version.
    pub version: u8,
    /// PDA bump.
    pub bump: u8,
    /// Once true, genesis is over for ever and user instructions work.
    pub sealed: bool,
    /// Key that runs genesis; powerless after the seal.
    pub genesis_authority: Pubkey,
    /// Mint all premiums, losses and payoffs are counted in (6 decimals).
    pub quote_mint: Pubkey,
    /// Volatility publishers named at genesis.
    pub publishers: [Pubkey; super::PUBLISHER_COUNT],
    /// Number of markets created.
    pub market_count: u16,
    /// Parts (collaterals, shards, fund) the created markets still lack; the seal needs 0.
    pub missing_parts: u16,
    /// Recapitalisation tokens minted at genesis, in atoms; never minted again.
    pub recapitalisation_supply_atoms: u64,
    /// Recapitalisation tokens sold so far by all backstop auctions, in atoms.
    pub recapitalisation_sold_atoms: u64,
    /// Quote per whole recapitalisation token of the last clearing, scaled 1e9; at genesis set by hand.
    pub last_clearing_price: u64,
    /// Room for later fields.
    pub reserved: [u8; 64],
}
