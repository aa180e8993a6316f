//! What the tests on the real bytecode share.

use std::path::PathBuf;
use std::sync::OnceLock;

/// The program as built by `cargo xtask build`.
///
/// # Panics
/// With the command to run if the file is not there.
pub fn program_so() -> &'static [u8] {
    static BYTES: OnceLock<Vec<u8>> = OnceLock::new();
    BYTES.get_or_init(|| {
        let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../target/deploy/backstop.so");
        std::fs::read(&path).unwrap_or_else(|error| {
            panic!(
                "{}: {error}; build the program first: cargo xtask build",
                path.display()
            )
        })
    })
}
