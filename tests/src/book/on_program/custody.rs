//! Where the tokens lie, which the model does not know: in several vault shards, of tokens that may
//! take a fee from what is transferred. Whatever the shards are, all of them together hold what the
//! model says, and an operation ends as the model says.

use rand::{Rng, SeedableRng, seq::SliceRandom};
use rand_chacha::ChaCha8Rng;
use sealane_core::{pool::wallet::TransferFee, units::Side};
use sealane_orderbook::{EVERYTHING, errors::OrderbookError};
use solana_instruction::Instruction;

use super::OnProgram;
use crate::{MintSpec, Reason, Refused, book::operation::*};

/// A transfer fee that counts: 1.3%, at most a sum that larger transfers reach.
const FEE: TransferFee = TransferFee {
    bps: 130,
    maximum: 1 << 40,
};

/// How a market keeps its tokens.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Custody {
    /// Its vault shards.
    pub vault_shards: u8,
    /// Whether transfers of the base token, and of the quote token, cost a fee.
    pub has_fee: [bool; 2],
}

impl Custody {
    /// One vault shard, and no fees.
    pub const PLAIN: Self = Self {
        vault_shards: 1,
        has_fee: [false; 2],
    };

    /// One to four vault shards, and a fee on either token, on both or on none.
    #[must_use]
    pub const fn of(seed: u64) -> Self {
        Self {
            vault_shards: 1 + (seed % 4) as u8,
            has_fee: [seed & 4 != 0, seed & 8 != 0],
        }
    }

    pub(super) fn mints(self) -> (MintSpec, MintSpec) {
        let mint = |decimals, has_fee| match has_fee {
            true => MintSpec::with_transfer_fee(decimals, FEE.bps, FEE.maximum),
            false => MintSpec::spl(decimals),
        };
        (mint(9, self.has_fee[0]), mint(6, self.has_fee[1]))
    }

    /// The fee on transfers of a token.
    #[must_use]
    pub const fn fee(self, side: Side) -> TransferFee {
        match self.has_fee[side as usize] {
            true => FEE,
            false => TransferFee::NONE,
        }
    }

    /// What must be sent for so much to arrive.
    pub(super) fn gross(self, side: Side, net: u64) -> u64 {
        let fee = self.fee(side);
        let gross = fee
            .pre_fee_amount(net)
            .expect("far from the largest number");
        assert_eq!(fee.after_fee(gross), net);
        gross
    }

    pub(super) fn random(self) -> ChaCha8Rng {
        ChaCha8Rng::seed_from_u64(u64::from(self.vault_shards))
    }
}

/// What was done besides the operations, to see that it was.
#[derive(Clone, Copy, Default, Debug)]
pub struct Moves {
    /// Tokens moved from one vault shard to another.
    pub balanced: u64,
    /// Withdrawals that several vault shards paid.
    pub split: u64,
    /// Wallets' takes that no vault shard could pay, of tokens that cannot be moved between them.
    pub unpayable: u64,
}

impl OnProgram {
    pub(super) fn some_shard(&mut self) -> usize {
        self.rng.random_range(0..self.market.vaults.len())
    }

    fn shuffled_shards(&mut self) -> Vec<usize> {
        let mut shards: Vec<usize> = (0..self.market.vaults.len()).collect();
        shards.shuffle(&mut self.rng);
        shards
    }

    fn held(&self, shard: usize, side: Side) -> u64 {
        self.world
            .world
            .balance(&self.market.vaults[shard].of(side))
    }

    /// Moves tokens between two vault shards, now and then; only those without a fee can be moved.
    pub(super) fn shuffle_tokens(&mut self) {
        let shards = self.shuffled_shards();
        let [from, to, ..] = shards[..] else { return };
        let mut part = |side: Side| {
            let whole = self.rng.random_ratio(1, 4);
            let held = self.held(from, side);
            match self.custody.fee(side) == TransferFee::NONE {
                true if whole => EVERYTHING,
                true => self.rng.random_range(0..=held),
                false => 0,
            }
        };
        let (base, quote) = (part(Side::Base), part(Side::Quote));
        let before = self.vault_sums();
        let balance = self.market.balance_vaults(from, to, base, quote);
        self.send(&[balance]).expect("tokens without a fee");
        assert_eq!(self.vault_sums(), before);
        self.moves.balanced += 1;
    }

