//! What everybody has, at fixed prices (I6).

use std::collections::BTreeMap;

use backstop_interface::accounts::{
    CollateralKind, ExerciseRequest, Expiry, ExpiryState, MarginAccount, OptionKind, Series,
};
use backstop_interface::pda;
use backstop_quantities::{Atoms, Price, Shares};
use backstop_risk::settlement::payoff;
use backstop_risk::shares::Vault;
use solana_pubkey::Pubkey;

use super::act::Act;
use super::i3_exercise::waiting;
use super::Books;

/// A quote atom in the unit all is counted in, 1e-21 of one: prices, contracts, atoms and haircuts multiply
/// without rounding.
pub(super) const ATOM: i128 = 1_000_000_000_000_000_000_000;
/// One in parts per billion.
const ONE_PPB: i128 = 1_000_000_000;

/// The prices everything is valued at.
pub(super) struct Prices<'a> {
    market: Pubkey,
    quote_mint: Pubkey,
    underlying_mint: Pubkey,
    /// What an atom of the underlying is worth.
    underlying: i128,
    /// What an atom of each collateral with a feed of its own is worth, by mint.
    others: BTreeMap<Pubkey, i128>,
    /// What a millionth of a contract of each series is worth, long and short, by option mint.
    options: BTreeMap<Pubkey, (Series, i128, i128)>,
    /// Haircut by second of expiry.
    haircuts: BTreeMap<i64, i128>,
    fund: Vault,
    /// Address of the protocol's account, which holds tokens for others.
    protocol: Pubkey,
    books: &'a Books,
}

impl<'a> Prices<'a> {
    /// The prices after an instruction; none before there is a market.
    pub(super) fn after(act: &Act<'a>) -> Option<Self> {
        let books = act.after;
        let market = books.markets.get(&act.market)?;
        let underlying = books
            .collaterals
            .values()
            .find(|one| one.market == act.market && one.kind == CollateralKind::Underlying)?;
        let spot = act.price.price();
        let fund = books.funds.get(&pda::insurance_fund(&act.market))?;
        let mut options = BTreeMap::new();
        let expiries = books.expiries.values();
        let expiries = expiries.filter(|one| one.market == act.market);
        let haircuts = expiries
            .map(|one| (one.expires_at, i128::from(one.haircut_ppb)))
            .collect();
        for series in books.series.values().filter(|one| one.market == act.market) {
            let expiry = books.expiries.get(&series.expiry)?;
            let (long, short) = values(series, expiry, spot);
            options.insert(series.mint, (series.clone(), long, short));
        }
        Some(Self {
            market: act.market,
            quote_mint: market.quote_mint,
            underlying_mint: market.underlying_mint,
            underlying: each(spot.get(), underlying.decimals),
            others: others(books, &act.market),
            options,
            haircuts,
            fund: Vault {
                assets: Atoms::new(fund.assets_atoms),
                shares: Shares::new(fund.total_shares),
            },
            protocol: pda::protocol(),
            books,
        })
    }

    /// What every owner has.
    pub(super) fn worth(&self, books: &Books) -> BTreeMap<Pubkey, i128> {
        let mut worth: BTreeMap<Pubkey, i128> = BTreeMap::new();
        for (address, holding) in &books.holdings {
            let atoms = i128::from(holding.atoms);
            let each = match holding.mint {
                mint if mint == self.quote_mint => ATOM,
                mint if mint == self.underlying_mint => self.underlying,
                mint => match self.others.get(&mint) {
                    Some(each) => *each,
                    None => self.options.get(&mint).map_or(0, |(_, long, _)| *long),
                },
            };
            // What vaults and escrows hold belongs to whom the books say.
            let owner = books
                .owners
                .get(address)
                .filter(|owner| !self.is_ours(owner));
            if let Some(owner) = owner {
                *worth.entry(*owner).or_default() += atoms * each;
            }
        }
        for request in books.requests.values() {
            let deposit = i128::from(request.deposit_atoms) * ATOM;
            *worth.entry(request.owner).or_default() += deposit;
        }
        for request in books.rights.values() {
            *worth.entry(request.owner).or_default() += self.right(request, books);
        }
        for (_, account) in books.accounts_of(self.market) {
            *worth.entry(account.owner).or_default() += self.account(account, books);
        }
        let fund = self.books.funds.get(&pda::insurance_fund(&self.market));
        for stake in books
            .stakes
            .values()
            .filter(|one| one.market == self.market)
        {
            let live = fund.is_some_and(|fund| fund.epoch == stake.epoch);
            let shares = Shares::new(if live { stake.shares } else { 0 });
            let atoms = self.fund.atoms_for_shares_floor(shares).unwrap_or_default();
            *worth.entry(stake.owner).or_default() += i128::from(atoms.get()) * ATOM;
        }
        worth
    }

