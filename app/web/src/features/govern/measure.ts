/** What votes come to, by the rules of the engine's `governance` module: shares are of all weight at the
 * snapshot, and compared as products, never as quotients. */

import type { Proposal, ProposalState, ProposalSummary, Tally } from "@/api/governance/model";

const WHOLE_BPS = 10_000n;

/** The least whole weight that is at least so many basis points of the total. */
export function least(total: bigint, bps: number): bigint {
  return (total * BigInt(bps) + WHOLE_BPS - 1n) / WHOLE_BPS;
}

/** The community's weight that has voted, whatever its ballot. */
export function castOf({ approving, no, abstain, veto }: Tally): bigint {
  return approving + no + abstain + veto;
}

/** A weight as a part of all, for bars. */
export function shareOf(weight: bigint, total: bigint): number {
  return total === 0n ? 0 : Number((weight * 1_000_000n) / total) / 1_000_000;
}

/** How far votes are from what they have to reach. */
export interface Bar {
  weight: bigint;
  needed: bigint;
  total: bigint;
  isReached: boolean;
}

function bar(weight: bigint, total: bigint, bps: number): Bar {
  const needed = least(total, bps);
  return { weight, needed, total, isReached: total > 0n && weight >= needed };
}

export function quorumOf({ tally, total, config }: ProposalSummary): Bar {
  return bar(castOf(tally), total, config.quorumBps);
}

/** An option's votes, and what it needs; that it also needs more than are against is apart. */
export function optionBar({ options, total, config }: ProposalSummary, option: number): Bar {
  return bar(options[option]?.yes ?? 0n, total, config.thresholdBps);
}

/** Null where nobody can veto. */
export function vetoBars({ tally, total, councilTotal, config }: ProposalSummary): {
  community: Bar | null;
  council: Bar | null;
} {
  const { communityVetoBps, councilVetoBps } = config;
  return {
    community: communityVetoBps > 0 ? bar(tally.veto, total, communityVetoBps) : null,
    council:
      councilVetoBps > 0 && councilTotal > 0n
        ? bar(tally.councilVeto, councilTotal, councilVetoBps)
        : null,
  };
}

/** What the votes as they are would decide. */
export type Outcome = { kind: "vetoed" | "defeated" } | { kind: "succeeded"; winners: number[] };

export function outcomeOf(proposal: ProposalSummary): Outcome {
  const { tally, options, mostChoices } = proposal;
  const vetoes = vetoBars(proposal);
  if (vetoes.community?.isReached || vetoes.council?.isReached) {
    return { kind: "vetoed" };
  }
  if (!quorumOf(proposal).isReached) {
    return { kind: "defeated" };
  }
  const against = tally.no + tally.veto;
  const passing = options.flatMap(({ yes }, option) =>
    optionBar(proposal, option).isReached && yes > against ? [option] : [],
  );
  const most = passing.reduce((top, option) => {
    const yes = options[option]?.yes ?? 0n;
    return yes > top ? yes : top;
  }, 0n);
  const heaviest = passing.filter((option) => options[option]?.yes === most);
  const winners = mostChoices > 1 ? passing : heaviest.length === 1 ? heaviest : [];
  return winners.length > 0 ? { kind: "succeeded", winners } : { kind: "defeated" };
}

/** The state at a moment: what time has made of it since it was told. */
export function stateAt(proposal: ProposalSummary, now: number): ProposalState {
  const isPast = (time: number | null) => time !== null && now >= time;
  switch (proposal.state) {
    case "voting":
      return isPast(proposal.closesAt) ? "counting" : "voting";
    case "succeeded":
    case "executable":
      return isPast(proposal.expiresAt)
        ? "expired"
        : isPast(proposal.executableAt)
          ? "executable"
          : "succeeded";
    case "executing":
      return isPast(proposal.expiresAt) ? "expired" : "executing";
    default:
      return proposal.state;
  }
}

/** What happens next by itself, and when; null where nothing does. */
export function nextChange(
  proposal: ProposalSummary,
  now: number,
): { what: string; at: number } | null {
  const { coolsOffAt, closesAt, executableAt, expiresAt } = proposal;
  switch (stateAt(proposal, now)) {
    case "voting":
      if (coolsOffAt !== null && closesAt !== null && coolsOffAt < closesAt && now < coolsOffAt) {
        return { what: "Voting ends, votes against go on", at: coolsOffAt };
      }
      return closesAt === null ? null : { what: "Voting ends", at: closesAt };
    case "succeeded":
      return executableAt === null ? null : { what: "Can be executed", at: executableAt };
    case "executable":
    case "executing":
      return expiresAt === null ? null : { what: "Can be executed no more", at: expiresAt };
    default:
      return null;
  }
}

/** Whether only votes against are taken any more. */
export function isCoolOff(proposal: ProposalSummary, now: number): boolean {
  const { coolsOffAt } = proposal;
  return stateAt(proposal, now) === "voting" && coolsOffAt !== null && now >= coolsOffAt;
}

export type Due = "finalize" | "decide_early" | "execute" | "expire";

/** What anybody can do now to bring it on; null where there is only to wait. */
export function dueOf(proposal: Proposal, now: number): Due | null {
  switch (stateAt(proposal, now)) {
    case "voting":
      return proposal.config.early && proposal.isSettled ? "decide_early" : null;
    case "counting":
      return "finalize";
    case "executable":
    case "executing":
      return "execute";
    case "expired":
      return proposal.state === "expired" ? null : "expire";
    default:
      return null;
  }
}
