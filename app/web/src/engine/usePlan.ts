import { useCallback } from "react";
import type { Step } from "@/transactions/useTransactAll";
import type { GovernOperation, StakeOperation } from "./operations";
import type { PlannedGovern } from "./plan";
import { usePrepareContext } from "./usePrepare";

/** Plans what takes one transaction or several, for the connected wallet. */
function usePlanner<Operation, Planned>(
  load: () => Promise<PlanOf<Operation, Planned>>,
): (operation: Operation) => Promise<Planned> {
  const context = usePrepareContext();
  return useCallback(
    async (operation) => {
      if (!context) {
        throw new Error("Connect a wallet first");
      }
      return (await load())(operation, context);
    },
    [context, load],
  );
}

type Context = NonNullable<ReturnType<typeof usePrepareContext>>;
type PlanOf<Operation, Planned> = (operation: Operation, context: Context) => Promise<Planned>;

const loadStake = async () => (await import("./plan")).planStake;
const loadGovern = async () => (await import("./plan")).planGovern;

export function usePlan(): (operation: StakeOperation) => Promise<readonly Step[]> {
  return usePlanner(loadStake);
}

export function usePlanGovern(): (operation: GovernOperation) => Promise<PlannedGovern> {
  return usePlanner(loadGovern);
}
