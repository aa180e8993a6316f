//! Early exercise on the real bytecode: what each instruction moves to the atom, each error it answers with, and
//! what becomes of rights nobody pays. Every step that lands is held against all rules of the testkit.

mod debts;
mod estates;
mod expiry;
mod late;
mod life;
mod queue;
mod refusals;
mod requests;
mod setting;
mod stale;
