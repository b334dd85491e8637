import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import type { Address, Token } from "@/api/model";
import { useTokenMap } from "@/api/queries";
import { useTitle } from "@/app/PageStates";
import { type PoolDraft, planPool } from "@/engine/createPool";
import { usePrepareContext } from "@/engine/usePrepare";
import { TokenPicker } from "@/tokens/TokenPicker";
import { useTransactAll } from "@/transactions/useTransactAll";
import { Button } from "@/ui/Button";
import { Panel } from "@/ui/Panel";
import { Segmented } from "@/ui/Segmented";
import { FailureNotice } from "@/ui/State";
import { TextField } from "@/ui/TextField";
import { useWallet, useWalletStore } from "@/wallet/store";
import {
  DEFAULT_FEES,
  flatFees,
  MAX_AMPLIFICATION,
  MAX_SHARDS,
  parseFlatFee,
  parseWhole,
} from "./draft";

type Kind = "constant_product" | "stable_swap";

export function CreatePoolPage() {
  useTitle("Create a pool");
  return (
    <div className="mx-auto flex w-full max-w-xl flex-1 flex-col gap-4 p-3 sm:p-5">
      <div>
        <h1 className="font-semibold text-xl">Create a pool</h1>
        <p className="text-muted text-sm">
          Anybody may. You become its authority: you may pause it and change its fees within bounds,
          but never keep others from withdrawing.
        </p>
      </div>
      <Panel label="New pool">
        <PoolForm />
      </Panel>
    </div>
  );
}

function useDraft() {
  const tokens = useTokenMap();
  const [base, setBase] = useState<Address>();
  const [quote, setQuote] = useState<Address>();
  const [kind, setKind] = useState<Kind>("constant_product");
  const [feeKind, setFeeKind] = useState<"falling" | "flat">("falling");
  const [fee, setFee] = useState("0.04");
  const [amplification, setAmplification] = useState("100");
  const [shards, setShards] = useState("4");
  const flat = parseFlatFee(fee);
  const count = parseWhole(shards, 1, MAX_SHARDS);
  const a = parseWhole(amplification, 1, MAX_AMPLIFICATION);
  const isFlat = kind === "stable_swap" || feeKind === "flat";
  const isSame = base !== undefined && base === quote;
  const isValid =
    "value" in count &&
    (!isFlat || "pips" in flat) &&
    (kind === "constant_product" || "value" in a);
  const draft: PoolDraft | null =
    base && quote && !isSame && isValid
      ? {
          baseMint: base,
          quoteMint: quote,
          curve:
            kind === "stable_swap" && "value" in a
              ? { kind, amplification: a.value }
              : { kind: "constant_product" },
          fees: isFlat && "pips" in flat ? flatFees(flat.pips) : DEFAULT_FEES,
          shards: "value" in count ? count.value : 1,
        }
      : null;
  return {
    base: base && tokens.get(base),
    quote: quote && tokens.get(quote),
    setBase,
    setQuote,
    kind,
    setKind,
    feeKind,
    setFeeKind,
    isFlat,
    fee: { text: fee, set: setFee, error: "error" in flat ? flat.error : null },
    amplification: {
      text: amplification,
      set: setAmplification,
      error: "error" in a ? a.error : null,
    },
    shards: { text: shards, set: setShards, error: "error" in count ? count.error : null },
    isSame,
    draft,
  };
}

