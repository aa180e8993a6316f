//! One market with a writer, a buyer, a keeper and a bidder, and the instructions they run.

use backstop_client::account::{self, Flow};
use backstop_client::liquidation::{self, BidArgs, Sides};
use backstop_client::trading::{self, Buyer, Fill, PlaceOfferArgs};
use backstop_client::{ExpiryKeys, SeriesKeys};
use backstop_interface::accounts::{MarginAccount, OptionKind};
use backstop_testkit::{expect_landed, key, pubkey, Genesis, OfferTerms, Stage};
use backstop_tests::program_so;
use solana_instruction::{AccountMeta, Instruction};
use solana_keypair::Keypair;
use solana_pubkey::Pubkey;

use crate::scenes::surface;
use crate::twin::{PRICE, QUOTE};

/// One contract.
pub const CONTRACT: u64 = 1_000_000;

/// A writer with an offer, a buyer with a wallet for the option, a keeper and a bidder.
pub struct Play {
    /// The market.
    pub stage: Stage,
    /// An expiry two days ahead.
    pub expiry: ExpiryKeys,
    /// Its put at 200.
    pub put: SeriesKeys,
}

impl Play {
    /// A market without positions.
    pub fn open() -> Self {
        let mut stage = Stage::open(program_so(), &Genesis::default());
        for name in ["writer", "buyer", "keeper", "bidder"] {
            stage.actor(name, 1_000_000 * QUOTE, 0);
        }
        expect_landed(stage.publish_surface(&surface()));
        for name in ["writer", "bidder"] {
            expect_landed(stage.open_account(name));
        }
        let expiry = stage.next_expiry(2);
        let put = expiry.series(200 * PRICE, OptionKind::Put);
        expect_landed(stage.create_expiry("keeper", &expiry));
        expect_landed(stage.create_series("keeper", &put));
        stage
            .world
            .token_account(&pubkey("buyer"), &put.option_mint);
        Self { stage, expiry, put }
    }

    /// `place_offer` number 1 of the writer at a premium.
    pub fn place(&self, premium_price: u64) -> Instruction {
        let args = PlaceOfferArgs {
            nonce: 1,
            premium_price,
            contracts: CONTRACT,
            least_fill_contracts: 10_000,
            void_at: i64::MAX,
            reduce_only: false,
            ..PlaceOfferArgs::default()
        };
        trading::place_offer(
            &self.stage.keys,
            pubkey("writer"),
            self.stage.margin("writer"),
            &self.put,
            args,
        )
    }

    /// `cancel_offer` of it.
    pub fn cancel(&self) -> Instruction {
        trading::cancel_offer(pubkey("writer"), self.stage.offer("writer", 1))
    }

    /// `fill_offer` of all of it, if it costs no more than this.
    pub fn fill(&self, highest_premium_price: u64) -> Instruction {
        let stage = &self.stage;
        let destination = stage.world.ata(&pubkey("buyer"), &self.put.option_mint);
        let to = Buyer::Wallet {
            payment: stage.quote_wallet("buyer"),
            destination,
        };
        let offer = stage.offer("writer", 1);
        let fill = Fill {
            offer,
            writer: stage.margin("writer"),
            contracts: CONTRACT,
            highest_premium_price,
        };
        trading::fill_offer(
            &stage.keys,
            pubkey("buyer"),
            &self.put,
            &fill,
            to,
            stage.price_account,
        )
    }

    /// `close_account` of the writer.
    pub fn close_account(&self) -> Instruction {
        account::close_account(
            &self.stage.keys,
            pubkey("writer"),
            self.stage.margin("writer"),
        )
    }

    /// `open_account` of the writer.
    pub fn open_account(&self) -> Instruction {
        account::open_account(&self.stage.keys, pubkey("writer"), 0)
    }

    /// `deposit` of quote by the writer.
    pub fn deposit(&self, amount_atoms: u64) -> Instruction {
        let stage = &self.stage;
        let flow = Flow {
            mint: stage.keys.quote_mint,
            wallet: stage.quote_wallet("writer"),
            amount_atoms,
        };
        account::deposit(&stage.keys, pubkey("writer"), stage.margin("writer"), flow)
    }

    /// `liquidate` of the writer by the keeper.
    pub fn liquidate(&self) -> Instruction {
        let (stage, keeper) = (&self.stage, pubkey("keeper"));
        liquidation::liquidate(
            &stage.keys,
            keeper,
            stage.margin("writer"),
            keeper,
            stage.price_account,
        )
    }

    /// `bid` for all of the writer's portfolio.
    pub fn bid(&self, portfolio_version: u64) -> Instruction {
        let stage = &self.stage;
        let (margin_account, bidder) = (stage.margin("writer"), stage.margin("bidder"));
        let sides = Sides {
            margin_account,
            bidder,
            rent_payer: pubkey("keeper"),
        };
        let args = BidArgs {
            fraction_ppb: 1_000_000_000,
            highest_price_atoms: i64::MAX,
            portfolio_version,
        };
        liquidation::bid(
            &stage.keys,
            pubkey("bidder"),
            &sides,
            args,
            stage.price_account,
        )
    }

    /// The writer's account.
    pub fn writer(&self) -> MarginAccount {
        self.stage
            .account_of("writer")
            .expect("the writer has an account")
    }

    /// Lamports sent to an address in the same transaction, to keep a closed account alive.
    pub fn refund(&self, to: Pubkey) -> Instruction {
        let mut data = vec![2, 0, 0, 0];
        data.extend(5_000_000u64.to_le_bytes());
        let accounts = vec![
            AccountMeta::new(pubkey("keeper"), true),
            AccountMeta::new(to, false),
        ];
        Instruction {
            program_id: Pubkey::default(),
            accounts,
            data,
        }
    }

    /// Sends what must be refused with this code and change nothing.
    #[track_caller]
    pub fn refused(&mut self, instructions: &[Instruction], code: impl Into<u32>) {
        let keys: Vec<Keypair> = ["writer", "buyer", "keeper", "bidder"].map(key).into();
        let signers: Vec<&Keypair> = keys.iter().collect();
        self.stage
            .world
            .expect_refused(instructions, &signers, code);
    }

    /// Sends what must land.
    #[track_caller]
    pub fn lands(&mut self, instructions: &[Instruction]) {
        let keys: Vec<Keypair> = ["writer", "buyer", "keeper", "bidder"].map(key).into();
        let signers: Vec<&Keypair> = keys.iter().collect();
        expect_landed(self.stage.world.send(instructions, &signers));
    }

    /// The writer is short and on auction; the price is back where he is healthy.
    pub fn seized_and_recovered(mut self) -> Self {
        let terms = OfferTerms {
            nonce: 1,
            premium_price: 6 * PRICE,
            contracts: 1_000 * CONTRACT,
        };
        expect_landed(self.stage.deposit_quote("writer", 70_000 * QUOTE));
        expect_landed(self.stage.deposit_quote("bidder", 500_000 * QUOTE));
        expect_landed(self.stage.place_offer("writer", &self.put, terms));
        expect_landed(
            self.stage
                .buy_tokens("buyer", "writer", 1, &self.put, 1_000 * CONTRACT),
        );
        self.stage.pass(20, 150 * PRICE);
        expect_landed(self.stage.tick());
        expect_landed(self.stage.liquidate("keeper", "writer"));
        self.stage.pass(20, 200 * PRICE);
        expect_landed(self.stage.tick());
        self
    }
}
