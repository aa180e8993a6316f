//! Collateral of a Token-2022 mint in an estate: sold like any other, but not once its mint has an extension that is not
//! on the list.

use anchor_lang::prelude::Pubkey;
use anchor_spl::token_2022::ID as TOKEN_2022;
use anchor_spl::token_interface::spl_token_2022::extension::ExtensionType;
use backstop_interface::accounts::AccountState;
use backstop_interface::mint::extensions_allowed;
use backstop_interface::BackstopError;
use backstop_testkit::stage::NewCollateral;
use backstop_testkit::{expect_code, expect_landed, Genesis};

use crate::setting::{genesis, Play, PRICE, QUOTE};

/// Atoms of a stable coin.
const STABLE: u64 = 1_000_000;
/// Where extensions begin behind a mint, and what is written before them.
const BEHIND: usize = 165;
const MARK: u8 = 1;

/// The estate of a writer who holds 1 000 stable coins of Token-2022.
fn estate() -> Play {
    let stable = NewCollateral {
        token_2022: true,
        ..NewCollateral::stable()
    };
    let mut play = Play::with(&Genesis {
        others: vec![stable],
        ..genesis()
    });
    for name in ["writer", "backer"] {
        play.fund_other(name, "stable", 1_000 * STABLE);
    }
    expect_landed(play.deposit_other("writer", "stable", 1_000 * STABLE));
    play.sell_puts("writer", 1_000, 80_000);
    play.jump(80);
    expect_landed(play.liquidate("keeper", "writer"));
    play.wait_healthy(1_200);
    expect_landed(play.liquidate("keeper", "writer"));
    assert_eq!(play.state("writer"), AccountState::Estate);
    play
}

/// Writes an extension of eight bytes behind a mint.
fn extend(play: &mut Play, mint: &Pubkey, kind: u16) -> Vec<u8> {
    let mut data = play.world.account(mint).expect("a mint").data;
    data.resize(BEHIND, 0);
    data.push(MARK);
    data.extend(kind.to_le_bytes());
    data.extend(8u16.to_le_bytes());
    data.extend([7; 8]);
    play.world.write_foreign(mint, TOKEN_2022, data.clone());
    data
}

#[test]
fn convert_rejects_a_mint_with_an_extension_that_appeared_later() {
    let mut play = estate();
    let mint = play.other("stable").keys.mint;
    let named = |number: &u16| ExtensionType::try_from(*number).is_ok();
    let mut refused = 0;
    for kind in (1..=u16::MAX).filter(named) {
        let mut fork = play.clone();
        let data = extend(&mut fork, &mint, kind);
        if extensions_allowed(&data).is_err() {
            let sold = fork.convert_other("backer", "writer", "stable", STABLE);
            expect_code(sold, BackstopError::ExtensionNotAllowed);
            refused += 1;
        }
    }
    assert!(refused >= 21, "{refused} extensions");
    let (cash, before) = (play.cash("writer"), play.balances());
    play.set_other_price("stable", PRICE);
    expect_landed(play.convert_other("backer", "writer", "stable", 10 * STABLE));
    assert!(play.cash("writer") > cash + 9 * QUOTE);
    play.assert_books(&before);
}
