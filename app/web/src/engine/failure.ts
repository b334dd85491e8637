import type { FailureReader } from "@/chain/errors";

let reader: FailureReader | null = null;

/** Set by the engine once it is loaded. */
export function setFailureReader(next: FailureReader): void {
  reader = next;
}

export function failureReader(): FailureReader | null {
  return reader;
}
