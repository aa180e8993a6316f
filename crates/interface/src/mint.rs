//! Which extensions a Token-2022 mint may have to be quote or collateral.

use crate::error::{ensure, BackstopError};
use anchor_lang::prelude::*;

/// Bytes of a mint without extensions.
const PLAIN_BYTES: usize = 82;
/// Where the kind of an account with extensions stands, what it is for a mint, and where extensions begin.
const KIND_OFFSET: usize = 165;
const KIND_MINT: u8 = 1;
const EXTENSIONS_OFFSET: usize = 166;
/// Type and length in front of each extension.
const HEADER_BYTES: usize = 4;

/// Extensions that say what a token is and nothing about what can be done with it: metadata pointer, metadata, group
/// pointer, group, group member pointer, group member; a mint with the pointers can get group and member later, so
/// refusing those would let an issuer stop the market. Everything else may tax, stop, move or burn what a vault holds, scale what an amount
/// means, or let the mint be closed and made anew; what is not known may do worse.
const ALLOWED: [u16; 6] = [18, 19, 20, 21, 22, 23];

/// Errors with [`BackstopError::ExtensionNotAllowed`] unless every extension of the Token-2022 mint in `data` is allowed,
/// and with [`BackstopError::WrongMint`] if the bytes are no mint.
pub fn extensions_allowed(data: &[u8]) -> Result<()> {
    if data.len() == PLAIN_BYTES {
        return Ok(());
    }
    ensure(
        data.get(KIND_OFFSET) == Some(&KIND_MINT),
        BackstopError::WrongMint,
    )?;
    let mut rest = data.get(EXTENSIONS_OFFSET..).unwrap_or(&[]);
    while let Some((header, behind)) = rest.split_first_chunk::<HEADER_BYTES>() {
        let [kind, kind_high, length, length_high] = *header;
        let kind = u16::from_le_bytes([kind, kind_high]);
        // Room nobody has used.
        if kind == 0 {
            return Ok(());
        }
        ensure(ALLOWED.contains(&kind), BackstopError::ExtensionNotAllowed)?;
        let length = u16::from_le_bytes([length, length_high]);
        rest = behind.get(usize::from(length)..).unwrap_or(&[]);
    }
    Ok(())
}
