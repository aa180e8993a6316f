use anchor_lang::error::ErrorCode;
use anchor_lang::solana_program::program_pack::Pack;
use anchor_spl::token::spl_token::state::{Account as TokenAccount, Mint};
use backstop_client::series::create_expiry;
use backstop_interface::accounts::{ExpiryState, LAYOUT_VERSION};
use backstop_interface::BackstopError;
use backstop_testkit::{expect_landed, pubkey, Snapshot, Stage};

use crate::setup::{assert_only_changed, genesis_before, open, refuse, swapped, ADDRESS_IN_USE};

const DAY: i64 = 86_400;
const EIGHT: i64 = 8 * 3_600;

/// The first 08:00 after the stage opened.
fn first_eight(stage: &Stage) -> i64 {
    stage.world.now().div_euclid(DAY) * DAY + EIGHT
}

#[test]
fn anyone_makes_an_expiry_with_an_empty_escrow_and_a_claim_mint_of_its_own() {
    let mut stage = open();
    let expiry = stage.next_expiry(7);
    let before = Snapshot::whole(&stage.world);
    expect_landed(stage.create_expiry("stranger", &expiry));
    let made = [
        expiry.expiry,
        expiry.escrow,
        expiry.claim_mint,
        pubkey("stranger"),
    ];
    assert_only_changed(&before, &stage, &made);
    let account = stage.expiry_of(&expiry);
    assert_eq!(
        (account.version, account.state(), account.market),
        (LAYOUT_VERSION, ExpiryState::Open, stage.keys.market)
    );
    assert_eq!(
        (
            account.expires_at,
            account.point_count,
            account.series_count
        ),
        (expiry.expires_at, 30, 0)
    );
    assert_eq!(
        (
            account.owed_atoms,
            account.escrow_atoms,
            account.unsettled_contracts
        ),
        (0, 0, 0)
    );
    let data = stage
        .world
        .account(&expiry.escrow)
        .expect("it was created")
        .data;
    let escrow = TokenAccount::unpack(&data).expect("a token account");
    assert_eq!(
        (escrow.owner, escrow.mint, escrow.amount),
        (expiry.expiry, stage.keys.quote_mint, 0)
    );
    let data = stage
        .world
        .account(&expiry.claim_mint)
        .expect("it was created")
        .data;
    let claims = Mint::unpack(&data).expect("a mint");
    assert_eq!(
        (claims.decimals, claims.supply, claims.mint_authority),
        (6, 0, Some(expiry.expiry).into())
    );
    assert!(claims.freeze_authority.is_none());
}

/// From an hour ahead; any day at most 31 days ahead, a Friday 92, the last Friday of a month 366.
#[test]
fn the_nearest_is_an_hour_ahead_and_the_farthest_a_month_a_quarter_or_a_year() {
    let mut stage = open();
    let first = first_eight(&stage);
    let near = stage.keys.expiry(first);
    stage.world.warp_to(first - 3_600);
    expect_landed(stage.create_expiry("keeper", &near));
    // Tuesday 10 February, Friday 17 April, Friday 29 January of the next year.
    for (day, horizon) in [(40, 31), (106, 92), (393, 366)] {
        let far = stage.keys.expiry(first + day * DAY);
        stage.world.warp_to(far.expires_at - horizon * DAY - 1);
        let given = create_expiry(&stage.keys, pubkey("keeper"), &far);
        let early = BackstopError::ExpiryOffCalendar;
        refuse(&mut stage, "keeper", &given, early);
        stage.world.advance(1);
        expect_landed(stage.create_expiry("keeper", &far));
        assert_eq!(stage.expiry_of(&far).expires_at, far.expires_at);
    }
}

#[test]
fn create_expiry_rejects_expiries_before_the_seal() {
    let (mut stage, _) = genesis_before("seal");
    let given = create_expiry(&stage.keys, pubkey("keeper"), &stage.next_expiry(7));
    refuse(&mut stage, "keeper", &given, BackstopError::NotSealed);
}

#[test]
fn create_expiry_rejects_a_mint_other_than_quote() {
    let mut stage = open();
    let given = create_expiry(&stage.keys, pubkey("keeper"), &stage.next_expiry(7));
    let given = swapped(given, &stage.keys.quote_mint, &stage.keys.underlying_mint);
    refuse(&mut stage, "keeper", &given, BackstopError::WrongMint);
}

#[test]
fn create_expiry_rejects_every_second_off_the_calendar() {
    let mut stage = open();
    let eight = first_eight(&stage);
    stage.world.warp_to(eight - 3_599);
    let off = [
        ("less than an hour ahead", eight),
        ("now", stage.world.now()),
        ("yesterday", eight - DAY),
        ("before 1970", EIGHT - DAY),
        ("a second early", eight + DAY - 1),
        ("a second late", eight + DAY + 1),
        ("midnight", eight + DAY - EIGHT),
        ("a Monday beyond a month", eight + 32 * DAY),
        ("a Friday beyond a quarter", eight + 99 * DAY),
        ("a last Friday of a month beyond a year", eight + 393 * DAY),
        ("at the end of time", i64::MAX),
        (
            "at the last 08:00 of time",
            i64::MAX.div_euclid(DAY) * DAY + EIGHT - DAY,
        ),
        ("at the beginning of time", i64::MIN),
    ];
    for (what, second) in off {
        println!("{what}");
        let given = create_expiry(&stage.keys, pubkey("keeper"), &stage.keys.expiry(second));
        refuse(
            &mut stage,
            "keeper",
            &given,
            BackstopError::ExpiryOffCalendar,
        );
    }
}

#[test]
fn create_expiry_rejects_a_second_time() {
    let mut stage = open();
    let expiry = stage.next_expiry(7);
    expect_landed(stage.create_expiry("keeper", &expiry));
    let given = create_expiry(&stage.keys, pubkey("stranger"), &expiry);
    refuse(&mut stage, "stranger", &given, ADDRESS_IN_USE);
}

#[test]
fn create_expiry_rejects_the_address_of_another_second() {
    let mut stage = open();
    let (week, month) = (stage.next_expiry(7), stage.next_expiry(30));
    let given = swapped(
        create_expiry(&stage.keys, pubkey("keeper"), &week),
        &week.expiry,
        &month.expiry,
    );
    refuse(&mut stage, "keeper", &given, ErrorCode::ConstraintSeeds);
}
