import { useId, useState } from "react";
import type { LpPosition, Shard } from "@/api/model";
import { useSettings } from "@/app/settings";
import type { Operation } from "@/engine/operations";
import { usePrepare } from "@/engine/usePrepare";
import { exactAmount, shortAmount } from "@/lib/format";
import { useTransact } from "@/transactions/useTransact";
import { Button } from "@/ui/Button";
import { Fact } from "@/ui/Panel";
import { Segmented } from "@/ui/Segmented";
import { EmptyState } from "@/ui/State";
import { partOf, worthOf } from "./liquidity";
import type { PoolPair } from "./names";

const PARTS = [25, 50, 75, 100] as const;

interface RemoveLiquidityProps {
  pair: PoolPair;
  shard: Shard;
  position: LpPosition | undefined;
}

/** Of every shard's liquidity token. */
const LP_DECIMALS = 6;

/** Takes shares back, as both tokens or as one. */
export function RemoveLiquidity({ pair, shard, position }: RemoveLiquidityProps) {
  const { base, quote, pool } = pair;
  const sliderId = useId();
  const [percent, setPercent] = useState(100);
  const [mode, setMode] = useState<"both" | "base" | "quote">("both");
  const slippageBps = useSettings((settings) => settings.slippageBps);
  const prepare = usePrepare();
  const { run, stage } = useTransact();
  if (!position || position.shares === 0n) {
    return (
      <EmptyState title="You have no liquidity in this shard">
        Choose another shard, or add some.
      </EmptyState>
    );
  }
  const shares = partOf(position.shares, percent);
  const worth = worthOf(shard, shares);
  const common = { pool: pool.address, shard: shard.index, shares, slippageBps };
  const operation: Operation =
    mode === "both"
      ? { kind: "remove_liquidity", ...common }
      : { kind: "remove_single_sided", ...common, mint: pair[mode].mint };
  return (
    <form
      className="flex flex-col gap-3"
      onSubmit={(event) => {
        event.preventDefault();
        void run({
          title: `Remove ${percent}% from shard ${shard.index}`,
          prepare: () => prepare([operation]),
        });
      }}
    >
      <div>
        <label
          htmlFor={sliderId}
          className="flex items-baseline justify-between text-muted text-xs"
        >
          How much <span className="num font-medium text-lg text-text">{percent}%</span>
        </label>
        <input
          id={sliderId}
          type="range"
          min={1}
          max={100}
          value={percent}
          onChange={(event) => setPercent(Number(event.target.value))}
          className="h-6 w-full accent-(--accent)"
        />
        <div className="grid grid-cols-4 gap-1">
          {PARTS.map((part) => (
            <Button key={part} size="xs" onClick={() => setPercent(part)}>
              {part}%
            </Button>
          ))}
        </div>
      </div>
      <Segmented
        label="As which tokens"
        value={mode}
        onChange={setMode}
        options={[
          { value: "both", label: "Both tokens" },
          { value: "base", label: `Only ${base.symbol}` },
          { value: "quote", label: `Only ${quote.symbol}` },
        ]}
      />
      <dl>
        <Fact name="Your shares">{exactAmount(position.shares, LP_DECIMALS)}</Fact>
        {mode === "both" ? (
          <>
            <Fact name={`${base.symbol}, about`}>{shortAmount(worth.base, base.decimals)}</Fact>
            <Fact name={`${quote.symbol}, about`}>{shortAmount(worth.quote, quote.decimals)}</Fact>
          </>
        ) : (
          <>
            <Fact name="Worth in proportion">
              {shortAmount(worth.base, base.decimals)} {base.symbol}
            </Fact>
            <Fact name="and">
              {shortAmount(worth.quote, quote.decimals)} {quote.symbol}, swapped
            </Fact>
          </>
        )}
      </dl>
      <Button type="submit" tone="primary" size="lg" disabled={shares === 0n} busy={stage !== null}>
        Remove liquidity
      </Button>
    </form>
  );
}
