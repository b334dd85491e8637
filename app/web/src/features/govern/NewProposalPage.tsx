import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { Plus, X } from "lucide-react";
import { useState } from "react";
import { useRealms } from "@/api/governance/live";
import type { Realm } from "@/api/governance/model";
import type { Address } from "@/api/model";
import { useMarkets, usePools, useTokenMap, useTokens } from "@/api/queries";
import { PagePending, useTitle } from "@/app/PageStates";
import { engine } from "@/engine/exchange";
import type { ProposedCall } from "@/engine/operations";
import { usePlanGovern } from "@/engine/usePlan";
import { exactAmount } from "@/lib/format";
import { durationText } from "@/lib/time";
import { useTransactAll } from "@/transactions/useTransactAll";
import { Button, IconButton } from "@/ui/Button";
import { Fact, Panel } from "@/ui/Panel";
import { Segmented } from "@/ui/Segmented";
import { EmptyState, ErrorState, FailureNotice, Skeleton } from "@/ui/State";
import { TextArea } from "@/ui/TextArea";
import { TextField } from "@/ui/TextField";
import { useWallet, useWalletStore } from "@/wallet/store";
import { useCallFields } from "./CallFields";
import { DryRunView } from "./DryRunView";
import {
  byteLength,
  KIND_NAMES,
  KINDS,
  type Kind,
  MAX_DESCRIPTION_BYTES,
  MAX_OPTIONS,
  MAX_TITLE_BYTES,
  readOptions,
  textError,
  type Wanted,
} from "./draft";
import { InstructionCard } from "./InstructionCard";

export function NewProposalPage() {
  useTitle("New proposal");
  const { data, error, refetch } = useRealms();
  // What can be chosen from: fields that came one after the other would push each other down.
  const isPending = [usePools(), useMarkets(), useTokens()].some((query) => query.isPending);
  const [realm] = data ?? [];
  if (realm && isPending) {
    return <PagePending />;
  }
  if (!realm) {
    return error ? (
      <ErrorState error={error} retry={() => void refetch()} className="flex-1" />
    ) : data ? (
      <EmptyState title="There is no realm on this network" className="flex-1">
        Proposals are made in one.
      </EmptyState>
    ) : (
      <PagePending />
    );
  }
  return <Form realm={realm} />;
}

const HELP: Record<Kind, string> = {
  fees: "What a pool charges for swaps, and what part of it the realm gets.",
  pause: "What can be done in a pool, a market or a farm. Nobody can ever be kept from leaving.",
  transfer: "From the treasury to somebody.",
  text: "An opinion, with up to eight options. Nothing is executed.",
  custom: "Any instruction that the treasury may sign.",
};

function Form({ realm }: { realm: Realm }) {
  const [kind, setKind] = useState<Kind>("fees");
  const [title, setTitle] = useState("");
  const [description, setDescription] = useState("");
  const [options, setOptions] = useState<string[]>(["Yes"]);
  const { fields, wanted } = useCallFields(kind, realm);
  const names = readOptions(kind === "text" ? options : ["Yes"]);
  const call = useCall("value" in wanted ? wanted.value : null);
  const problem =
    textError(title, description) ??
    ("error" in names ? names.error : null) ??
    ("error" in wanted ? wanted.error : null);
  const send = useSend(realm);
  return (
    <form
      className="mx-auto grid w-full max-w-6xl flex-1 content-start gap-4 p-3 sm:p-5 lg:grid-cols-[minmax(0,1fr)_24rem]"
      onSubmit={(event) => {
        event.preventDefault();
        if (send.left) {
          void send.resume();
        } else if (problem === null && "value" in names) {
          void send.run({
            title,
            description,
            options: names.value,
            calls: call.data?.calls ?? [],
          });
        }
      }}
    >
      <div className="lg:col-span-2">
        <h1 className="font-semibold text-xl">New proposal</h1>
        <p className="text-muted text-sm">
          What you sign off cannot be changed any more: look at what it does first.
        </p>
      </div>
      <Panel label="Proposal" bodyClassName="flex flex-col gap-3 p-3 sm:p-4">
        <div className="flex flex-col gap-1">
          <Segmented
            label="What it does"
            size="md"
            value={kind}
            onChange={setKind}
            options={KINDS.map((value) => ({ value, label: KIND_NAMES[value] }))}
            className="max-sm:grid max-sm:grid-cols-3"
          />
          <span className="min-h-4 text-2xs text-faint">{HELP[kind]}</span>
        </div>
        {fields}
        <TextField
          label="Title"
          value={title}
          onChange={setTitle}
          aside={`${byteLength(title)} of ${MAX_TITLE_BYTES}`}
        />
        <TextArea
          label="Why"
          rows={6}
          value={description}
          onChange={setDescription}
          aside={`${byteLength(description)} of ${MAX_DESCRIPTION_BYTES}`}
        />
        {kind === "text" && <OptionFields options={options} onChange={setOptions} />}
      </Panel>
      <div className="flex min-w-0 flex-col gap-4">
        <Panel title="What happens" bodyClassName="flex flex-col gap-3 p-3 sm:p-4">
          <Preview call={call} realm={realm} isText={kind === "text"} />
          <Terms realm={realm} />
          <Submit problem={problem ?? (call.isPending ? "Preparing" : null)} send={send} />
        </Panel>
      </div>
    </form>
  );
}

