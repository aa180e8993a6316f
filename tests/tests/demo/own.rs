//! Scenarios of one's own: spreads, strangles, a market that rises, nobody to help.

use backstop_simulator::report::Stage;

use super::{assert_books_close, play};

/// Writers with several legs, longs among them, in a market that more than doubles; `actors` is everybody else.
fn melt_up(actors: &str) -> String {
    format!(
        r#"
name = "melt-up"
title = "A market that more than doubles"
summary = "Short calls against quote, spreads and a strangle; bidders are few."
start_at = 1760129340

[market]
name = "SOL/USD"
underlying = "SOL"
quote = "USDC"
scan_range_bps = 3000
volatility_ppm = 1000000

[times]
expiry_after_end_seconds = 3600
deadlines = [{{ after_expiry_seconds = 43260, why = "the expiry is finalised at the latest" }}]

[books]
notional_quote = 1000000
buyers = ["Farah", "Gustav"]

[[books.writers]]
name = "Naked"
about = "calls against quote"
share_bps = 4000
cushion_bps = 200
underlying_bps = 0
legs = [{{ side = "short", kind = "call", strike_bps = 10000, ratio_bps = 10000 }}]

[[books.writers]]
name = "Spread"
about = "a call spread: the long call bounds the loss"
share_bps = 3000
cushion_bps = 200
underlying_bps = 0
legs = [
    {{ side = "short", kind = "call", strike_bps = 10000, ratio_bps = 10000 }},
    {{ side = "long", kind = "call", strike_bps = 12000, ratio_bps = 10000 }},
]

[[books.writers]]
name = "Strangle"
about = "puts and calls, half of the collateral in SOL"
share_bps = 3000
cushion_bps = 500
underlying_bps = 5000
legs = [
    {{ side = "short", kind = "call", strike_bps = 11000, ratio_bps = 10000 }},
    {{ side = "short", kind = "put", strike_bps = 9000, ratio_bps = 10000 }},
]

{actors}

[[sources]]
figure = "invented"
source = "this test"

[[anchors]]
offset_seconds = 0
price = "100"

[[anchors]]
offset_seconds = 900
price = "104"

[[anchors]]
offset_seconds = 1800
price = "190"

[[anchors]]
offset_seconds = 3600
price = "230"
"#
    )
}

const NOBODY: &str = "[actors]\nkeepers = 1\ninsurers = []\nbidders = []\nbackstop = []\n";

const BOLD: &str = r#"
[actors]
keepers = 2
insurers = [{ name = "Ines", stake_quote = 100000 }]
bidders = [
    { name = "Early", wants_bps = 300, cash_quote = 400000 },
    { name = "Late", wants_bps = 3000, cash_quote = 300000 },
]
backstop = [{ name = "Pia", waits_minutes = 1, cash_quote = 100000 }]
"#;

fn play_own(name: &str, actors: &str) -> backstop_simulator::report::Recording {
    let file =
        std::env::temp_dir().join(format!("backstop-demo-{name}-{}.toml", std::process::id()));
    std::fs::write(&file, melt_up(actors)).expect("written");
    let recording = play(&["--scenario", &file.display().to_string()]);
    std::fs::remove_file(file).expect("removed");
    recording
}

#[test]
fn without_bidders_fund_or_backstop_the_holders_bear_what_writers_cannot_pay() {
    let recording = play_own("nobody", NOBODY);
    assert_books_close(&recording);
    assert!(recording.entered(Stage::Estate) && recording.entered(Stage::Socialise));
    let loss = recording.settlement.expect("kept").loss;
    assert!(loss.haircut_atoms > 0);
    // The fund holds the fees of the opening and nothing else.
    assert!(
        loss.insurance_atoms < 100_000_000 && loss.backstop_atoms == 0,
        "{loss:?}"
    );
}

#[test]
fn longs_strangles_and_mixed_collateral_are_accounted_for_with_bidders_around() {
    let recording = play_own("bold", BOLD);
    assert_books_close(&recording);
    assert!(recording.entered(Stage::Seize) && recording.entered(Stage::Auction));
    let paid = |what: &str| recording.timeline.iter().any(|event| event.what == what);
    assert!(paid("fill") && paid("settle") && paid("redeem"));
}
