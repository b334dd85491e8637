//! `write_text`: writes a draft's text, in parts.

use anchor_lang::prelude::*;
use sealane_onchain::{Loaded, derived::grow, events::log};

use super::{require_draft, require_of};
use crate::{
    errors::GovernanceError,
    events::TextWritten,
    state::{MAX_TEXT, Proposal, TEXT_OFFSET, Text},
};

/// Accounts of `write_text`.
#[derive(Accounts)]
pub struct WriteText {
    /// The proposal's author; pays the rent where the text becomes longer.
    #[account(mut)]
    pub author: Signer,
    /// The proposal, a draft; read only.
    pub proposal: Loaded<Proposal>,
    /// Its text.
    #[account(mut)]
    pub text: Loaded<Text>,
    /// Takes the rent.
    pub system_program: Program<System>,
}

/// Handler of `write_text`: from now on the text has `len` bytes, those from `offset` on are the
/// given ones, and others stay. Parts can be written in any order and again.
#[inline(never)]
pub(crate) fn handle(
    ctx: &mut Context<WriteText>,
    len: u32,
    offset: u32,
    bytes: &[u8],
) -> Result<()> {
    let WriteText {
        author,
        proposal,
        text,
        ..
    } = &mut ctx.accounts;
    require_draft(proposal, author)?;
    require_of(&text.proposal, proposal)?;
    let (total, from) = (len as usize, offset as usize);
    require!(total <= MAX_TEXT, GovernanceError::TextTooLong);
    let to = from.checked_add(bytes.len()).filter(|to| *to <= total);
    let to = to.ok_or(GovernanceError::InvalidRange)?;
    let mut view = *text.account();
    // SAFETY: `text` holds no reference to the account's bytes, and hands none out before this.
    unsafe { grow(author.account(), &mut view, TEXT_OFFSET + total) }
        .map_err(GovernanceError::from)?;
    text.tail_mut()[from..to].copy_from_slice(bytes);
    log(TextWritten {
        proposal: text.proposal,
        offset,
        written: bytes.len() as u32,
        len,
        reserved: [0; 4],
    });
    Ok(())
}
