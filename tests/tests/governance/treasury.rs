//! What a treasury does by proposal: it pays, and it is the authority of everything else.

use sealane_amm::state::FeeParams;
use sealane_governance::{
    BallotParam::Yes,
    errors::GovernanceError,
    state::{ConfigParams, MAX_ACCOUNTS},
};
use sealane_orderbook::{MarketAction, state::Market};
use sealane_staking::{FarmAction, state::pause};
use sealane_testkit::{
    MintSpec, PoolSpec, Reason,
    governance::{CONFIG, stored},
    staking::trading::create_market,
};
use solana_instruction::{AccountMeta, Instruction};
use solana_pubkey::Pubkey;

use crate::setting::Setting;

fn token_transfer(
    mint: &sealane_testkit::Mint,
    from: &Pubkey,
    to: &Pubkey,
    amount: u64,
) -> Instruction {
    let (from_account, to_account) = (mint.account_of(from), mint.account_of(to));
    let mut data = vec![12];
    data.extend(amount.to_le_bytes());
    data.push(mint.decimals);
    Instruction {
        program_id: mint.program,
        accounts: vec![
            AccountMeta::new(from_account, false),
            AccountMeta::new_readonly(mint.address, false),
            AccountMeta::new(to_account, false),
            AccountMeta::new_readonly(*from, true),
        ],
        data,
    }
}

#[test]
fn it_pays_tokens() {
    for spec in [MintSpec::spl(6), MintSpec::token_2022(9)] {
        let Setting {
            mut world,
            realm,
            members,
            ..
        } = Setting::new();
        let mint = world.staking.world.create_mint(&spec);
        let payee = world.staking.world.wallet();
        world.staking.fund(&mint, &realm.treasury, 1_000);
        world.staking.fund(&mint, &payee, 0);
        let pay = token_transfer(&mint, &realm.treasury, &payee, 400);
        world.carry_out(&realm, &[pay], &members);
        assert_eq!(world.staking.balance(&mint, &payee), 400);
        assert_eq!(world.staking.balance(&mint, &realm.treasury), 600);
    }
}

/// What a proposal cannot do fails as a whole, and can be tried again.
#[test]
fn what_fails_has_not_happened() {
    let mut setting = Setting::new();
    let mint = setting.world.staking.world.create_mint(&MintSpec::spl(6));
    let payee = setting.world.staking.world.wallet();
    let treasury = setting.realm.treasury;
    for wallet in [&treasury, &payee] {
        setting.world.staking.fund(&mint, wallet, 0);
    }
    let pay = token_transfer(&mint, &treasury, &payee, 400);
    let world = &mut setting.world;
    let proposal = world.draft(&setting.realm, (1, 1), 1);
    world.propose(&proposal, 0, std::slice::from_ref(&pay));
    world.execute(&[world.sign_off(&proposal)]);
    for member in setting.members {
        world.vote(&proposal, &member, 0, Yes(1));
    }
    world.finalize(&proposal);
    world.unlock(&proposal);
    let execute = proposal.execute(0, 0, &pay);
    let before = world.proposal(&proposal);
    let refused = world
        .try_execute(std::slice::from_ref(&execute))
        .unwrap_err();
    let funds = spl_token_interface::error::TokenError::InsufficientFunds;
    assert_eq!(refused.reason, Reason::token(funds));
    assert_eq!(world.proposal(&proposal), before);
    world.staking.fund(&mint, &treasury, 400);
    world.execute(&[execute]);
    assert_eq!(world.staking.balance(&mint, &payee), 400);
}

/// A proposal calls the governance program itself.
#[test]
fn it_changes_what_votes_need() {
    let mut setting = Setting::new();
    let longer = ConfigParams {
        voting_seconds: 1_200,
        deposit: 5,
        ..CONFIG
    };
    let open = setting.open((1, 1), 1);
    let change = setting.realm.set_config(longer);
    let refused = setting.world.try_execute(&[Instruction {
        accounts: vec![
            AccountMeta::new(setting.realm.address, false),
            AccountMeta::new_readonly(setting.members[0].wallet, true),
        ],
        ..change.clone()
    }]);
    let wrong = Reason::governance(GovernanceError::WrongTreasury);
    assert_eq!(refused.unwrap_err().reason, wrong);
    let (realm, members) = (setting.realm.clone(), setting.members);
    let draft = setting.world.draft(&realm, (1, 1), 1);
    setting.world.carry_out(&realm, &[change], &members);
    let config = setting.world.realm(&realm).config;
    assert_eq!((config.voting_seconds, config.deposit), (1_200, 5));
    // What was signed off keeps its own; what was drafted gets the new one, and keeps its deposit.
    assert_eq!(setting.world.proposal(&open).config.voting_seconds, 600);
    setting.world.next_epoch(&realm);
    let sign_off = setting.world.sign_off(&draft);
    setting.world.execute(&[sign_off]);
    let drafted = setting.world.proposal(&draft);
    assert_eq!(drafted.config.voting_seconds, 1_200);
    assert_eq!(drafted.deposit, CONFIG.deposit);
    // One that is out of bounds is refused when it is executed.
    let bad = realm.set_config(ConfigParams {
        threshold_bps: 99,
        ..CONFIG
    });
    let world = &mut setting.world;
    let proposal = world.draft(&realm, (1, 1), 1);
    world.propose(&proposal, 0, std::slice::from_ref(&bad));
    world.execute(&[world.sign_off(&proposal)]);
    world.vote(&proposal, &members[0], 0, Yes(1));
    world.finalize(&proposal);
    world.unlock(&proposal);
    setting.refused(
        proposal.execute(0, 0, &bad),
        GovernanceError::InvalidThreshold,
    );
}

