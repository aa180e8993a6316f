//! What is no candle file at all.

use backstop_simulator::candles::{Candles, Rule};

#[test]
fn files_that_are_no_files() {
    let folder = std::env::temp_dir();
    assert_eq!(
        Candles::load(&folder).expect_err("a folder").rule,
        Rule::NotAFile
    );
    let missing = folder.join("backstop-no-such-file.csv");
    let error = Candles::load(&missing).expect_err("missing");
    assert!(
        matches!(error.rule, Rule::Unreadable(_)) && error.to_string().contains("no-such-file"),
        "{error}"
    );
    let error = Candles::parse("f.csv", b"open_time_unix,open,high,low,close\n\xff\xfe")
        .expect_err("no text");
    assert_eq!((error.line, error.rule), (Some(2), Rule::NotUtf8));
}
