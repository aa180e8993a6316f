//! The fee schedule: shares of premium and notional, capped as a share of the premium, and never on less than mark.

use backstop_client::bearer::{self, Handover};
use backstop_client::orders::{self, Quote};
use backstop_client::{account, SeriesKeys};
use backstop_interface::accounts::{OptionKind, Shard, Side};
use backstop_interface::pda;
use backstop_testkit::{expect_landed, key, pubkey, Genesis, Outcome, Stage};

use super::{ask, bid, cash, order, ANY};
use crate::setup::{
    expiry, fund, leg, mark, open_with, put, series, totals, CONTRACT, PRICE, QUOTE,
};

fn with_notional_fee() -> (Stage, SeriesKeys) {
    let mut genesis = Genesis::default();
    genesis.params.notional_fee_ppb = 300_000;
    let mut stage = open_with(&genesis);
    for name in ["writer", "buyer"] {
        fund(&mut stage, name, 10_000 * QUOTE);
    }
    let week = expiry(&mut stage, 7);
    let put = put(&mut stage, &week);
    (stage, put)
}

/// Premium of a put that is worth nothing, and the fee expected: 2 % of it and 0.03 % of 400 quote, at most an eighth
/// of it.
#[test]
fn both_shares_are_charged_up_to_the_cap() {
    for (premium_price, fee) in [
        (6 * PRICE, 240_000 + 120_000),
        (PRICE, 40_000 + 120_000),
        (PRICE / 2, 125_000),
        (PRICE / 100, 2_500),
        (1_000, 1),
    ] {
        let (mut stage, put) = with_notional_fee();
        let far = series(&mut stage, &put.expiry, 60 * PRICE, OptionKind::Put);
        assert!(mark(&stage, &far) < 1_000, "worth less than the least");
        let premium = 2 * premium_price / 1_000;
        expect_landed(stage.fill_quote("buyer", "writer", &far, 2 * CONTRACT, premium_price));
        assert_eq!(
            stage.shard_of("writer").fees_atoms,
            fee,
            "premium {premium_price}"
        );
        assert_eq!(cash(&stage, "writer"), 10_000 * QUOTE + premium - fee);
        assert_eq!(cash(&stage, "buyer"), 10_000 * QUOTE - premium);
    }
}

/// Fees of all shards, in quote atoms.
fn collected(stage: &Stage) -> u64 {
    let shard = |index| stage.read::<Shard>(&pda::shard(&stage.keys.market, index));
    (0..16)
        .map(|index| shard(index).expect("genesis created it").fees_atoms)
        .sum()
}

/// A name, and a sale of two contracts of the writer's at a premium per contract of a billionth, or at none.
type Way = (&'static str, fn(&mut Stage, &SeriesKeys) -> Outcome);

const WAYS: [Way; 4] = [
    ("a trade both signed", |stage, put| {
        stage.fill_quote("buyer", "writer", put, 2 * CONTRACT, 1)
    }),
    ("an ask", |stage, put| {
        expect_landed(stage.place("writer", put, ask(1, 1, 2 * CONTRACT)));
        stage.buy_ledger("buyer", "writer", 1, put, 2 * CONTRACT)
    }),
    ("a bid", |stage, put| {
        expect_landed(stage.place("buyer", put, bid(1, 1, 2 * CONTRACT)));
        let sold = order(stage, put, Side::Bid, 2 * CONTRACT, &[("buyer", 1)]);
        stage.sweep("writer", &[sold], ANY)
    }),
    ("written for himself", |stage, put| {
        stage.write_option("writer", put, 2 * CONTRACT)
    }),
];

/// Who sells for next to nothing and is paid elsewhere pays as if he had sold at mark: 2 % of it and 0.03 % of 400
/// quote. The fee is far more than the premium, and comes from his cash.
#[test]
fn a_nominal_premium_saves_no_fee() {
    for (name, sell) in WAYS {
        let (mut stage, put) = with_notional_fee();
        let worth = (2 * mark(&stage, &put)).div_ceil(1_000);
        assert!(worth > 15 * QUOTE);
        let fee = worth.div_ceil(50) + 120_000;
        expect_landed(sell(&mut stage, &put));
        assert_eq!(collected(&stage), fee, "{name}");
        // Two billionths are an atom where the premium rounds up, and none where it rounds down.
        let premium = cash(&stage, "writer") + fee - 10_000 * QUOTE;
        assert!(premium <= 1, "{name}");
    }
}

/// Two hours before expiry and later the fee follows the mark of margin, which is that of an average.
#[test]
fn the_fee_follows_the_average_in_the_last_hours() {
    let (mut stage, put) = with_notional_fee();
    stage.world.warp_to(put.expiry.expires_at - 5_400);
    stage.set_price(200 * PRICE);
    expect_landed(stage.publish_surface(&crate::setup::surface()));
    let price = crate::setup::mark_in(&stage, &put, super::pegged::GLIDED_SECONDS);
    assert!(price < mark(&stage, &put) * 99 / 100);
    expect_landed(stage.fill_quote("buyer", "writer", &put, 2 * CONTRACT, 1));
    let worth = (2 * price).div_ceil(1_000);
    assert_eq!(collected(&stage), worth.div_ceil(50) + 120_000);
}

/// One owner's two accounts trade with each other: what one gives the other gets, and the fee is that of strangers. To
/// move a leg between them without one there is the transfer, which opens nothing.
#[test]
fn two_accounts_of_one_owner_pay_the_fee_of_strangers() {
    let (mut stage, put) = with_notional_fee();
    let owner = pubkey("writer");
    let (seller, buyer) = (stage.margin("writer"), stage.keys.margin_account(&owner, 1));
    let open = account::open_account(&stage.keys, owner, 1);
    let flow = account::Flow {
        mint: stage.keys.quote_mint,
        wallet: stage.quote_wallet("writer"),
        amount_atoms: 1_000 * QUOTE,
    };
    let fund = account::deposit(&stage.keys, owner, buyer, flow);
    expect_landed(stage.world.send(&[open, fund], &[&key("writer")]));
    let quote = Quote {
        buyer: (buyer, owner),
        seller: (seller, owner),
        contracts: 2 * CONTRACT,
        premium_price: 1,
    };
    let traded = orders::fill_quote(&stage.keys, &put, &quote, stage.price_account);
    expect_landed(stage.world.send(&[traded], &[&key("writer")]));
    let worth = (2 * mark(&stage, &put)).div_ceil(1_000);
    let fee = worth.div_ceil(50) + 120_000;
    assert_eq!(collected(&stage), fee);
    let other = stage.account_at(&buyer).expect("opened").quote_atoms;
    assert_eq!(cash(&stage, "writer") + other, 11_000 * QUOTE - fee);
    assert_eq!(totals(&stage, &put), (0, 2 * CONTRACT, 2 * CONTRACT));

    // The long goes back without a fee, and there is nothing left of the trade but what it cost.
    let handover = Handover {
        giver: (buyer, owner),
        receiver: (seller, owner),
        contracts: 2 * CONTRACT as i64,
        payment_atoms: 0,
    };
    let given = bearer::transfer_leg(&stage.keys, &put, &handover, stage.price_account);
    expect_landed(stage.world.send(&[given], &[&key("writer")]));
    assert_eq!(collected(&stage), fee);
    assert_eq!(leg(&stage, "writer", &put), 0);
}
