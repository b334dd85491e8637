//! How a proposal is written.

use sealane_governance::{errors::GovernanceError, state::MAX_TEXT};
use solana_instruction::{AccountMeta, Instruction};
use solana_pubkey::Pubkey;

use crate::setting::Setting;

/// Texts of several transactions, shorter and longer again.
#[test]
fn a_text_is_written_in_parts() {
    let mut setting = Setting::new();
    let Setting { world, realm, .. } = &mut setting;
    let author = world.staking.world.wallet();
    let before = world.lamports(&author);
    let proposal = world.draft_by(author, realm, (2, 1), 1);
    let mut text = b"A longer title\nFirst\nSecond\n".to_vec();
    text.extend((0..MAX_TEXT - text.len()).map(|at| b'a' + (at % 26) as u8));
    let len = text.len() as u32;
    let mut parts: Vec<(usize, &[u8])> = text
        .chunks(900)
        .enumerate()
        .map(|(at, part)| (at * 900, part))
        .collect();
    parts.reverse();
    for (offset, part) in parts {
        setting
            .world
            .execute(&[proposal.write_text(len, offset as u32, part)]);
        if offset > 0 {
            let not_yet = setting.world.sign_off(&proposal);
            setting.refused(not_yet, GovernanceError::TextNotWhole);
        }
    }
    assert_eq!(setting.world.text(&proposal), text);
    setting.refused(
        proposal.write_text(len + 1, 0, &[]),
        GovernanceError::TextTooLong,
    );
    setting.refused(
        proposal.write_text(10, 5, &[b'a'; 6]),
        GovernanceError::InvalidRange,
    );
    setting.world.execute(&[proposal.write_text(40, 0, b"T")]);
    assert_eq!(setting.world.text(&proposal)[..4], *b"T lo");
    // What was cut off does not come back.
    setting.world.execute(&[proposal.write_text(50, 0, b"T")]);
    assert_eq!(setting.world.text(&proposal)[40..], [0; 10]);
    setting.refused(
        setting.world.sign_off(&proposal),
        GovernanceError::TextNotWhole,
    );
    setting.world.execute(&[proposal.write_text(40, 0, b"T")]);
    let sign_off = setting.world.sign_off(&proposal);
    setting.world.execute(&[sign_off]);
    setting.refused(
        proposal.write_text(40, 0, b"U"),
        GovernanceError::WrongState,
    );
    setting.world.execute(&[
        proposal.cancel(),
        proposal.close_text(),
        proposal.take_deposit(author),
    ]);
    let rent = setting.world.staking.world.svm.rent(560);
    assert_eq!(setting.world.lamports(&author), before - rent);
}

/// Without more compute units than a transaction has that asks for none, in a script of three bytes
/// a letter.
#[test]
fn the_longest_text_is_signed_off() {
    let mut setting = Setting::new();
    let Setting { world, realm, .. } = &mut setting;
    let proposal = world.draft(realm, (8, 1), 1);
    let mut text = "帆\n".repeat(9);
    while text.len() + 3 <= MAX_TEXT {
        text.push('帆');
    }
    let len = text.len() as u32;
    for (at, part) in text.as_bytes().chunks(900).enumerate() {
        world.execute(&[proposal.write_text(len, at as u32 * 900, part)]);
    }
    world.execute(&[world.sign_off(&proposal)]);
}

/// Instructions of several transactions; the last of an option can be taken off again.
#[test]
fn instructions_are_written_in_parts() {
    let mut setting = Setting::new();
    let Setting { world, realm, .. } = &mut setting;
    let proposal = world.draft(realm, (2, 1), 1);
    let shape = Instruction {
        program_id: Pubkey::new_from_array([9; 32]),
        accounts: vec![
            AccountMeta::new(realm.treasury, true),
            AccountMeta::new_readonly(realm.address, false),
            AccountMeta::new(proposal.author, false),
        ],
        data: (0..=255)
            .cycle()
            .take(2_000)
            .map(|byte: u16| byte as u8)
            .collect(),
    };
    let before = world.lamports(&proposal.author);
    world.execute(&[proposal.add_instruction(1, 0, &shape)]);
    let [_, whole] = proposal.propose(
        1,
        0,
        &Instruction {
            data: shape.data[..500].to_vec(),
            ..shape.clone()
        },
    );
    world.execute(&[whole]);
    for (at, data) in [(1_250, 750), (500, 750)] {
        let data = shape.data[at..at + data].to_vec();
        world.execute(&[proposal.write_instruction(1, 0, (0, Vec::new()), (at as u16, data))]);
    }
    let (head, tail) = world.instruction(&proposal, 1, 0).expect("written");
    let (accounts, data) = head.parts(&tail).expect("whole");
    assert_eq!(data, shape.data);
    for (account, meta) in accounts.iter().zip(&shape.accounts) {
        assert_eq!(account.address, meta.pubkey.to_bytes());
        assert_eq!(account.is_signer(), meta.is_signer);
        assert_eq!(account.is_writable(), meta.is_writable);
    }
    let beyond = proposal.write_instruction(1, 0, (0, Vec::new()), (1_999, vec![1, 2]));
    setting.refused(beyond, GovernanceError::InvalidRange);
    let Setting { world, .. } = &mut setting;
    world.execute(&[proposal.add_instruction(1, 1, &shape)]);
    setting.refused(
        proposal.remove_instruction(1, 0),
        GovernanceError::OutOfOrder,
    );
    setting.world.execute(&[
        proposal.remove_instruction(1, 1),
        proposal.remove_instruction(1, 0),
    ]);
    assert_eq!(setting.world.lamports(&proposal.author), before);
    assert_eq!(setting.world.proposal(&proposal).instructions, [0; 8]);
}
