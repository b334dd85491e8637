import { type ReactNode, useState } from "react";
import { useCandles } from "@/api/live";
import type { Address, CandleInterval } from "@/api/model";
import { Segmented } from "@/ui/Segmented";
import { EmptyState, ErrorState, Skeleton } from "@/ui/State";
import { CandleChart } from "./CandleChart";

const INTERVALS: readonly { value: CandleInterval; label: string }[] = [
  { value: "1s", label: "1s" },
  { value: "1m", label: "1m" },
  { value: "5m", label: "5m" },
  { value: "15m", label: "15m" },
  { value: "1h", label: "1h" },
  { value: "4h", label: "4h" },
  { value: "1d", label: "1d" },
];

interface CandlePanelProps {
  venue: Address;
  name: string;
  baseDecimals: number;
  minMove: number;
  /** Shown at the right of the intervals. */
  actions?: ReactNode;
  className?: string;
}

/** A venue's candles, with the choice of the interval. */
export function CandlePanel({
  venue,
  name,
  baseDecimals,
  minMove,
  actions,
  className,
}: CandlePanelProps) {
  const [interval, setInterval] = useState<CandleInterval>("1m");
  const { data, error } = useCandles(venue, interval, baseDecimals);
  return (
    <div className={`flex min-h-0 flex-col ${className ?? ""}`}>
      <div className="flex items-center justify-between gap-2 px-2 py-1.5">
        <Segmented
          label="Interval"
          size="xs"
          value={interval}
          onChange={setInterval}
          options={INTERVALS}
          className="scroll-thin min-w-0 overflow-x-auto"
        />
        {actions}
      </div>
      <div className="relative min-h-0 flex-1">
        {data ? (
          data.length > 0 ? (
            <CandleChart
              label={`${name}, candles of ${interval}`}
              candles={data}
              minMove={minMove}
              subject={`${venue}/${interval}`}
              showSeconds={interval === "1s"}
            />
          ) : (
            <EmptyState title="No trades yet" className="h-full">
              The chart begins with the first trade.
            </EmptyState>
          )
        ) : error ? (
          <ErrorState error={error} className="h-full" />
        ) : (
          <Skeleton className="absolute inset-2" />
        )}
      </div>
    </div>
  );
}
