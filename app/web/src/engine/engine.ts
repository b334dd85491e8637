/** What the page asks of the engine, which works beside it: see `worker.ts`. */

import type { DecodedInstruction } from "@/api/governance/model";
import type { Address, QuoteRequest, Route } from "@/api/model";
import type { ChainFailure, FailureWords } from "@/chain/errors";
import type {
  AccountUpdate,
  CreatePoolRequest,
  Exchange,
  FailedTransaction,
  Governance,
  Instruction,
  Problem,
  TokenName,
} from "@/wasm/sealane_wasm";
import { changesBetween, type SettingChange } from "./changes";
import { engineErrorOf, wordsOf } from "./explain";
import { type BuiltGovern, decodeInstruction, planGovern, proposedCalls } from "./governance";
import { Builder } from "./instructions";
import type { CallRequest, GovernOperation, Operation, StakeOperation } from "./operations";
import { bestRoute } from "./route";
import { type Simulated, simulate } from "./simulate";
import { planStake } from "./staking";

export interface BuiltSwap {
  route: Route;
  instructions: Instruction[];
  /** The accounts that a simulation wants to have as they are now. */
  wanted: string[];
}

export interface BuiltPool {
  pool: string;
  transactions: Instruction[][];
}

/** What the engine is made of. */
export interface EngineParts {
  /** The exchange, once it has everything. */
  exchange: () => Promise<Exchange>;
  /** One that knows nothing yet. */
  create: () => Exchange;
  decode: (failed: FailedTransaction) => Problem;
  /** Has what a wallet has of its own kept up to date as well. */
  follow: (owner: Address) => Promise<void>;
  /** The bytes of a transaction. */
  sizeOf: (instructions: Instruction[], payer: Address) => number;
}

/** Answers what the page asks. */
export class Engine {
  /** What the gateway's channel does not carry was fetched by ourselves, and nobody keeps it up to date. */
  readonly #fetched = new WeakMap<Exchange, Set<string>>();

  readonly #parts: EngineParts;

  constructor(parts: EngineParts) {
    this.#parts = parts;
  }

  async route(request: QuoteRequest): Promise<Route> {
    return this.#ask((exchange) => bestRoute(exchange, request).route);
  }

  async swap(request: QuoteRequest, owner: Address): Promise<BuiltSwap> {
    return this.#ask((exchange) => {
      const { route, wasm } = bestRoute(exchange, { ...request, owner });
      const instructions = exchange.routeInstructions(wasm, { owner });
      return { route, instructions, wanted: this.#wanted(exchange, instructions) };
    });
  }

  /** What instructions would do, with these accounts as they are now. */
  async simulate(instructions: Instruction[], accounts: AccountUpdate[]): Promise<Simulated> {
    const exchange = await this.#parts.exchange();
    exchange.applyAll(accounts);
    return simulate(exchange, instructions);
  }

  async build(operations: readonly Operation[], owner: Address): Promise<Instruction[]> {
    return this.#ask((exchange) => {
      const builder = new Builder(exchange, owner);
      return operations.flatMap((operation) => builder.build(operation));
    });
  }

  /** The instructions of each transaction that an operation takes. */
  async planStake(operation: StakeOperation, owner: Address): Promise<Instruction[][]> {
    await this.#parts.follow(owner);
    return this.#ask((exchange) => {
      const staking = exchange.staking();
      try {
        return planStake(staking, operation, owner);
      } finally {
        staking.free();
      }
    });
  }

  async planGovern(operation: GovernOperation, owner: Address): Promise<BuiltGovern> {
    await this.#parts.follow(owner);
    return this.#govern((governance) =>
      planGovern(governance, operation, owner, (instructions) =>
        this.#parts.sizeOf(instructions, owner),
      ),
    );
  }

  /** What a proposal has to execute for something to be done. */
  async proposedCalls(request: CallRequest): Promise<Instruction[]> {
    return this.#govern((governance) => proposedCalls(governance, request));
  }

  async decodeInstructions(
    instructions: readonly Instruction[],
    names: readonly TokenName[],
  ): Promise<DecodedInstruction[]> {
    return this.#govern((governance) =>
      instructions.map((instruction) => decodeInstruction(governance, instruction, names)),
    );
  }

  /** What becomes of pools and markets when some of their accounts change. */
  async changes(before: AccountUpdate[], after: AccountUpdate[]): Promise<SettingChange[]> {
    await this.#parts.exchange();
    const [was, is] = [this.#parts.create(), this.#parts.create()];
    try {
      was.applyAll(before);
      is.applyAll(after);
      return changesBetween(was, is);
    } finally {
      was.free();
      is.free();
    }
  }

  async #govern<T>(question: (governance: Governance) => T): Promise<T> {
    return this.#ask((exchange) => {
      const governance = exchange.governance();
      try {
        return question(governance);
      } finally {
        governance.free();
      }
    });
  }

  /** Creates a pool of two tokens: one more, if the creator has some of them already. */
  async createPool(draft: Omit<CreatePoolRequest, "id">): Promise<BuiltPool> {
    return this.#ask((exchange) => {
      const { baseMint, quoteMint } = draft;
      const isOfPair = (pool: { baseMint: string; quoteMint: string }) =>
        pool.baseMint === baseMint && pool.quoteMint === quoteMint;
      const id = exchange.pools().filter(isOfPair).length;
      const { pool, transactions } = exchange.createPool({ ...draft, id });
      return { pool, transactions: transactions.map(({ instructions }) => instructions) };
    });
  }

  /** The words for a failure on the chain; null if there are none. */
  explain(failure: ChainFailure): FailureWords | null {
    return wordsOf(this.#parts.decode, failure);
  }

  async #ask<T>(question: (exchange: Exchange) => T): Promise<T> {
    const exchange = await this.#parts.exchange();
    try {
      return question(exchange);
    } catch (thrown) {
      throw engineErrorOf(thrown);
    }
  }

  #wanted(exchange: Exchange, instructions: Instruction[]): string[] {
    const known = this.#fetched.get(exchange) ?? new Set<string>();
    this.#fetched.set(exchange, known);
    for (const address of exchange.simulationAccounts(instructions)) {
      known.add(address);
    }
    const named = instructions.flatMap((instruction) => instruction.accounts);
    return [...new Set(named.map((account) => account.address))].filter((address) =>
      known.has(address),
    );
  }
}
