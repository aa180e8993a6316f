//! An expiry that holds an estate may be cut: what is long in it counts for less, and nothing where value leaves.

use anchor_lang::error::ErrorCode;
use anchor_lang::prelude::AccountMeta;
use anchor_lang::solana_program::instruction::Instruction;
use backstop_client::{ExpiryKeys, SeriesKeys};
use backstop_interface::accounts::{AccountState, OptionKind};
use backstop_interface::impairment::ImpairedExpiry;
use backstop_interface::BackstopError;
use backstop_risk::margin::Assessment;
use backstop_testkit::{expect_code, expect_landed};

use crate::setting::{surface, Play, ALL, CONTRACT, PRICE, QUOTE};

/// Wallets and `second` hold 500 puts at 200 and 50 at 180 of the first expiry, written by `writer`, who is an
/// estate; `second` is short 40 puts at 200 of a later one.
struct Scene {
    play: Play,
    low: SeriesKeys,
    later: ExpiryKeys,
}

/// The scene, where the writer was sold at no price for twenty minutes.
fn estate(price: u64) -> Scene {
    let mut play = Play::open();
    let (put, expiry) = (play.put, play.expiry);
    let low = expiry.series(180 * PRICE, OptionKind::Put);
    let later = play.next_expiry(9);
    let far = later.series(200 * PRICE, OptionKind::Put);
    expect_landed(play.create_series("keeper", &low));
    expect_landed(play.create_expiry("keeper", &later));
    expect_landed(play.create_series("keeper", &far));
    play.sell_puts("writer", 400, 40_000);
    play.sell("writer", &low, 50, 2);
    expect_landed(play.deposit_quote("second", 7_000 * QUOTE));
    let nonce = play.place("writer", &put, 100, 6);
    expect_landed(play.buy_ledger("second", "writer", nonce, &put, 100 * CONTRACT));
    play.sell("second", &far, 40, 10);
    play.jump(price);
    expect_landed(play.liquidate("keeper", "writer"));
    play.wait_healthy(1_200);
    expect_landed(play.liquidate("keeper", "writer"));
    assert_eq!(play.state("writer"), AccountState::Estate);
    expect_landed(play.publish_surface(&surface()));
    Scene { play, low, later }
}

impl Scene {
    fn series(&self) -> [SeriesKeys; 3] {
        [self.play.put, self.play.call, self.low]
    }

    /// The estimate after these series were counted, if it could be made; the estate stays as it was counted last.
    fn count(&mut self, series: &[SeriesKeys]) -> Option<u64> {
        self.estimate("second", series)
    }

    /// The same with the estate and all series as they are now.
    fn measure(&mut self) -> u64 {
        let series = self.series();
        self.estimate("writer", &series).expect("all is counted")
    }

    fn estimate(&mut self, account: &str, series: &[SeriesKeys]) -> Option<u64> {
        let expiry = self.play.expiry;
        expect_landed(self.play.estimate(account, series, &[expiry]));
        let books = self.play.expiry_of(&expiry);
        // The round is over once it came to an estimate.
        if books.round_at > 0 {
            return None;
        }
        let live = self.play.world.now() < expiry.expires_at;
        let written = ImpairedExpiry {
            expires_at: expiry.expires_at,
            haircut_ppb: books.estimate_ppb,
        };
        let expected = (live && books.estate_count > 0).then_some(written);
        assert_eq!(self.table(), expected.into_iter().collect::<Vec<_>>());
        Some(books.estimate_ppb)
    }

    fn table(&self) -> Vec<ImpairedExpiry> {
        let table = self.play.vol_surface();
        let now = self.play.world.now();
        let live = table.impaired().iter().filter(|one| one.expires_at > now);
        live.copied().collect()
    }

    /// What the expiry says its estates lack.
    fn deficit(&self) -> (u64, u32) {
        let expiry = self.play.expiry_of(&self.play.expiry);
        (expiry.deficit_atoms, expiry.estate_count)
    }
}

/// What `second`'s legs in the first expiry count at maintenance.
fn counted(play: &Play) -> i64 {
    let account = play.account_of("second").expect("open");
    let slot = account.expiry_index(play.expiry.expires_at);
    play.assess("second").counted_by_expiry[slot.expect("long in it")]
}

