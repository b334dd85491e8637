import { ArrowRight } from "lucide-react";
import type { Hop, Token } from "@/api/model";
import { useTokenMap } from "@/api/queries";
import { bpsText, shortAmount } from "@/lib/format";
import { Panel } from "@/ui/Panel";
import { EmptyState, Skeleton } from "@/ui/State";
import { TokenIcon } from "@/ui/TokenIcon";
import type { SwapForm } from "./form";

/** The ways that an amount takes: which shards, which lanes, how much of it. */
export function RoutePanel({ form }: { form: SwapForm }) {
  const { route } = form;
  return (
    <Panel title="Route" bodyClassName="p-3 sm:p-4 min-h-32">
      {route ? (
        <ol className="flex flex-col gap-2">
          {route.segments.map((segment) => (
            <li
              key={segment.hops.map((hop) => `${hop.venue}/${hop.shardIndex}`).join()}
              className="flex items-center gap-3 rounded-lg bg-raised p-2.5"
            >
              <span className="num w-12 shrink-0 text-right font-medium text-sm">
                {bpsText(segment.shareBps)}
                <span className="sr-only"> of the amount</span>
              </span>
              <ol className="flex min-w-0 flex-1 flex-wrap items-center gap-x-2 gap-y-1.5 text-xs">
                {segment.hops.map((hop, at) => (
                  <HopItem
                    key={`${hop.venue}/${hop.shardIndex}/${hop.inputMint}`}
                    hop={hop}
                    isFirst={at === 0}
                  />
                ))}
              </ol>
            </li>
          ))}
        </ol>
      ) : form.isQuoting ? (
        <Skeleton className="h-20 w-full" />
      ) : (
        <EmptyState title="No route yet" className="py-4">
          Enter an amount to see over which pool shards and order book lanes it would go.
        </EmptyState>
      )}
    </Panel>
  );
}

function HopItem({ hop, isFirst }: { hop: Hop; isFirst: boolean }) {
  const tokens = useTokenMap();
  const [input, output] = [tokens.get(hop.inputMint), tokens.get(hop.outputMint)];
  return (
    <li className="contents text-xs">
      {isFirst && input && <Amount token={input} amount={hop.sent} />}
      <ArrowRight aria-hidden className="size-3.5 shrink-0 text-faint" />
      <span className="whitespace-nowrap rounded-md border border-line bg-surface px-2 py-1 text-muted">
        {hop.kind === "pool" ? (
          <>
            Pool <span className="font-medium text-text">shard {hop.shardIndex}</span>
          </>
        ) : (
          <>
            Order book{" "}
            <span className="font-medium text-text">
              {hop.lanes} {hop.lanes === 1 ? "lane" : "lanes"}
            </span>
          </>
        )}
      </span>
      <ArrowRight aria-hidden className="size-3.5 shrink-0 text-faint" />
      {output && <Amount token={output} amount={hop.received} />}
    </li>
  );
}

function Amount({ token, amount }: { token: Token; amount: bigint }) {
  return (
    <span className="num inline-flex items-center gap-1.5 whitespace-nowrap">
      <TokenIcon mint={token.mint} symbol={token.symbol} size="sm" />
      {shortAmount(amount, token.decimals)} {token.symbol}
    </span>
  );
}
