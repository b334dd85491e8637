//! Every instruction as it should be sent.

use sealane_governance::{
    BallotParam::{Abstain, No, Yes},
    errors::GovernanceError,
};
use sealane_testkit::governance::{CONFIG, TestProposal, TestRealm};
use solana_instruction::Instruction;

use crate::{
    Arena,
    arena::{Party, Subject},
    stage::{TEXT, draft, payments},
};

impl Arena {
    /// Every instruction, some of them in more than one way.
    pub(crate) fn subjects(&self) -> Vec<Subject> {
        let mut all = self.realms_subjects();
        all.extend(self.drafts_subjects());
        all.extend(self.votes_subjects());
        all.extend(self.decisions_subjects());
        all.extend(self.ends_subjects());
        all
    }

    fn realms_subjects(&self) -> Vec<Subject> {
        let realm = &self.home.realm;
        let attacker = self.home.attacker.wallet;
        let new = TestRealm::new(attacker, 9, realm.community.clone(), realm.council.clone());
        let (address, treasury) = (
            GovernanceError::WrongAddress,
            GovernanceError::WrongTreasury,
        );
        vec![
            subject("create_realm", new.create("New", CONFIG), Some(address), 0),
            // The machine takes the treasury's word for its signature.
            subject("set_config", realm.set_config(CONFIG), Some(treasury), 0),
        ]
    }

    fn drafts_subjects(&self) -> Vec<Subject> {
        let proposal = &self.mine.draft;
        let new = TestProposal::new(proposal.realm.clone(), proposal.author, 77, 2);
        let author = Some(GovernanceError::WrongAuthor);
        let address = Some(GovernanceError::WrongAddress);
        let [_, (_, _, second), _] = payments(proposal);
        let [_, write] = proposal.propose(0, 1, &second);
        let add = proposal.add_instruction(0, 2, &second);
        let longer = [TEXT, b" And of that."].concat();
        let write_text = proposal.write_text(longer.len() as u32, 0, &longer);
        vec![
            subject("draft", draft(&new), address, 0),
            subject("write_text", write_text, author, 0),
            subject("add_instruction", add, author, 0),
            subject("write_instruction", write, author, 0),
            subject(
                "remove_instruction",
                proposal.remove_instruction(0, 1),
                author,
                0,
            ),
            subject(
                "open_tally",
                proposal.open_tally(1, proposal.author),
                None,
                0,
            ),
            subject("sign_off", self.world.sign_off(proposal), author, 0),
            subject("cancel: draft", proposal.cancel(), author, 0),
        ]
    }

    fn votes_subjects(&self) -> Vec<Subject> {
        let proposal = &self.mine.voting;
        let Party {
            wallet,
            voted,
            opened,
            idle,
        } = self.home.attacker;
        let voter = Some(GovernanceError::WrongVoter);
        let recipient = Some(GovernanceError::WrongRecipient);
        vec![
            subject("open_vote", proposal.open_vote(idle, wallet), None, 0),
            subject("vote", proposal.vote(wallet, opened, 1, Abstain), voter, 0),
            subject(
                "change_vote",
                proposal.change_vote(wallet, voted, 0, No),
                voter,
                0,
            ),
            subject(
                "change_vote: another option",
                proposal.change_vote(wallet, voted, 0, Yes(2)),
                voter,
                0,
            ),
            subject(
                "withdraw_vote",
                proposal.withdraw_vote(wallet, voted, 0),
                voter,
                0,
            ),
            subject(
                "close_vote",
                proposal.close_vote(opened, wallet, true),
                recipient,
                0,
            ),
            subject(
                "cancel",
                proposal.cancel(),
                Some(GovernanceError::WrongAuthor),
                0,
            ),
        ]
    }

    fn decisions_subjects(&self) -> Vec<Subject> {
        let mine = &self.mine;
        let [(option, index, payment), ..] = payments(&mine.executable);
        let execute = mine.executable.execute(option, index, &payment);
        vec![
            subject("sum_tally", mine.counting.sum_tally(&[1, 0]), None, 2),
            subject("finalize", mine.summed.finalize(), None, 0),
            subject("decide_early", mine.settled.decide_early(), None, 2),
            subject("execute", execute, None, 3),
            subject("expire", mine.expired.expire(), None, 0),
        ]
    }

    fn ends_subjects(&self) -> Vec<Subject> {
        let (mine, attacker) = (&self.mine, self.home.attacker);
        let (vetoed, wallet) = (&mine.vetoed, attacker.wallet);
        let treasury = self.home.realm.treasury;
        let close_vote = vetoed.close_vote(attacker.voted, wallet, false);
        vec![
            subject("take_deposit", mine.completed.take_deposit(wallet), None, 0),
            subject(
                "take_deposit: vetoed",
                vetoed.take_deposit(treasury),
                None,
                0,
            ),
            subject("close_vote: decided", close_vote, None, 0),
            subject("close_tally", vetoed.close_tally(1, wallet), None, 0),
            subject("close_text", vetoed.close_text(), None, 0),
            subject("close_instruction", vetoed.close_instruction(1, 0), None, 0),
            subject(
                "close_instruction: expired",
                mine.expired.close_instruction(0, 0),
                None,
                0,
            ),
        ]
    }
}

fn subject(
    name: &'static str,
    valid: Instruction,
    stranger: Option<GovernanceError>,
    trailing: usize,
) -> Subject {
    Subject {
        name,
        declared: valid.accounts.len() - trailing,
        valid,
        stranger,
    }
}
