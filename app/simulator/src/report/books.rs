//! The final account: who bore the loss, who holds claims, and whether every vault holds what it should.

use serde::{Deserialize, Serialize};

/// How a replay ended. Amounts are quote atoms unless a vault says otherwise.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Settlement {
    /// Who bore the loss.
    pub loss: LossShares,
    /// Recovery claims, one per holder.
    pub claims: Vec<Claim>,
    /// Every token account of the protocol.
    pub vaults: Vec<Vault>,
}

/// A loss and the layers that bore it, first to last.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct LossShares {
    /// What the positions of accounts that were seized or ended in debt cost at settlement, whoever held them then.
    pub loss_atoms: i64,
    /// Paid from the defaulters' own collateral.
    pub defaulter_atoms: i64,
    /// Borne by bidders and buyers of collateral: what they gave beyond what they got; negative where they gained.
    pub bidders_atoms: i64,
    /// Paid by the insurance fund and the Reserve, less penalties and what was left of estates.
    pub insurance_atoms: i64,
    /// Paid by buyers of recapitalisation tokens.
    pub backstop_atoms: u64,
    /// Borne by holders of the expiry, who hold claims for it.
    pub haircut_atoms: u64,
    /// What came in for those claims since.
    pub recovered_atoms: u64,
    /// What roundings against the payer left in the escrow.
    pub rounding_atoms: i64,
}

/// What the loss is, for readers of a report.
pub const LOSS_EXPLAINED: &str = "Loss: what the options held by seized or indebted accounts cost at settlement, whoever \
    held them by then; underlying counts at the settlement price. Each layer is measured where it was paid.";

/// One layer of the waterfall.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Layer {
    /// Who bore it.
    pub label: &'static str,
    /// How that works, in a few words.
    pub about: &'static str,
    /// What they bore, quote atoms.
    pub atoms: i64,
}

impl LossShares {
    /// The layers in the order in which they pay.
    pub fn layers(&self) -> [Layer; 6] {
        // A token supply is below 2^63 in every world built here; saturating keeps the difference visible if not.
        let signed = |atoms: u64| i64::try_from(atoms).unwrap_or(i64::MAX);
        let layer = |label, about, atoms| Layer {
            label,
            about,
            atoms,
        };
        [
            layer("Defaulter", "own collateral", self.defaulter_atoms),
            layer("Bidders", "given beyond what they got", self.bidders_atoms),
            layer("Insurance", "fund, less penalties", self.insurance_atoms),
            layer(
                "Backstop",
                "recapitalisation tokens sold",
                signed(self.backstop_atoms),
            ),
            layer(
                "Haircut",
                "one for all holders, as claims",
                signed(self.haircut_atoms).saturating_sub(signed(self.recovered_atoms)),
            ),
            layer("Rounding", "atoms left in the escrow", self.rounding_atoms),
        ]
    }

    /// Loss less all layers: zero when every atom has a bearer.
    pub fn unexplained_atoms(&self) -> i128 {
        let borne: i128 = self
            .layers()
            .iter()
            .map(|layer| i128::from(layer.atoms))
            .sum();
        i128::from(self.loss_atoms) - borne
    }
}

/// A recovery claim.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Claim {
    /// Who holds it.
    pub holder: String,
    /// On which expiry.
    pub expiry: String,
    /// Recorded haircut.
    pub claim_atoms: u64,
    /// Repaid so far.
    pub repaid_atoms: u64,
}

/// A token account of the protocol, compared with the books.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Vault {
    /// What it is for.
    pub name: String,
    /// Symbol of its token.
    pub mint: String,
    /// Decimals of its token.
    pub decimals: u8,
    /// What the books say it holds.
    pub expected_atoms: u64,
    /// What it holds.
    pub actual_atoms: u64,
}

impl Vault {
    /// Actual less expected.
    pub fn difference_atoms(&self) -> i128 {
        i128::from(self.actual_atoms) - i128::from(self.expected_atoms)
    }
}

impl Settlement {
    /// Every place where an atom is missing or too many, as sentences; empty when the books close.
    pub fn discrepancies(&self) -> Vec<String> {
        let mut found: Vec<String> = (self.vaults.iter())
            .filter(|vault| vault.difference_atoms() != 0)
            .map(|vault| {
                let (name, mint) = (&vault.name, &vault.mint);
                let (expected, actual) = (vault.expected_atoms, vault.actual_atoms);
                let difference = vault.difference_atoms();
                format!("vault {name}: expected {expected} atoms of {mint}, found {actual} ({difference:+})")
            })
            .collect();
        match self.loss.unexplained_atoms() {
            0 => {}
            atoms => found.push(format!("loss: {atoms:+} atoms are borne by nobody named")),
        }
        let claims: u128 = self
            .claims
            .iter()
            .map(|claim| u128::from(claim.claim_atoms))
            .sum();
        if claims != u128::from(self.loss.haircut_atoms) {
            found.push(format!(
                "claims: {claims} atoms, but the haircut is {}",
                self.loss.haircut_atoms
            ));
        }
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settlement() -> Settlement {
        let loss = LossShares {
            loss_atoms: 100,
            defaulter_atoms: 60,
            bidders_atoms: -5,
            insurance_atoms: 20,
            backstop_atoms: 15,
            haircut_atoms: 10,
            recovered_atoms: 2,
            rounding_atoms: 2,
        };
        let claim = Claim {
            holder: "Farah".into(),
            expiry: "T".into(),
            claim_atoms: 10,
            repaid_atoms: 0,
        };
        let vault = Vault {
            name: "quote".into(),
            mint: "USDC".into(),
            decimals: 6,
            expected_atoms: 7,
            actual_atoms: 7,
        };
        Settlement {
            loss,
            claims: vec![claim],
            vaults: vec![vault],
        }
    }

    #[test]
    fn closed_books_have_no_discrepancy() {
        assert_eq!(settlement().discrepancies(), Vec::<String>::new());
    }

    #[test]
    fn one_atom_anywhere_is_named() {
        let mut missing = settlement();
        missing.vaults[0].actual_atoms = 6;
        assert_eq!(
            missing.discrepancies(),
            ["vault quote: expected 7 atoms of USDC, found 6 (-1)"]
        );
        let mut unborne = settlement();
        unborne.loss.insurance_atoms = 19;
        assert_eq!(
            unborne.discrepancies(),
            ["loss: +1 atoms are borne by nobody named"]
        );
        let mut claimed = settlement();
        claimed.claims[0].claim_atoms = 11;
        assert_eq!(
            claimed.discrepancies(),
            ["claims: 11 atoms, but the haircut is 10"]
        );
    }
}
