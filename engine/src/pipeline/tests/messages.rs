//! Transactions and records from bytes.

use proptest::prelude::*;
use solana_instruction::AccountMeta;
use solana_message::{MessageHeader, v0};

use super::*;
use crate::{
    pipeline::{
        MAX_MESSAGE_BYTES, MessageError, ReplayError,
        record::{self, Record},
    },
    simulate::Trade,
};

/// A swap that names the same wallet in two instructions, with different rights.
fn two_instructions() -> (Vec<Instruction>, Pubkey) {
    let (exchange, _) = Exchange::new(2, 2);
    let wallet = exchange.wallets[0].address;
    (
        vec![exchange.swap(0, 1, true, 7), exchange.transfer(0, 1, 3)],
        wallet,
    )
}

/// As the runtime sees it: every mention of an account has the rights of the whole message.
fn expected(instructions: &[Instruction], payer: Pubkey) -> Trade {
    let all: Vec<AccountMeta> = instructions
        .iter()
        .flat_map(|i| i.accounts.clone())
        .collect();
    let rights = |meta: &AccountMeta| {
        let same = || all.iter().filter(|other| other.pubkey == meta.pubkey);
        let is_program = instructions.iter().any(|i| i.program_id == meta.pubkey);
        AccountMeta {
            pubkey: meta.pubkey,
            is_signer: meta.pubkey == payer || same().any(|other| other.is_signer),
            is_writable: meta.pubkey == payer
                || same().any(|other| other.is_writable) && !is_program,
        }
    };
    let instructions = instructions.iter().map(|instruction| Instruction {
        accounts: instruction.accounts.iter().map(rights).collect(),
        ..instruction.clone()
    });
    Trade {
        signers: vec![payer],
        instructions: instructions.collect(),
    }
}

#[test]
fn a_message_is_the_trade_that_it_was_made_of() {
    let (instructions, payer) = two_instructions();
    let trade = expected(&instructions, payer);
    assert_eq!(decode(&message(&instructions, &payer)), Ok(trade.clone()));
    let v0 = v0::Message::try_compile(&payer, &instructions, &[], Default::default()).unwrap();
    assert_eq!(decode(&VersionedMessage::V0(v0).serialize()), Ok(trade));
}

#[test]
fn what_cannot_be_executed_says_why() {
    let (instructions, payer) = two_instructions();
    let sound = Message::new(&instructions, Some(&payer));
    let bytes = |message: &Message| VersionedMessage::Legacy(message.clone()).serialize();

    let whole = bytes(&sound);
    for length in 0..whole.len() {
        let cut = decode(&whole[..length]);
        assert!(
            matches!(cut, Err(MessageError::Malformed(_))),
            "{length}: {cut:?}"
        );
    }
    let longer = [&whole[..], &[0]].concat();
    assert!(matches!(decode(&longer), Err(MessageError::Malformed(_))));
    assert_eq!(
        decode(&[0; MAX_MESSAGE_BYTES + 1]),
        Err(MessageError::TooLong)
    );

    let mut nobody = sound.clone();
    nobody.header = MessageHeader::default();
    assert_eq!(decode(&bytes(&nobody)), Err(MessageError::Unsound));
    let mut elsewhere = sound.clone();
    elsewhere.instructions[1].accounts[0] = 200;
    assert_eq!(decode(&bytes(&elsewhere)), Err(MessageError::Unsound));
    let mut repeated = sound.clone();
    repeated.account_keys[3] = payer;
    assert_eq!(
        decode(&bytes(&repeated)),
        Err(MessageError::RepeatedAccount(payer))
    );

    let mut v0 = v0::Message::try_compile(&payer, &instructions, &[], Default::default()).unwrap();
    v0.address_table_lookups
        .push(v0::MessageAddressTableLookup {
            account_key: payer,
            writable_indexes: vec![0],
            readonly_indexes: vec![],
        });
    let tables = decode(&VersionedMessage::V0(v0).serialize());
    assert_eq!(tables, Err(MessageError::LookupTables));
}

#[test]
fn records_that_are_cut_or_go_on_are_told() {
    let (messages, clock) = ([vec![1, 2, 3], vec![], vec![9; 9_000]], clock_now());
    let whole = record::batch(&clock, &messages);
    let read = |bytes: &[u8]| match record::parse(bytes)? {
        Record::Batch {
            clock,
            transactions,
        } => {
            let messages = transactions.map(|message| message.map(<[u8]>::to_vec));
            Ok((clock, messages.collect::<Result<Vec<_>, _>>()?))
        }
        Record::Account(_) => panic!("no account was written"),
    };
    // Enough of the long one to see that it is too long.
    let mut kept = messages.to_vec();
    kept[2].truncate(MAX_MESSAGE_BYTES + 1);
    assert_eq!(read(&whole), Ok((clock, kept)));
    for length in 0..whole.len() {
        assert_eq!(
            read(&whole[..length]),
            Err(ReplayError::Short { bytes: length })
        );
    }
    let longer = [&whole[..], &[0, 0]].concat();
    assert_eq!(read(&longer), Err(ReplayError::Long { bytes: 2 }));
    assert!(matches!(
        record::parse(&[7]),
        Err(ReplayError::Kind { kind: 7 })
    ));
    let gone = record::account(&Pubkey::new_unique(), None);
    assert!(matches!(
        record::parse(&[&gone[..], &[0]].concat()),
        Err(ReplayError::Long { .. })
    ));
}

proptest! {
    #[test]
    fn no_bytes_panic(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let _ = decode(&bytes);
        if let Ok(Record::Batch { transactions, .. }) = record::parse(&bytes) {
            transactions.for_each(drop);
        }
    }

    /// Bytes of a message, changed, still say nothing or something that can be run.
    #[test]
    fn no_changed_message_panics(changes in prop::collection::vec((any::<usize>(), any::<u8>()), 1..4)) {
        let (exchange, mut state) = Exchange::new(2, 2);
        let mut bytes = message(&[exchange.swap(0, 1, true, 7)], &exchange.wallets[0].address);
        for (at, byte) in changes {
            let at = at % bytes.len();
            bytes[at] = byte;
        }
        if let Ok(trade) = decode(&bytes) {
            let mut batch = Batch::new();
            batch.push(&mut state, &trade).unwrap();
            let panicked = matches!(
                state.run(&batch)[0],
                Err(crate::simulate::TradeError::Panicked(_))
            );
            prop_assert!(!panicked);
        }
    }
}
