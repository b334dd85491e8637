import type { Proposal, ProposalState } from "@/api/governance/model";
import { Panel } from "@/ui/Panel";
import { Notice } from "@/ui/State";
import { type Bar, optionBar, outcomeOf, quorumOf, vetoBars } from "./measure";
import { WeightBar } from "./WeightBar";

/** The votes so far, and what they have to reach. */
export function TallyPanel({ proposal, state }: { proposal: Proposal; state: ProposalState }) {
  const { options, tally, total } = proposal;
  const vetoes = vetoBars(proposal);
  const plain = (weight: bigint): Bar => ({ weight, total, needed: 0n, isReached: false });
  return (
    <Panel title="Votes" bodyClassName="flex flex-col gap-3 p-3 sm:p-4">
      <WeightBar name="Voted, of all weight" bar={quorumOf(proposal)} tone="accent" mark="quorum" />
      {options.map(({ name }, at) => (
        <WeightBar
          // biome-ignore lint/suspicious/noArrayIndexKey: options are told apart by their place
          key={at}
          name={options.length === 1 ? "Yes" : name}
          bar={optionBar(proposal, at)}
          tone="up"
          mark="needed"
        />
      ))}
      <WeightBar name="No" bar={plain(tally.no)} tone="down" />
      <WeightBar name="Abstain" bar={plain(tally.abstain)} tone="quiet" />
      {vetoes.community && (
        <WeightBar name="Veto" bar={vetoes.community} tone="down" mark="to stop it" />
      )}
      {vetoes.council && (
        <WeightBar name="Veto of the council" bar={vetoes.council} tone="down" mark="to stop it" />
      )}
      <OutcomeNotice proposal={proposal} state={state} />
    </Panel>
  );
}

function OutcomeNotice({ proposal, state }: { proposal: Proposal; state: ProposalState }) {
  const names = (winners: readonly number[]) =>
    winners.map((at) => proposal.options[at]?.name ?? `Option ${at}`).join(", ");
  const isOne = proposal.options.length === 1;
  if (state === "voting" || state === "counting") {
    const outcome = outcomeOf(proposal);
    const would = state === "counting" ? "The votes say: it" : "As it stands, it";
    if (outcome.kind === "succeeded") {
      return (
        <Notice tone="good">
          {would} passes{isOne ? "" : `: ${names(outcome.winners)}`}.
        </Notice>
      );
    }
    return (
      <Notice>{`${would} ${outcome.kind === "vetoed" ? "is vetoed" : "does not pass"}.`}</Notice>
    );
  }
  return proposal.winners.length > 0 && !isOne ? (
    <Notice tone="good">Won: {names(proposal.winners)}.</Notice>
  ) : null;
}
