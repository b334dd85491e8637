import { useQueryClient } from "@tanstack/react-query";
import { useCallback, useState } from "react";
import { toast } from "sonner";
import type { Config } from "@/api/model";
import { useConfig } from "@/api/queries";
import { describeError } from "@/ui/State";
import { useWallet, useWalletStore } from "@/wallet/store";
import { ExplorerLink } from "./ExplorerLink";
import { type Outcome, type Prepared, type Stage, signSendConfirm } from "./run";

export interface Job {
  /** What is being done, such as `Swap 1 tSOL for tUSDC`. */
  title: string;
  /** Builds the transaction; again for each try. */
  prepare: () => Promise<Prepared>;
  onConfirmed?: (outcome: Outcome) => void;
  /** Whether a dialog is open that shows a failure itself: what lies outside of it cannot be clicked. */
  isInDialog?: boolean;
  /** Of what this is a part of: its parts are told in one place, one after the other. */
  toast?: string;
  /** How it is tried again, where that is more than doing the same again. */
  retry?: () => void;
}

const STAGES: Record<Stage, string> = {
  building: "Preparing the transaction",
  signing: "Confirm in your wallet",
  sending: "Sending",
  confirming: "Waiting for confirmation",
};

export interface Transact {
  /** What is under way, if anything. */
  stage: Stage | null;
  /** Why the last try failed. */
  failure: unknown;
  /** Does a job; true once it is confirmed. Failures are told, with a way to try again. */
  run: (job: Job) => Promise<boolean>;
}

let lastToast = 0;

/** A name for a toast. */
export function newToast(): string {
  lastToast += 1;
  return `transaction-${lastToast}`;
}

/** Runs transactions of the connected wallet and tells how they are going. */
export function useTransact(): Transact {
  const wallet = useWallet();
  const openWallets = useWalletStore((state) => state.setDialogOpen);
  const config = useConfig().data;
  const queries = useQueryClient();
  const [stage, setStage] = useState<Stage | null>(null);
  const [failure, setFailure] = useState<unknown>(null);

  const run = useCallback(
    async (job: Job): Promise<boolean> => {
      if (!wallet || !config) {
        openWallets(true);
        return false;
      }
      const id = job.toast ?? newToast();
      const show = (next: Stage, signature?: string) => {
        setStage(next);
        toast.loading(job.title, {
          id,
          description: <StageLine config={config} stage={next} signature={signature} />,
        });
      };
      setFailure(null);
      try {
        show("building");
        const prepared = await job.prepare();
        const outcome = await signSendConfirm(prepared, { wallet, config, queries }, show);
        toast.success(job.title, {
          id,
          description: (
            <StageLine config={config} stage="confirmed" signature={outcome.signature} />
          ),
          duration: 8_000,
        });
        job.onConfirmed?.(outcome);
        return true;
      } catch (error) {
        setFailure(error);
        if (job.isInDialog) {
          toast.dismiss(id);
          return false;
        }
        const { message, hint } = describeError(error);
        const signature = error instanceof Error && "signature" in error ? error.signature : null;
        toast.error(job.title, {
          id,
          duration: 20_000,
          description: (
            <span>
              {message}. {hint ? `${hint}. ` : ""}
              {typeof signature === "string" && (
                <ExplorerLink config={config} signature={signature} />
              )}
            </span>
          ),
          action: { label: "Try again", onClick: job.retry ?? (() => void run(job)) },
        });
        return false;
      } finally {
        setStage(null);
      }
    },
    [wallet, config, queries, openWallets],
  );

  return { stage, failure, run };
}

function StageLine({
  config,
  stage,
  signature,
}: {
  config: Config;
  stage: Stage | "confirmed";
  signature?: string | undefined;
}) {
  return (
    <span className="flex items-center gap-2">
      {stage === "confirmed" ? "Confirmed" : STAGES[stage]}
      {signature && <ExplorerLink config={config} signature={signature} />}
    </span>
  );
}
