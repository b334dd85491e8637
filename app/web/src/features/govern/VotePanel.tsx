import { useState } from "react";
import { usePower } from "@/api/governance/live";
import type { Body, Proposal, Realm, VotingPower } from "@/api/governance/model";
import type { Address } from "@/api/model";
import { useFarm } from "@/api/staking/live";
import { usePlanGovern } from "@/engine/usePlan";
import { percentText, shortAddress } from "@/lib/format";
import { useTransactAll } from "@/transactions/useTransactAll";
import { Button } from "@/ui/Button";
import { Fact, Panel } from "@/ui/Panel";
import { Segmented } from "@/ui/Segmented";
import { EmptyState, ErrorState, SkeletonRows } from "@/ui/State";
import { useWallet, useWalletStore } from "@/wallet/store";
import {
  ballotOf,
  CHOICE_NAMES,
  type Choice,
  choicesOf,
  isOverruled,
  isVotedAlready,
  toggled,
} from "./ballot";
import { isCoolOff, shareOf } from "./measure";
import { ballotText } from "./states";
import { exactWeight } from "./weight";

const BODIES: readonly Body[] = ["community", "council"];

const BODY_NAMES: Record<Body, string> = {
  community: "Vote with what you staked",
  council: "Vote as a member of the council",
};

interface VotePanelProps {
  proposal: Proposal;
  realm: Realm;
  now: number;
}

/** Votes with the weight that somebody's positions had at the snapshot. */
export function VotePanel(props: VotePanelProps) {
  const { proposal } = props;
  const wallet = useWallet();
  const openWallets = useWalletStore((state) => state.setDialogOpen);
  const { data, error, refetch } = usePower(proposal.address, wallet?.address);
  return (
    <Panel title="Your vote" bodyClassName="flex flex-col gap-3 p-3 sm:p-4">
      {!wallet ? (
        <Button tone="primary" size="lg" onClick={() => openWallets(true)}>
          Connect a wallet
        </Button>
      ) : data ? (
        data.length > 0 ? (
          BODIES.map((body) => {
            const powers = data.filter((power) => power.body === body);
            return powers.length > 0 && choicesOf(proposal, body, props.now).length > 0 ? (
              <VoteForm key={body} {...props} body={body} powers={powers} />
            ) : null;
          })
        ) : (
          <EmptyState title="You cannot vote on this one">
            Only what was staked when the epoch of its snapshot began counts. What you stake now
            counts for proposals from the next epoch on.
          </EmptyState>
        )
      ) : error ? (
        <ErrorState error={error} retry={() => void refetch()} />
      ) : (
        <SkeletonRows rows={3} label="Loading your voting power" />
      )}
    </Panel>
  );
}

interface VoteFormProps extends VotePanelProps {
  body: Body;
  /** Of this body. */
  powers: readonly VotingPower[];
}

