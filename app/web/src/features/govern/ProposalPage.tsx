import { Link, useParams } from "@tanstack/react-router";
import { useProposal, useRealms } from "@/api/governance/live";
import type { Proposal, Realm } from "@/api/governance/model";
import type { Address } from "@/api/model";
import { PagePending, useTitle } from "@/app/PageStates";
import { useNow } from "@/lib/time";
import { CopyableAddress } from "@/ui/Copy";
import { Panel } from "@/ui/Panel";
import { ErrorState } from "@/ui/State";
import { ActionsPanel } from "./ActionsPanel";
import { InstructionsPanel } from "./InstructionsPanel";
import { dueOf, stateAt } from "./measure";
import { RulesPanel } from "./RulesPanel";
import { StateBadge } from "./StateBadge";
import { TallyPanel } from "./TallyPanel";
import { TimeLeft } from "./TimeLeft";
import { TimelinePanel } from "./TimelinePanel";
import { VotePanel } from "./VotePanel";
import { VotesPanel } from "./VotesPanel";

export function ProposalPage() {
  const { proposal: address } = useParams({ from: "/govern/$proposal" });
  const { data, error, refetch } = useProposal(address as Address);
  const realms = useRealms();
  const realm = realms.data?.find((candidate) => candidate.address === data?.realm);
  useTitle(data?.title ?? "Proposal");
  if (data && realm) {
    return <Page proposal={data} realm={realm} />;
  }
  const failure = error ?? realms.error;
  return failure ? (
    <ErrorState error={failure} retry={() => void refetch()} className="flex-1" />
  ) : (
    <PagePending />
  );
}

function Page({ proposal, realm }: { proposal: Proposal; realm: Realm }) {
  const now = useNow();
  const state = stateAt(proposal, now);
  const isVoted = state !== "draft";
  // Taking a proposal back is no more urgent than voting on it.
  const isUrgent = state !== "voting" || dueOf(proposal, now) !== null;
  return (
    <div className="mx-auto grid w-full max-w-6xl flex-1 content-start gap-4 p-3 sm:p-5 lg:grid-cols-[minmax(0,1fr)_24rem]">
      <section
        aria-label="Proposal"
        className="flex flex-col gap-2 rounded-card border border-line bg-surface p-3 sm:p-4 lg:col-span-2"
      >
        <div className="flex flex-wrap items-start justify-between gap-x-4 gap-y-2">
          <h1 className="min-w-0 break-words font-semibold text-lg">
            {proposal.title || "Untitled"}
          </h1>
          <StateBadge state={state} />
        </div>
        <div className="flex flex-wrap items-baseline justify-between gap-x-4 gap-y-1 text-muted text-xs">
          <span>
            <Link to="/govern" className="hover:text-text">
              {realm.name}
            </Link>{" "}
            · by <CopyableAddress address={proposal.author} label="author" />
          </span>
          <TimeLeft proposal={proposal} now={now} />
        </div>
      </section>
      {/* On phones the votes come before the text, and the rules after it. */}
      <div className="contents lg:flex lg:min-w-0 lg:flex-col lg:gap-4">
        <div className="flex min-w-0 flex-col gap-4 max-lg:order-2">
          <Panel title="What it says">
            <p className="whitespace-pre-wrap break-words text-sm">
              {proposal.description || "The author has left no words."}
            </p>
          </Panel>
          <InstructionsPanel proposal={proposal} realm={realm} state={state} />
        </div>
        {isVoted && (
          <div className="min-w-0 max-lg:order-4">
            <VotesPanel proposal={proposal} realm={realm} />
          </div>
        )}
      </div>
      <div className="contents lg:flex lg:min-w-0 lg:flex-col lg:gap-4">
        <div className="flex min-w-0 flex-col gap-4 max-lg:order-1 empty:hidden">
          {isUrgent && <ActionsPanel proposal={proposal} now={now} />}
          {isVoted && <TallyPanel proposal={proposal} state={state} />}
          {state === "voting" && <VotePanel proposal={proposal} realm={realm} now={now} />}
          {!isUrgent && <ActionsPanel proposal={proposal} now={now} />}
        </div>
        <div className="flex min-w-0 flex-col gap-4 max-lg:order-3">
          <TimelinePanel proposal={proposal} now={now} />
          <RulesPanel config={proposal.config} />
        </div>
      </div>
    </div>
  );
}
