import {
  type CandlestickData,
  CandlestickSeries,
  ColorType,
  createChart,
  type HistogramData,
  HistogramSeries,
  type IChartApi,
  type ISeriesApi,
  type UTCTimestamp,
} from "lightweight-charts";
import { useEffect, useRef } from "react";
import type { Candle } from "@/api/model";
import { useTheme } from "@/app/theme";
import { priceText } from "@/lib/format";
import { chartColors } from "./theme";

interface Series {
  chart: IChartApi;
  candles: ISeriesApi<"Candlestick">;
  volume: ISeriesApi<"Histogram">;
}

interface CandleChartProps {
  /** What is drawn, for screen readers. */
  label: string;
  /** Oldest first. */
  candles: readonly Candle[];
  /** The smallest difference of prices. */
  minMove: number;
  /** What this chart shows; when it changes the view starts over. */
  subject: string;
  /** Whether seconds are told apart on the axis. */
  showSeconds: boolean;
}

function decimalsOf(minMove: number): number {
  return Math.max(0, Math.min(12, Math.ceil(-Math.log10(minMove) - 1e-9)));
}

function create(element: HTMLElement, minMove: number): Series {
  const chart = createChart(element, {
    autoSize: true,
    layout: { attributionLogo: true, fontFamily: '"Inter Variable", sans-serif', fontSize: 11 },
    rightPriceScale: { borderVisible: false, scaleMargins: { top: 0.08, bottom: 0.22 } },
    timeScale: { borderVisible: false, timeVisible: true, rightOffset: 4 },
    crosshair: { mode: 0 },
  });
  const precision = decimalsOf(minMove);
  const candles = chart.addSeries(CandlestickSeries, {
    borderVisible: false,
    priceFormat: { type: "price", precision, minMove },
  });
  const volume = chart.addSeries(HistogramSeries, {
    priceScaleId: "",
    priceFormat: { type: "volume" },
    lastValueVisible: false,
    priceLineVisible: false,
  });
  volume.priceScale().applyOptions({ scaleMargins: { top: 0.84, bottom: 0 } });
  return { chart, candles, volume };
}

function paint({ chart, candles }: Series): void {
  const colors = chartColors();
  chart.applyOptions({
    layout: {
      background: { type: ColorType.Solid, color: colors.surface },
      textColor: colors.text,
    },
    grid: { vertLines: { color: colors.line }, horzLines: { color: colors.line } },
  });
  candles.applyOptions({
    upColor: colors.up,
    downColor: colors.down,
    wickUpColor: colors.up,
    wickDownColor: colors.down,
  });
}

/** Candles with volume under them. */
export function CandleChart({ label, candles, minMove, subject, showSeconds }: CandleChartProps) {
  const element = useRef<HTMLDivElement>(null);
  const series = useRef<Series | null>(null);
  const shown = useRef("");
  const theme = useTheme();

  useEffect(() => {
    if (!element.current) {
      return;
    }
    const created = create(element.current, minMove);
    series.current = created;
    shown.current = "";
    return () => {
      series.current = null;
      created.chart.remove();
    };
  }, [minMove]);

  // biome-ignore lint/correctness/useExhaustiveDependencies: the chart's colours follow the theme
  useEffect(() => {
    if (series.current) {
      paint(series.current);
      series.current.chart.applyOptions({ timeScale: { secondsVisible: showSeconds } });
    }
  }, [theme, minMove, showSeconds]);

  // biome-ignore lint/correctness/useExhaustiveDependencies: bars are coloured by the theme, and a new chart is empty
  useEffect(() => {
    const current = series.current;
    if (!current) {
      return;
    }
    const colors = chartColors();
    const data: CandlestickData[] = [];
    const volume: HistogramData[] = [];
    for (const { time, open, high, low, close, volume: value } of candles) {
      const at = time as UTCTimestamp;
      data.push({ time: at, open, high, low, close });
      volume.push({ time: at, value, color: `${close >= open ? colors.up : colors.down}55` });
    }
    current.candles.setData(data);
    current.volume.setData(volume);
    if (shown.current !== subject && data.length > 0) {
      shown.current = subject;
      current.chart
        .timeScale()
        .setVisibleLogicalRange({ from: data.length - 80, to: data.length + 4 });
    }
  }, [candles, subject, theme, minMove]);

  const last = candles.at(-1);
  return (
    <div className="relative size-full">
      <p className="sr-only">
        {label}. {last ? `Last price ${priceText(last.close)}.` : "No trades yet."}
      </p>
      <div ref={element} className="absolute inset-0" />
    </div>
  );
}
