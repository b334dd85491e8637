import { useSyncExternalStore } from "react";
import { type Connection, gatewayStream } from "./stream";

/** How the page's connection is. */
export function useConnection(): Connection {
  const stream = gatewayStream();
  return useSyncExternalStore(
    (changed) => {
      stream.start();
      return stream.onState(changed);
    },
    () => stream.state,
  );
}
