//! Tests on the real bytecode.
