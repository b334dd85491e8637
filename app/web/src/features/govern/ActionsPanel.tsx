import type { Proposal } from "@/api/governance/model";
import type { GovernOperation } from "@/engine/operations";
import { usePlanGovern } from "@/engine/usePlan";
import { exactAmount } from "@/lib/format";
import { useTransactAll } from "@/transactions/useTransactAll";
import { Button } from "@/ui/Button";
import { Panel } from "@/ui/Panel";
import { useWallet, useWalletStore } from "@/wallet/store";
import { type Due, dueOf, stateAt } from "./measure";

const DUE: Record<Due, { label: string; why: string }> = {
  finalize: {
    label: "Count the votes",
    why: "Voting is over. Anybody may add up what was voted, which decides it.",
  },
  decide_early: {
    label: "Decide now",
    why: "Whoever has not voted cannot change the outcome any more, so it can be decided now.",
  },
  execute: {
    label: "Execute",
    why: "It has passed and its time-lock is over. Anybody may execute it, one instruction at a time.",
  },
  expire: {
    label: "Write down that it has expired",
    why: "The time to execute it in has passed. Its accounts can be closed then.",
  },
};

/** What can be done with a proposal now, apart from voting. */
export function ActionsPanel({ proposal, now }: { proposal: Proposal; now: number }) {
  const wallet = useWallet();
  const state = stateAt(proposal, now);
  const due = dueOf(proposal, now);
  const isAuthor = wallet?.address === proposal.author;
  const isDraft = state === "draft";
  const isDecided = !["draft", "voting", "counting"].includes(state);
  const hasDeposit = isDecided && proposal.deposit > 0n && (isAuthor || state === "vetoed");
  const { address } = proposal;
  if (!due && !hasDeposit && !(isAuthor && (isDraft || state === "voting"))) {
    return null;
  }
  return (
    <Panel title="What can be done" bodyClassName="flex flex-col gap-3 p-3 sm:p-4">
      {due && (
        <>
          <p className="text-muted text-xs">{DUE[due].why}</p>
          <Act
            label={due === "execute" ? executeLabel(proposal) : DUE[due].label}
            operation={{ kind: due, proposal: address }}
            tone="primary"
          />
        </>
      )}
      {isAuthor && isDraft && (
        <>
          <p className="text-muted text-xs">
            Your draft. Signing it off opens the voting; nothing of it can be changed then.
          </p>
          <Act
            label="Sign off"
            operation={{ kind: "sign_off", proposal: address }}
            tone="primary"
          />
        </>
      )}
      {isAuthor && (isDraft || state === "voting") && (
        <Act
          label="Cancel the proposal"
          operation={{ kind: "cancel_proposal", proposal: address }}
          tone="danger"
        />
      )}
      {hasDeposit && (
        <Act
          label={
            state === "vetoed"
              ? "Pay the deposit to the treasury"
              : `Take the deposit back: ${exactAmount(proposal.deposit, 9)} SOL`
          }
          operation={{ kind: "take_deposit", proposal: address }}
          tone="secondary"
        />
      )}
    </Panel>
  );
}

function executeLabel({ next, options }: Proposal): string {
  const of = next ? options[next.option] : undefined;
  return next && of ? `Execute instruction ${next.index + 1} of ${of.instructions}` : "Execute";
}

interface ActProps {
  label: string;
  operation: GovernOperation;
  tone: "primary" | "secondary" | "danger";
}

function Act({ label, operation, tone }: ActProps) {
  const wallet = useWallet();
  const openWallets = useWalletStore((state) => state.setDialogOpen);
  const plan = usePlanGovern();
  const { run, isBusy, progress } = useTransactAll();
  return (
    <Button
      tone={tone}
      busy={isBusy}
      onClick={() =>
        wallet
          ? void run({ title: label, plan: async () => (await plan(operation)).steps })
          : openWallets(true)
      }
    >
      {progress ?? label}
    </Button>
  );
}
