import { useCallback, useState } from "react";
import type { Prepared } from "./run";
import { type Job, newToast, useTransact } from "./useTransact";

/** One of a series' transactions, to be built once the one before it is confirmed. */
export type Step = () => Promise<Prepared>;

export interface Series extends Pick<Job, "title" | "isInDialog"> {
  /** Says what transactions it takes. */
  plan: () => Promise<readonly Step[]>;
  /** Called once all are confirmed, whoever tried them again. */
  onDone?: () => void;
}

/** A series that has stopped on its way. */
interface Stopped {
  series: Series;
  toast: string;
  steps: readonly Step[];
  /** The first that was not confirmed. */
  at: number;
}

export interface TransactAll {
  isBusy: boolean;
  /** Which of the transactions is under way, where there is more than one. */
  progress: string | null;
  failure: unknown;
  /** Sends them one after the other; true once all are confirmed. */
  run: (series: Series) => Promise<boolean>;
  /** What is left of a series of which some transactions are confirmed, and one was not. */
  left: string | null;
  /** Goes on with it. */
  resume: () => Promise<boolean>;
}

const nameOf = (at: number, count: number) => `Transaction ${at + 1} of ${count}`;

/** Runs what takes one transaction or several, each confirmed before the next is signed. */
export function useTransactAll(): TransactAll {
  const { run: runOne, stage, failure } = useTransact();
  const [progress, setProgress] = useState<string | null>(null);
  const [isRunning, setRunning] = useState(false);
  const [stopped, setStopped] = useState<Stopped | null>(null);

  const runFrom = useCallback(
    async (series: Series, toast: string, stopped: Stopped | null): Promise<boolean> => {
      const { title, isInDialog = false } = series;
      let steps = stopped?.steps ?? null;
      const from = stopped?.at ?? 0;
      setRunning(true);
      setStopped(null);
      try {
        for (let at = from; at === from || at < (steps?.length ?? 0); at += 1) {
          const prepare = async (): Promise<Prepared> => {
            steps ??= await series.plan();
            const step = steps[at];
            if (!step) {
              throw new Error("There is nothing to do");
            }
            setProgress(steps.length > 1 ? nameOf(at, steps.length) : null);
            return step();
          };
          const isFirst = at === 0 || steps === null;
          const name = isFirst
            ? title
            : `${title}: ${nameOf(at, steps?.length ?? 0).toLowerCase()}`;
          const retry = () =>
            void runFrom(series, toast, steps && at > 0 ? { series, toast, steps, at } : null);
          if (!(await runOne({ title: name, prepare, isInDialog, toast, retry }))) {
            setStopped(steps && at > 0 ? { series, toast, steps, at } : null);
            return false;
          }
        }
        series.onDone?.();
        return true;
      } finally {
        setProgress(null);
        setRunning(false);
      }
    },
    [runOne],
  );

  return {
    isBusy: isRunning || stage !== null,
    progress,
    failure,
    run: useCallback((series) => runFrom(series, newToast(), null), [runFrom]),
    left: stopped && nameOf(stopped.at, stopped.steps.length),
    resume: async () => stopped !== null && (await runFrom(stopped.series, stopped.toast, stopped)),
  };
}