#[test]
fn longs_of_an_expiry_with_an_estate_count_less_the_estimated_haircut() {
    let mut scene = estate(80);
    let before = scene.play.assess("second");
    let whole = counted(&scene.play);
    let cut = scene.measure();

    // All the holders have was written by it: what it lacks is what it owes less its cash.
    let play = &mut scene.play;
    let estate = play.assess("writer");
    let account = play.account_of("writer").expect("an estate");
    let slot = account
        .expiry_index(play.expiry.expires_at)
        .expect("short in it");
    let owes = estate.value_by_expiry[slot].unsigned_abs();
    let missing = owes - account.quote_atoms;
    assert_eq!(account.deficit_atoms[slot], missing);
    let exact = u128::from(missing) * u128::from(ALL) / u128::from(owes);
    assert!(u128::from(cut).abs_diff(exact) < 100, "{cut} for {exact}");

    let after = play.assess("second");
    assert_eq!(
        after.value - before.value,
        whole_lost(&before, &after),
        "value is what is expected to be paid"
    );
    // Its credit at maintenance was nine tenths; the estimate is worse.
    let left = i128::from(whole) * i128::from(ALL - cut) / i128::from(ALL);
    let now = i128::from(counted(play));
    assert!(now < left + 100 && now > 0, "{now} of {left}");
    expect_code(
        play.withdraw_quote("second", QUOTE),
        BackstopError::BelowInitialMargin,
    );
}

/// What the legs lost of their value.
fn whole_lost(before: &Assessment, after: &Assessment) -> i64 {
    let of = |one: &Assessment| one.value_by_expiry.iter().sum::<i64>();
    of(after) - of(before)
}

/// An estimate is made of what was counted within ten minutes, and of all of it.
#[test]
fn an_estimate_needs_every_series_and_every_estate_within_ten_minutes() {
    let mut scene = estate(80);
    let [put, call, low] = scene.series();
    scene.play.wait_healthy(610);
    assert_eq!(scene.estimate("writer", &[]), None);
    assert_eq!(scene.count(&[put]), None);
    assert_eq!(scene.count(&[put, put]), None, "twice is once");
    assert_eq!(scene.count(&[low]), None);
    assert!(scene.table().is_empty());
    let first = scene.count(&[call]).expect("all");
    assert!(first > 0);
    // The next round: what was counted in the last one does not count.
    assert_eq!(
        scene.count(&[put, call, low]),
        None,
        "the estate is missing"
    );
    scene.play.wait_healthy(600);
    assert!(scene.estimate("writer", &[]).is_some(), "within the round");
    let last = scene.table()[0].haircut_ppb;
    assert_eq!(scene.estimate("writer", &[put]), None);
    scene.play.wait_healthy(610);
    assert_eq!(scene.count(&[call, low]), None, "a new round");
    assert_eq!(
        scene.estimate("writer", &[]),
        None,
        "the put is of the old one"
    );
    assert_eq!(
        scene.table()[0].haircut_ppb,
        last,
        "what was made last stands"
    );
    assert!(scene.count(&[put]).is_some());
}

#[test]
fn an_estate_is_counted_again_and_away() {
    let mut scene = estate(80);
    let first = scene.measure();
    let version = scene
        .play
        .account_of("writer")
        .expect("there")
        .portfolio_version;
    scene.play.jump(120);
    let second = scene.measure();
    assert!(second < first, "{second} after {first}");
    let account = scene.play.account_of("writer").expect("there");
    assert_eq!(
        account.portfolio_version, version,
        "a bid in flight stays good"
    );

    // All of it is bought: it waits to be counted away.
    expect_landed(scene.play.deposit_quote("bidder", 500_000 * QUOTE));
    scene.play.jump(180);
    scene.play.wait_healthy(20);
    while scene
        .play
        .account_of("writer")
        .is_some_and(|one| one.has_shorts())
    {
        expect_landed(scene.play.bid("bidder", "writer", ALL, i64::MAX));
    }
    assert_eq!(scene.deficit().1, 1);
    let mut closed = scene.play.clone();
    let before = closed.balances();
    expect_landed(closed.close_estate("keeper", "writer"));
    let expiry = closed.expiry_of(&closed.expiry);
    assert_eq!((expiry.deficit_atoms, expiry.estate_count), (0, 0));
    closed.assert_books(&before);

    expect_landed(scene.play.measure("writer"));
    assert_eq!(scene.deficit(), (0, 0));
    let account = scene.play.account_of("writer").expect("there");
    assert!(account.expiries.iter().all(|slot| slot.expires_at == 0));
    assert_eq!(
        scene.count(&[]),
        Some(0),
        "without an estate nothing is to be counted"
    );
    assert!(scene.table().is_empty());
    expect_landed(scene.play.close_estate("keeper", "writer"));
}

/// An estate that can pay is seen all the same, by the least there is.
#[test]
fn an_estate_that_can_pay_is_marked() {
    let mut scene = estate(120);
    scene.play.jump(200);
    assert_eq!(scene.measure(), 1);
    assert_eq!(scene.deficit(), (1, 1));
}

