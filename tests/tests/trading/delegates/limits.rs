//! What a delegate may not do, and nobody any more whose name was taken back.

use anchor_lang::solana_program::instruction::Instruction;
use backstop_client::account::{close_account, set_delegate, withdraw, Flow};
use backstop_client::bearer::{self, Carried, Handover};
use backstop_client::trading::{cancel_all, cancel_offer_of};
use backstop_client::SeriesKeys;
use backstop_interface::BackstopError;
use backstop_testkit::{expect_landed, key, pubkey, Stage};

use super::{deposits, deposits_option, named, places, NAME};
use crate::setup::{
    by_ledger, by_wallet, fund, refuse, swapped, terms, CONTRACT, LOT, PRICE, QUOTE,
};

#[test]
fn withdraw_and_withdraw_option_reject_a_delegate() {
    let (mut stage, put) = named();
    let flow = Flow {
        mint: stage.keys.quote_mint,
        wallet: stage.quote_wallet(NAME),
        amount_atoms: 1,
    };
    let (margin, price) = (stage.margin("buyer"), stage.price_account);
    let cash = withdraw(&stage.keys, pubkey(NAME), margin, flow, price);
    refuse(&mut stage, NAME, &cash, BackstopError::NotOwner);
    let carried = Carried {
        margin_account: margin,
        wallet: stage.world.token_account(&pubkey(NAME), &put.option_mint),
        contracts: LOT,
    };
    let long = bearer::withdraw_option(&stage.keys, pubkey(NAME), &put, &carried, price);
    refuse(&mut stage, NAME, &long, BackstopError::NotOwner);
}

#[test]
fn transfer_leg_rejects_a_delegate_on_either_side() {
    let (mut stage, put) = named();
    fund(&mut stage, NAME, 5_000 * QUOTE);
    let (his, theirs) = (stage.margin(NAME), stage.margin("buyer"));
    for (giver, receiver) in [(theirs, his), (his, theirs)] {
        let handover = Handover {
            giver: (giver, pubkey(NAME)),
            receiver: (receiver, pubkey(NAME)),
            contracts: 1_000_000,
            payment_atoms: 0,
        };
        let given = bearer::transfer_leg(&stage.keys, &put, &handover, stage.price_account);
        refuse(&mut stage, NAME, &given, BackstopError::NotOwner);
    }
}

#[test]
fn close_account_and_set_delegate_reject_a_delegate() {
    let (mut stage, _) = named();
    let close = close_account(&stage.keys, pubkey(NAME), stage.margin("buyer"));
    refuse(&mut stage, NAME, &close, BackstopError::NotOwner);
    let more = set_delegate(pubkey(NAME), stage.margin("buyer"), 1, pubkey("stranger"));
    refuse(&mut stage, NAME, &more, BackstopError::NotOwner);
}

/// Everything a delegate may do, as one instruction each; the account has offer 9 of its owner.
fn everything(stage: &mut Stage, put: &SeriesKeys) -> Vec<Instruction> {
    stage.give_tokens("buyer", NAME, put, CONTRACT);
    expect_landed(stage.place_offer("writer", put, terms(2, 6 * PRICE, CONTRACT)));
    expect_landed(stage.place_offer("buyer", put, terms(9, 6 * PRICE, CONTRACT)));
    let buys = by_ledger(stage, "buyer", ("writer", 2), put, CONTRACT);
    let (margin, offer) = (stage.margin("buyer"), stage.offer("buyer", 9));
    vec![
        cancel_all(pubkey(NAME), margin),
        deposits(stage),
        deposits_option(stage, put),
        places(stage, put, 7),
        cancel_offer_of(pubkey(NAME), margin, offer, pubkey("buyer")),
        swapped(buys, &pubkey("buyer"), &pubkey(NAME)),
    ]
}

/// In the transaction itself that takes the name back, and in every later one.
#[test]
fn everything_ends_with_the_revocation() {
    let (mut stage, put) = named();
    let all = everything(&mut stage, &put);
    let (margin, nobody) = (stage.margin("buyer"), Default::default());
    let revoke = set_delegate(pubkey("buyer"), margin, 0, nobody);
    for given in &all {
        expect_landed(
            stage
                .clone()
                .world
                .send(std::slice::from_ref(given), &[&key(NAME)]),
        );
        let failed = stage.world.expect_refused(
            &[revoke.clone(), given.clone()],
            &[&key("buyer"), &key(NAME)],
            BackstopError::NotDelegate,
        );
        assert_eq!(failed.instruction_index(), Some(1));
    }
    expect_landed(stage.world.send(&[revoke], &[&key("buyer")]));
    for given in &all {
        refuse(&mut stage, NAME, given, BackstopError::NotDelegate);
    }
}

/// What he offered is void at once, whoever holds his place afterwards.
#[test]
fn his_offers_end_with_the_revocation() {
    for next in [None, Some("stranger")] {
        let (mut stage, put) = named();
        let given = places(&stage, &put, 7);
        expect_landed(stage.world.send(&[given], &[&key(NAME)]));
        let buys = by_wallet(&mut stage, ("buyer", 7), &put, CONTRACT);
        expect_landed(
            stage
                .clone()
                .world
                .send(std::slice::from_ref(&buys), &[&key("buyer")]),
        );
        expect_landed(stage.set_delegate("buyer", 0, next));
        refuse(&mut stage, "buyer", &buys, BackstopError::OfferVoid);
    }
}

#[test]
fn a_delegate_of_one_account_is_none_of_another() {
    let (mut stage, put) = named();
    let given = deposits(&stage);
    let given = swapped(given, &stage.margin("buyer"), &stage.margin("writer"));
    refuse(&mut stage, NAME, &given, BackstopError::NotDelegate);
    let given = places(&stage, &put, 7);
    let buyers = stage.offer("buyer", 7);
    let writers = stage.offer("writer", 7);
    let given = swapped(given, &stage.margin("buyer"), &stage.margin("writer"));
    let given = swapped(given, &buyers, &writers);
    refuse(&mut stage, NAME, &given, BackstopError::NotDelegate);
    expect_landed(stage.set_delegate("writer", 1, Some(NAME)));
    expect_landed(stage.world.send(&[given], &[&key(NAME)]));
}
