import type { Route, Token } from "@/api/model";
import { approximate } from "@/lib/amount";
import { shortAmount } from "@/lib/format";

/** What one token sent brings, for people. */
export function rateOf(route: Route, input: Token, output: Token): number {
  return approximate(route.received, output.decimals) / approximate(route.sent, input.decimals);
}

export interface FeeLine {
  name: string;
  text: string;
}

/** The fees of a route, in the order in which people ask about them. */
export function feeLines(route: Route, tokens: readonly Token[]): FeeLine[] {
  const kinds = [
    ["lp", "Liquidity providers"],
    ["protocol", "Pool authority"],
    ["taker", "Order book taker"],
    ["transfer", "Token transfer"],
  ] as const;
  const lines: FeeLine[] = [];
  for (const [kind, name] of kinds) {
    for (const fees of route.fees) {
      const token = tokens.find((candidate) => candidate.mint === fees.mint);
      if (fees[kind] > 0n && token) {
        lines.push({ name, text: `${shortAmount(fees[kind], token.decimals)} ${token.symbol}` });
      }
    }
  }
  return lines;
}