/// After the expiry an estate is counted with the debt it left, over what is owed; once the haircut is fixed there is
/// nothing to estimate.
#[test]
fn an_expiry_that_is_over_is_estimated_by_what_it_owes() {
    let mut scene = estate(80);
    scene.measure();
    let (expiry, low) = (scene.play.expiry, scene.low);
    scene.play.pass_expiry(&expiry, 80);
    assert_eq!(
        scene.estimate("writer", &[]),
        None,
        "what it pays is not known"
    );
    for series in [scene.play.put, scene.play.call, low] {
        expect_landed(scene.play.fold_series(&series));
    }
    expect_landed(scene.play.settle("writer", &expiry));
    scene.play.set_price(80 * PRICE);
    let estimate = scene
        .estimate("writer", &[])
        .expect("the estate is counted");
    let books = scene.play.expiry_of(&expiry);
    let (debts, owed) = (u128::from(books.debts_atoms), u128::from(books.owed_atoms));
    assert!(debts > 0);
    assert_eq!(scene.deficit().0, books.debts_atoms);
    assert_eq!(
        u128::from(estimate),
        (debts * u128::from(ALL)).div_ceil(owed)
    );
    assert!(scene.table().is_empty(), "who is judged is shown it anyhow");
    // Before the haircut is fixed, longs of it count so much less to a liquidator.
    let found = scene.play.assess("second");
    let account = scene.play.account_of("second").expect("open");
    let slot = account.expiry_index(expiry.expires_at).expect("long in it");
    let pays = 100 * 120 * u128::from(QUOTE) * (u128::from(ALL) - u128::from(estimate));
    let pays = (pays / u128::from(ALL)) as i64;
    assert!((found.value_by_expiry[slot] - pays).abs() < 100);
    scene.play.close_and_finalise();
    assert_eq!(scene.play.expiry_of(&expiry).estimated_ppb(), None);
}

#[test]
fn measure_rejects_series_that_do_not_fit() {
    let mut scene = estate(80);
    let (expiry, put) = (scene.play.expiry, scene.play.put);
    let far = scene.later.series(200 * PRICE, OptionKind::Put);
    let play = &mut scene.play;
    let last = |asked: &mut Instruction, change: fn(&mut AccountMeta)| {
        change(asked.accounts.last_mut().expect("the series"));
    };
    let strange = play.estimating("writer", &[far], &[]);
    play.refuses(strange, "keeper", BackstopError::ExpiryMissing);
    let mut fixed = play.estimating("writer", &[put], &[]);
    last(&mut fixed, |meta| meta.is_writable = false);
    play.refuses(fixed, "keeper", ErrorCode::ConstraintMut);
    // Without the surface it counts, and makes no estimate.
    let mut counts = play.estimating("writer", &[put], &[]);
    let surface = play.keys.vol_surface;
    let named = counts
        .accounts
        .iter_mut()
        .find(|meta| meta.pubkey == surface);
    named.expect("every check reads it").is_writable = false;
    expect_landed(play.clone().world.send(&[counts], &[]));
    let mut stale = play.clone();
    stale.world.advance(26);
    // The bidder's account needs no price for itself.
    let old = stale.estimating("bidder", &[put], &[expiry]);
    stale.refuses(old, "keeper", BackstopError::PriceStale);
    play.pass_expiry(&expiry, 80);
    play.set_price(80 * PRICE);
    let late = play.estimating("writer", &[put], &[]);
    play.refuses(late, "keeper", BackstopError::ExpiryClosed);
}

/// An estate that nobody counts would be overlooked: whoever makes it one shows all its expiries, to be written.
#[test]
fn liquidate_rejects_an_estate_whose_expiries_are_not_shown() {
    let mut play = Play::seized_at(80);
    play.wait_healthy(1_200);
    let later = play.next_expiry(9);
    expect_landed(play.create_expiry("keeper", &later));
    let showing = |play: &Play, meta: Option<AccountMeta>| {
        let mut asked = play.ask_liquidate("keeper", "writer");
        asked.accounts.extend(meta);
        asked
    };
    let own = play.expiry.expiry;
    let other = AccountMeta::new(later.expiry, false);
    for shown in [None, Some(other)] {
        play.refuses(
            showing(&play, shown),
            "keeper",
            BackstopError::ExpiryMissing,
        );
    }
    let read_only = showing(&play, Some(AccountMeta::new_readonly(own, false)));
    play.refuses(read_only, "keeper", BackstopError::ExpiryMissing);
    expect_landed(play.liquidate("keeper", "writer"));
    assert_eq!(play.state("writer"), AccountState::Estate);
}
