import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { type Channel, GatewayStream } from "./stream";

/** The gateway's end of each connection, as the test plays it. */
class Wire {
  static all: Wire[] = [];
  static readonly OPEN = 1;
  readyState = 0;
  onopen: (() => void) | null = null;
  onmessage: ((event: { data: string }) => void) | null = null;
  onclose: (() => void) | null = null;
  /** What the page sent and the test has not looked at. */
  sent: Record<string, unknown>[] = [];

  constructor() {
    Wire.all.push(this);
  }

  send(text: string): void {
    this.sent.push(JSON.parse(text) as Record<string, unknown>);
  }

  close(): void {
    this.readyState = 3;
    this.onclose?.();
  }

  open(): void {
    this.readyState = Wire.OPEN;
    this.onopen?.();
  }

  tell(message: object): void {
    this.onmessage?.({ data: JSON.stringify(message) });
  }

  taken(): Record<string, unknown>[] {
    return this.sent.splice(0);
  }
}

const BOOK: Channel = { channel: "book", market: "m" };
/** Longer than the first waits, however they are spread out. */
const A_SECOND = 1_000;

let stream: GatewayStream;

const wire = () => Wire.all.at(-1) as Wire;

/** Follows a channel; what it tells is noted, and a snapshot with `=` in front. */
function follow(channel = BOOK) {
  const told: string[] = [];
  const stop = stream.subscribe(channel, {
    onSnapshot: (data) => told.push(`=${data}`),
    onDiff: (data) => told.push(String(data)),
    onError: ({ code }) => told.push(`!${code}`),
  });
  return { told, stop };
}

/** Answers the subscription that was asked for, as the gateway does. */
function accept(streamName: string, subscription = 7): Record<string, unknown> {
  const [request] = wire().taken();
  const { id } = request as { id: number };
  wire().tell({ op: "subscribed", id, subscription, stream: streamName });
  return request as Record<string, unknown>;
}

const snapshot = (seq: number, data: string, subscription = 7) =>
  wire().tell({ op: "snapshot", subscription, seq, data });
const diff = (seq: number, data: string, subscription = 7) =>
  wire().tell({ op: "diff", subscription, seq, data });

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal("WebSocket", Wire);
  Wire.all = [];
  stream = new GatewayStream("ws://gateway");
});

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

describe("a subscription", () => {
  it("is asked for once the connection is there, and tells everything once and in order", () => {
    const { told } = follow();
    expect(wire().taken()).toEqual([]);
    wire().open();
    expect(accept("s")).toEqual({ op: "subscribe", id: 1, ...BOOK });
    snapshot(4, "a");
    diff(5, "b");
    diff(5, "again");
    diff(3, "old");
    diff(6, "c");
    expect(told).toEqual(["=a", "b", "c"]);
  });

  it("begins anew after a gap", () => {
    const { told } = follow();
    wire().open();
    accept("s");
    snapshot(1, "a");
    diff(3, "lost one");
    const [first, second] = wire().taken();
    expect(first).toEqual({ op: "unsubscribe", subscription: 7 });
    expect(second).toEqual({ op: "subscribe", id: 2, ...BOOK });
    diff(4, "of what was given up");
    wire().tell({ op: "subscribed", id: 2, subscription: 8, stream: "s" });
    diff(5, "before its snapshot", 8);
    snapshot(6, "b", 8);
    diff(7, "c", 8);
    expect(told).toEqual(["=a", "=b", "c"]);
  });

  it("is given up even while its answer is on the way", () => {
    const { told, stop } = follow();
    wire().open();
    stop();
    accept("s");
    expect(wire().taken()).toEqual([{ op: "unsubscribe", subscription: 7 }]);
    snapshot(1, "a");
    expect(told).toEqual([]);
  });

  it("learns of its own refusal, and of no other", () => {
    const one = follow();
    const other = follow({ channel: "book", market: "n" });
    wire().open();
    const [, second] = wire().taken();
    wire().tell({ op: "error", id: second?.id, code: "unknown_market" });
    expect([one.told, other.told]).toEqual([[], ["!unknown_market"]]);
  });
});

describe("after a break", () => {
  it("every subscription goes on where it was", () => {
    const { told } = follow();
    const late = follow({ channel: "trades", venue: "v" });
    wire().open();
    const requests = wire().taken();
    for (const [at, request] of requests.entries()) {
      wire().tell({ op: "subscribed", id: request.id, subscription: at, stream: `s${at}` });
    }
    snapshot(10, "a", 0);
    diff(11, "b", 0);
    // The other's snapshot is lost with the connection.
    wire().close();
    expect(stream.state).toBe("lost");
    vi.advanceTimersByTime(A_SECOND);
    expect(Wire.all).toHaveLength(2);
    wire().open();
    expect(stream.state).toBe("open");
    const [resumed, anew] = wire().taken();
    expect(resumed).toMatchObject({ ...BOOK, resume: { stream: "s0", seq: 11 } });
    expect(anew).not.toHaveProperty("resume");
    wire().tell({ op: "subscribed", id: resumed?.id, subscription: 0, stream: "s0" });
    diff(12, "missed", 0);
    expect(told).toEqual(["=a", "b", "missed"]);
    expect(late.told).toEqual([]);
  });

  it("a gateway that has begun anew tells everything again", () => {
    const { told } = follow();
    wire().open();
    accept("before");
    snapshot(10, "a");
    wire().close();
    vi.advanceTimersByTime(A_SECOND);
    wire().open();
    expect(accept("after")).toHaveProperty("resume");
    diff(11, "of another stream");
    snapshot(2, "b");
    diff(3, "c");
    expect(told).toEqual(["=a", "=b", "c"]);
  });

  it("it tries again, less and less often", () => {
    follow();
    const tries = () => Wire.all.length;
    for (let attempt = 0; attempt < 10; attempt += 1) {
      wire().close();
      vi.advanceTimersByTime(15_000);
    }
    expect(tries()).toBe(11);
    wire().close();
    vi.advanceTimersByTime(7_000);
    expect(tries()).toBe(11);
    vi.advanceTimersByTime(6_000);
    expect(tries()).toBe(12);
  });

  it("silence counts as one", () => {
    follow();
    wire().open();
    for (let beat = 0; beat < 5; beat += 1) {
      vi.advanceTimersByTime(30_000);
      wire().tell({ op: "heartbeat" });
    }
    expect(stream.state).toBe("open");
    vi.advanceTimersByTime(45_000);
    expect(stream.state).toBe("lost");
  });
});
