//! S5: seeds of different domains never make the same bytes, so no address serves two purposes.

use backstop_interface::pda;
use proptest::prelude::*;
use solana_pubkey::Pubkey;

/// Tag and lengths of the seeds behind it, as the derivations in the interface use them.
const DOMAINS: [(&[u8], &[usize]); 23] = [
    (pda::PROTOCOL, &[]),
    (pda::RECAPITALISATION_MINT, &[]),
    (pda::TREASURY, &[]),
    (pda::MARKET, &[2]),
    (pda::SHARD, &[32, 1]),
    (pda::FEED_CLOCK, &[32]),
    (pda::VOL_SURFACE, &[32]),
    (pda::COLLATERAL, &[32, 32]),
    (pda::VAULT, &[32, 32]),
    (pda::MARGIN_ACCOUNT, &[32, 32, 1]),
    (pda::EXPIRY, &[32, 8]),
    (pda::ESCROW, &[32]),
    (pda::CLAIM_MINT, &[32]),
    (pda::SERIES, &[32, 8, 1]),
    (pda::OPTION_MINT, &[32]),
    (pda::OFFER, &[32, 8]),
    (pda::FILL_REQUEST, &[32, 8]),
    (pda::AUCTION, &[32]),
    (pda::INSURANCE_FUND, &[32]),
    (pda::INSURANCE_VAULT, &[32]),
    (pda::STAKE, &[32, 32]),
    (pda::EXERCISES, &[32]),
    (pda::EXERCISE_REQUEST, &[32, 32, 8]),
];

/// Bytes of the numbers among the seeds.
const NUMBER: [u8; 8] = [1, 2, 3, 4, 5, 6, 7, 8];

/// The runtime hashes seeds one behind the other without lengths: these are the bytes that must differ.
fn hashed(domain: usize, values: &[u8]) -> Vec<u8> {
    let (tag, lengths) = DOMAINS[domain];
    let length: usize = lengths.iter().sum();
    [tag, &values[..length]].concat()
}

#[test]
fn no_domain_can_be_written_as_another() {
    for (index, (tag, lengths)) in DOMAINS.iter().enumerate() {
        for (other_tag, other_lengths) in &DOMAINS[index + 1..] {
            assert_ne!(tag, other_tag);
            let total = |tag: &[u8], lengths: &[usize]| tag.len() + lengths.iter().sum::<usize>();
            let same_length = total(tag, lengths) == total(other_tag, other_lengths);
            let one_begins_the_other = tag.starts_with(other_tag) || other_tag.starts_with(tag);
            let name = String::from_utf8_lossy;
            assert!(
                !(same_length && one_begins_the_other),
                "{} and {}",
                name(tag),
                name(other_tag)
            );
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(20_000))]

    /// Even with every value behind the tag chosen by the attacker, here by copying the other's bytes.
    #[test]
    fn values_chosen_by_the_attacker_do_not_collide(
        first in 0..DOMAINS.len(),
        step in 1..DOMAINS.len(),
        values in prop::collection::vec(any::<u8>(), 72),
        shift in 0..12usize,
    ) {
        let second = (first + step) % DOMAINS.len();
        let target = hashed(first, &values);
        let mut copied = target.get(shift..).unwrap_or_default().to_vec();
        copied.resize(72, 0);
        prop_assert_ne!(target, hashed(second, &copied));
    }
}

/// The derivations of the interface in the order of [`DOMAINS`], for the keys 3… and 5… and the numbers below.
fn derived() -> [Pubkey; 21] {
    let (a, b) = (
        Pubkey::new_from_array([3; 32]),
        Pubkey::new_from_array([5; 32]),
    );
    [
        pda::protocol(),
        pda::recapitalisation_mint(),
        pda::treasury(),
        pda::market(u16::from_le_bytes([1, 2])),
        pda::shard(&a, 1),
        pda::feed_clock(&[3; 32]),
        pda::vol_surface(&a),
        pda::collateral(&a, &b),
        pda::vault(&a, &b),
        pda::margin_account(&a, &b, 1),
        pda::expiry(&a, i64::from_le_bytes(NUMBER)),
        pda::escrow(&a),
        pda::claim_mint(&a),
        pda::series(&a, u64::from_le_bytes(NUMBER), 1),
        pda::option_mint(&a),
        pda::offer(&a, u64::from_le_bytes(NUMBER)),
        pda::fill_request(&a, u64::from_le_bytes(NUMBER)),
        pda::auction(&a),
        pda::insurance_fund(&a),
        pda::insurance_vault(&a),
        pda::stake(&a, &b),
    ]
}

#[test]
fn the_list_of_domains_is_the_list_of_derivations() {
    for ((tag, lengths), made) in DOMAINS.iter().zip(derived()) {
        let mut keys = [[3u8; 32], [5; 32]].into_iter();
        let values: Vec<Vec<u8>> = lengths
            .iter()
            .map(|length| match length {
                32 => keys.next().expect("at most two keys").to_vec(),
                length => NUMBER[..*length].to_vec(),
            })
            .collect();
        let values = values.iter().map(Vec::as_slice);
        let seeds: Vec<&[u8]> = std::iter::once(*tag).chain(values).collect();
        let expected = Pubkey::find_program_address(&seeds, &backstop_interface::ID).0;
        assert_eq!(expected, made, "{}", String::from_utf8_lossy(tag));
    }
    let source = include_str!("../../../crates/interface/src/pda.rs");
    let count = source.matches("find(&[").count();
    assert_eq!(
        count,
        DOMAINS.len(),
        "a derivation is missing from the list"
    );
}
