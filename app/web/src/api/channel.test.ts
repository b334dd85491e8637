import { renderHook, waitFor } from "@testing-library/react";
import { beforeEach, expect, it, vi } from "vitest";
import { refreshChannel, useChannel } from "./channel";
import type { Handlers } from "./stream";

let handlers: Handlers | null = null;

vi.mock("./stream", () => ({
  gatewayStream: () => ({
    subscribe: (_: unknown, given: Handlers) => {
      handlers = given;
      return () => {};
    },
  }),
}));

const CHANNEL = { channel: "account", owner: "o" } as const;
const REDUCER = {
  snapshot: (data: unknown) => data as string,
  diff: (before: string, data: unknown) => before + data,
};

let shown: { current: { data: string | undefined } };

beforeEach(() => {
  shown = renderHook(() => useChannel(CHANNEL, REDUCER)).result;
});

it("what is asked for is shown, and the channel goes on from there", async () => {
  handlers?.onSnapshot("a");
  await refreshChannel(CHANNEL, async () => "b");
  handlers?.onDiff("c");
  await waitFor(() => expect(shown.current.data).toBe("bc"));
});

it("what the channel tells meanwhile is not undone", async () => {
  handlers?.onSnapshot("a");
  const answers = ["old", "new"];
  await refreshChannel(CHANNEL, async () => {
    if (answers.length === 2) {
      handlers?.onDiff("+");
    }
    return answers.shift();
  });
  await waitFor(() => expect(shown.current.data).toBe("new"));
});

it("nobody is asked for what nobody looks at", async () => {
  const ask = vi.fn();
  await refreshChannel({ channel: "account", owner: "somebody else" }, ask);
  expect(ask).not.toHaveBeenCalled();
});
