import { useState } from "react";
import type { Shard } from "@/api/model";
import { useSettings } from "@/app/settings";
import type { Operation } from "@/engine/operations";
import { usePrepare } from "@/engine/usePrepare";
import { amountText, parseAmount } from "@/lib/amount";
import { bpsText, percentText } from "@/lib/format";
import { AmountPanel } from "@/tokens/AmountPanel";
import { useBalances } from "@/tokens/balances";
import { useTransact } from "@/transactions/useTransact";
import { Button } from "@/ui/Button";
import { Fact } from "@/ui/Panel";
import { Segmented } from "@/ui/Segmented";
import { Notice } from "@/ui/State";
import { useWallet, useWalletStore } from "@/wallet/store";
import { matching, sharesFor } from "./liquidity";
import type { PoolPair } from "./names";

type Which = "base" | "quote";
type Mode = "both" | Which;

/** A deposit of both tokens in the shard's proportion, or of one. */
export function AddLiquidity({ pair, shard }: { pair: PoolPair; shard: Shard }) {
  const [mode, setMode] = useState<Mode>("both");
  const isEmpty = shard.lpSupply === 0n;
  return (
    <div className="flex flex-col gap-3">
      {!isEmpty && (
        <Segmented
          label="Which tokens"
          value={mode}
          onChange={setMode}
          options={[
            { value: "both", label: "Both tokens" },
            { value: "base", label: `Only ${pair.base.symbol}` },
            { value: "quote", label: `Only ${pair.quote.symbol}` },
          ]}
        />
      )}
      {isEmpty && <Notice>This shard is empty: the first deposit sets its price.</Notice>}
      <DepositForm
        key={mode}
        pair={pair}
        shard={shard}
        mode={isEmpty ? "both" : mode}
        isFirst={isEmpty}
      />
    </div>
  );
}

interface DepositFormProps {
  pair: PoolPair;
  shard: Shard;
  mode: Mode;
  isFirst: boolean;
}

function useDeposit({ pair, shard, mode, isFirst }: DepositFormProps) {
  const balances = useBalances();
  const [given, setGiven] = useState<Which>(mode === "quote" ? "quote" : "base");
  const [texts, setTexts] = useState({ base: "", quote: "" });
  const parsed = (which: Which) => parseAmount(texts[which], pair[which].decimals);
  const amount = (which: Which): bigint => {
    const read = parsed(which);
    if (isFirst || mode !== "both" || which === given) {
      return read.ok ? read.amount : 0n;
    }
    const own = parsed(given);
    return own.ok ? (matching(shard, given, own.amount) ?? 0n) : 0n;
  };
  const text = (which: Which) => {
    if (isFirst || mode !== "both" || which === given) {
      return texts[which];
    }
    const matched = amount(which);
    return matched > 0n ? amountText(matched, pair[which].decimals) : "";
  };
  const error = (which: Which): string | null => {
    const read = parsed(which);
    if ((which === given || isFirst) && texts[which] !== "" && !read.ok) {
      return read.message;
    }
    const held = balances.of(pair[which].mint);
    return held !== undefined && amount(which) > held ? `Not enough ${pair[which].symbol}` : null;
  };
  return {
    amounts: {
      base: mode === "quote" ? 0n : amount("base"),
      quote: mode === "base" ? 0n : amount("quote"),
    },
    text,
    error,
    held: (which: Which) => balances.of(pair[which].mint),
    set: (which: Which, next: string) => {
      setGiven(which);
      setTexts({ ...texts, [which]: next });
    },
    clear: () => setTexts({ base: "", quote: "" }),
  };
}

function DepositForm(props: DepositFormProps) {
  const { pair, shard, mode, isFirst } = props;
  const form = useDeposit(props);
  const wallet = useWallet();
  const openWallets = useWalletStore((state) => state.setDialogOpen);
  const slippageBps = useSettings((settings) => settings.slippageBps);
  const prepare = usePrepare();
  const { run, stage } = useTransact();
  const shown: Which[] = mode === "both" ? ["base", "quote"] : [mode];
  const isComplete = shown.every((which) => form.amounts[which] > 0n);
  const error = shown.map(form.error).find((message) => message !== null) ?? null;
  const operation = (): Operation =>
    mode === "both"
      ? {
          kind: "add_liquidity",
          pool: pair.pool.address,
          shard: shard.index,
          maximumBase: form.amounts.base,
          maximumQuote: form.amounts.quote,
          slippageBps,
        }
      : {
          kind: "add_single_sided",
          pool: pair.pool.address,
          shard: shard.index,
          mint: pair[mode].mint,
          amount: form.amounts[mode],
          slippageBps,
        };
  return (
    <form
      className="flex flex-col gap-2"
      onSubmit={async (event) => {
        event.preventDefault();
        if (!wallet) {
          openWallets(true);
        } else if (
          await run({
            title: `Add liquidity to shard ${shard.index}`,
            prepare: () => prepare([operation()]),
          })
        ) {
          form.clear();
        }
      }}
    >
      {shown.map((which) => (
        <AmountPanel
          key={which}
          label={pair[which].symbol}
          token={pair[which]}
          text={form.text(which)}
          onText={(text) => form.set(which, text)}
          balance={form.held(which)}
          showParts
          error={form.error(which)}
        />
      ))}
      <dl>
        <Fact name="Part of the shard">
          {isFirst || mode !== "both" || !isComplete
            ? "–"
            : percentText(partAfter(shard, form.amounts.base))}
        </Fact>
        <Fact name="Slippage tolerance">{bpsText(slippageBps)}</Fact>
      </dl>
      {mode !== "both" && (
        <p className="text-2xs text-faint">
          One token alone is partly swapped in the same shard, and pays the fee of that swap.
        </p>
      )}
      <Button
        type="submit"
        tone="primary"
        size="lg"
        disabled={wallet !== null && (!isComplete || error !== null)}
        busy={stage !== null}
      >
        {!wallet
          ? "Connect a wallet"
          : (error ?? (isComplete ? "Add liquidity" : "Enter an amount"))}
      </Button>
    </form>
  );
}

/** The part of a shard that a deposit makes up once it is in. */
function partAfter(shard: Shard, base: bigint): number {
  const shares = sharesFor(shard, base);
  return Number(shares) / Number(shard.lpSupply + shares);
}
