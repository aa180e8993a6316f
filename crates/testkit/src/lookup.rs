//! Address lookup tables, for transactions that name more accounts than fit on the wire.

use solana_account::Account;
use solana_message::AddressLookupTableAccount;
use solana_pubkey::Pubkey;

use crate::keys::address;
use crate::World;

/// The address-lookup-table program.
const LOOKUP_TABLE_PROGRAM: Pubkey =
    Pubkey::from_str_const("AddressLookupTab1e1111111111111111111111111");

/// The most addresses one table holds.
const MOST_ADDRESSES: usize = 256;

impl World {
    /// Puts a frozen lookup table of the given addresses in place, usable at once.
    ///
    /// # Panics
    /// For more than 256 addresses.
    #[track_caller]
    pub fn lookup_table(&mut self, name: &str, addresses: &[Pubkey]) -> AddressLookupTableAccount {
        assert!(
            addresses.len() <= MOST_ADDRESSES,
            "a lookup table holds {MOST_ADDRESSES} addresses, not {}",
            addresses.len()
        );
        let table = address(&format!("lookup table {name}"));
        let data = table_bytes(addresses);
        let account = Account {
            lamports: self.rent(data.len()),
            data,
            owner: LOOKUP_TABLE_PROGRAM,
            ..Account::default()
        };
        self.set_account(table, account);
        self.label(table, name);
        AddressLookupTableAccount {
            key: table,
            addresses: addresses.to_vec(),
        }
    }
}

/// Layout of a table: variant 1 (u32), deactivation slot (u64, none is the maximum), last extended slot (u64) and
/// index (u8), authority (tag and 32 bytes, absent when frozen), 2 bytes of padding, then the addresses.
fn table_bytes(addresses: &[Pubkey]) -> Vec<u8> {
    let mut data = vec![0; 56];
    data[0] = 1;
    data[4..12].copy_from_slice(&u64::MAX.to_le_bytes());
    for address in addresses {
        data.extend_from_slice(address.as_ref());
    }
    data
}
