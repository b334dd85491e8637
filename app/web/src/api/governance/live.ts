/** Realms, proposals and votes as they change. */

import { type UseQueryResult, useQuery } from "@tanstack/react-query";
import { type ChannelState, type Reducer, useChannel } from "../channel";
import { answered, gateway } from "../http";
import type { Address } from "../model";
import type { WireProposal } from "../wire";
import * as decode from "./decode";
import type { Proposal, ProposalSummary, Realm, VoteRecord, VotingPower } from "./model";

/** A proposal that is looked at, and its votes, are fetched again this often. */
const REFRESH_MS = 2_000;
/** What a treasury has changes seldom. */
const REALMS_REFRESH_MS = 10_000;

export function useRealms(): UseQueryResult<Realm[]> {
  return useQuery({
    queryKey: ["realms"],
    queryFn: async ({ signal }) =>
      (await answered(gateway.GET("/api/v1/realms", { signal }))).map(decode.realm),
    refetchInterval: REALMS_REFRESH_MS,
  });
}

/** Newest first; drafts before all others. */
function inOrder(proposals: Iterable<ProposalSummary>): ProposalSummary[] {
  const began = ({ votingAt }: ProposalSummary) => votingAt ?? Number.POSITIVE_INFINITY;
  return [...proposals].sort((one, other) => {
    const [a, b] = [began(one), began(other)];
    return a === b ? one.address.localeCompare(other.address) : b - a;
  });
}

/** Puts changed proposals in the place of what they were. */
export function applyProposals(
  before: readonly ProposalSummary[],
  changes: readonly WireProposal[],
): ProposalSummary[] {
  const proposals = new Map(before.map((proposal) => [proposal.address, proposal]));
  for (const change of changes) {
    const proposal = decode.summary(change);
    proposals.set(proposal.address, proposal);
  }
  return inOrder(proposals.values());
}

interface WireProposals {
  proposals: WireProposal[];
}

const PROPOSALS: Reducer<ProposalSummary[]> = {
  snapshot: (data) => applyProposals([], (data as WireProposals).proposals),
  diff: (before, data) => applyProposals(before, (data as WireProposals).proposals),
};

/** A realm's proposals. */
export function useProposals(realm: Address | undefined): ChannelState<ProposalSummary[]> {
  return useChannel(realm ? { channel: "proposals", realm } : null, PROPOSALS);
}

export function useProposal(proposal: Address): UseQueryResult<Proposal> {
  return useQuery({
    queryKey: ["proposals", proposal],
    queryFn: async ({ signal }) =>
      decode.proposal(
        await answered(
          gateway.GET("/api/v1/proposals/{proposal}", { params: { path: { proposal } }, signal }),
        ),
      ),
    refetchInterval: REFRESH_MS,
  });
}

/** All votes on a proposal, the heaviest first. */
export function useVotes(proposal: Address): UseQueryResult<VoteRecord[]> {
  return useQuery({
    queryKey: ["proposals", proposal, "votes"],
    queryFn: async ({ signal }) =>
      (
        await answered(
          gateway.GET("/api/v1/proposals/{proposal}/votes", {
            params: { path: { proposal } },
            signal,
          }),
        )
      ).map(decode.vote),
    refetchInterval: REFRESH_MS,
  });
}

/** The positions that somebody may vote with on a proposal. */
export function usePower(
  proposal: Address,
  owner: Address | undefined,
): UseQueryResult<VotingPower[]> {
  return useQuery({
    queryKey: ["proposals", proposal, "power", owner],
    queryFn: async ({ signal }) => {
      const params = { path: { proposal }, query: { owner: owner ?? "" } };
      const powers = await answered(
        gateway.GET("/api/v1/proposals/{proposal}/power", { params, signal }),
      );
      return powers.map(decode.power);
    },
    enabled: owner !== undefined,
    refetchInterval: REFRESH_MS,
  });
}
