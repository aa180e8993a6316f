//! The rules that hold after every instruction: I1 to I4 over random sequences on the real bytecode, and the
//! proof that each rule notices when it is broken.

mod mutants;
mod random;
mod story;