    /// Gathers all that can be moved of some tokens in one vault shard.
    fn gather(&self, to: usize, sides: [bool; 2]) -> Vec<Instruction> {
        let amount = |side: Side| {
            let wanted = sides[side as usize] && self.custody.fee(side) == TransferFee::NONE;
            if wanted { EVERYTHING } else { 0 }
        };
        let (base, quote) = (amount(Side::Base), amount(Side::Quote));
        let others = (0..self.market.vaults.len()).filter(|from| *from != to);
        let balance = |from| self.market.balance_vaults(from, to, base, quote);
        others.map(balance).collect()
    }

    /// A withdrawal: by a vault shard that can pay it, by several, or by one in which all was
    /// gathered before.
    pub(super) fn withdrawal(&mut self, lane: u8, base: u64, quote: u64) -> Vec<Instruction> {
        let (address, owner) = (self.address(lane), self.owner(lane));
        let header = self.world.header(&address);
        let resolved = |amount, free| if amount == u64::MAX { free } else { amount };
        let amounts = [
            resolved(base, header.base_free),
            resolved(quote, header.quote_free),
        ];
        let shards = self.shuffled_shards();
        let by =
            |shard: usize, base, quote| self.market.withdraw(shard, address, owner, base, quote);
        let is_refused = amounts[0] > header.base_free || amounts[1] > header.quote_free;
        let can_pay = |shard: usize| {
            self.held(shard, Side::Base) >= amounts[0]
                && self.held(shard, Side::Quote) >= amounts[1]
        };
        let able = shards.iter().copied().find(|shard| can_pay(*shard));
        // What is too much for the lane is so whichever vault shard would pay it.
        if let Some(shard) = able.or(is_refused.then_some(shards[0]))
            && (is_refused || !self.sent.is_multiple_of(3))
        {
            return vec![by(shard, base, quote)];
        }
        if self.custody.has_fee == [false; 2] && self.sent.is_multiple_of(2) {
            let mut all = self.gather(shards[0], [true; 2]);
            all.push(by(shards[0], base, quote));
            self.moves.balanced += 1;
            return all;
        }
        let mut left = amounts;
        let mut parts = Vec::new();
        for &shard in &shards {
            let base = left[0].min(self.held(shard, Side::Base));
            let quote = left[1].min(self.held(shard, Side::Quote));
            if base > 0 || quote > 0 {
                parts.push(by(shard, base, quote));
            }
            left = [left[0] - base, left[1] - quote];
        }
        assert_eq!(
            left, [0; 2],
            "all vault shards together hold what lanes own"
        );
        if parts.is_empty() {
            parts.push(by(shards[0], base, quote));
        }
        self.moves.split += u64::from(parts.len() > 1);
        parts
    }

    /// Finds a vault shard that can pay a wallet's take, or makes one able to.
    pub(super) fn prepare_payer(&mut self, operation: &Operation) -> bool {
        let Operation::SwapTake { order, .. } = operation else {
            return true;
        };
        let paid = match order.side {
            BookSide::Bid => Side::Base,
            BookSide::Ask => Side::Quote,
        };
        let shards = self.shuffled_shards();
        for &shard in &shards {
            self.payer = shard;
            if shards.len() == 1 || !self.is_unpayable(operation) {
                return true;
            }
        }
        if self.custody.fee(paid) != TransferFee::NONE {
            self.moves.unpayable += 1;
            return false;
        }
        let gather = self.gather(self.payer, [paid == Side::Base, paid == Side::Quote]);
        self.send(&gather).expect("tokens without a fee");
        self.moves.balanced += 1;
        assert!(
            !self.is_unpayable(operation),
            "all tokens are in one vault shard"
        );
        true
    }

    fn is_unpayable(&self, operation: &Operation) -> bool {
        let instruction = self.instruction(operation);
        let outcome = self
            .world
            .world
            .svm
            .simulate_heavy(&[instruction], self.table);
        let unpayable = Reason::orderbook(OrderbookError::InsufficientVault);
        matches!(outcome, Err(Refused { reason, .. }) if reason == unpayable)
    }

    fn vault_sums(&self) -> (u128, u128) {
        Exchange::vaults(self)
    }
}
