//! Exact expectations: a refusal counts only if it is the right one.

use anchor_lang::error::ErrorCode;
use solana_instruction::error::InstructionError;
use solana_instruction::Instruction;
use solana_keypair::Keypair;

use crate::outcome::{Failed, Landed};
use crate::snapshot::Snapshot;
use crate::World;

/// The transaction, which must have landed.
///
/// # Panics
/// With error and logs if it failed.
#[track_caller]
pub fn expect_landed(result: Result<Landed, Failed>) -> Landed {
    result.unwrap_or_else(|failed| panic!("expected to land, but {failed}"))
}

/// The failure, which must be the program's own error `code`: a number, an error of the program or one of
/// Anchor's [`ErrorCode`]s.
///
/// # Panics
/// If the transaction landed or failed for any other reason.
#[track_caller]
pub fn expect_code(result: Result<Landed, Failed>, code: impl Into<u32>) -> Failed {
    expect_instruction_error(result, InstructionError::Custom(code.into()))
}

/// The failure, which must be exactly this error of the runtime.
///
/// # Panics
/// If the transaction landed or failed for any other reason.
#[track_caller]
pub fn expect_instruction_error(
    result: Result<Landed, Failed>,
    expected: InstructionError,
) -> Failed {
    match result {
        Ok(landed) => panic!("expected {expected:?}, but it landed: {:#?}", landed.logs),
        Err(failed) if failed.instruction_error() == Some(&expected) => failed,
        Err(failed) => panic!("expected {expected:?}, but {failed}"),
    }
}

/// The failure, which must be this one of Anchor's own checks.
///
/// # Panics
/// As [`expect_code`].
#[track_caller]
pub fn expect_anchor(result: Result<Landed, Failed>, code: ErrorCode) -> Failed {
    expect_code(result, code)
}

impl World {
    /// Sends the transaction and asserts that it fails with exactly `code` and that no account of the world
    /// changed, but for the fee payer, who paid the fee and nothing else.
    ///
    /// # Panics
    /// If it landed, failed otherwise, or changed anything.
    #[track_caller]
    pub fn expect_refused(
        &mut self,
        instructions: &[Instruction],
        signers: &[&Keypair],
        code: impl Into<u32>,
    ) -> Failed {
        self.expect_refused_with(instructions, signers, InstructionError::Custom(code.into()))
    }

    /// [`World::expect_refused`] for an error of the runtime rather than the program.
    ///
    /// # Panics
    /// As [`World::expect_refused`].
    #[track_caller]
    pub fn expect_refused_with(
        &mut self,
        instructions: &[Instruction],
        signers: &[&Keypair],
        expected: InstructionError,
    ) -> Failed {
        let payer = self.payer();
        let before = Snapshot::whole(self);
        let lamports_before = self.lamports(&payer);
        let failed = expect_instruction_error(self.send(instructions, signers), expected);
        before.assert_same(&Snapshot::whole(self), &[payer]);
        let paid_lamports = lamports_before - self.lamports(&payer);
        assert_eq!(
            paid_lamports, failed.fee_lamports,
            "the payer paid more than the fee"
        );
        failed
    }
}
