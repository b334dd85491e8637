import { useState } from "react";
import { usePortfolio } from "@/api/live";
import { Panel } from "@/ui/Panel";
import { SelectField } from "@/ui/SelectField";
import { Tabs } from "@/ui/Tabs";
import { useWallet } from "@/wallet/store";
import { AddLiquidity } from "./AddLiquidity";
import { smallestShard } from "./liquidity";
import type { PoolPair } from "./names";
import { RemoveLiquidity } from "./RemoveLiquidity";

/** Adding to and removing from one of a pool's shards. */
export function LiquidityPanel({ pair }: { pair: PoolPair }) {
  const { pool } = pair;
  const wallet = useWallet();
  const positions = (usePortfolio(wallet?.address).data?.positions ?? []).filter(
    (position) => position.pool === pool.address,
  );
  const [shown, setShown] = useState<"add" | "remove">("add");
  const smallest = smallestShard(pool)?.index ?? 0;
  const [chosen, setChosen] = useState<string | null>(null);
  const held = positions[0]?.shardIndex;
  const index =
    chosen === null ? (shown === "remove" && held !== undefined ? held : smallest) : Number(chosen);
  const shard = pool.shards.find((candidate) => candidate.index === index);
  const position = positions.find((candidate) => candidate.shardIndex === index);
  const options = pool.shards.map((candidate) => ({
    value: String(candidate.index),
    label: `Shard ${candidate.index}${candidate.index === smallest ? ", smallest: traded with first" : ""}${
      positions.some((own) => own.shardIndex === candidate.index) ? ", yours" : ""
    }`,
  }));
  return (
    <Panel label="Liquidity" bodyClassName="">
      <Tabs
        label="Add or remove liquidity"
        value={shown}
        onChange={setShown}
        contentClassName="p-3 sm:p-4"
        tabs={(["add", "remove"] as const).map((value) => ({
          value,
          label: value === "add" ? "Add liquidity" : "Remove",
          content: shard && (
            <div className="flex flex-col gap-3">
              <SelectField
                label="Shard"
                value={String(index)}
                onChange={setChosen}
                options={options}
              />
              {value === "add" ? (
                <AddLiquidity key={shard.address} pair={pair} shard={shard} />
              ) : (
                <RemoveLiquidity
                  key={shard.address}
                  pair={pair}
                  shard={shard}
                  position={position}
                />
              )}
            </div>
          ),
        }))}
      />
    </Panel>
  );
}
