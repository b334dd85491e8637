/**
 * The gateway's WebSocket: one connection for the page, any number of subscriptions on it. After a
 * break it connects again, waits longer each time, and resumes every subscription where it was.
 */

const PATH = "/api/v1/ws";

export type Connection = "connecting" | "open" | "lost";

export interface Channel {
  channel:
    | "book"
    | "trades"
    | "candles"
    | "quotes"
    | "account"
    | "accounts"
    | "farms"
    | "positions"
    | "proposals";
  [parameter: string]: unknown;
}

export interface Handlers {
  /** The whole state; also after a gap that could not be filled. */
  onSnapshot: (data: unknown) => void;
  onDiff: (data: unknown) => void;
  onError?: (error: { code: string; message: string; hint: string | null }) => void;
}

interface Subscription {
  channel: Channel;
  handlers: Handlers;
  /** The request whose answer is awaited. */
  request: number | null;
  /** The gateway's number for it. */
  number: number | null;
  stream: string | null;
  /** What was taken in last of the stream; null before its snapshot: then nothing can be resumed. */
  seq: number | null;
}

interface ServerMessage {
  op: string;
  id?: number;
  subscription?: number;
  stream?: string;
  seq?: number;
  data?: unknown;
  code?: string;
  message?: string;
  hint?: string;
}

const FIRST_WAIT_MS = 300;
const LONGEST_WAIT_MS = 10_000;
/** The gateway says something at least this often; otherwise the connection is dead. */
const SILENCE_MS = 45_000;

export class GatewayStream {
  #socket: WebSocket | null = null;
  #state: Connection = "connecting";
  #wait = FIRST_WAIT_MS;
  #nextRequest = 1;
  #watchdog: ReturnType<typeof setTimeout> | undefined;
  readonly #subscriptions = new Set<Subscription>();
  readonly #listeners = new Set<() => void>();

  constructor(readonly url: string) {}

  get state(): Connection {
    return this.#state;
  }

  onState(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Connects if nothing did so before. */
  start(): void {
    if (!this.#socket) {
      this.#connect();
    }
  }

  subscribe(channel: Channel, handlers: Handlers): () => void {
    const subscription: Subscription = {
      channel,
      handlers,
      request: null,
      number: null,
      stream: null,
      seq: null,
    };
    this.#subscriptions.add(subscription);
    this.start();
    if (this.#state === "open") {
      this.#request(subscription);
    }
    return () => {
      this.#subscriptions.delete(subscription);
      if (subscription.number !== null && this.#state === "open") {
        this.#send({ op: "unsubscribe", subscription: subscription.number });
      }
    };
  }

  #setState(state: Connection): void {
    if (state !== this.#state) {
      this.#state = state;
      for (const listener of this.#listeners) {
        listener();
      }
    }
  }

  #connect(): void {
    const socket = new WebSocket(this.url);
    this.#socket = socket;
    socket.onopen = () => {
      this.#wait = FIRST_WAIT_MS;
      this.#setState("open");
      this.#watch();
      for (const subscription of this.#subscriptions) {
        this.#request(subscription);
      }
    };
    socket.onmessage = (event) => {
      this.#watch();
      this.#receive(JSON.parse(String(event.data)) as ServerMessage);
    };
    socket.onclose = () => {
      clearTimeout(this.#watchdog);
      this.#setState("lost");
      for (const subscription of this.#subscriptions) {
        subscription.request = null;
        subscription.number = null;
      }
      // Spread out, so that not all pages return in the same moment.
      setTimeout(() => this.#connect(), this.#wait * (0.75 + Math.random() / 2));
      this.#wait = Math.min(this.#wait * 2, LONGEST_WAIT_MS);
    };
  }

  #watch(): void {
    clearTimeout(this.#watchdog);
    this.#watchdog = setTimeout(() => this.#socket?.close(), SILENCE_MS);
  }

  #send(message: object): void {
    if (this.#socket?.readyState === WebSocket.OPEN) {
      this.#socket.send(JSON.stringify(message));
    }
  }

  #request(subscription: Subscription): void {
    subscription.request = this.#nextRequest++;
    const { request, channel, stream, seq } = subscription;
    const resume = stream === null || seq === null ? {} : { resume: { stream, seq } };
    this.#send({ op: "subscribe", id: request, ...channel, ...resume });
  }

  /** Starts a subscription over, from a snapshot. */
  #restart(subscription: Subscription): void {
    if (subscription.number !== null) {
      this.#send({ op: "unsubscribe", subscription: subscription.number });
    }
    subscription.number = null;
    subscription.seq = null;
    this.#request(subscription);
  }

  #receive(message: ServerMessage): void {
    if (message.op === "subscribed") {
      const subscription = this.#find((candidate) => candidate.request === message.id);
      if (subscription) {
        subscription.request = null;
        subscription.number = message.subscription ?? null;
        if (subscription.stream !== message.stream) {
          subscription.stream = message.stream ?? null;
          subscription.seq = null;
        }
      } else if (message.subscription !== undefined) {
        // Given up while the answer was on its way.
        this.#send({ op: "unsubscribe", subscription: message.subscription });
      }
      return;
    }
    if (message.op === "error") {
      const subscription = this.#find((candidate) => candidate.request === message.id);
      const { code = "refused", message: words = "The gateway refused", hint = null } = message;
      subscription?.handlers.onError?.({ code, message: words, hint });
      return;
    }
    const subscription = this.#find((candidate) => candidate.number === message.subscription);
    if (!subscription || message.subscription === undefined) {
      return;
    }
    const seq = message.seq ?? 0;
    if (message.op === "snapshot") {
      subscription.seq = seq;
      subscription.handlers.onSnapshot(message.data);
    } else if (message.op === "diff" && subscription.seq !== null) {
      const next = subscription.seq + 1;
      if (seq > next) {
        this.#restart(subscription);
      } else if (seq === next) {
        subscription.seq = seq;
        subscription.handlers.onDiff(message.data);
      }
    }
  }

  #find(matches: (subscription: Subscription) => boolean): Subscription | undefined {
    for (const subscription of this.#subscriptions) {
      if (matches(subscription)) {
        return subscription;
      }
    }
    return undefined;
  }
}

function streamUrl(): string {
  const url = new URL(PATH, location.href);
  url.protocol = url.protocol === "https:" ? "wss:" : "ws:";
  return url.href;
}

let shared: GatewayStream | null = null;

/** The connection of the page, or of a worker. */
export function gatewayStream(): GatewayStream {
  shared ??= new GatewayStream(streamUrl());
  return shared;
}
