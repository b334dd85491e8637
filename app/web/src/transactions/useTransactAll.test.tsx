import { act, renderHook } from "@testing-library/react";
import { beforeEach, describe, expect, it, vi } from "vitest";
import type { Prepared } from "./run";
import type { Job } from "./useTransact";
import { type Step, useTransactAll } from "./useTransactAll";

/** Titles of what was sent, and which of them fail. */
const sent: string[] = [];
const failing = new Set<string>();
const retries: (() => void)[] = [];

async function run(job: Job): Promise<boolean> {
  try {
    await job.prepare();
  } catch {
    return false;
  }
  sent.push(job.title);
  retries.push(job.retry ?? (() => {}));
  return !failing.has(job.title);
}

vi.mock("./useTransact", () => ({
  useTransact: () => ({ run, stage: null, failure: null }),
  newToast: () => "toast",
}));

beforeEach(() => {
  sent.length = 0;
  retries.length = 0;
  failing.clear();
});

const steps = (count: number): Step[] =>
  Array.from({ length: count }, () => async () => ({}) as Prepared);

const open = () => renderHook(() => useTransactAll()).result;

describe("useTransactAll", () => {
  it("sends one transaction under the series' own name", async () => {
    const all = open();
    await act(async () => {
      expect(await all.current.run({ title: "Claim", plan: async () => steps(1) })).toBe(true);
    });
    expect(sent).toEqual(["Claim"]);
    expect(all.current.left).toBeNull();
  });

  it("plans once, and sends one after the other", async () => {
    const plan = vi.fn(async () => steps(3));
    const all = open();
    await act(async () => {
      expect(await all.current.run({ title: "Claim", plan })).toBe(true);
    });
    expect(plan).toHaveBeenCalledTimes(1);
    expect(sent).toEqual(["Claim", "Claim: transaction 2 of 3", "Claim: transaction 3 of 3"]);
  });

  it("stops where one fails, and goes on from there", async () => {
    const plan = vi.fn(async () => steps(3));
    failing.add("Propose: transaction 2 of 3");
    const all = open();
    await act(async () => {
      expect(await all.current.run({ title: "Propose", plan })).toBe(false);
    });
    expect(all.current.left).toBe("Transaction 2 of 3");
    failing.clear();
    await act(async () => {
      expect(await all.current.resume()).toBe(true);
    });
    expect(plan).toHaveBeenCalledTimes(1);
    expect(sent.slice(1)).toEqual([
      "Propose: transaction 2 of 3",
      "Propose: transaction 2 of 3",
      "Propose: transaction 3 of 3",
    ]);
    expect(all.current.left).toBeNull();
  });

  it("is done once, whichever way it is tried again", async () => {
    const onDone = vi.fn();
    failing.add("Propose: transaction 2 of 2");
    const all = open();
    const plan = async () => steps(2);
    await act(async () => void (await all.current.run({ title: "Propose", plan, onDone })));
    expect(onDone).not.toHaveBeenCalled();
    failing.clear();
    await act(async () => retries.at(-1)?.());
    expect(onDone).toHaveBeenCalledTimes(1);
    expect(sent.slice(1)).toEqual(["Propose: transaction 2 of 2", "Propose: transaction 2 of 2"]);
    expect(all.current.left).toBeNull();
  });

  it("leaves nothing to go on with when the first fails", async () => {
    failing.add("Propose");
    const all = open();
    await act(async () => {
      expect(await all.current.run({ title: "Propose", plan: async () => steps(2) })).toBe(false);
    });
    expect(all.current.left).toBeNull();
    await act(async () => {
      expect(await all.current.run({ title: "Nothing", plan: async () => [] })).toBe(false);
    });
    expect(await all.current.resume()).toBe(false);
  });
});
