//! Stories: several actors, several instructions, one outcome.

mod waterfall;