function VoteForm({ proposal, realm, now, body, powers }: VoteFormProps) {
  const voting = powers.filter((power) => !isOverruled(power));
  const choices = choicesOf(proposal, body, now);
  const [choice, setChoice] = useState<Choice | null>(null);
  const [chosen, setChosen] = useState<number[]>([]);
  const plan = usePlanGovern();
  const { run, isBusy, progress } = useTransactAll();
  const wanted = ballotOf(proposal, choice, chosen);
  const isSame = typeof wanted !== "string" && isVotedAlready(voting, wanted);
  const ballot = isSame ? "This is your vote" : wanted;
  const hasVoted = voting.some(({ vote }) => vote !== null && vote.ballot !== null);
  const positions = voting.map(({ position }) => position);
  const withdraw = (of: readonly Address[]) =>
    run({
      title: "Take the vote back",
      plan: async () =>
        (await plan({ kind: "withdraw_vote", proposal: proposal.address, positions: of })).steps,
    });
  return (
    <form
      aria-label={BODY_NAMES[body]}
      className="flex flex-col gap-3"
      onSubmit={(event) => {
        event.preventDefault();
        if (typeof ballot !== "string") {
          const operation = {
            kind: "vote",
            proposal: proposal.address,
            positions,
            ballot,
          } as const;
          void run({
            title: `Vote: ${ballotText(ballot, proposal.options)}`,
            plan: async () => (await plan(operation)).steps,
          });
        }
      }}
    >
      <Powers proposal={proposal} realm={realm} body={body} powers={powers} />
      <Segmented<string>
        label="Vote"
        size="md"
        value={choice ?? ""}
        onChange={(next) => setChoice(choices.find((each) => each === next) ?? null)}
        options={choices.map((value) => ({ value, label: CHOICE_NAMES[value] }))}
      />
      {choice === "yes" && proposal.options.length > 1 && (
        <Options
          proposal={proposal}
          chosen={chosen}
          onToggle={(at) => setChosen(toggled(chosen, at, proposal.mostChoices))}
        />
      )}
      <p className="min-h-8 text-2xs text-faint">
        {isCoolOff(proposal, now)
          ? "Voting is over but for votes against; a vote can be changed to one, and not be taken back."
          : "Until it is decided, you can change your vote or take it back."}
      </p>
      <Button
        type="submit"
        tone="primary"
        size="lg"
        disabled={typeof ballot === "string" || positions.length === 0}
        busy={isBusy}
      >
        {progress ??
          (typeof ballot === "string"
            ? ballot
            : `${hasVoted ? "Change to" : "Vote"} ${ballotText(ballot, proposal.options)}`)}
      </Button>
      {hasVoted && !isCoolOff(proposal, now) && (
        <Button
          disabled={isBusy}
          onClick={() =>
            void withdraw(
              voting
                .filter(({ vote }) => vote !== null && vote.ballot !== null)
                .map(({ position }) => position),
            )
          }
        >
          Take the vote back
        </Button>
      )}
    </form>
  );
}

/** With how much somebody votes, and where it comes from. */
function Powers({ proposal, realm, body, powers }: Omit<VoteFormProps, "now">) {
  const isCouncil = body === "council";
  const { data: farm } = useFarm(
    isCouncil && realm.councilFarm ? realm.councilFarm : realm.communityFarm,
  );
  const sum = powers.reduce((total, { weight }) => total + weight, 0n);
  const all = isCouncil ? proposal.councilTotal : proposal.total;
  const epoch = isCouncil ? null : proposal.snapshotEpoch;
  const decimals = farm?.stakeDecimals ?? 0;
  return (
    <dl className="rounded-xl border border-line p-3">
      {isCouncil && <Fact name="As a member of the council">may veto</Fact>}
      {powers.map((power) => (
        <Fact
          key={power.position}
          name={
            power.isDelegated
              ? `Delegated by ${shortAddress(power.owner)}`
              : `Position ${shortAddress(power.position)}`
          }
        >
          {exactWeight(power.weight, decimals)}
          {power.vote && (
            <span className="block text-muted">
              {ballotText(power.vote.ballot, proposal.options)}
              {power.vote.by === "delegate" ? ", by your delegate" : ""}
              {isOverruled(power) ? ", by its owner" : ""}
            </span>
          )}
        </Fact>
      ))}
      <Fact name={epoch === null ? "At the snapshot" : `At the beginning of epoch ${epoch}`}>
        {percentText(shareOf(sum, all), 3)} of all
      </Fact>
    </dl>
  );
}

function Options({
  proposal: { options, mostChoices },
  chosen,
  onToggle,
}: {
  proposal: Proposal;
  chosen: readonly number[];
  onToggle: (option: number) => void;
}) {
  return (
    <fieldset className="flex flex-col gap-2">
      <legend className="mb-1 text-muted text-xs">
        {mostChoices === 1 ? "One option" : `Up to ${mostChoices} options`}
      </legend>
      {options.map(({ name }, at) => (
        <label
          // biome-ignore lint/suspicious/noArrayIndexKey: options are told apart by their place
          key={at}
          className="flex items-center gap-2 text-sm"
        >
          <input
            type={mostChoices === 1 ? "radio" : "checkbox"}
            name="option"
            checked={chosen.includes(at)}
            onChange={() => onToggle(at)}
            className="size-4 accent-(--accent)"
          />
          <span className="min-w-0 break-words">{name}</span>
        </label>
      ))}
    </fieldset>
  );
}