/// A pool's authority proposes the treasury, which accepts by proposal and sets fees in the same.
#[test]
fn it_sets_a_pools_fees() {
    let Setting {
        mut world,
        realm,
        members,
        ..
    } = Setting::new();
    let pool = world.staking.world.create_pool(&PoolSpec::default());
    world.execute(&[pool.propose_authority(pool.creator, realm.treasury)]);
    let fees = FeeParams {
        min_pips: 1_234,
        max_pips: 1_234,
        slope_pips: 0,
        protocol_share_bps: 10,
    };
    let instructions = [
        pool.accept_authority(realm.treasury),
        pool.set_fees(realm.treasury, fees),
    ];
    world.carry_out(&realm, &instructions, &members);
    let account = world.staking.world.pool(&pool);
    assert_eq!(account.authority, realm.treasury);
    let set = FeeParams {
        min_pips: account.fee_min_pips,
        max_pips: account.fee_max_pips,
        slope_pips: account.fee_slope_pips,
        protocol_share_bps: account.protocol_share_bps,
    };
    assert_eq!(set, fees);
    let gone = world.try_execute(&[pool.set_paused(pool.creator, 1)]);
    let wrong = Reason::amm(sealane_amm::errors::AmmError::WrongAuthority);
    assert_eq!(gone.unwrap_err().reason, wrong);
}

/// Even the pool that votes.
#[test]
fn it_pauses_a_farm_and_a_market() {
    let Setting {
        mut world,
        realm,
        members,
        ..
    } = Setting::new();
    world
        .svm()
        .deploy(sealane_orderbook::ID, "sealane_orderbook");
    let (farm, treasury) = (&realm.community, realm.treasury);
    let market = create_market(&mut world.staking);
    world.execute(&[
        farm.administer(
            farm.creator,
            FarmAction::ProposeAuthority(treasury.to_bytes()),
        ),
        market.administer(
            market.creator,
            MarketAction::ProposeAuthority(treasury.to_bytes()),
        ),
    ]);
    let instructions = [
        farm.administer(treasury, FarmAction::AcceptAuthority),
        farm.administer(treasury, FarmAction::SetPaused(pause::STAKE)),
        market.administer(treasury, MarketAction::AcceptAuthority),
        market.administer(treasury, MarketAction::SetPaused(1)),
    ];
    world.carry_out(&realm, &instructions, &members);
    assert_eq!(world.staking.farm(farm).paused, pause::STAKE);
    let data = world.staking.world.svm.data(&market.address);
    let account: &Market = anchor_lang::bytemuck::from_bytes(&data[8..]);
    assert_eq!((account.paused, account.authority), (1, treasury));
}

/// As many accounts as an instruction can have: to write it takes several transactions, and to execute
/// it a lookup table.
#[test]
fn it_executes_the_largest_instruction() {
    let Setting {
        mut world,
        realm,
        members,
        ..
    } = Setting::new();
    // The system program ignores accounts behind those that it needs.
    let payee = world.staking.world.wallet();
    let payer = world.staking.world.svm.payer();
    world.execute(&[solana_system_interface::instruction::transfer(
        &payer,
        &realm.treasury,
        5_000_000,
    )]);
    let mut pay = solana_system_interface::instruction::transfer(&realm.treasury, &payee, 9);
    let others = (0..46).map(|_| world.staking.world.address());
    pay.accounts
        .extend(others.map(|other| AccountMeta::new_readonly(other, false)));
    assert_eq!(pay.accounts.len(), MAX_ACCOUNTS);

    let proposal = world.draft(&realm, (1, 1), 1);
    let accounts: Vec<_> = pay.accounts.iter().map(stored).collect();
    world.execute(&[proposal.add_instruction(0, 0, &pay)]);
    for (at, part) in accounts.chunks(16).enumerate() {
        let part = (at as u8 * 16, part.to_vec());
        world.execute(&[proposal.write_instruction(0, 0, part, (0, pay.data.clone()))]);
    }
    world.execute(&[world.sign_off(&proposal)]);
    for member in members {
        world.vote(&proposal, &member, 0, Yes(1));
    }
    world.finalize(&proposal);
    world.unlock(&proposal);
    let table = world.staking.world.address();
    let addresses: Vec<Pubkey> = pay.accounts.iter().map(|meta| meta.pubkey).collect();
    let svm = world.svm();
    svm.set_lookup_table(table, &addresses);
    let had = world.lamports(&payee);
    let execute = proposal.execute(0, 0, &pay);
    let executed = world
        .svm()
        .send_heavy(&[execute], table)
        .unwrap_or_else(|refused| panic!("{}: {:#?}", refused.reason, refused.logs));
    world.check();
    assert_eq!(world.lamports(&payee), had + 9);
    assert!(executed.program_units() < 10_000);
}
