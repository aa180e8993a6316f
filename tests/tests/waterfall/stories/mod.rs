//! Several instructions after one another, as they happen.

mod default;
