/** Routes of the engine as the app's own. */

import type { Address, Hop, QuoteRequest, Route, Segment } from "@/api/model";
import type { Exchange, RouteLeg, RouteRequest, Route as WasmRoute } from "@/wasm/sealane_wasm";

export function routeRequest(request: QuoteRequest): RouteRequest {
  return {
    mintIn: request.inputMint,
    mintOut: request.outputMint,
    amount: request.amount,
    kind: request.mode,
    slippageToleranceBps: request.slippageBps,
    excluded: [...request.excluded],
    ...(request.owner && { trader: request.owner }),
  };
}

function hopOf(leg: RouteLeg): Hop {
  return {
    kind: leg.venue,
    venue: (leg.venue === "pool" ? leg.pool : leg.market) as Address,
    shardIndex: leg.venue === "pool" ? leg.shardIndex : null,
    lanes: leg.venue === "market" ? leg.lanes.length : 0,
    inputMint: leg.mintIn as Address,
    outputMint: leg.mintOut as Address,
    sent: leg.sent,
    received: leg.received,
  };
}

const BPS = 10_000n;

/**
 * The ways from the token sent to the token received. Legs come in the order of execution, so that a
 * token is received before it is sent on; each way through a token carries its part of all that is
 * sent on from there.
 */
export function segmentsOf(
  legs: readonly Hop[],
  inputMint: Address,
  outputMint: Address,
): Segment[] {
  const sum = (which: "inputMint" | "outputMint", mint: Address, amount: "sent" | "received") =>
    legs.filter((leg) => leg[which] === mint).reduce((total, leg) => total + leg[amount], 0n);
  const segments: Segment[] = [];
  /** `part` of `whole` is what this way carries of the amount sent; `arrived` what it brought here. */
  function walk(
    mint: Address,
    [part, whole]: readonly [bigint, bigint],
    arrived: bigint | null,
    before: readonly Hop[],
  ): void {
    if (mint === outputMint && before.length > 0) {
      segments.push({ shareBps: Number((part * BPS + whole / 2n) / whole), hops: [...before] });
      return;
    }
    const total = sum("inputMint", mint, "sent");
    const inflow = sum("outputMint", mint, "received");
    for (const leg of legs.filter((candidate) => candidate.inputMint === mint)) {
      const scaled = (amount: bigint) => (arrived === null ? amount : (amount * arrived) / inflow);
      const hop = { ...leg, sent: scaled(leg.sent), received: scaled(leg.received) };
      walk(leg.outputMint, [part * leg.sent, whole * total], hop.received, [...before, hop]);
    }
  }
  walk(inputMint, [1n, 1n], null, []);
  return segments;
}

export function routeOf(route: WasmRoute): Route {
  const legs = route.legs.map(hopOf);
  const [inputMint, outputMint] = [route.mintIn as Address, route.mintOut as Address];
  return {
    mode: route.kind,
    inputMint,
    outputMint,
    sent: route.sent,
    received: route.received,
    minimumReceived: route.minimumReceived,
    maximumSent: route.maximumSent,
    unspent: route.unspent,
    priceImpactBps: route.priceImpactBps,
    segments: segmentsOf(legs, inputMint, outputMint),
    legs,
    fees: route.fees.map((fees) => ({ ...fees, mint: fees.mint as Address })),
    leftovers: route.leftovers.map((left) => ({ ...left, mint: left.mint as Address })),
    accounts: route.transaction.accounts,
    computeUnits: route.transaction.computeUnits,
    slot: Number(route.slot),
  };
}

/** The best route there is now, with what its instructions are built from. */
export function bestRoute(
  exchange: Exchange,
  request: QuoteRequest,
): { route: Route; wasm: WasmRoute } {
  const wasm = exchange.route(routeRequest(request));
  return { route: routeOf(wasm), wasm };
}
