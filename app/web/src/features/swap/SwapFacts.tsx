import { ArrowLeftRight } from "lucide-react";
import { useState } from "react";
import type { Route, Token } from "@/api/model";
import { useSettings } from "@/app/settings";
import { bpsText, priceText, shortAmount } from "@/lib/format";
import { InfoTip } from "@/ui/InfoTip";
import { Fact } from "@/ui/Panel";
import { Skeleton } from "@/ui/State";
import type { SwapForm } from "./form";
import { IMPACT_TONES, impactLevel } from "./impact";
import { feeLines, rateOf } from "./rate";

/** Rate, bound, impact and fees: always as many lines as without a quote. */
export function SwapFacts({ form }: { form: SwapForm }) {
  const { route, input, output, isQuoting } = form;
  const shown = route && input && output ? { route, input, output } : null;
  const held = isQuoting ? (
    <Skeleton className="h-4 w-24" />
  ) : (
    <span className="text-faint">–</span>
  );
  return (
    <dl className="mt-3 flex flex-col gap-0.5" aria-busy={isQuoting || undefined}>
      <Fact name="Rate">{shown ? <Rate {...shown} /> : held}</Fact>
      <BoundFact shown={shown} held={held} />
      <Fact
        name={
          <>
            Price impact
            <InfoTip label="price impact">
              How much worse than the first price the trade is because of its size, fees aside.
            </InfoTip>
          </>
        }
        tone={shown ? IMPACT_TONES[impactLevel(shown.route.priceImpactBps)] : undefined}
      >
        {shown
          ? shown.route.priceImpactBps === 0
            ? "<0.01%"
            : bpsText(shown.route.priceImpactBps)
          : held}
      </Fact>
      <Fact name="Fees, included">
        {shown ? <Fees route={shown.route} tokens={form.tokens} /> : held}
      </Fact>
      <PriorityFact />
    </dl>
  );
}

interface Shown {
  route: Route;
  input: Token;
  output: Token;
}

function BoundFact({ shown, held }: { shown: Shown | null; held: React.ReactNode }) {
  const isExactOut = shown?.route.mode === "exact_out";
  return (
    <Fact
      name={
        <>
          {isExactOut ? "Maximum paid" : "Minimum received"}
          <InfoTip label="this bound">
            The quote less your slippage tolerance. If the price gets worse than this before your
            transaction is executed, nothing is traded.
          </InfoTip>
        </>
      }
    >
      {shown
        ? isExactOut
          ? `${shortAmount(shown.route.maximumSent, shown.input.decimals, 8)} ${shown.input.symbol}`
          : `${shortAmount(shown.route.minimumReceived, shown.output.decimals, 8)} ${shown.output.symbol}`
        : held}
    </Fact>
  );
}

function Rate({ route, input, output }: Shown) {
  const [isInverted, setInverted] = useState(false);
  const rate = rateOf(route, input, output);
  const text = isInverted
    ? `1 ${output.symbol} = ${priceText(1 / rate)} ${input.symbol}`
    : `1 ${input.symbol} = ${priceText(rate)} ${output.symbol}`;
  return (
    <button
      type="button"
      onClick={() => setInverted(!isInverted)}
      className="inline-flex items-center gap-1 rounded hover:text-accent"
    >
      {text}
      <ArrowLeftRight aria-hidden className="size-3 text-faint" />
      <span className="sr-only">, turn around</span>
    </button>
  );
}

export function Fees({ route, tokens }: { route: Route; tokens: readonly Token[] }) {
  const lines = feeLines(route, tokens);
  if (lines.length === 0) {
    return <>None</>;
  }
  return (
    <span className="flex flex-col items-end">
      {lines.map((line) => (
        <span key={line.name + line.text}>
          {line.text} <span className="text-faint">{line.name.toLowerCase()}</span>
        </span>
      ))}
    </span>
  );
}

function PriorityFact() {
  const mode = useSettings((settings) => settings.priorityMode);
  const lamports = useSettings((settings) => settings.priorityLamports);
  const cap = useSettings((settings) => settings.priorityCapLamports);
  const sol = (amount: number) => `${shortAmount(BigInt(amount), 9)} SOL`;
  const words = { off: "None", auto: `Automatic, at most ${sol(cap)}`, custom: sol(lamports) };
  return <Fact name="Priority fee">{words[mode]}</Fact>;
}
