//! The kernel against a floating-point margin written from the specification's text, and against
//! inputs nobody should send.

#[path = "../common/black.rs"]
mod black;
#[path = "../common/books.rs"]
mod books;
#[path = "../laws/cases.rs"]
mod cases;
#[path = "../common/mod.rs"]
mod common;
#[path = "../common/reference/mod.rs"]
mod reference;

mod odd;
mod specification;
mod tolerance;
