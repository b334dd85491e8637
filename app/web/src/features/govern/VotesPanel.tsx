import { useVotes } from "@/api/governance/live";
import type { Proposal, Realm, VoteRecord } from "@/api/governance/model";
import { useFarm } from "@/api/staking/live";
import { percentText } from "@/lib/format";
import { CopyableAddress } from "@/ui/Copy";
import { Panel } from "@/ui/Panel";
import { EmptyState, ErrorState, SkeletonRows } from "@/ui/State";
import { Table } from "@/ui/Table";
import { shareOf } from "./measure";
import { ballotText } from "./states";
import { weightText } from "./weight";

/** Who voted what, the heaviest first. */
export function VotesPanel({ proposal, realm }: { proposal: Proposal; realm: Realm }) {
  const { data, error, refetch } = useVotes(proposal.address);
  const { data: community } = useFarm(realm.communityFarm);
  const decimals = community?.stakeDecimals ?? 0;
  const cast = data?.filter(({ ballot }) => ballot !== null);
  const total = (vote: VoteRecord) =>
    vote.body === "council" ? proposal.councilTotal : proposal.total;
  return (
    <Panel title="Who voted" bodyClassName="">
      {!cast ? (
        error ? (
          <ErrorState error={error} retry={() => void refetch()} />
        ) : (
          <SkeletonRows rows={3} label="Loading votes" className="p-4" />
        )
      ) : cast.length === 0 ? (
        <EmptyState title="Nobody yet" />
      ) : (
        <Table
          label="Votes"
          rows={cast}
          rowKey={({ position }) => position}
          columns={[
            {
              key: "position",
              header: "Position",
              cell: ({ position }) => <CopyableAddress address={position} label="position" />,
            },
            {
              key: "ballot",
              header: "Vote",
              cell: ({ ballot, body, by }) => (
                <>
                  {ballotText(ballot, proposal.options)}
                  <span className="text-muted">
                    {body === "council" ? " · council" : ""}
                    {by === "delegate" ? " · by a delegate" : ""}
                  </span>
                </>
              ),
            },
            {
              key: "weight",
              header: "Weight",
              numeric: true,
              from: "sm",
              cell: ({ weight }) => weightText(weight, decimals),
            },
            {
              key: "part",
              header: "Of all",
              numeric: true,
              cell: (vote) => percentText(shareOf(vote.weight, total(vote)), 2),
            },
          ]}
        />
      )}
    </Panel>
  );
}
