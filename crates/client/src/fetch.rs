//! Reading the program's accounts from bytes.

use anchor_lang::prelude::*;
use backstop_interface::accounts::{Exercises, Expiry, MarginAccount, VolSurface};

/// Reads a borsh account; `None` if the bytes are not one.
pub fn read<T: AccountDeserialize>(data: &[u8]) -> Option<T> {
    let mut rest = data;
    T::try_deserialize(&mut rest).ok()
}

/// Reads a margin account; `None` if the bytes are not one.
pub fn margin_account(data: &[u8]) -> Option<MarginAccount> {
    zero_copy(data)
}

/// Reads an expiry; `None` if the bytes are not one.
pub fn expiry(data: &[u8]) -> Option<Expiry> {
    zero_copy(data)
}

/// Reads the exercises of a series; `None` if the bytes are not such.
pub fn exercises(data: &[u8]) -> Option<Exercises> {
    zero_copy(data)
}

/// Reads a volatility surface; `None` if the bytes are not one.
pub fn vol_surface(data: &[u8]) -> Option<VolSurface> {
    zero_copy(data)
}

fn zero_copy<T: Discriminator + bytemuck::AnyBitPattern>(data: &[u8]) -> Option<T> {
    let body = data.strip_prefix(T::DISCRIMINATOR)?;
    bytemuck::try_pod_read_unaligned(body.get(..core::mem::size_of::<T>())?).ok()
}
