//! Mints and token accounts of the real SPL Token and Token-2022 programs.

use anchor_lang::solana_program::program_pack::Pack;
use anchor_spl::associated_token::get_associated_token_address_with_program_id;
use anchor_spl::associated_token::spl_associated_token_account::instruction::create_associated_token_account_idempotent;
use anchor_spl::token::spl_token::state::{Account as TokenAccount, Mint};
use anchor_spl::token::ID as TOKEN;
use anchor_spl::token_2022::spl_token_2022::instruction as token;
use anchor_spl::token_2022::ID as TOKEN_2022;
use solana_instruction::Instruction;
use solana_keypair::Keypair;
use solana_pubkey::Pubkey;
use solana_signer::Signer;
use solana_system_interface::instruction::create_account;

use crate::keys::key;
use crate::World;

/// Where Token-2022 writes what kind of account an account longer than the plain layouts is.
const KIND_OFFSET: usize = TokenAccount::LEN;

/// The authority of every mint the testkit makes.
fn mint_authority() -> Keypair {
    key("mint authority")
}

impl World {
    /// Creates a mint of the SPL Token program at the address of [`key`]`(name)`, without freeze authority, and
    /// labels it.
    ///
    /// # Panics
    /// If there is an account already.
    #[track_caller]
    pub fn mint(&mut self, name: &str, decimals: u8) -> Pubkey {
        self.mint_of_program(&TOKEN, name, decimals)
    }

    /// [`World::mint`] of the Token-2022 program, without extensions.
    ///
    /// # Panics
    /// If there is an account already.
    #[track_caller]
    pub fn mint_2022(&mut self, name: &str, decimals: u8) -> Pubkey {
        self.mint_of_program(&TOKEN_2022, name, decimals)
    }

    #[track_caller]
    fn mint_of_program(&mut self, program: &Pubkey, name: &str, decimals: u8) -> Pubkey {
        let mint = key(name);
        let address = mint.pubkey();
        let authority = mint_authority().pubkey();
        let create = self.create(&address, Mint::LEN, program);
        let initialise = token::initialize_mint2(program, &address, &authority, None, decimals)
            .expect("a token program");
        self.set_up(&[create, initialise], &[&mint]);
        self.label(address, name);
        address
    }

    /// The address of the associated token account of `owner` for `mint`, whether or not it exists.
    ///
    /// # Panics
    /// If the mint does not exist.
    #[track_caller]
    pub fn ata(&self, owner: &Pubkey, mint: &Pubkey) -> Pubkey {
        let program = self.token_program(mint);
        get_associated_token_address_with_program_id(owner, mint, &program)
    }

    /// Creates the associated token account of `owner` for `mint` if it does not exist, and labels it.
    ///
    /// # Panics
    /// If the mint does not exist.
    #[track_caller]
    pub fn token_account(&mut self, owner: &Pubkey, mint: &Pubkey) -> Pubkey {
        let address = self.ata(owner, mint);
        let program = self.token_program(mint);
        let payer = self.payer();
        let create = create_associated_token_account_idempotent(&payer, owner, mint, &program);
        self.set_up(&[create], &[]);
        let label = format!("{} {}", self.name(owner), self.name(mint));
        self.label(address, &label);
        address
    }

    /// Creates another token account of `owner` for `mint`, at the address of [`key`]`(name)`.
    ///
    /// # Panics
    /// If the mint does not exist or there is an account already.
    #[track_caller]
    pub fn named_token_account(&mut self, name: &str, owner: &Pubkey, mint: &Pubkey) -> Pubkey {
        let program = self.token_program(mint);
        let account = key(name);
        let address = account.pubkey();
        let create = self.create(&address, TokenAccount::LEN, &program);
        let initialise =
            token::initialize_account3(&program, &address, mint, owner).expect("a token program");
        self.set_up(&[create, initialise], &[&account]);
        self.label(address, name);
        address
    }

    /// Mints `atoms` into a token account. Works for mints of the testkit only.
    ///
    /// # Panics
    /// If mint or account do not exist or the supply would overflow.
    #[track_caller]
    pub fn mint_to(&mut self, mint: &Pubkey, account: &Pubkey, atoms: u64) {
        let program = self.token_program(mint);
        let authority = mint_authority();
        let mint_to = token::mint_to(&program, mint, account, &authority.pubkey(), &[], atoms)
            .expect("a token program");
        self.set_up(&[mint_to], &[&authority]);
    }

    /// The associated token account of `owner`, created if need be and `atoms` richer.
    ///
    /// # Panics
    /// As [`World::mint_to`].
    #[track_caller]
    pub fn fund(&mut self, owner: &Pubkey, mint: &Pubkey, atoms: u64) -> Pubkey {
        let account = self.token_account(owner, mint);
        self.mint_to(mint, &account, atoms);
        account
    }

    /// Atoms in a token account, 0 if it does not exist.
    ///
    /// # Panics
    /// If there is an account but it is no token account.
    #[track_caller]
    pub fn balance(&self, account: &Pubkey) -> u64 {
        let Some(found) = self.account(account) else {
            return 0;
        };
        let state = token_account(&found.owner, &found.data);
        state
            .unwrap_or_else(|| panic!("{} is no token account", self.name(account)))
            .amount
    }

    /// Atoms of `mint` in existence.
    ///
    /// # Panics
    /// If the mint does not exist.
    #[track_caller]
    pub fn supply(&self, mint: &Pubkey) -> u64 {
        let found = self.account(mint);
        let state = found.and_then(|found| mint_state(&found.owner, &found.data));
        state
            .unwrap_or_else(|| panic!("{} is no mint", self.name(mint)))
            .supply
    }

    /// The token program that owns `mint`.
    ///
    /// # Panics
    /// If the mint does not exist.
    #[track_caller]
    pub fn token_program(&self, mint: &Pubkey) -> Pubkey {
        let found = self.account(mint);
        found
            .unwrap_or_else(|| panic!("the mint {} does not exist", self.name(mint)))
            .owner
    }

    fn create(&self, address: &Pubkey, length: usize, program: &Pubkey) -> Instruction {
        let payer = self.payer();
        create_account(&payer, address, self.rent(length), length as u64, program)
    }

    #[track_caller]
    fn set_up(&mut self, instructions: &[Instruction], signers: &[&Keypair]) {
        if let Err(failed) = self.send(instructions, signers) {
            panic!("setting the stage failed: {failed}");
        }
    }
}

/// The token account in `data`, if its owner is a token program and it is an initialised one.
pub(crate) fn token_account(owner: &Pubkey, data: &[u8]) -> Option<TokenAccount> {
    plain_part(owner, data, TokenAccount::LEN, 2).and_then(|plain| TokenAccount::unpack(plain).ok())
}

/// The mint in `data`, if its owner is a token program and it is an initialised one.
pub(crate) fn mint_state(owner: &Pubkey, data: &[u8]) -> Option<Mint> {
    plain_part(owner, data, Mint::LEN, 1).and_then(|plain| Mint::unpack(plain).ok())
}

/// The part of `data` both token programs share, if `data` is of the given kind (1 mint, 2 account): by its
/// length when plain, by the mark behind the plain part when Token-2022 has extended it.
fn plain_part<'a>(owner: &Pubkey, data: &'a [u8], length: usize, kind: u8) -> Option<&'a [u8]> {
    let plain = data.len() == length && (*owner == TOKEN || *owner == TOKEN_2022);
    let extended = *owner == TOKEN_2022 && data.get(KIND_OFFSET) == Some(&kind);
    (plain || extended).then(|| &data[..length])
}