/** The instructions that a wish comes to, and how they are read: what is shown is what is proposed. */
function useCall(wanted: Wanted) {
  const names = [...useTokenMap().values()].map(({ mint, symbol }) => ({ mint, symbol }));
  const key = JSON.stringify(wanted, (_, value: unknown) =>
    typeof value === "bigint" ? `${value}n` : value,
  );
  const query = useQuery({
    queryKey: ["proposed call", key],
    queryFn: async () => {
      if (wanted === null) {
        return { calls: [] as ProposedCall[], decoded: [] };
      }
      const instructions =
        "instruction" in wanted
          ? [wanted.instruction]
          : await engine().proposedCalls(wanted.request);
      return {
        calls: instructions.map((instruction) => ({ option: 0, ...instruction })),
        decoded: await engine().decodeInstructions(instructions, names),
      };
    },
    staleTime: Number.POSITIVE_INFINITY,
  });
  return { data: query.data, error: query.error, isPending: query.isPending };
}

function Preview({
  call,
  realm,
  isText,
}: {
  call: ReturnType<typeof useCall>;
  realm: Realm;
  isText: boolean;
}) {
  const wallet = useWallet();
  if (isText) {
    return <p className="text-muted text-xs">Nothing is executed when it passes.</p>;
  }
  if (call.error) {
    return <FailureNotice error={call.error} />;
  }
  if (!call.data) {
    return <Skeleton className="h-24 w-full" />;
  }
  return call.data.decoded.length === 0 ? (
    <p className="min-h-24 text-muted text-xs">Fill in what it does, and it is shown here.</p>
  ) : (
    <>
      {call.data.decoded.map((instruction, at) => (
        <InstructionCard
          // biome-ignore lint/suspicious/noArrayIndexKey: instructions are told apart by their place
          key={at}
          place={at + 1}
          instruction={instruction}
        />
      ))}
      <DryRunView
        key={JSON.stringify(call.data.decoded.map(({ data }) => [...data]))}
        realm={realm}
        payer={wallet?.address}
        instructions={call.data.calls}
      />
    </>
  );
}

function Terms({ realm: { config } }: { realm: Realm }) {
  return (
    <dl>
      <Fact name="Your deposit">{exactAmount(config.deposit, 9)} SOL</Fact>
      <Fact name="Comes back">unless it is vetoed</Fact>
      <Fact name="Voting">{durationText(config.votingSeconds)}</Fact>
      <Fact name="Then executed after">{durationText(config.timeLockSeconds)}</Fact>
    </dl>
  );
}

/** Writes the proposal down, opens the voting, and goes to it. */
function useSend(realm: Realm) {
  const plan = usePlanGovern();
  const navigate = useNavigate();
  const { run, resume, left, isBusy, progress } = useTransactAll();
  /** At worst the proposal stays a draft that can be signed off on its page. */
  const open = async (proposal: Address) => {
    const signOff = { kind: "sign_off", proposal } as const;
    await run({ title: "Open the voting", plan: async () => (await plan(signOff)).steps });
    void navigate({ to: "/govern/$proposal", params: { proposal } });
  };
  return {
    left,
    isBusy,
    progress,
    resume,
    run: (draft: {
      title: string;
      description: string;
      options: readonly string[];
      calls: readonly ProposedCall[];
    }) => {
      let created: Address | null = null;
      return run({
        title: "Write the proposal down",
        plan: async () => {
          const operation = { kind: "propose", realm: realm.address, mostChoices: 1 } as const;
          const { steps, proposal } = await plan({ ...operation, ...draft });
          created = proposal;
          return steps;
        },
        onDone: () => {
          if (created) {
            void open(created);
          }
        },
      });
    },
  };
}

function Submit({
  problem,
  send: { left, isBusy, progress },
}: {
  problem: string | null;
  send: ReturnType<typeof useSend>;
}) {
  const wallet = useWallet();
  const openWallets = useWalletStore((state) => state.setDialogOpen);
  if (!wallet) {
    return (
      <Button tone="primary" size="lg" onClick={() => openWallets(true)}>
        Connect a wallet
      </Button>
    );
  }
  return (
    <Button
      type="submit"
      tone="primary"
      size="lg"
      disabled={problem !== null && left === null}
      busy={isBusy}
    >
      {progress ?? (left ? `Go on: ${left.toLowerCase()}` : (problem ?? "Propose and open voting"))}
    </Button>
  );
}

function OptionFields({
  options,
  onChange,
}: {
  options: readonly string[];
  onChange: (options: string[]) => void;
}) {
  return (
    <fieldset className="flex flex-col gap-1">
      <legend className="mb-1 text-muted text-xs">
        {options.length === 1 ? "One option: yes or no" : "One of these can win"}
      </legend>
      {options.map((name, at) => (
        <div
          // biome-ignore lint/suspicious/noArrayIndexKey: options are told apart by their place
          key={at}
          className="flex items-center gap-2"
        >
          <TextField
            label={`Option ${at + 1}`}
            value={name}
            onChange={(text) => onChange(options.map((each, of) => (of === at ? text : each)))}
            className="flex-1"
          />
          {options.length > 1 && (
            <IconButton
              label={`Remove option ${at + 1}`}
              onClick={() => onChange(options.filter((_, of) => of !== at))}
            >
              <X aria-hidden className="size-4" />
            </IconButton>
          )}
        </div>
      ))}
      {options.length < MAX_OPTIONS && (
        <Button size="sm" className="self-start" onClick={() => onChange([...options, ""])}>
          <Plus aria-hidden className="size-3.5" /> Another option
        </Button>
      )}
    </fieldset>
  );
}
