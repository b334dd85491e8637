import { Link } from "@tanstack/react-router";
import { usePortfolio } from "@/api/live";
import { useFarms } from "@/api/staking/live";
import { type FarmView, useFarmViews } from "@/features/earn/farms";
import { bpsText, shortAmount } from "@/lib/format";
import { useBalances } from "@/tokens/balances";
import { Panel } from "@/ui/Panel";
import { useWallet } from "@/wallet/store";
import type { PoolPair } from "./names";

/** Farms in which this pool's liquidity earns more than its fees. */
export function FarmsPanel({ pair: { pool } }: { pair: PoolPair }) {
  const views = useFarmViews(useFarms().data).filter(
    ({ liquidity }) => liquidity?.pool.address === pool.address,
  );
  if (views.length === 0) {
    return null;
  }
  return (
    <Panel title="Stake your liquidity" bodyClassName="">
      <ul>
        {views.map((view) => (
          <li key={view.farm.address} className="border-line border-b last:border-b-0">
            <FarmLine view={view} />
          </li>
        ))}
      </ul>
    </Panel>
  );
}

function FarmLine({ view: { farm, liquidity } }: { view: FarmView }) {
  const wallet = useWallet();
  const held = useBalances().of(farm.stakeMint) ?? 0n;
  const stakes = usePortfolio(wallet?.address).data?.stakes ?? [];
  const staked = stakes
    .filter(({ farm: of }) => of === farm.address)
    .reduce((sum, { amount }) => sum + amount, 0n);
  const shares = (amount: bigint) => shortAmount(amount, farm.stakeDecimals);
  return (
    <Link
      to="/earn/$farm"
      params={{ farm: farm.address }}
      className="flex items-baseline justify-between gap-3 px-3 py-2.5 hover:bg-raised sm:px-4"
    >
      <span className="min-w-0 text-sm">
        <span className="block font-medium">Shard {liquidity?.shardIndex}</span>
        <span className="num block text-muted text-xs">
          {held > 0n
            ? `${shares(held)} in your wallet could be staked`
            : staked > 0n
              ? `${shares(staked)} of yours is staked`
              : "Its rewards come on top of the fees"}
        </span>
      </span>
      <span className="num shrink-0 text-right text-xs">
        {farm.aprBps === null ? (
          <span className="text-muted">No APR yet</span>
        ) : (
          <span className="text-up">+ {bpsText(farm.aprBps)} APR</span>
        )}
      </span>
    </Link>
  );
}
