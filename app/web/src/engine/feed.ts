/** Keeps the engine's accounts up to date over the gateway's channels of raw accounts. */

import type { Address } from "@/api/model";
import { gatewayStream } from "@/api/stream";
import type { AccountUpdate, Exchange } from "@/wasm/sealane_wasm";

interface WireAccounts {
  accounts: AccountUpdate[];
}

export interface Feed {
  /** Called with the exchange when something of it has changed. */
  onChange: (exchange: Exchange) => void;
  /** Makes an empty exchange, whenever everything is told anew. */
  create: () => Exchange;
}

/** Whether the chain's time is known: without it nobody knows which orders have expired. */
function hasClock(exchange: Exchange): boolean {
  try {
    return exchange.clock().slot > 0n;
  } catch {
    return false;
  }
}

/** What belongs to one wallet alone, and is told only to whom it concerns. */
interface Own {
  owner: Address;
  accounts: Map<string, AccountUpdate>;
  isComplete: Promise<void>;
  stop: () => void;
}

/** Follows what everybody shares, and what one wallet has of its own. */
export class AccountsFeed {
  readonly #feed: Feed;
  #exchange: Exchange | null = null;
  #own: Own | null = null;

  constructor(feed: Feed) {
    this.#feed = feed;
  }

  /** Follows all accounts. What was known before is dropped whenever everything is told anew. */
  start(): void {
    gatewayStream().subscribe(
      { channel: "accounts" },
      {
        onSnapshot: (data) => {
          this.#exchange = this.#feed.create();
          this.#exchange.applyAll((data as WireAccounts).accounts);
          this.#apply([...(this.#own?.accounts.values() ?? [])], true);
        },
        onDiff: (data) => this.#apply((data as WireAccounts).accounts),
      },
    );
  }

  /** Follows a wallet's positions, in place of another's; returns once all of them are there. */
  followOwner(owner: Address): Promise<void> {
    if (this.#own?.owner === owner) {
      return this.#own.isComplete;
    }
    this.#own?.stop();
    const accounts = new Map<string, AccountUpdate>();
    const take = (data: unknown) => {
      const { accounts: told } = data as WireAccounts;
      for (const update of told) {
        accounts.set(update.address, update);
      }
      this.#apply(told);
    };
    let stop = () => {};
    const isComplete = new Promise<void>((resolve, reject) => {
      stop = gatewayStream().subscribe(
        { channel: "positions", owner },
        {
          onSnapshot: (data) => {
            accounts.clear();
            take(data);
            resolve();
          },
          onDiff: take,
          onError: ({ message }) => {
            // Whoever asks next tries anew.
            if (this.#own?.accounts === accounts) {
              this.#own = null;
            }
            stop();
            reject(new Error(message));
          },
        },
      );
    });
    this.#own = { owner, accounts, isComplete, stop };
    return isComplete;
  }

  #apply(accounts: AccountUpdate[], isNew = false): void {
    const exchange = this.#exchange;
    const changed = exchange?.applyAll(accounts) ?? 0;
    if (exchange && (isNew || changed > 0) && hasClock(exchange)) {
      this.#feed.onChange(exchange);
    }
  }
}
