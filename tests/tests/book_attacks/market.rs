//! `create_market`, `add_vault_shard`, `administer`, `collect_protocol_fees`.

use sealane_core::book::market::{
    MAX_CROSS_REWARD, MAX_MAKER_FEE, MAX_REFERRER_SHARE, MAX_TAKER_FEE,
};
use sealane_orderbook::{
    MarketAction, MarketParams,
    errors::OrderbookError,
    state::{FeeParams, MAX_VAULT_SHARDS, pause},
};
use sealane_testkit::{
    Mint, Reason,
    book::market::{PARAMS, TestMarket},
};
use solana_instruction::error::InstructionError;
use solana_pubkey::Pubkey;
use solana_system_interface::error::SystemError;
use spl_token_interface::error::TokenError;

use crate::{
    Arena,
    arena::{at, replaced},
};

/// Fees that are out of bounds, each in one number.
fn excessive_fees() -> Vec<(&'static str, FeeParams)> {
    let fees = PARAMS.fees;
    let with = |edit: fn(&mut FeeParams)| {
        let mut fees = fees;
        edit(&mut fees);
        fees
    };
    vec![
        (
            "taker's fee",
            with(|fees| fees.taker_pips = MAX_TAKER_FEE.get() + 1),
        ),
        (
            "maximal taker's fee",
            with(|fees| fees.taker_pips = u32::MAX),
        ),
        (
            "maker's fee",
            with(|fees| fees.maker_pips = MAX_MAKER_FEE + 1),
        ),
        (
            "maximal maker's fee",
            with(|fees| fees.maker_pips = i32::MAX),
        ),
        (
            "a rebate above the taker's fee",
            with(|fees| fees.maker_pips = -(fees.taker_pips as i32) - 1),
        ),
        ("maximal rebate", with(|fees| fees.maker_pips = i32::MIN)),
        (
            "referrer's share",
            with(|fees| fees.referrer_share_bps = MAX_REFERRER_SHARE.get() + 1),
        ),
        (
            "maximal referrer's share",
            with(|fees| fees.referrer_share_bps = u16::MAX),
        ),
        (
            "reward",
            with(|fees| fees.cross_reward_pips = MAX_CROSS_REWARD.get() + 1),
        ),
        (
            "maximal reward",
            with(|fees| fees.cross_reward_pips = u32::MAX),
        ),
    ]
}

/// A market that does not exist yet, of the attacker's.
fn fresh(arena: &Arena, base: Mint, quote: Mint) -> TestMarket {
    TestMarket::new(arena.attacker.wallet, 0, base, quote)
}

#[test]
fn create_market_with_wrong_accounts() {
    let mut arena = Arena::new();
    let (base, quote) = (arena.market.base, arena.market.quote);
    let market = fresh(&arena, base, quote);
    let valid = market.create(PARAMS);
    arena.accepts("create_market", &valid);
    let counterfeit = arena.counterfeit(&base.address);
    let other_id = TestMarket::new(market.creator, 1, base, quote).address;
    let victims = arena.market.vaults[0].address;
    let fake = arena.fake_program;
    let cases = [
        (
            "another id's address",
            1,
            other_id,
            OrderbookError::WrongAddress,
        ),
        (
            "no derived address",
            1,
            Pubkey::new_unique(),
            OrderbookError::WrongAddress,
        ),
        (
            "an account in use",
            1,
            victims,
            OrderbookError::WrongAddress,
        ),
        (
            "another mint",
            2,
            arena.foreign.address,
            OrderbookError::WrongAddress,
        ),
        ("one mint", 2, quote.address, OrderbookError::SameMint),
        (
            "a counterfeit mint",
            2,
            counterfeit,
            OrderbookError::WrongTokenProgram,
        ),
        (
            "a vault as mint",
            3,
            arena.market.vaults[0].quote,
            OrderbookError::InvalidMint,
        ),
        (
            "nothing as mint",
            3,
            Pubkey::new_unique(),
            OrderbookError::WrongTokenProgram,
        ),
        ("a fake program", 4, fake, OrderbookError::WrongTokenProgram),
        (
            "the other program",
            5,
            spl_token_2022_interface::ID,
            OrderbookError::WrongTokenProgram,
        ),
    ];
    for (what, index, other, error) in cases {
        arena.refuses_book(
            &format!("create_market: {what}"),
            at(valid.clone(), index, other),
            error,
        );
    }
    let system = at(valid.clone(), 6, fake);
    arena.refuses_builtin(
        "a fake system program",
        system,
        InstructionError::IncorrectProgramId,
    );
    let mut unsigned = valid.clone();
    unsigned.accounts[0].is_signer = false;
    let error = InstructionError::MissingRequiredSignature;
    arena.refuses_builtin("unsigned", unsigned, error);
    let mut read_only = valid.clone();
    read_only.accounts[1].is_writable = false;
    arena.refuses("read-only", read_only, Reason::NOT_WRITABLE);

    arena.world.execute(std::slice::from_ref(&valid));
    let in_use = Reason::system(SystemError::AccountAlreadyInUse);
    arena.refuses("again", valid, in_use);
    arena.finish();
}

