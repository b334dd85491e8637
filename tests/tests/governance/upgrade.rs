//! A program whose upgrade authority is a treasury.

use std::fs;

use sealane_testkit::{Svm, deploy_dir};
use solana_account::Account;
use solana_loader_v3_interface::{
    get_program_data_address, instruction, state::UpgradeableLoaderState,
};
use solana_pubkey::Pubkey;

use crate::setting::Setting;

const LOADER: Pubkey = Pubkey::from_str_const("BPFLoaderUpgradeab1e11111111111111111111111");

fn put(svm: &mut Svm, address: Pubkey, state: &UpgradeableLoaderState, behind: &[u8]) {
    let mut data = anchor_lang::wincode::serialize(state).expect("a state can be written");
    let head = match state {
        UpgradeableLoaderState::ProgramData { .. } => {
            UpgradeableLoaderState::size_of_programdata_metadata()
        }
        UpgradeableLoaderState::Buffer { .. } => UpgradeableLoaderState::size_of_buffer_metadata(),
        _ => data.len(),
    };
    data.resize(head, 0);
    data.extend_from_slice(behind);
    let account = Account {
        lamports: svm.rent(data.len()),
        data,
        owner: LOADER,
        executable: matches!(state, UpgradeableLoaderState::Program { .. }),
        rent_epoch: u64::MAX,
    };
    svm.set_account(address, account);
}

fn bytecode(name: &str) -> Vec<u8> {
    fs::read(deploy_dir().join(format!("{name}.so"))).expect("built programs")
}

#[test]
fn it_upgrades_a_program() {
    let Setting {
        mut world,
        realm,
        members,
        ..
    } = Setting::new();
    let deployer = world.staking.world.wallet();
    let (program, buffer) = (world.staking.world.address(), world.staking.world.address());
    let program_data = get_program_data_address(&program);
    let (old, new) = (bytecode("sealane_staking"), bytecode("sealane_amm"));
    let svm = world.svm();
    svm.set_slot(10);
    let state = UpgradeableLoaderState::ProgramData {
        slot: 1,
        upgrade_authority_address: Some(deployer),
    };
    put(svm, program_data, &state, &old);
    let state = UpgradeableLoaderState::Program {
        programdata_address: program_data,
    };
    put(svm, program, &state, &[]);
    let state = UpgradeableLoaderState::Buffer {
        authority_address: Some(deployer),
    };
    put(svm, buffer, &state, &new);

    let spill = world.staking.world.wallet();
    let upgrade = instruction::upgrade(&program, &buffer, &realm.treasury, &spill, true);
    world.execute(&[
        instruction::set_upgrade_authority(&program, &deployer, Some(&realm.treasury)),
        instruction::set_buffer_authority(&buffer, &deployer, &realm.treasury),
    ]);
    let gone = instruction::upgrade(&program, &buffer, &deployer, &spill, true);
    assert!(
        world.try_execute(&[gone]).is_err(),
        "the deployer has no rights left"
    );
    world.carry_out(&realm, &[upgrade], &members);
    let head = UpgradeableLoaderState::size_of_programdata_metadata();
    let data = world.staking.world.svm.data(&program_data);
    assert_eq!(data[head..head + new.len()], new);
    assert_eq!(
        data[13..45],
        realm.treasury.to_bytes(),
        "still its authority"
    );
    // And by proposal it gives the program up for good.
    let give_up = instruction::set_upgrade_authority(&program, &realm.treasury, None);
    world.next_epoch(&realm);
    world.carry_out(&realm, &[give_up], &members);
    let data = world.staking.world.svm.data(&program_data);
    assert_eq!(data[12], 0, "no authority");
}
