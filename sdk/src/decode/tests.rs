use anchor_lang::InstructionData as _;
use sealane_amm::state::FeeParams;
use sealane_governance::state::ConfigParams;
use solana_instruction::AccountMeta;

use super::*;
use crate::{plan, token};

fn none(_: &Pubkey) -> Option<TokenLabel> {
    None
}

fn arguments(decoded: &DecodedInstruction) -> Vec<(&str, &str)> {
    let arguments = decoded.arguments.iter();
    arguments
        .map(|argument| (argument.name.as_str(), argument.value.as_str()))
        .collect()
}

#[test]
fn a_change_of_fees() {
    let [pool, treasury] = [(); 2].map(|()| Pubkey::new_unique());
    let fees = FeeParams {
        min_pips: 2_500,
        max_pips: 12_000,
        slope_pips: 80_000,
        protocol_share_bps: 1_000,
    };
    let decoded = decode_instruction(&plan::set_fees_instruction(&pool, &treasury, fees), none);
    assert_eq!(decoded.program_name, Some("Sealane pools"));
    assert_eq!(decoded.name.as_deref(), Some("administer: SetFees"));
    assert_eq!(
        arguments(&decoded),
        [
            ("min_pips", "0.25%"),
            ("max_pips", "1.2%"),
            ("slope_pips", "8%"),
            ("protocol_share_bps", "10%"),
        ]
    );
    let account = &decoded.accounts[1];
    assert_eq!(
        (account.name.as_deref(), account.address),
        (Some("authority"), treasury)
    );
    assert!(account.is_signer && !account.is_writable);
}

#[test]
fn transfers_of_a_treasury() {
    let [realm, to, mint] = [(); 3].map(|()| Pubkey::new_unique());
    let pay = plan::governance::proposed_sol_transfer_instruction(&realm, &to, 1_500_000_000);
    let decoded = decode_instruction(&pay, none);
    assert_eq!(arguments(&decoded), [("lamports", "1.5 SOL")]);
    let spl = (&mint, &TOKEN_PROGRAM, 6);
    let pay = plan::governance::proposed_token_transfer_instructions(&realm, spl, &to, 2_500_000);
    let [create, transfer] = &pay[..] else {
        panic!("an account, then the transfer")
    };
    let create = decode_instruction(create, none);
    assert_eq!(create.name.as_deref(), Some("create_idempotent"));
    let label = |asked: &Pubkey| {
        (*asked == mint).then(|| TokenLabel {
            symbol: Some("SEAL".to_owned()),
            decimals: 6,
        })
    };
    let known = decode_instruction(transfer, label);
    assert_eq!(arguments(&known)[0], ("amount", "2.5 SEAL"));
    let unknown = decode_instruction(transfer, none);
    assert_eq!(arguments(&unknown)[0], ("amount", "2500000 units"));
    let fixed = token::fix_supply_instruction(&TOKEN_PROGRAM, &mint, &to);
    assert_eq!(
        arguments(&decode_instruction(&fixed, none)),
        [("may", "mint tokens"), ("new_authority", "nobody")]
    );
}

#[test]
fn rules_of_a_realm() {
    let realm = Pubkey::new_unique();
    let config = ConfigParams {
        deposit: 2_000_000_000,
        voting_seconds: 3 * 86_400,
        cool_off_seconds: 0,
        time_lock_seconds: 90,
        execution_seconds: 7_200,
        quorum_bps: 1_000,
        threshold_bps: 5_050,
        community_veto_bps: 0,
        council_veto_bps: 10_000,
        early: true,
    };
    let change = plan::governance::set_config_instruction(&realm, config).unwrap();
    let decoded = decode_instruction(&change, none);
    let told: Vec<&str> = arguments(&decoded)
        .iter()
        .map(|(_, value)| *value)
        .collect();
    let expected = [
        "2 SOL",
        "3 days",
        "none",
        "90 seconds",
        "2 hours",
        "10%",
        "50.5%",
        "0%",
        "100%",
        "yes",
    ];
    assert_eq!(told, expected);
}

/// Every instruction that lists, names texts or leaves an account out.
#[test]
fn lists_texts_and_optional_accounts() {
    let [proposal, author, realm] = [(); 3].map(|()| Pubkey::new_unique());
    let accounts = vec![
        AccountMeta::new(author, true),
        AccountMeta::new_readonly(proposal, false),
    ];
    let of = |data: Vec<u8>| Instruction {
        program_id: governance::ID,
        accounts: accounts.clone(),
        data,
    };
    let text = governance::instruction::WriteText {
        len: 3,
        offset: 0,
        bytes: vec![1, 2, 3],
    };
    let written = of(text.data());
    let decoded = decode_instruction(&written, none);
    assert_eq!(
        arguments(&decoded),
        [("len", "3"), ("offset", "0"), ("bytes", "3 bytes")]
    );
    let account = governance::state::ProposedAccount {
        address: realm.to_bytes(),
        flags: 1,
    };
    let part = governance::instruction::WriteInstruction {
        account_at: 0,
        accounts: vec![account; 2],
        data_at: 1,
        data: vec![9],
    };
    let written = of(part.data());
    let decoded = decode_instruction(&written, none);
    assert_eq!(arguments(&decoded)[1], ("accounts", "2 entries"));
    let request = plan::governance::CreateRealmRequest {
        creator: author,
        id: 3,
        name: "Sealane".to_owned(),
        community: proposal,
        council: None,
        config: ConfigParams {
            deposit: 0,
            voting_seconds: 60,
            cool_off_seconds: 0,
            time_lock_seconds: 60,
            execution_seconds: 3_600,
            quorum_bps: 0,
            threshold_bps: 5_000,
            community_veto_bps: 0,
            council_veto_bps: 0,
            early: true,
        },
    };
    let (_, _, create) = plan::governance::create_realm_instruction(&request).unwrap();
    let decoded = decode_instruction(&create, none);
    assert_eq!(arguments(&decoded)[1], ("name", "Sealane"));
    assert_eq!(decoded.accounts[3].name.as_deref(), Some("council (none)"));
}

#[test]
fn what_is_unknown_is_told_as_such() {
    let stranger = Instruction {
        program_id: Pubkey::new_unique(),
        accounts: vec![AccountMeta::new(Pubkey::new_unique(), false)],
        data: vec![1, 2, 3],
    };
    let decoded = decode_instruction(&stranger, none);
    assert_eq!((decoded.program_name, decoded.name), (None, None));
    assert_eq!(decoded.accounts[0].name, None);
    // An instruction of a program with other arguments than it has is not guessed at.
    for data in [vec![], vec![250], vec![6], vec![6, 1, 2, 3], vec![6, 9]] {
        let broken = Instruction {
            program_id: staking::ID,
            data,
            ..stranger.clone()
        };
        assert_eq!(decode_instruction(&broken, none).name, None);
    }
}