#[test]
fn create_market_with_wrong_numbers() {
    let mut arena = Arena::new();
    let market = fresh(&arena, arena.market.base, arena.market.quote);
    let create = |base_lot, tick| {
        market.create(MarketParams {
            base_lot,
            tick,
            ..PARAMS
        })
    };
    arena.accepts("maximal sizes", &create(u64::MAX, u32::MAX));
    for (base_lot, tick) in [(0, 1), (1, 0), (0, 0)] {
        let what = format!("lots of {base_lot}, ticks of {tick}");
        arena.refuses_book(&what, create(base_lot, tick), OrderbookError::InvalidSizes);
    }
    for (what, fees) in excessive_fees() {
        let attack = market.create(MarketParams { fees, ..PARAMS });
        arena.refuses_book(what, attack, OrderbookError::InvalidFee);
    }
    arena.finish();
}

#[test]
fn vault_shards_are_added_by_the_authority_in_order() {
    let mut arena = Arena::new();
    let (market, attacker) = (arena.market.clone(), arena.attacker.wallet);
    let creator = market.creator;
    for stranger in [attacker, arena.victim.wallet, arena.other.creator] {
        let attack = market.add_vault_shard(3, stranger, attacker);
        arena.refuses_book("by a stranger", attack, OrderbookError::WrongAuthority);
    }
    for index in [0, 2, 4, u8::MAX] {
        let attack = market.add_vault_shard(index, creator, attacker);
        arena.refuses_book(&format!("as {index}"), attack, OrderbookError::WrongAddress);
    }
    let valid = market.add_vault_shard(3, creator, attacker);
    let (ours, theirs) = (market.vault_accounts(3), arena.other.vault_accounts(3));
    let cases = [
        ("another market's shard", ours.address, theirs.address),
        ("another market's vault", ours.base, theirs.base),
        ("another shard's vault", ours.quote, market.vaults[0].quote),
    ];
    for (what, own, other) in cases {
        let attack = replaced(valid.clone(), &[(own, other)]);
        arena.refuses_book(what, attack, OrderbookError::WrongAddress);
    }
    let swapped = [(ours.base, ours.quote), (ours.quote, ours.base)];
    let attack = replaced(valid.clone(), &swapped);
    arena.refuses_book("swapped vaults", attack, OrderbookError::WrongAddress);

    arena.world.execute(std::slice::from_ref(&valid));
    arena.refuses_book("again", valid, OrderbookError::WrongAddress);
    for index in 4..MAX_VAULT_SHARDS {
        let add = market.add_vault_shard(index, creator, attacker);
        arena.world.execute(&[add]);
    }
    let attack = market.add_vault_shard(MAX_VAULT_SHARDS, creator, attacker);
    arena.refuses_book("one too many", attack, OrderbookError::TooManyVaultShards);
    arena.finish();
}

