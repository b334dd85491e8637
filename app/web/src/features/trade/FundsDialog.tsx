import { useState } from "react";
import type { Lane, Token } from "@/api/model";
import type { Operation } from "@/engine/operations";
import { usePrepare } from "@/engine/usePrepare";
import { parseAmount } from "@/lib/amount";
import { AmountPanel } from "@/tokens/AmountPanel";
import { useBalances } from "@/tokens/balances";
import { useTransact } from "@/transactions/useTransact";
import { Button } from "@/ui/Button";
import { Dialog } from "@/ui/Dialog";
import { FailureNotice } from "@/ui/State";
import { LANE_CAPACITY } from "./order";
import type { MarketPair } from "./TradePage";

export type FundsDirection = "open" | "deposit" | "withdraw";

const TITLES: Record<FundsDirection, string> = {
  open: "Open and fund a lane",
  deposit: "Deposit into your lane",
  withdraw: "Withdraw to your wallet",
};

interface FundsDialogProps {
  pair: MarketPair;
  lane: Lane | null;
  direction: FundsDirection | null;
  onClose: () => void;
}

/** Moves tokens between the wallet and the lane. */
export function FundsDialog({ pair, lane, direction, onClose }: FundsDialogProps) {
  return (
    <Dialog
      open={direction !== null}
      onOpenChange={(open) => !open && onClose()}
      title={direction ? TITLES[direction] : ""}
    >
      {direction && <FundsForm pair={pair} lane={lane} direction={direction} onClose={onClose} />}
    </Dialog>
  );
}

/** An amount that is typed, against what there is of it. */
function useAmount(token: Token, held: bigint | undefined) {
  const [text, setText] = useState("");
  const parsed = parseAmount(text, token.decimals);
  const amount = parsed.ok ? parsed.amount : 0n;
  const isShort = held !== undefined && amount > held;
  const error =
    text !== "" && !parsed.ok
      ? parsed.message
      : isShort
        ? `More than the ${token.symbol} there are`
        : null;
  return { text, setText, amount, error };
}

function FundsForm({
  pair,
  lane,
  direction,
  onClose,
}: FundsDialogProps & { direction: FundsDirection }) {
  const balances = useBalances();
  const prepare = usePrepare();
  const { run, stage, failure } = useTransact();
  const isOut = direction === "withdraw";
  const heldOf = (which: "base" | "quote") =>
    isOut ? lane?.free[which] : balances.of(pair[which].mint);
  const base = useAmount(pair.base, heldOf("base"));
  const quote = useAmount(pair.quote, heldOf("quote"));
  const isNothing = base.amount === 0n && quote.amount === 0n;
  const operations = (): Operation[] => {
    const amounts = { base: base.amount, quote: quote.amount };
    if (isOut && lane) {
      return [{ kind: "withdraw", lane: lane.address, ...amounts }];
    }
    const market = pair.market.address;
    const laneIndex = lane?.index ?? 0;
    const funding = { capacity: lane ? null : LANE_CAPACITY, ...amounts };
    return [{ kind: "fund_lane", market, laneIndex, funding }];
  };
  return (
    <form
      className="flex flex-col gap-2"
      onSubmit={async (event) => {
        event.preventDefault();
        const title = TITLES[direction];
        if (await run({ title, prepare: () => prepare(operations()), isInDialog: true })) {
          onClose();
        }
      }}
    >
      {(["base", "quote"] as const).map((which) => {
        const field = which === "base" ? base : quote;
        return (
          <AmountPanel
            key={which}
            label={pair[which].symbol}
            token={pair[which]}
            text={field.text}
            onText={field.setText}
            balance={heldOf(which)}
            showParts
            error={field.error}
          />
        );
      })}
      <FailureNotice error={failure} />
      <Button
        type="submit"
        tone="primary"
        size="lg"
        className="mt-1"
        disabled={
          (isNothing && direction !== "open") || base.error !== null || quote.error !== null
        }
        busy={stage !== null}
      >
        {isOut ? "Withdraw" : direction === "open" ? "Open lane" : "Deposit"}
      </Button>
    </form>
  );
}
