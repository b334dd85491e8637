/** What the app does with proposals, as instructions, built by the engine. */

import type { DecodedInstruction } from "@/api/governance/model";
import type { Address } from "@/api/model";
import type { Governance, Instruction, TokenName } from "@/wasm/sealane_wasm";
import type { CallRequest, GovernOperation } from "./operations";
import { pack } from "./pack";

export interface BuiltGovern {
  /** The instructions of each transaction that it takes. */
  transactions: Instruction[][];
  /** The new proposal, if one is made. */
  proposal: Address | null;
}

type SizeOf = (instructions: Instruction[]) => number;

export function planGovern(
  governance: Governance,
  operation: GovernOperation,
  owner: Address,
  sizeOf: SizeOf,
): BuiltGovern {
  switch (operation.kind) {
    case "vote": {
      const { proposal, ballot } = operation;
      const groups = operation.positions.map((position) =>
        together(governance.vote({ proposal, position, voter: owner, ballot })),
      );
      return { transactions: pack(groups, sizeOf), proposal: null };
    }
    case "withdraw_vote": {
      const { proposal } = operation;
      const groups = operation.positions.map((position) =>
        together(governance.withdrawVote({ proposal, position, voter: owner })),
      );
      return { transactions: pack(groups, sizeOf), proposal: null };
    }
    case "propose": {
      const { realm, title, description, mostChoices } = operation;
      const plan = governance.propose({
        realm,
        author: owner,
        title,
        description,
        options: [...operation.options],
        mostChoices,
        instructions: operation.calls.map(({ option, ...instruction }) => ({
          option,
          instruction,
        })),
      });
      return { ...built(plan), proposal: plan.proposal as Address };
    }
    default:
      return built(bringOn(governance, operation, owner));
  }
}

interface Plan {
  transactions: { instructions: Instruction[] }[];
}

function built({ transactions }: Plan): BuiltGovern {
  return { transactions: transactions.map(({ instructions }) => instructions), proposal: null };
}

function together({ transactions }: Plan): Instruction[] {
  return transactions.flatMap(({ instructions }) => instructions);
}

type BringOn = Exclude<GovernOperation, { kind: "vote" | "withdraw_vote" | "propose" }>;

/** What takes a proposal a step further. */
function bringOn(governance: Governance, { kind, proposal }: BringOn, owner: Address): Plan {
  switch (kind) {
    case "sign_off":
      return governance.signOff({ proposal, author: owner });
    case "cancel_proposal":
      return governance.cancel({ proposal, author: owner });
    case "finalize":
      return governance.finalize({ proposal, payer: owner });
    case "decide_early":
      return governance.decideEarly({ proposal, payer: owner });
    case "execute":
      return governance.execute({ proposal });
    case "expire":
      return governance.expire({ proposal });
    case "take_deposit":
      return governance.takeDeposit({ proposal });
  }
}

/** What a proposal has to execute for something to be done. */
export function proposedCalls(governance: Governance, request: CallRequest): Instruction[] {
  switch (request.kind) {
    case "fees":
      return governance.proposeFees({ pool: request.pool, fees: request.fees });
    case "pause":
      return governance.proposePause({ venue: request.venue, actions: [...request.actions] });
    case "transfer": {
      const { realm, amount, to } = request;
      const mint = request.mint ?? undefined;
      return governance.proposeTransfer({ realm, mint, amount, to });
    }
  }
}

/** An instruction with what is known of its meaning; amounts by the names of their tokens. */
export function decodeInstruction(
  governance: Governance,
  instruction: Instruction,
  names: readonly TokenName[],
): DecodedInstruction {
  const decoded = governance.decode(instruction, [...names]);
  return {
    program: decoded.program as Address,
    programName: decoded.programName ?? null,
    name: decoded.name ?? null,
    arguments: decoded.arguments,
    accounts: decoded.accounts.map(({ name, address, isSigner, isWritable }) => ({
      name: name ?? null,
      address: address as Address,
      isSigner,
      isWritable,
    })),
    data: instruction.data,
  };
}