function PoolForm() {
  const form = useDraft();
  const wallet = useWallet();
  const openWallets = useWalletStore((state) => state.setDialogOpen);
  const create = useCreate(form.draft);
  return (
    <form
      className="flex flex-col gap-4"
      onSubmit={(event) => {
        event.preventDefault();
        if (wallet) {
          void create.run();
        } else {
          openWallets(true);
        }
      }}
    >
      <div className="grid grid-cols-2 gap-3">
        <TokenChoice label="Base token" token={form.base} onPick={form.setBase} />
        <TokenChoice label="Quote token" token={form.quote} onPick={form.setQuote} />
      </div>
      <p className="-mt-2 min-h-4 text-2xs text-muted" aria-live="polite">
        {form.isSame ? (
          <span className="text-down">Choose two different tokens</span>
        ) : form.base && form.quote ? (
          `Prices are ${form.quote.symbol} for one ${form.base.symbol}`
        ) : (
          "Prices are quote tokens for one base token"
        )}
      </p>
      <Choice label="Curve" help={CURVE_HELP[form.kind]}>
        <Segmented
          label="Curve"
          size="md"
          value={form.kind}
          onChange={form.setKind}
          options={[
            { value: "constant_product", label: "Constant product" },
            { value: "stable_swap", label: "Stable swap" },
          ]}
        />
      </Choice>
      {form.kind === "stable_swap" && (
        <TextField
          label="Amplification"
          inputMode="numeric"
          value={form.amplification.text}
          error={form.amplification.error}
          onChange={form.amplification.set}
        />
      )}
      {form.kind === "constant_product" && (
        <Choice
          label="Fee"
          help={
            form.feeKind === "falling"
              ? "From 1.2% for very small swaps down to 0.1%: traders stay in one shard, and shards run side by side."
              : "One rate for every swap: suits pools of one shard."
          }
        >
          <Segmented
            label="Fee"
            size="md"
            value={form.feeKind}
            onChange={form.setFeeKind}
            options={[
              { value: "falling", label: "Falls with size" },
              { value: "flat", label: "Flat" },
            ]}
          />
        </Choice>
      )}
      {form.isFlat && (
        <TextField
          label="Fee of every swap"
          inputMode="decimal"
          suffix="%"
          value={form.fee.text}
          error={form.fee.error}
          onChange={form.fee.set}
        />
      )}
      <TextField
        label="Shards: how many swaps can run side by side"
        inputMode="numeric"
        aside={`1 to ${MAX_SHARDS}`}
        value={form.shards.text}
        error={form.shards.error}
        onChange={form.shards.set}
      />
      <FailureNotice error={create.failure} />
      <Button
        type="submit"
        tone="primary"
        size="lg"
        disabled={wallet !== null && !form.draft}
        busy={create.isBusy}
      >
        {wallet ? (create.progress ?? "Create pool") : "Connect a wallet"}
      </Button>
    </form>
  );
}

const CURVE_HELP: Record<Kind, string> = {
  constant_product: "For any two tokens. The price moves as one of them is bought.",
  stable_swap: "For tokens of equal worth. The price hardly moves while both are there.",
};

function Choice({
  label,
  help,
  children,
}: {
  label: string;
  help: string;
  children: React.ReactNode;
}) {
  return (
    <div className="flex flex-col gap-1">
      <span aria-hidden className="text-muted text-xs">
        {label}
      </span>
      {children}
      <span className="min-h-4 text-2xs text-faint">{help}</span>
    </div>
  );
}

function TokenChoice({
  label,
  token,
  onPick,
}: {
  label: string;
  token: Token | undefined;
  onPick: (mint: Address) => void;
}) {
  return (
    <div className="flex flex-col items-start gap-1">
      <span aria-hidden className="text-muted text-xs">
        {label}
      </span>
      <TokenPicker label={label} token={token} onPick={onPick} />
    </div>
  );
}

/** Sends the transactions that create a pool, one after the other, and goes to it. */
function useCreate(draft: PoolDraft | null) {
  const context = usePrepareContext();
  const navigate = useNavigate();
  const { run: runAll, isBusy, progress, failure } = useTransactAll();
  return {
    isBusy,
    failure,
    progress,
    run: async () => {
      if (!draft || !context) {
        return;
      }
      let pool: Address | null = null;
      const plan = async () => {
        const planned = await planPool(draft, context);
        pool = planned.pool;
        return planned.transactions;
      };
      if ((await runAll({ title: "Create the pool", plan, isInDialog: true })) && pool) {
        void navigate({ to: "/pools/$pool", params: { pool } });
      }
    },
  };
}
