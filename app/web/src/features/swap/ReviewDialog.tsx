import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { QuoteRequest, Token } from "@/api/model";
import { quoteKey } from "@/engine/quote";
import type { PreparedSwap } from "@/engine/swap";
import { usePrepareContext } from "@/engine/usePrepare";
import { exactAmount, shortAmount } from "@/lib/format";
import { BalanceChanges } from "@/transactions/BalanceChanges";
import { useTransact } from "@/transactions/useTransact";
import { Button } from "@/ui/Button";
import { Dialog } from "@/ui/Dialog";
import { Fact } from "@/ui/Panel";
import { ErrorState, FailureNotice, Notice, Skeleton } from "@/ui/State";
import { impactLevel } from "./impact";
import { Fees } from "./SwapFacts";

/** A prepared swap is built anew this often, so that it neither lies nor expires. */
const REBUILD_MS = 8_000;

interface ReviewDialogProps {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  request: QuoteRequest;
  input: Token;
  output: Token;
  tokens: readonly Token[];
  onDone: () => void;
}

/** The last look: what a simulation says the transaction does, then the wallet. */
export function ReviewDialog(props: ReviewDialogProps) {
  const { open, onOpenChange, input, output } = props;
  return (
    <Dialog
      open={open}
      onOpenChange={onOpenChange}
      title={`Swap ${input.symbol} for ${output.symbol}`}
    >
      {open && <Review {...props} />}
    </Dialog>
  );
}

function usePrepared(request: QuoteRequest) {
  const context = usePrepareContext();
  return useQuery({
    queryKey: ["prepared", quoteKey(request), context],
    queryFn: async () => {
      if (!context) {
        throw new Error("No wallet is connected");
      }
      const { prepareSwap } = await import("@/engine/swap");
      return prepareSwap(request, context);
    },
    refetchInterval: REBUILD_MS,
    gcTime: 0,
    staleTime: 0,
  });
}

function Review({ request, input, output, tokens, onOpenChange, onDone }: ReviewDialogProps) {
  const [frozenRequest] = useState(request);
  const prepared = usePrepared(frozenRequest);
  const { run, stage, failure } = useTransact();
  const [isMeant, setMeant] = useState(false);
  const swap = prepared.data;
  if (prepared.error && !swap) {
    return <ErrorState error={prepared.error} retry={() => void prepared.refetch()} />;
  }
  const needsMeaning = swap !== undefined && impactLevel(swap.route.priceImpactBps) === "confirm";
  const title = swap
    ? `Swap ${shortAmount(swap.route.sent, input.decimals)} ${input.symbol} for ${output.symbol}`
    : "Swap";
  const send = async (ready: PreparedSwap) => {
    // The first try is what was looked at; after a failure it is built anew.
    const prepare = async () =>
      (failure ? ((await prepared.refetch({ throwOnError: true })).data ?? ready) : ready).prepared;
    if (await run({ title, prepare, isInDialog: true })) {
      onDone();
      onOpenChange(false);
    }
  };
  return (
    <div className="flex flex-col gap-3">
      <dl className="flex flex-col gap-1 rounded-xl bg-raised p-3">
        <Line name="You pay" token={input} amount={swap?.route.sent} />
        <Line name="You receive" token={output} amount={swap?.route.received} />
      </dl>
      <BoundFacts swap={swap} input={input} output={output} tokens={tokens} />
      <BalanceChanges simulation={swap?.simulation ?? null} isPending={!swap} />
      {swap?.refusal && (
        <Notice tone="danger">
          This would fail now: {swap.refusal.message}. {swap.refusal.hint}
        </Notice>
      )}
      {needsMeaning && (
        <Notice tone="danger">
          <label className="flex items-start gap-2">
            <input
              type="checkbox"
              checked={isMeant}
              onChange={(event) => setMeant(event.target.checked)}
              className="mt-0.5 size-4 accent-current"
            />
            <span>
              I know that I lose {(swap.route.priceImpactBps / 100).toFixed(2)}% to the price
              impact, and want to swap anyway.
            </span>
          </label>
        </Notice>
      )}
      <FailureNotice error={failure} />
      <Button
        tone={needsMeaning ? "danger" : "primary"}
        size="lg"
        disabled={!swap || swap.refusal !== null || (needsMeaning && !isMeant)}
        busy={stage !== null || prepared.isPending}
        onClick={() => swap && void send(swap)}
      >
        {stage === "signing"
          ? "Confirm in your wallet"
          : stage
            ? "Swapping"
            : failure
              ? "Try again"
              : "Confirm swap"}
      </Button>
    </div>
  );
}

function Line({ name, token, amount }: { name: string; token: Token; amount: bigint | undefined }) {
  return (
    <div className="flex min-h-7 items-baseline justify-between gap-3">
      <dt className="text-muted text-xs">{name}</dt>
      <dd className="num font-medium text-base">
        {amount === undefined ? (
          <Skeleton className="h-5 w-28" />
        ) : (
          `${exactAmount(amount, token.decimals)} ${token.symbol}`
        )}
      </dd>
    </div>
  );
}

function BoundFacts({
  swap,
  input,
  output,
  tokens,
}: {
  swap: PreparedSwap | undefined;
  input: Token;
  output: Token;
  tokens: readonly Token[];
}) {
  const held = <Skeleton className="h-4 w-24" />;
  const route = swap?.route;
  return (
    <dl className="flex flex-col gap-0.5">
      {route?.mode === "exact_out" ? (
        <Fact name="Maximum paid">
          {exactAmount(route.maximumSent, input.decimals)} {input.symbol}
        </Fact>
      ) : (
        <Fact name="Minimum received">
          {route ? `${exactAmount(route.minimumReceived, output.decimals)} ${output.symbol}` : held}
        </Fact>
      )}
      <Fact name="Fees, included">{route ? <Fees route={route} tokens={tokens} /> : held}</Fact>
    </dl>
  );
}
