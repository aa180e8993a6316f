//! Prices whose exponent jumps: the same number in other digits changes nothing, an exponent out of range is refused.

use backstop_testkit::pyth::RECEIVER_PROGRAM;
use backstop_testkit::{expect_landed, Snapshot};
use solana_pubkey::Pubkey;

use super::Matrix;
use crate::kinds::Kind;

/// Where the mantissas of a fully verified `PriceUpdateV2` lie: price, interval and the averages of both.
const MANTISSAS: [usize; 4] = [73, 81, 109, 117];
/// Where its exponent lies.
const EXPONENT: usize = 89;
/// Where the level of verification lies, and that of a full one.
const FULL: (usize, u8) = (40, 1);
/// Exponents a feed may jump to.
const ALLOWED: [i32; 7] = [-12, -11, -10, -9, -7, -3, -1];

/// The same update with another exponent; `None` where a mantissa would lose a digit or not fit.
fn with_exponent(data: &[u8], exponent: i32) -> Option<Vec<u8>> {
    let at = |place: usize| data[place..place + 8].try_into().expect("eight bytes");
    let now = i32::from_le_bytes(data[EXPONENT..EXPONENT + 4].try_into().expect("four bytes"));
    let ten = 10_i64.pow(now.abs_diff(exponent));
    let mut changed = data.to_vec();
    for place in MANTISSAS {
        let mantissa = i64::from_le_bytes(at(place));
        let scaled = if exponent < now {
            mantissa.checked_mul(ten)?
        } else if mantissa % ten == 0 {
            mantissa / ten
        } else {
            return None;
        };
        changed[place..place + 8].copy_from_slice(&scaled.to_le_bytes());
    }
    changed[EXPONENT..EXPONENT + 4].copy_from_slice(&exponent.to_le_bytes());
    Some(changed)
}

impl Matrix<'_> {
    /// P: of every price read, the same price with each exponent that says it exactly leaves the same accounts
    /// behind; one below and one above the range is tried.
    pub(super) fn exponents(&mut self) {
        let mut known: Vec<Pubkey> = Vec::new();
        for (index, slot) in self.slots.iter().enumerate() {
            let address = self.address(index);
            if self.kinds[index] != Kind::Foreign(RECEIVER_PROGRAM) || known.contains(&address) {
                continue;
            }
            known.push(address);
            let data = self.base.account(&address).expect("a price").data;
            assert_eq!(
                data[FULL.0], FULL.1,
                "{}: full verification",
                self.scene.name
            );
            self.jumps_within(&address, &data);
            for (exponent, attack) in [(-13, "P exponent -13"), (1, "P exponent 1")] {
                let mut changed = data.clone();
                changed[EXPONENT..EXPONENT + 4].copy_from_slice(&i32::to_le_bytes(exponent));
                self.attempt_at_price(&address, changed, &slot.name, attack);
            }
        }
    }

    fn jumps_within(&mut self, address: &Pubkey, data: &[u8]) {
        let usual = self.landed_with(address, data.to_vec());
        let mut exact = 0;
        for exponent in ALLOWED {
            let Some(changed) = with_exponent(data, exponent) else {
                continue;
            };
            exact += 1;
            let found = self.landed_with(address, changed);
            usual.assert_same(&found, &[self.fork.payer(), *address]);
        }
        assert!(exact >= 3, "{}: {exact} exact exponents", self.scene.name);
    }

    /// What is left where the scene's instruction lands at a price.
    fn landed_with(&self, address: &Pubkey, data: Vec<u8>) -> Snapshot {
        let mut world = self.scene.stage.world.clone();
        world.write_foreign(address, RECEIVER_PROGRAM, data);
        let instruction = std::slice::from_ref(&self.scene.instruction);
        expect_landed(world.send(instruction, &self.scene.signers()));
        Snapshot::whole(&world)
    }

    fn attempt_at_price(&mut self, address: &Pubkey, data: Vec<u8>, slot: &str, attack: &str) {
        let mut world = self.scene.stage.world.clone();
        world.write_foreign(address, RECEIVER_PROGRAM, data);
        self.rebase(world);
        self.attempt(slot, attack, self.scene.instruction.clone());
        self.rebase(self.scene.stage.world.clone());
    }
}
