//! Instructions of a proposal: written in its draft, executed in order, each once.

use super::{
    GovernanceError, Options, Proposal, State,
    proposal::{COMPLETED, EXECUTING, EXPIRED},
};

/// An option has at most this many instructions.
pub const MAX_INSTRUCTIONS: u8 = 64;

/// An instruction of a proposal.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct InstructionAt {
    /// The option that it belongs to.
    pub option: u8,
    /// Its place among that option's instructions.
    pub index: u8,
}

impl Proposal {
    fn count_mut(&mut self, option: u8) -> Result<&mut u8, GovernanceError> {
        self.check_draft()?;
        let known = usize::from(option) < self.choices()?.options();
        self.instructions
            .get_mut(usize::from(option))
            .filter(|_| known)
            .ok_or(GovernanceError::UnknownOption)
    }

    /// Adds an instruction to a draft's option, behind its others; tells its place.
    ///
    /// # Errors
    /// [`GovernanceError::WrongState`] if it is no draft; [`GovernanceError::UnknownOption`];
    /// [`GovernanceError::InstructionCount`] if there are [`MAX_INSTRUCTIONS`].
    pub fn add_instruction(&mut self, option: u8) -> Result<InstructionAt, GovernanceError> {
        let count = self.count_mut(option)?;
        if *count >= MAX_INSTRUCTIONS {
            return Err(GovernanceError::InstructionCount);
        }
        let index = *count;
        *count += 1;
        Ok(InstructionAt { option, index })
    }

    /// Takes the last instruction of a draft's option off; tells which it was.
    ///
    /// # Errors
    /// [`GovernanceError::WrongState`] if it is no draft; [`GovernanceError::UnknownOption`];
    /// [`GovernanceError::InstructionCount`] if there is none.
    pub fn remove_instruction(&mut self, option: u8) -> Result<InstructionAt, GovernanceError> {
        let count = self.count_mut(option)?;
        let index = count
            .checked_sub(1)
            .ok_or(GovernanceError::InstructionCount)?;
        *count = index;
        Ok(InstructionAt { option, index })
    }

    /// The number of an option's instructions.
    #[must_use]
    pub fn instructions(&self, option: usize) -> u8 {
        self.instructions.get(option).copied().unwrap_or(0)
    }

    /// Moves from where the cursor is to the next instruction of a winning option, if there is one.
    pub(super) fn skip_to_next(&mut self) -> bool {
        let winners = Options::from_bits(self.winners);
        while let Some(count) = self.instructions.get(usize::from(self.next_option)) {
            if winners.has(usize::from(self.next_option)) && self.next_index < *count {
                return true;
            }
            self.next_option += 1;
            self.next_index = 0;
        }
        false
    }

    /// The instruction to execute next, if one is left and the time for it has come.
    #[must_use]
    pub fn next_instruction(&self, now: i64) -> Option<InstructionAt> {
        let open = matches!(self.state(now), State::Executable | State::Executing);
        let left = usize::from(self.next_option) < self.instructions.len();
        (open && left && self.running == 0).then_some(InstructionAt {
            option: self.next_option,
            index: self.next_index,
        })
    }

    /// Begins an instruction: it counts as executed from here on, and no other begins until
    /// [`Proposal::end_instruction`]. Whoever executes it writes this to the account first, so that
    /// whatever the instruction calls finds it so; if it fails, all of it is undone together.
    ///
    /// # Errors
    /// [`GovernanceError::TimeLocked`], [`GovernanceError::Expired`];
    /// [`GovernanceError::WrongState`] if it has not succeeded or is completed;
    /// [`GovernanceError::Running`]; [`GovernanceError::OutOfOrder`] if another is next.
    pub fn begin_instruction(
        &mut self,
        now: i64,
        at: InstructionAt,
    ) -> Result<(), GovernanceError> {
        match self.state(now) {
            State::Executable | State::Executing => {}
            State::Succeeded => return Err(GovernanceError::TimeLocked),
            State::Expired => return Err(GovernanceError::Expired),
            _ => return Err(GovernanceError::WrongState),
        }
        if self.running != 0 {
            return Err(GovernanceError::Running);
        }
        if self.next_instruction(now) != Some(at) {
            return Err(GovernanceError::OutOfOrder);
        }
        self.next_index += 1;
        self.skip_to_next();
        self.running = 1;
        self.state = EXECUTING;
        Ok(())
    }

    /// Ends the instruction that has begun; tells where the proposal is then.
    ///
    /// # Errors
    /// [`GovernanceError::NotRunning`] if none has.
    pub fn end_instruction(&mut self, now: i64) -> Result<State, GovernanceError> {
        if self.running == 0 {
            return Err(GovernanceError::NotRunning);
        }
        self.running = 0;
        if usize::from(self.next_option) >= self.instructions.len() {
            self.state = COMPLETED;
        }
        Ok(self.state(now))
    }

    /// Writes down that the time to execute in has passed, so that accounts can be closed.
    ///
    /// # Errors
    /// [`GovernanceError::NotExpired`]; [`GovernanceError::WrongState`] if it is written down already.
    pub fn expire(&mut self, now: i64) -> Result<(), GovernanceError> {
        if self.state == EXPIRED {
            return Err(GovernanceError::WrongState);
        }
        if self.state(now) != State::Expired {
            return Err(GovernanceError::NotExpired);
        }
        self.state = EXPIRED;
        Ok(())
    }
}
