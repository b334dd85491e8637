/** Operations as instructions of the exchange's programs, built by the engine. */

import type { Address, Side } from "@/api/model";
import type {
  Caller,
  Exchange,
  Instruction,
  OpenLaneRequest,
  OrderSide,
  TimeInForce,
} from "@/wasm/sealane_wasm";
import { EngineError, engineErrorOf } from "./explain";
import type { Operation } from "./operations";

/** Lanes that a post-only order is shown: those with the best orders of the other side. */
const SHOWN_LANES = 8;

const sideOf = (side: Side): OrderSide => (side === "buy" ? "bid" : "ask");

type Built = readonly Instruction[];
type Of<Kind extends Operation["kind"]> = Extract<Operation, { kind: Kind }>;

type Funded = Pick<Of<"fund_lane">, "market" | "laneIndex" | "funding">;

const expiryOf = (expiresAt: number | null) => ({ slot: 0n, time: expiresAt ?? 0 });

/** Builds one operation after the other. */
export class Builder {
  readonly #exchange: Exchange;
  readonly #owner: Address;
  readonly #caller: Caller;

  constructor(exchange: Exchange, owner: Address) {
    this.#exchange = exchange;
    this.#owner = owner;
    this.#caller = { owner };
  }

  build(operation: Operation): Built {
    switch (operation.kind) {
      case "fund_lane":
        return this.#fund(operation);
      case "withdraw": {
        const { lane, base, quote } = operation;
        return this.#exchange.withdraw({ lane, base, quote }, this.#caller).instructions;
      }
      case "close_lane":
        return this.#exchange.closeLane(operation.lane, this.#caller).instructions;
      case "place":
        return this.#place(operation);
      case "take":
        return this.#take(operation);
      case "take_from_wallet":
        return this.#takeFromWallet(operation);
      case "cancel": {
        const cancelled = { what: "order", id: BigInt(operation.order) } as const;
        return [this.#exchange.cancel({ lane: operation.lane, authority: this.#owner, cancelled })];
      }
      case "cancel_all": {
        const side = operation.side ? sideOf(operation.side) : undefined;
        return [this.#exchange.cancelAll(operation.lane, this.#owner, side)];
      }
      default:
        return this.#liquidity(operation);
    }
  }

  #lane(market: Address, index: number): string {
    return this.#exchange.laneAddress(market, this.#owner, index);
  }

  #opened({ market, laneIndex: index, funding }: Funded): OpenLaneRequest | undefined {
    const { capacity } = funding;
    return capacity === null ? undefined : { market, index, capacity, owner: this.#owner };
  }

  /** Opens the lane and deposits, as far as that has to be done. */
  #fund(funded: Funded): Built {
    const { market, laneIndex, funding } = funded;
    const { base, quote } = funding;
    const opened = this.#opened(funded);
    const opening = opened ? this.#exchange.openLane(opened).instructions : [];
    if (base === 0n && quote === 0n) {
      return opening;
    }
    const request = { lane: this.#lane(market, laneIndex), market, base, quote };
    return [...opening, ...this.#exchange.deposit(request, this.#caller).instructions];
  }

  #place(operation: Omit<Of<"place">, "kind">): Built {
    const { market, side, ticks, lots, postOnly, expiresAt } = operation;
    const order = {
      side: sideOf(side),
      priceTicks: Number(ticks),
      lots,
      postOnly,
      expiry: expiryOf(expiresAt),
    };
    const lane = this.#lane(market, operation.laneIndex);
    const shown = postOnly === "off" ? [] : this.#shown(market, side, lane);
    const request = { market, lane, authority: this.#owner, orders: [order], shown };
    return [...this.#fund(operation), this.#exchange.place(request)];
  }

  /** The lanes that a post-only order must not trade with; its own is none of them. */
  #shown(market: Address, side: Side, own: string): string[] {
    const lanes = this.#exchange.bestLanes(market, sideOf(side === "buy" ? "sell" : "buy"));
    return lanes.filter((lane) => lane !== own).slice(0, SHOWN_LANES);
  }

  #take(operation: Of<"take">): Built {
    const { market, laneIndex, side, ticks, lots, timeInForce, expiresAt, funding } = operation;
    const rule: TimeInForce =
      timeInForce === "rest"
        ? { kind: "rest", expiry: expiryOf(expiresAt) }
        : { kind: timeInForce };
    const request = {
      lane: this.#lane(market, laneIndex),
      side: sideOf(side),
      limitTicks: Number(ticks),
      lots,
      timeInForce: rule,
      funding: { opened: this.#opened(operation), base: funding.base, quote: funding.quote },
    };
    try {
      return this.#exchange.take(request, this.#caller).instructions;
    } catch (thrown) {
      const error = engineErrorOf(thrown);
      const isNobodyThere = error instanceof EngineError && error.code === "no_orders";
      if (isNobodyThere && timeInForce === "rest") {
        // Whoever would have traded is gone: all of it waits.
        return this.#place({ ...operation, postOnly: "off" });
      }
      throw error;
    }
  }

  #takeFromWallet({ market, side, ticks, lots, whole }: Of<"take_from_wallet">): Built {
    const request = { market, side: sideOf(side), limitTicks: Number(ticks), lots, whole };
    return this.#exchange.swapTake(request, this.#caller).instructions;
  }

  #liquidity(
    operation: Of<
      "add_liquidity" | "add_single_sided" | "remove_liquidity" | "remove_single_sided"
    >,
  ): Built {
    const { pool, shard, slippageBps } = operation;
    const common = { pool, shard, slippageToleranceBps: slippageBps };
    switch (operation.kind) {
      case "add_liquidity": {
        const { maximumBase, maximumQuote } = operation;
        return this.#exchange.addLiquidity({ ...common, maximumBase, maximumQuote }, this.#caller)
          .instructions;
      }
      case "add_single_sided": {
        const { mint: mintIn, amount } = operation;
        return this.#exchange.addSingleSided({ ...common, mintIn, amount }, this.#caller)
          .instructions;
      }
      case "remove_liquidity": {
        const { shares } = operation;
        return this.#exchange.removeLiquidity({ ...common, shares }, this.#caller).instructions;
      }
      case "remove_single_sided": {
        const { mint: mintOut, shares } = operation;
        return this.#exchange.removeSingleSided({ ...common, mintOut, shares }, this.#caller)
          .instructions;
      }
    }
  }
}
