import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { Plus } from "lucide-react";
import { useProposals, useRealms } from "@/api/governance/live";
import type { ProposalSummary, Realm } from "@/api/governance/model";
import { usePortfolio } from "@/api/live";
import { useTitle } from "@/app/PageStates";
import { percentText, shortAddress } from "@/lib/format";
import { useNow } from "@/lib/time";
import { Segmented } from "@/ui/Segmented";
import { EmptyState, ErrorState, SkeletonRows } from "@/ui/State";
import { useWallet } from "@/wallet/store";
import { castOf, optionBar, quorumOf, shareOf, stateAt } from "./measure";
import { PowerPanel } from "./PowerPanel";
import { RulesPanel } from "./RulesPanel";
import { StateBadge } from "./StateBadge";
import { ballotText, FILTER_NAMES, FILTERS, type Filter, isIn } from "./states";
import { TimeLeft } from "./TimeLeft";
import { TreasuryPanel } from "./TreasuryPanel";
import { WeightBar } from "./WeightBar";

export function GovernPage() {
  useTitle("Govern");
  const { data, error, refetch } = useRealms();
  const [realm] = data ?? [];
  const proposals = useProposals(realm?.address);
  return (
    <div className="mx-auto flex w-full max-w-6xl flex-1 flex-col gap-4 p-3 sm:p-5">
      <div className="flex flex-wrap items-center gap-3">
        <div className="mr-auto">
          <h1 className="font-semibold text-xl">Govern</h1>
          <p className="text-muted text-sm">
            Who stakes decides. What passes is executed as it was written.
          </p>
        </div>
        <Link
          to="/govern/new"
          className="inline-flex h-10 items-center gap-2 rounded-lg bg-accent-fill px-4 font-medium text-on-accent hover:bg-accent-fill-hover"
        >
          <Plus aria-hidden className="size-4" /> Propose
        </Link>
      </div>
      {data && !realm ? (
        <EmptyState
          title="Nothing is governed here yet"
          className="min-h-60 rounded-card border border-line bg-surface"
        >
          There is no realm on this network.
        </EmptyState>
      ) : (
        <div className="grid content-start gap-4 lg:grid-cols-[minmax(0,1fr)_22rem]">
          <Proposals
            proposals={proposals.data}
            error={error ?? proposals.error}
            retry={error ? () => void refetch() : undefined}
          />
          {/* Below the proposals on phones: it would jump if it were there before they are. */}
          {realm && proposals.data && <RealmPanels realm={realm} />}
        </div>
      )}
    </div>
  );
}

function RealmPanels({ realm }: { realm: Realm }) {
  return (
    <div className="flex min-w-0 flex-col gap-4">
      <PowerPanel realm={realm} />
      <TreasuryPanel realm={realm} />
      <RulesPanel config={realm.config} />
    </div>
  );
}

interface ProposalsProps {
  proposals: readonly ProposalSummary[] | undefined;
  error: Error | null;
  retry: (() => void) | undefined;
}

function Proposals({ proposals, error, retry }: ProposalsProps) {
  const { filter = "all" } = useSearch({ from: "/govern" });
  const navigate = useNavigate();
  return (
    <div className="flex min-w-0 flex-col gap-3">
      <Segmented<Filter>
        label="Which proposals"
        value={filter}
        onChange={(next) =>
          void navigate({
            to: "/govern",
            search: next === "all" ? {} : { filter: next },
            replace: true,
          })
        }
        options={FILTERS.map((value) => ({ value, label: FILTER_NAMES[value] }))}
        className="max-sm:[&>button]:px-1.5"
      />
      <section aria-label="Proposals">
        {proposals ? (
          <ProposalList proposals={proposals} filter={filter} />
        ) : error ? (
          <ErrorState error={error} retry={retry} className="min-h-60" />
        ) : (
          <SkeletonRows rows={6} label="Loading proposals" className="min-h-60" />
        )}
      </section>
    </div>
  );
}

function ProposalList({
  proposals,
  filter,
}: {
  proposals: readonly ProposalSummary[];
  filter: Filter;
}) {
  const now = useNow();
  const shown = proposals.filter((proposal) => isIn(filter, stateAt(proposal, now)));
  return shown.length > 0 ? (
    <ul className="flex flex-col gap-3">
      {shown.map((proposal) => (
        <li key={proposal.address}>
          <Card proposal={proposal} now={now} />
        </li>
      ))}
    </ul>
  ) : (
    <EmptyState
      title={filter === "all" ? "No proposals yet" : "No proposal is in this state"}
      className="min-h-60 rounded-card border border-line bg-surface"
    >
      {filter === "all" ? "Whoever leaves the deposit may make the first." : "Look at the others."}
    </EmptyState>
  );
}

function Card({ proposal, now }: { proposal: ProposalSummary; now: number }) {
  const state = stateAt(proposal, now);
  const wallet = useWallet();
  const own = usePortfolio(wallet?.address).data?.votes.find(
    (vote) => vote.proposal === proposal.address,
  );
  return (
    <article className="flex flex-col gap-3 rounded-card border border-line bg-surface p-3 sm:p-4">
      <div className="flex items-start justify-between gap-3">
        <h2 className="min-w-0 font-semibold text-sm">
          <Link
            to="/govern/$proposal"
            params={{ proposal: proposal.address }}
            className="break-words rounded hover:text-accent"
          >
            {proposal.title || "Untitled"}
          </Link>
        </h2>
        <StateBadge state={state} />
      </div>
      {state !== "draft" && (
        <div className="grid gap-3 sm:grid-cols-2">
          <WeightBar name="Voted" bar={quorumOf(proposal)} tone="accent" mark="quorum" />
          <LeadingOption proposal={proposal} />
        </div>
      )}
      <div className="flex flex-wrap items-baseline justify-between gap-x-4 gap-y-1 text-muted text-xs">
        <span>
          by {shortAddress(proposal.author)}
          {own && (
            <span className="text-text">
              {" "}
              · you voted: {ballotText(own.ballot, proposal.options)}
            </span>
          )}
        </span>
        <TimeLeft proposal={proposal} now={now} />
      </div>
    </article>
  );
}

/** The option with the most weight. */
function LeadingOption({ proposal }: { proposal: ProposalSummary }) {
  const { options, tally, total } = proposal;
  const leading = options.reduce(
    (best, { yes }, at) => (yes > (options[best]?.yes ?? 0n) ? at : best),
    0,
  );
  const name = options.length > 1 ? (options[leading]?.name ?? "") : "Yes";
  const against = tally.no + tally.veto;
  return (
    <div>
      <WeightBar name={name} bar={optionBar(proposal, leading)} tone="up" mark="needed" />
      {castOf(tally) > 0n && against > 0n && (
        <p className="num pt-1 text-right text-2xs text-faint">
          {percentText(shareOf(against, total), 2)} against
        </p>
      )}
    </div>
  );
}
