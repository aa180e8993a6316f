//! A calm expiry: everybody is paid in full, and everything drains to zero.

use backstop_testkit::{expect_landed, pubkey, Genesis};

use crate::setting::{Play, CONTRACT, PRICE, QUOTE};

/// Odd sizes, two holders of tokens, a ledger long, and the average of thirty points that the committed file
/// asks for.
fn written() -> Play {
    let mut play = Play::with(&Genesis::default());
    let (put, call) = (play.put, play.call);
    expect_landed(play.deposit_quote("writer", 90_000 * QUOTE));
    expect_landed(play.deposit_quote("second", 90_000 * QUOTE));
    expect_landed(play.deposit_quote("bidder", 10_000 * QUOTE));
    play.sell("writer", &put, 333, 6);
    let nonce = play.place("second", &call, 100, 6);
    for (holder, contracts) in [("buyer", 33_330_000), ("backer", 16_670_000)] {
        expect_landed(play.buy_tokens(holder, "second", nonce, &call, contracts));
    }
    expect_landed(play.buy_ledger("bidder", "second", nonce, &call, 7_770_000));
    play
}

/// To the haircut, which is 0, at a price that divides badly.
fn settle(play: &mut Play) {
    let expiry = play.expiry;
    play.world.warp_to(expiry.expires_at - 3_600);
    expect_landed(play.sample(&expiry, 213 * PRICE + 333_333_330));
    expect_landed(play.fix_price(&expiry));
    for series in [play.put, play.call] {
        expect_landed(play.fold_series(&series));
    }
    for name in ["writer", "second"] {
        expect_landed(play.settle(name, &expiry));
        assert_eq!(play.account_of(name).expect("open").debt_atoms(), 0);
    }
    play.world.advance(1_800);
    expect_landed(play.close_collecting(&expiry));
    expect_landed(play.finalise(&expiry));
    let books = play.expiry_of(&expiry);
    assert_eq!(
        (
            books.haircut_ppb,
            books.insured_atoms,
            books.shortfall_atoms
        ),
        (0, 0, 0)
    );
}

/// Every token burnt, every long paid. Returns what the escrow keeps.
fn pay_out(play: &mut Play) -> u64 {
    let (put, call, expiry) = (play.put, play.call, play.expiry);
    expect_landed(play.settle("bidder", &expiry));
    expect_landed(play.redeem("buyer", &call, 11_110_001));
    expect_landed(play.redeem("buyer", &call, 22_219_999));
    expect_landed(play.redeem("backer", &call, 16_670_000));
    expect_landed(play.redeem("buyer", &put, 333 * CONTRACT));
    for series in [put, call] {
        assert_eq!(play.world.supply(&series.option_mint), 0);
        assert_eq!(play.series_of(&series).token_contracts, 0);
    }
    assert_eq!(play.world.supply(&expiry.claim_mint), 0);
    assert!(play.expiry_of(&expiry).owed_atoms < 4);
    play.world.balance(&expiry.escrow)
}

/// Series and expiry are gone, the dust is the fund's, and who created them has his deposits back.
fn close(play: &mut Play, dust: u64) {
    let (put, call, expiry) = (play.put, play.call, play.expiry);
    let (assets, rich) = (
        play.fund().assets_atoms,
        play.world.lamports(&pubkey("keeper")),
    );
    for series in [put, call] {
        expect_landed(play.close_series("backer", &series));
    }
    expect_landed(play.close_expiry(&expiry));
    assert_eq!(play.fund().assets_atoms, assets + dust);
    let params = play.view().market.params;
    let deposits = 2 * params.series_deposit_lamports + params.expiry_deposit_lamports;
    assert!(play.world.lamports(&pubkey("keeper")) > rich + deposits);
    for gone in [put.series, call.series, expiry.expiry, expiry.escrow] {
        assert!(play.world.account(&gone).is_none());
    }
}

#[test]
fn a_calm_expiry_pays_all_and_leaves_dust_at_most() {
    let mut play = written();
    let before = play.balances();
    settle(&mut play);
    let dust = pay_out(&mut play);
    assert!(
        dust < 4,
        "one rounding for each payment at the most: {dust}"
    );
    for name in ["writer", "second", "bidder"] {
        let cash = play.cash(name);
        expect_landed(play.withdraw_quote(name, cash));
        expect_landed(play.close_account(name));
        assert!(play.world.account(&play.margin(name)).is_none());
    }
    for name in ["writer", "second"] {
        expect_landed(play.sweep_fees_of(name));
    }
    assert_eq!(
        play.world.balance(&play.keys.vault),
        0,
        "nothing is left in the vault"
    );
    play.assert_books(&before);
    close(&mut play, dust);
    let everything: u64 = ["writer", "second", "bidder", "buyer", "backer"]
        .map(|name| {
            play.world
                .balance(&play.world.ata(&pubkey(name), &play.keys.quote_mint))
        })
        .iter()
        .sum();
    assert_eq!(everything + play.fund().assets_atoms, 5_000_000 * QUOTE);
}
