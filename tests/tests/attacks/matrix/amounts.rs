//! Numbers nobody sends by accident: zero, dust and the ends of their range.

use super::Matrix;
use crate::arguments::numbers;

impl Matrix<'_> {
    /// B: every number among the arguments at zero, at one, and at the ends of its type.
    pub(super) fn extremes(&mut self) {
        let name = self.scene.instruction_name();
        for number in numbers(self.idl, name, &self.scene.instruction.data) {
            let place = number.offset..number.offset + number.width();
            for (attack, bytes) in number.extremes() {
                let mut extreme = self.scene.instruction.clone();
                if extreme.data[place.clone()] == *bytes {
                    continue;
                }
                extreme.data[place.clone()].copy_from_slice(&bytes);
                self.attempt(&number.path, attack, extreme);
            }
        }
    }
}
