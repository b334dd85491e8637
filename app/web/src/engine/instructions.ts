/** Operations as instructions of the exchange's programs, built by the engine. */

import type { Address, Side } from "@/api/model";
import type {
  Caller,
  Exchange,
  Instruction,
  Order,
  OrderSide,
  TimeInForce,
} from "@/wasm/sealane_wasm";
import { EngineError, engineErrorOf } from "./explain";
import type { Operation } from "./operations";

/** Lanes that a post-only order is shown at most: what it must not trade with. */
const SHOWN_LANES = 8;

const sideOf = (side: Side): OrderSide => (side === "buy" ? "bid" : "ask");

type Built = readonly Instruction[];
type Of<Kind extends Operation["kind"]> = Extract<Operation, { kind: Kind }>;

/** What there is to take; null where nobody offers anything at the price. */
function unlessNobody<T>(take: () => T): T | null {
  try {
    return take();
  } catch (thrown) {
    const error = engineErrorOf(thrown);
    if (error instanceof EngineError && error.code === "no_orders") {
      return null;
    }
    throw error;
  }
}

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
      case "open_lane": {
        const { market, index, capacity } = operation;
        return this.#exchange.openLane({ market, index, capacity, owner: this.#owner })
          .instructions;
      }
      case "deposit":
        return this.#deposit(operation);
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
    return this.#exchange.openLane({ market, index, owner: this.#owner, capacity: 16 }).lane;
  }

  #deposit({ market, laneIndex, base, quote }: Of<"deposit">): Built {
    const lane = this.#lane(market, laneIndex);
    return this.#exchange.deposit({ lane, market, base, quote }, this.#caller).instructions;
  }

  #place({ market, laneIndex, side, ticks, lots, postOnly, expiresAt }: Of<"place">): Built {
    const order = {
      side: sideOf(side),
      priceTicks: Number(ticks),
      lots,
      postOnly,
      ...(expiresAt !== null && { expiry: { time: expiresAt, slot: 0n } }),
    };
    const lane = this.#lane(market, laneIndex);
    const shown = postOnly === "off" ? [] : this.#met(order, market, lane);
    return [this.#exchange.place({ market, lane, authority: this.#owner, orders: [order], shown })];
  }

  /** The lanes that an order would trade with, best first: those that it is shown. */
  #met({ side, priceTicks: limitTicks, lots }: Order, market: Address, own: string): string[] {
    const request = { market, side, limitTicks, lots };
    const taken = unlessNobody(() => this.#exchange.swapTake(request, this.#caller));
    const lanes = taken?.result.lanes ?? [];
    return lanes.filter((lane) => lane !== own).slice(0, SHOWN_LANES);
  }

  #take({ market, laneIndex, side, ticks, lots, timeInForce }: Of<"take">): Built {
    const lane = this.#lane(market, laneIndex);
    const rule: TimeInForce = { kind: timeInForce };
    const request = {
      lane,
      side: sideOf(side),
      limitTicks: Number(ticks),
      lots,
      timeInForce: rule,
    };
    return this.#exchange.take(request, this.#caller).instructions;
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
