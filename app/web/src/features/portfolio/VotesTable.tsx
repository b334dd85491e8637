import { Link } from "@tanstack/react-router";
import { useProposals, useRealms } from "@/api/governance/live";
import type { ProposalSummary, VoteRecord } from "@/api/governance/model";
import { shareOf, stateAt } from "@/features/govern/measure";
import { StateBadge } from "@/features/govern/StateBadge";
import { ballotText } from "@/features/govern/states";
import { percentText, shortAddress } from "@/lib/format";
import { useNow } from "@/lib/time";
import { EmptyState } from "@/ui/State";
import { Table } from "@/ui/Table";

interface Row {
  vote: VoteRecord;
  proposal: ProposalSummary | undefined;
}

/** What somebody has voted on proposals that are open. */
export function VotesTable({ votes }: { votes: readonly VoteRecord[] }) {
  const [realm] = useRealms().data ?? [];
  const proposals = useProposals(realm?.address).data ?? [];
  const now = useNow();
  const rows: Row[] = votes.map((vote) => ({
    vote,
    proposal: proposals.find(({ address }) => address === vote.proposal),
  }));
  if (votes.length === 0) {
    return (
      <EmptyState
        title="No votes on open proposals"
        action={
          <Link to="/govern" className="text-accent underline underline-offset-2">
            Look at the proposals
          </Link>
        }
      >
        Whoever stakes the governance token votes.
      </EmptyState>
    );
  }
  return (
    <Table
      label="Votes"
      rows={rows}
      rowKey={({ vote }) => `${vote.proposal}/${vote.position}`}
      columns={[
        {
          key: "proposal",
          header: "Proposal",
          cell: ({ vote, proposal }) => (
            <Link
              to="/govern/$proposal"
              params={{ proposal: vote.proposal }}
              className="block max-w-48 truncate font-medium hover:text-accent sm:max-w-96"
            >
              {proposal?.title || shortAddress(vote.proposal)}
            </Link>
          ),
        },
        {
          key: "ballot",
          header: "Your vote",
          cell: ({ vote, proposal }) => ballotText(vote.ballot, proposal?.options ?? []),
        },
        {
          key: "weight",
          header: "Of all weight",
          numeric: true,
          from: "sm",
          cell: ({ vote, proposal }) =>
            proposal
              ? percentText(
                  shareOf(
                    vote.weight,
                    vote.body === "council" ? proposal.councilTotal : proposal.total,
                  ),
                )
              : "–",
        },
        {
          key: "state",
          header: "State",
          numeric: true,
          cell: ({ proposal }) => (proposal ? <StateBadge state={stateAt(proposal, now)} /> : "–"),
        },
      ]}
    />
  );
}
