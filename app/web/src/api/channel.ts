/** What a channel has told so far, shared by all components that look at it. */

import { useCallback, useSyncExternalStore } from "react";
import { ApiError } from "./error";
import { type Channel, gatewayStream } from "./stream";

export interface ChannelState<T> {
  data: T | undefined;
  error: Error | null;
}

interface ChannelStore<T> {
  state: ChannelState<T>;
  listeners: Set<() => void>;
  /** Takes in what was asked for by other means. */
  replace: (data: unknown) => void;
  stop: () => void;
}

/** How messages become what is shown. */
export interface Reducer<T> {
  snapshot: (data: unknown, before: T | undefined) => T;
  diff: (before: T, data: unknown) => T;
}

const stores = new Map<string, ChannelStore<unknown>>();

function open<T>(key: string, channel: Channel, reducer: Reducer<T>): ChannelStore<T> {
  const store: ChannelStore<T> = {
    state: { data: undefined, error: null },
    listeners: new Set(),
    replace: (data) => show({ data: reducer.snapshot(data, store.state.data), error: null }),
    stop: () => {},
  };
  // What arrives within one frame is shown at once: a busy market would draw far more often.
  let frame = 0;
  function show(state: ChannelState<T>) {
    store.state = state;
    frame ||= requestAnimationFrame(() => {
      frame = 0;
      for (const listener of store.listeners) {
        listener();
      }
    });
  }
  const unsubscribe = gatewayStream().subscribe(channel, {
    onSnapshot: (data) => store.replace(data),
    onDiff: (data) => {
      if (store.state.data !== undefined) {
        show({ data: reducer.diff(store.state.data, data), error: null });
      }
    },
    onError: ({ code, message, hint }) =>
      show({ ...store.state, error: new ApiError(code, message, hint) }),
  });
  store.stop = () => {
    unsubscribe();
    cancelAnimationFrame(frame);
    stores.delete(key);
  };
  stores.set(key, store as ChannelStore<unknown>);
  return store;
}

/** How often something is asked for again that the channel has overtaken. */
const TRIES = 3;

/**
 * Brings a channel that somebody follows up to date by asking, for what the gateway itself learns
 * late. What the channel tells meanwhile is newer, and is not undone: then it is asked once more.
 */
export async function refreshChannel(channel: Channel, ask: () => Promise<unknown>): Promise<void> {
  const key = JSON.stringify(channel);
  for (let tries = 0; tries < TRIES; tries += 1) {
    const store = stores.get(key);
    const before = store?.state;
    if (!store) {
      return;
    }
    const answer = await ask();
    if (store.state === before) {
      store.replace(answer);
      return;
    }
  }
}

const NOTHING: ChannelState<never> = { data: undefined, error: null };

/** Follows a channel while the component is shown; null follows nothing. */
export function useChannel<T>(channel: Channel | null, reducer: Reducer<T>): ChannelState<T> {
  const key = channel ? JSON.stringify(channel) : "";
  const subscribe = useCallback(
    (changed: () => void) => {
      if (key === "") {
        return () => {};
      }
      const existing = stores.get(key) as ChannelStore<T> | undefined;
      const store = existing ?? open(key, JSON.parse(key) as Channel, reducer);
      store.listeners.add(changed);
      return () => {
        store.listeners.delete(changed);
        // A component that moves within the page comes back in the same moment.
        setTimeout(
          () => store.listeners.size === 0 && stores.get(key) === store && store.stop(),
          200,
        );
      };
    },
    [key, reducer],
  );
  return useSyncExternalStore(
    subscribe,
    () => (stores.get(key)?.state as ChannelState<T> | undefined) ?? NOTHING,
  );
}
