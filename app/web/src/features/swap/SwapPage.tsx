import { lazy, Suspense } from "react";
import { useTitle } from "@/app/PageStates";
import { Skeleton } from "@/ui/State";
import { useSwapForm } from "./form";
import { RoutePanel } from "./RoutePanel";
import { SwapCard } from "./SwapCard";

const PairChart = lazy(() =>
  import("./PairChart").then((module) => ({ default: module.PairChart })),
);

export function SwapPage() {
  useTitle("Swap");
  const form = useSwapForm();
  return (
    <div className="mx-auto grid w-full max-w-6xl flex-1 content-start gap-4 p-3 sm:p-5 lg:grid-cols-[minmax(0,1fr)_27rem]">
      <h1 className="sr-only">Swap tokens</h1>
      <div className="mx-auto w-full max-w-[27rem] lg:order-2">
        <SwapCard form={form} />
      </div>
      <div className="mx-auto flex w-full min-w-0 max-w-[27rem] flex-col gap-4 lg:order-1 lg:max-w-none">
        <div className="hidden lg:block">
          <Suspense fallback={<Skeleton className="h-[26rem] w-full rounded-card" />}>
            <PairChart input={form.input} output={form.output} />
          </Suspense>
        </div>
        <RoutePanel form={form} />
      </div>
    </div>
  );
}
