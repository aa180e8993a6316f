use super::story::Moments;
use backstop_testkit::invariants::{check_books, Books};

#[test]
fn smoke() {
    let moments = Moments::of_a_default();
    let all: [&Books; 7] = [&moments.traded, &moments.seized, &moments.folded, &moments.settled, &moments.finalised, &moments.redeemed, &moments.closed];
    for books in all {
        check_books(books).unwrap();
    }
    println!("{:?}", moments.story.expiry);
}
