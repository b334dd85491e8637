/** What the app does in farms, as instructions, built by the engine. */

import type { Address } from "@/api/model";
import type { Instruction, Staking } from "@/wasm/sealane_wasm";
import type { StakeOperation } from "./operations";

/** The instructions of each transaction that it takes. */
export function planStake(
  staking: Staking,
  operation: StakeOperation,
  owner: Address,
): Instruction[][] {
  const { transactions } = planOf(staking, operation, owner);
  return transactions.map(({ instructions }) => instructions);
}

interface Plan {
  transactions: { instructions: Instruction[] }[];
}

function planOf(staking: Staking, operation: StakeOperation, owner: Address): Plan {
  switch (operation.kind) {
    case "stake": {
      const { farm, index, amount } = operation;
      const lockUntil = operation.lockUntil ?? undefined;
      return staking.stake({ farm, owner, index, amount, lockUntil });
    }
    case "open_position":
      return staking.openPosition({ farm: operation.farm, owner, index: operation.index });
    case "lock":
      return staking.lock({ position: operation.position, until: operation.until });
    case "unstake": {
      const amount = operation.amount ?? undefined;
      return staking.unstake({ position: operation.position, amount });
    }
    case "withdraw_stake":
      return staking.withdrawStake({ position: operation.position });
    case "claim":
      return staking.claim({ position: operation.position });
    case "restake":
      return staking.restake({ position: operation.position, reward: operation.reward });
    case "delegate": {
      const delegate = operation.delegate ?? undefined;
      return staking.setDelegate({ position: operation.position, delegate });
    }
    case "close_position":
      return staking.closePosition({ position: operation.position });
  }
}
