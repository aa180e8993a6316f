//! Tests on the real bytecode, mirrored to the program's folders, plus stories that run across them.

mod stories;
