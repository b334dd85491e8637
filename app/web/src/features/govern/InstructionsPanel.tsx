import type { Proposal, ProposalState, ProposedInstruction, Realm } from "@/api/governance/model";
import { Panel } from "@/ui/Panel";
import { EmptyState } from "@/ui/State";
import { useWallet } from "@/wallet/store";
import type { Instruction } from "@/wasm/sealane_wasm";
import { DryRunView } from "./DryRunView";
import { InstructionCard } from "./InstructionCard";

/** An instruction as a transaction takes it. */
export function callOf(instruction: ProposedInstruction): Instruction {
  return {
    programId: instruction.program,
    accounts: instruction.accounts.map(({ address, isSigner, isWritable }) => ({
      address,
      isSigner,
      isWritable,
    })),
    data: instruction.data,
  };
}

/** What a proposal does when it is executed, option by option. */
export function InstructionsPanel({
  proposal,
  realm,
  state,
}: {
  proposal: Proposal;
  realm: Realm;
  state: ProposalState;
}) {
  const wallet = useWallet();
  const { options, instructions } = proposal;
  const isOver = ["completed", "defeated", "vetoed", "cancelled", "expired"].includes(state);
  return (
    <Panel title="What it does" bodyClassName="flex flex-col gap-4 p-3 sm:p-4">
      {instructions.length === 0 ? (
        <EmptyState title="Nothing by itself">
          It is an opinion: no instruction is executed when it passes.
        </EmptyState>
      ) : (
        options.map(({ name }, option) => {
          const own = instructions.filter((instruction) => instruction.option === option);
          const left = own.filter(({ isExecuted }) => !isExecuted);
          return own.length === 0 ? null : (
            <div
              // biome-ignore lint/suspicious/noArrayIndexKey: options are told apart by their place
              key={option}
              className="flex flex-col gap-2"
            >
              {options.length > 1 && (
                <p className="text-muted text-xs">
                  If “{name}” wins{proposal.winners.includes(option) ? ", which it did" : ""}:
                </p>
              )}
              {own.map((instruction) => (
                <InstructionCard
                  key={instruction.address}
                  place={instruction.index + 1}
                  instruction={instruction}
                  aside={instruction.isExecuted && <span className="text-up">Executed</span>}
                />
              ))}
              {!isOver && left.length > 0 && (
                <DryRunView realm={realm} payer={wallet?.address} instructions={left.map(callOf)} />
              )}
            </div>
          );
        })
      )}
    </Panel>
  );
}