    /// Whether an address is a PDA of the program that holds other people's tokens.
    fn is_ours(&self, owner: &Pubkey) -> bool {
        let books = self.books;
        books.markets.contains_key(owner)
            || books.expiries.contains_key(owner)
            || books.series.contains_key(owner)
            || *owner == self.protocol
    }

    /// A request of exercise is worth its contracts, a right what is left to pay of it.
    fn right(&self, request: &ExerciseRequest, books: &Books) -> i128 {
        if request.exercised {
            let expiry = books.expiries.get(&request.expiry);
            let cut = expiry.map(|expiry| self.haircuts.get(&expiry.expires_at));
            let kept = ONE_PPB - cut.flatten().copied().unwrap_or(0);
            return i128::from(request.left_atoms()) * ATOM / ONE_PPB * kept;
        }
        let mint = books.series.get(&request.series).map(|series| series.mint);
        let option = mint.and_then(|mint| self.options.get(&mint));
        i128::from(request.contracts) * option.map_or(0, |(_, long, _)| *long)
    }

    fn account(&self, account: &MarginAccount, books: &Books) -> i128 {
        let underlying = account.collateral_atoms(&self.underlying_mint);
        let mut worth = i128::from(account.quote_atoms) * ATOM
            - i128::from(account.debt_atoms()) * ATOM
            + i128::from(underlying) * self.underlying;
        for slot in &account.collaterals {
            worth += i128::from(slot.atoms) * self.others.get(&slot.mint).copied().unwrap_or(0);
        }
        for slot in account.expiries.iter().filter(|slot| slot.expires_at != 0) {
            let kept = ONE_PPB - self.haircuts.get(&slot.expires_at).copied().unwrap_or(0);
            worth += i128::from(slot.receivable_atoms) * ATOM / ONE_PPB * kept;
        }
        for (series, long, short) in self.options.values() {
            let held = account.leg_contracts(series.expires_at, series.strike_price, series.kind);
            worth += match held > 0 {
                true => i128::from(held) * long,
                false => self.short(account, series, *short, books),
            };
        }
        worth
    }

    /// A short after the exercises that wait for it, and what they cost.
    fn short(&self, account: &MarginAccount, series: &Series, each: i128, books: &Books) -> i128 {
        let at = account.leg_index(series.expires_at, series.strike_price, series.kind);
        let Some(leg) = at.and_then(|at| account.legs.get(at)) else {
            return 0;
        };
        let mut known = books.series.iter();
        let own = known.find(|(_, one)| one.mint == series.mint);
        let waits = own.map(|(address, one)| waiting(books, address, one, leg));
        let (cost, left) = match waits {
            Some(waits) => (waits.cost, waits.left),
            None => (0, leg.quantity_contracts.unsigned_abs()),
        };
        -i128::from(left) * each - i128::try_from(cost).unwrap_or(i128::MAX / ATOM) * ATOM
    }

    /// What accounts that were closed owed beyond what they had, by owner.
    pub(super) fn forgiven(&self, act: &Act) -> BTreeMap<Pubkey, i128> {
        let gone = act.before.accounts_of(self.market);
        let gone = gone.filter(|(address, _)| !act.after.accounts.contains_key(*address));
        gone.map(|(_, account)| (account.owner, -self.account(account, act.before).min(0)))
            .collect()
    }
}

/// What an atom of a token at this price is worth.
fn each(price: u64, decimals: u8) -> i128 {
    i128::from(price) * ATOM / (1_000 * 10_i128.pow(u32::from(decimals)))
}

/// Collaterals of a market with feeds of their own, at the newest prices published.
fn others(books: &Books, market: &Pubkey) -> BTreeMap<Pubkey, i128> {
    let own = books.collaterals.values();
    let own = own.filter(|one| one.market == *market && one.kind.has_own_feed());
    own.filter_map(|one| {
        let price = books.prices.get(&one.feed_id)?;
        Some((one.mint, each(price.price, one.decimals)))
    })
    .collect()
}

/// What a millionth of a contract is worth to who is long and costs who is short.
fn values(series: &Series, expiry: &Expiry, spot: Price) -> (i128, i128) {
    let fixed = expiry.state() >= ExpiryState::PriceFixed;
    let at = match fixed {
        true => Price::new(expiry.settlement_price),
        false => spot,
    };
    let kind: OptionKind = series.kind;
    let pays = payoff(kind.into(), Price::new(series.strike_price), at).get();
    let full = i128::from(pays) * ATOM / ONE_PPB;
    let kept = ONE_PPB - i128::from(expiry.haircut_ppb);
    (full / ONE_PPB * kept, full)
}
