import { ArrowUpDown } from "lucide-react";
import { useState } from "react";
import { SettingsButton } from "@/app/SettingsDialog";
import { useSettings } from "@/app/settings";
import { bpsText } from "@/lib/format";
import { AmountPanel } from "@/tokens/AmountPanel";
import { Button } from "@/ui/Button";
import { describeError, Notice } from "@/ui/State";
import { useWallet, useWalletStore } from "@/wallet/store";
import type { SwapForm } from "./form";
import { impactLevel } from "./impact";
import { ReviewDialog } from "./ReviewDialog";
import { SwapFacts } from "./SwapFacts";

export function SwapCard({ form }: { form: SwapForm }) {
  const slippageBps = useSettings((settings) => settings.slippageBps);
  const [isReviewing, setReviewing] = useState(false);
  const { input, output, route, balances } = form;
  return (
    <section
      aria-label="Swap"
      className="rounded-2xl border border-line bg-surface p-3 shadow-panel sm:p-4"
    >
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (route && !form.isShort) {
            setReviewing(true);
          }
        }}
      >
        <div className="mb-2 flex items-center justify-between">
          <h2 className="font-semibold text-base">Swap</h2>
          <span className="flex items-center gap-1 text-muted text-xs">
            Slippage {bpsText(slippageBps)}
            <SettingsButton />
          </span>
        </div>
        <AmountPanel
          label="You pay"
          token={input}
          text={form.inputText}
          onText={form.setInputText}
          isPending={form.mode === "exact_out" && form.isQuoting}
          balance={balances.of(input?.mint)}
          showParts
          error={form.mode === "exact_in" ? form.amountError : null}
          onPick={form.pickInput}
          note={form.mode === "exact_out" && route ? "At the quoted price" : undefined}
        />
        <div className="relative z-10 -my-3 flex justify-center">
          <button
            type="button"
            aria-label="Exchange the two tokens"
            onClick={form.flip}
            className="flex size-10 items-center justify-center rounded-xl border-4 border-surface bg-raised text-muted hover:bg-hover hover:text-text"
          >
            <ArrowUpDown aria-hidden className="size-4" />
          </button>
        </div>
        <AmountPanel
          label="You receive"
          token={output}
          text={form.outputText}
          onText={form.setOutputText}
          isPending={form.mode === "exact_in" && form.isQuoting}
          balance={balances.of(output?.mint)}
          error={form.mode === "exact_out" ? form.amountError : null}
          onPick={form.pickOutput}
          note={form.mode === "exact_in" && route ? "At the quoted price" : undefined}
        />
        <div className="mt-3">
          <SubmitButton form={form} />
        </div>
        <QuoteNotice form={form} />
        <SwapFacts form={form} />
      </form>
      {route && input && output && form.request && (
        <ReviewDialog
          open={isReviewing}
          onOpenChange={setReviewing}
          request={form.request}
          input={input}
          output={output}
          tokens={form.tokens}
          onDone={form.clear}
        />
      )}
    </section>
  );
}

function SubmitButton({ form }: { form: SwapForm }) {
  const wallet = useWallet();
  const openWallets = useWalletStore((state) => state.setDialogOpen);
  const hasText = form.inputText !== "" || form.outputText !== "";
  if (!wallet) {
    return (
      <Button tone="primary" size="lg" className="w-full" onClick={() => openWallets(true)}>
        Connect a wallet
      </Button>
    );
  }
  const words =
    !form.input || !form.output
      ? "Choose two tokens"
      : form.amountError || !hasText
        ? "Enter an amount"
        : form.quoteError
          ? "No quote"
          : form.isShort
            ? `Not enough ${form.input.symbol}`
            : form.route
              ? "Review swap"
              : "Finding the best route";
  return (
    <Button
      type="submit"
      tone="primary"
      size="lg"
      className="w-full"
      disabled={!form.route || form.isShort}
      busy={form.isQuoting && hasText}
    >
      {words}
    </Button>
  );
}

/** What a person should know before going on. Its place is kept, so that nothing jumps. */
function QuoteNotice({ form }: { form: SwapForm }) {
  if (form.quoteError) {
    const { message, hint } = describeError(form.quoteError);
    return (
      <Notice tone="danger" className="mt-3">
        {message}. {hint}
      </Notice>
    );
  }
  const level = form.route ? impactLevel(form.route.priceImpactBps) : "fine";
  if (!form.route || level === "fine") {
    return null;
  }
  const part = bpsText(form.route.priceImpactBps);
  return (
    <Notice tone={level === "confirm" ? "danger" : "warn"} className="mt-3">
      {level === "confirm"
        ? `This amount moves the price by ${part}: you lose that much by its size alone. Consider a smaller one.`
        : `This amount moves the price by ${part}.`}
    </Notice>
  );
}
