/** Calls over a message channel: one method of an object at the other end for each. */

import { EngineError } from "./explain";

/** An object whose methods answer later. */
export type Remote<T> = {
  [Name in keyof T]: T[Name] extends (...given: infer Given) => infer Answer
    ? (...given: Given) => Promise<Awaited<Answer>>
    : never;
};

interface Question {
  id: number;
  method: string;
  given: unknown[];
}

interface Reply {
  id: number;
  answer?: unknown;
  /** Errors lose all but their message on the way: what matters of them is told apart. */
  failure?: { code: string | null; message: string; hint: string | null };
}

/** A worker, as the page sees it, or the page, as its worker does. */
export interface Port {
  postMessage(message: unknown): void;
  addEventListener(type: "message", listener: (event: MessageEvent) => void): void;
  addEventListener(type: "error", listener: (event: Event) => void): void;
}

type Methods = Record<string, (...given: unknown[]) => unknown>;

/** Answers what is asked of an object. */
export function serve(methods: object, port: Port): void {
  port.addEventListener("message", async ({ data }: MessageEvent<Question>) => {
    const { id, method, given } = data;
    try {
      const answer = await (methods as Methods)[method]?.(...given);
      port.postMessage({ id, answer } satisfies Reply);
    } catch (thrown) {
      const error = thrown instanceof Error ? thrown : new Error(String(thrown));
      const { code, hint } = error instanceof EngineError ? error : { code: null, hint: null };
      port.postMessage({ id, failure: { code, message: error.message, hint } } satisfies Reply);
    }
  });
}

interface Waiting {
  resolve: (answer: unknown) => void;
  reject: (error: Error) => void;
}

/** What is served at the other end. */
export function remote<T extends object>(port: Port): Remote<T> {
  const waiting = new Map<number, Waiting>();
  let next = 1;
  port.addEventListener("message", ({ data }: MessageEvent<Reply>) => {
    const { id, answer, failure } = data;
    const call = waiting.get(id);
    waiting.delete(id);
    if (failure) {
      const { code, message, hint } = failure;
      call?.reject(code === null ? new Error(message) : new EngineError(code, message, hint));
    } else {
      call?.resolve(answer);
    }
  });
  port.addEventListener("error", () => {
    for (const call of waiting.values()) {
      call.reject(new Error("The engine does not answer"));
    }
    waiting.clear();
  });
  const call =
    (method: string) =>
    (...given: unknown[]) =>
      new Promise((resolve, reject) => {
        const id = next++;
        waiting.set(id, { resolve, reject });
        port.postMessage({ id, method, given } satisfies Question);
      });
  return new Proxy({}, { get: (_, method) => call(String(method)) }) as Remote<T>;
}
