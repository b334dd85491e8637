//! What these tests begin with.

use sealane_core::governance::State;
use sealane_governance::{errors::GovernanceError, state::ConfigParams};
use sealane_testkit::{
    Reason,
    governance::{CONFIG, GovernanceWorld, Member, TestProposal, TestRealm},
};
use solana_instruction::Instruction;

/// A realm with three members of 500, 300 and 200 and two councillors of 2 and 1, in its epoch 1.
pub(crate) struct Setting {
    pub(crate) world: GovernanceWorld,
    pub(crate) realm: TestRealm,
    pub(crate) members: [Member; 3],
    pub(crate) council: [Member; 2],
}

/// Ten-thousandths of a staked unit.
pub(crate) const WHOLE: u64 = 10_000;

impl Setting {
    pub(crate) fn new() -> Self {
        Self::under(CONFIG)
    }

    pub(crate) fn under(config: ConfigParams) -> Self {
        let mut world = GovernanceWorld::new();
        let realm = world.create_realm(config);
        let members = [(0, 500), (1, 300), (1, 200)]
            .map(|(shard, amount)| world.member(&realm.community, shard, amount));
        let farm = realm.council.clone().expect("a council");
        let council = [2, 1].map(|amount| world.member(&farm, 0, amount));
        world.next_epoch(&realm);
        Self {
            world,
            realm,
            members,
            council,
        }
    }

    /// A proposal open for votes, of so many options.
    pub(crate) fn open(&mut self, choices: (u8, u8), shards: u8) -> TestProposal {
        let proposal = self.world.draft(&self.realm, choices, shards);
        self.world.close_epochs(&self.realm);
        self.world.execute(&[self.world.sign_off(&proposal)]);
        proposal
    }

    pub(crate) fn refused(&mut self, instruction: Instruction, error: GovernanceError) {
        self.refused_list(&[instruction], error);
    }

    pub(crate) fn state(&self, proposal: &TestProposal) -> State {
        self.world.proposal(proposal).state(self.world.now())
    }

    pub(crate) fn refused_list(&mut self, instructions: &[Instruction], error: GovernanceError) {
        let refused = self.world.try_execute(instructions).unwrap_err();
        let expected = Reason::governance(error);
        assert_eq!(refused.reason, expected, "{:#?}", refused.logs);
    }
}
