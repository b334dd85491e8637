import { afterEach, describe, expect, it, vi } from "vitest";
import type { Address } from "@/api/model";
import type { Channel, Handlers } from "@/api/stream";
import type { AccountUpdate, Exchange } from "@/wasm/sealane_wasm";
import { AccountsFeed } from "./feed";

interface Followed {
  channel: Channel;
  handlers: Handlers;
  isStopped: boolean;
}

const followed: Followed[] = [];

vi.mock("@/api/stream", () => ({
  gatewayStream: () => ({
    subscribe: (channel: Channel, handlers: Handlers) => {
      const subscription = { channel, handlers, isStopped: false };
      followed.push(subscription);
      return () => {
        subscription.isStopped = true;
      };
    },
  }),
}));

afterEach(() => {
  followed.length = 0;
});

const told = (...addresses: string[]) => ({
  accounts: addresses.map((address) => ({ address, slot: 1n })),
});

function open() {
  const made: string[][] = [];
  const changes: Exchange[] = [];
  const create = () => {
    const known: string[] = [];
    made.push(known);
    return {
      clock: () => ({ slot: 1n }),
      applyAll: (updates: AccountUpdate[]) => {
        known.push(...updates.map(({ address }) => address));
        return updates.length;
      },
    } as unknown as Exchange;
  };
  const feed = new AccountsFeed({ create, onChange: (exchange) => changes.push(exchange) });
  feed.start();
  const at = (index: number) => followed[index] as Followed;
  return { feed, made, changes, at };
}

const ALICE = "alice" as Address;
const BOB = "bob" as Address;

describe("AccountsFeed", () => {
  it("gives a new exchange what a wallet has of its own as well", async () => {
    const { feed, made, changes, at } = open();
    const isComplete = feed.followOwner(ALICE);
    at(0).handlers.onSnapshot(told("pool"));
    at(1).handlers.onSnapshot(told("position"));
    await isComplete;
    at(0).handlers.onSnapshot(told("pool", "farm"));
    expect(made).toEqual([
      ["pool", "position"],
      ["pool", "farm", "position"],
    ]);
    expect(new Set(changes).size).toBe(2);
  });

  it("is complete only when the positions are there, whichever comes first", async () => {
    const { feed, made, at } = open();
    let isComplete = false;
    const following = feed.followOwner(ALICE).then(() => {
      isComplete = true;
    });
    await Promise.resolve();
    expect(isComplete).toBe(false);
    at(1).handlers.onSnapshot(told("position"));
    await following;
    at(0).handlers.onSnapshot(told("pool"));
    expect(made).toEqual([["pool", "position"]]);
  });

  it("follows one wallet at a time, and the same one once", async () => {
    const { feed, made, at } = open();
    void feed.followOwner(ALICE);
    void feed.followOwner(ALICE);
    expect(followed.length).toBe(2);
    at(1).handlers.onSnapshot(told("alice's"));
    void feed.followOwner(BOB);
    expect(at(1).isStopped).toBe(true);
    at(0).handlers.onSnapshot(told("pool"));
    at(2).handlers.onSnapshot(told("bob's"));
    expect(made).toEqual([["pool", "bob's"]]);
  });

  it("tries anew after a refusal", async () => {
    const { feed, at } = open();
    const refused = feed.followOwner(ALICE);
    at(1).handlers.onError?.({ code: "overloaded", message: "Too many", hint: null });
    await expect(refused).rejects.toThrow("Too many");
    const again = feed.followOwner(ALICE);
    at(2).handlers.onSnapshot(told());
    await again;
    expect(at(1).isStopped).toBe(true);
  });
});
