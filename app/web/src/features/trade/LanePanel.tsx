import { useState } from "react";
import type { Lane } from "@/api/model";
import { usePrepare } from "@/engine/usePrepare";
import { exactAmount } from "@/lib/format";
import { useTransact } from "@/transactions/useTransact";
import { Button } from "@/ui/Button";
import { CopyableAddress } from "@/ui/Copy";
import { EmptyState } from "@/ui/State";
import { Table } from "@/ui/Table";
import { FundsDialog, type FundsDirection } from "./FundsDialog";
import { LANE_CAPACITY } from "./order";
import type { MarketPair } from "./TradePage";
import { useLane } from "./useTicket";

/** The lane's balances, and moving them. */
export function LanePanel({ pair }: { pair: MarketPair }) {
  const lane = useLane(pair);
  const prepare = usePrepare();
  const { run, stage } = useTransact();
  const [direction, setDirection] = useState<FundsDirection | null>(null);
  if (!lane) {
    return (
      <EmptyState
        title="You have no lane in this market yet"
        action={
          <Button size="sm" busy={stage !== null} onClick={() => setDirection("open")}>
            Open and fund a lane
          </Button>
        }
      >
        A lane is your own account in this market: it holds your balances and up to {LANE_CAPACITY}{" "}
        orders a side. Your first order opens it by itself.
        <FundsDialog
          pair={pair}
          lane={null}
          direction={direction}
          onClose={() => setDirection(null)}
        />
      </EmptyState>
    );
  }
  return (
    <div>
      <LaneTable pair={pair} lane={lane} />
      <div className="flex flex-wrap items-center gap-2 border-line border-t p-3">
        <Button size="sm" onClick={() => setDirection("deposit")}>
          Deposit
        </Button>
        <Button size="sm" onClick={() => setDirection("withdraw")}>
          Withdraw
        </Button>
        <Button
          size="sm"
          tone="ghost"
          busy={stage !== null}
          onClick={() =>
            void run({
              title: "Close the lane",
              prepare: () => prepare([{ kind: "close_lane", lane: lane.address }]),
            })
          }
        >
          Cancel all, withdraw and close
        </Button>
        <span className="ml-auto text-muted text-xs">
          Lane <CopyableAddress address={lane.address} label="lane" />
        </span>
      </div>
      <FundsDialog
        pair={pair}
        lane={lane}
        direction={direction}
        onClose={() => setDirection(null)}
      />
    </div>
  );
}

function LaneTable({ pair, lane }: { pair: MarketPair; lane: Lane }) {
  const rows = (["base", "quote"] as const).map((which) => ({
    token: pair[which],
    free: lane.free[which],
    locked: lane.locked[which],
  }));
  return (
    <Table
      label="Balances of your lane"
      dense
      rows={rows}
      rowKey={(row) => row.token.mint}
      columns={[
        { key: "token", header: "Token", cell: (row) => row.token.symbol },
        {
          key: "free",
          header: "Free",
          numeric: true,
          cell: (row) => exactAmount(row.free, row.token.decimals),
        },
        {
          key: "locked",
          header: "In orders",
          numeric: true,
          cell: (row) => exactAmount(row.locked, row.token.decimals),
        },
      ]}
    />
  );
}