#[test]
fn only_the_authority_administers() {
    let mut arena = Arena::new();
    let market = arena.market.clone();
    let actions = [
        MarketAction::SetFees(PARAMS.fees),
        MarketAction::SetPaused(pause::ALL),
        MarketAction::ProposeAuthority(arena.attacker.wallet.to_bytes()),
    ];
    for action in actions {
        let strangers = [arena.attacker.wallet, arena.other.creator];
        for stranger in strangers {
            let attack = market.administer(stranger, action);
            let what = format!("{action:?} by a stranger");
            arena.refuses_book(&what, attack, OrderbookError::WrongAuthority);
        }
    }
    for bits in [pause::ALL + 1, 1 << 7, u8::MAX] {
        let attack = market.administer(market.creator, MarketAction::SetPaused(bits));
        arena.refuses_book(
            &format!("bits {bits}"),
            attack,
            OrderbookError::InvalidPauseBits,
        );
    }
    for (what, fees) in excessive_fees() {
        let attack = market.administer(market.creator, MarketAction::SetFees(fees));
        arena.refuses_book(what, attack, OrderbookError::InvalidFee);
    }
    arena.finish();
}

#[test]
fn authority_changes_hands_once_and_only_to_who_was_proposed() {
    let mut arena = Arena::new();
    let (market, heir) = (arena.market.clone(), arena.attacker.wallet);
    let creator = market.creator;
    let accept = |by| market.administer(by, MarketAction::AcceptAuthority);
    let propose =
        |by, whom: Pubkey| market.administer(by, MarketAction::ProposeAuthority(whom.to_bytes()));
    for by in [heir, creator] {
        arena.refuses_book("unproposed", accept(by), OrderbookError::NoPendingAuthority);
    }
    arena.world.execute(&[propose(creator, heir)]);
    for by in [creator, arena.victim.wallet] {
        arena.refuses_book("by another", accept(by), OrderbookError::WrongAuthority);
    }
    let nobody = propose(creator, Pubkey::default());
    let withdrawn = [nobody, accept(heir)];
    arena.refuses_all(
        "withdrawn",
        &withdrawn,
        Reason::orderbook(OrderbookError::NoPendingAuthority),
    );
    let early = propose(heir, heir);
    arena.refuses_book("before accepting", early, OrderbookError::WrongAuthority);
    arena.world.execute(&[accept(heir)]);
    arena.refuses_book("again", accept(heir), OrderbookError::NoPendingAuthority);
    let former = [
        propose(creator, creator),
        market.administer(creator, MarketAction::SetPaused(0)),
        market.add_vault_shard(3, creator, creator),
        market.collect_protocol_fees(0, creator),
    ];
    for attack in former {
        arena.refuses_book("the former", attack, OrderbookError::WrongAuthority);
    }
    arena.finish();
}

#[test]
fn fees_are_collected_once_and_by_the_authority() {
    let mut arena = Arena::new();
    let (market, creator) = (arena.market.clone(), arena.market.creator);
    let valid = market.collect_protocol_fees(0, creator);
    arena.accepts("collect_protocol_fees", &valid);
    for stranger in [arena.attacker.wallet, arena.other.creator] {
        let attack = market.collect_protocol_fees(0, stranger);
        arena.refuses_book("by a stranger", attack, OrderbookError::WrongAuthority);
    }
    let own = market.quote.account_of(&creator);
    let base = market.base.account_of(&creator);
    let foreign = arena.foreign.account_of(&arena.attacker.wallet);
    for other in [base, foreign] {
        let attack = replaced(valid.clone(), &[(own, other)]);
        arena.refuses_token("to another mint", attack, TokenError::MintMismatch);
    }
    let to_a_mint = replaced(valid.clone(), &[(own, arena.foreign.address)]);
    let error = InstructionError::InvalidAccountData;
    arena.refuses_builtin("to a mint", to_a_mint, error);
    let into_itself = replaced(valid.clone(), &[(own, market.vaults[0].quote)]);
    arena.refuses("into the vault", into_itself, Reason::DUPLICATE_ACCOUNT);
    let empty = market.collect_protocol_fees(2, creator);
    arena.refuses_book("none", empty, OrderbookError::NothingToCollect);
    arena.world.execute(std::slice::from_ref(&valid));
    arena.refuses_book("again", valid, OrderbookError::NothingToCollect);
    arena.finish();
}
