/** Several plans in as few transactions as they fit into. */

import type { Instruction } from "@/wasm/sealane_wasm";

/** The most bytes of a transaction, less what the compute budget's instructions take. */
const MOST_BYTES = 1232 - 80;

/** Puts instructions that belong together into one transaction with others, while there is room. */
export function pack(
  groups: readonly Instruction[][],
  sizeOf: (instructions: Instruction[]) => number,
): Instruction[][] {
  const packed: Instruction[][] = [];
  for (const group of groups) {
    const last = packed.at(-1);
    const together = [...(last ?? []), ...group];
    if (last && sizeOf(together) <= MOST_BYTES) {
      packed[packed.length - 1] = together;
    } else {
      packed.push(group);
    }
  }
  return packed;
}
