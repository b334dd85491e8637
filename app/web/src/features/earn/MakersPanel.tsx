import { Link } from "@tanstack/react-router";
import { usePortfolio } from "@/api/live";
import type { Lane } from "@/api/model";
import type { StakePosition } from "@/api/staking/model";
import { usePlan } from "@/engine/usePlan";
import { useTransactAll } from "@/transactions/useTransactAll";
import { Button } from "@/ui/Button";
import { Panel } from "@/ui/Panel";
import { useWallet } from "@/wallet/store";
import type { Book, FarmView } from "./farms";

interface MakersPanelProps {
  view: FarmView;
  book: Book;
  positions: readonly StakePosition[];
}

/** A trading farm: what it pays is earned in the order book, lane by lane. */
export function MakersPanel({ view, book, positions }: MakersPanelProps) {
  const { market, base, quote } = book;
  const wallet = useWallet();
  const lanes = usePortfolio(wallet?.address).data?.lanes ?? [];
  const uncounted = lanes.filter(
    (lane) => lane.market === market && !positions.some(({ index }) => index === lane.index),
  );
  return (
    <Panel title="How to earn here" bodyClassName="flex flex-col gap-3 p-3 sm:p-4">
      <p className="text-muted text-xs">
        Nothing is staked here. Each epoch is shared by whoever had orders filled in the{" "}
        <Link
          to="/trade/$market"
          params={{ market }}
          className="text-accent underline underline-offset-2"
        >
          {base.symbol}/{quote.symbol} order book
        </Link>
        , by the value that was filled. Orders that wait in your lane count; what you take from
        others does not.
      </p>
      {uncounted.map((lane) => (
        <CountLane key={lane.address} view={view} lane={lane} />
      ))}
    </Panel>
  );
}

function CountLane({ view: { farm, name }, lane }: { view: FarmView; lane: Lane }) {
  const plan = usePlan();
  const { run, isBusy } = useTransactAll();
  const operation = { kind: "open_position", farm: farm.address, index: lane.index } as const;
  return (
    <Button
      tone="primary"
      busy={isBusy}
      onClick={() => void run({ title: `Earn in ${name}`, plan: () => plan(operation) })}
    >
      Count the orders of lane {lane.index}
    </Button>
  );
}
