import { usePrepare } from "@/engine/usePrepare";
import { sanitizeAmountInput } from "@/lib/amount";
import { priceText, shortAmount } from "@/lib/format";
import { useTransact } from "@/transactions/useTransact";
import { Button } from "@/ui/Button";
import { cx } from "@/ui/cx";
import { Fact } from "@/ui/Panel";
import { Segmented } from "@/ui/Segmented";
import { SelectField } from "@/ui/SelectField";
import { TextField } from "@/ui/TextField";
import { useWallet, useWalletStore } from "@/wallet/store";
import { isTaker, ORDER_TYPES } from "./order";
import { lotPlaces, tickPlaces } from "./places";
import type { MarketPair } from "./TradePage";
import { priceOfTicks, sizeOfLots } from "./units";
import { EXPIRIES, type Ticket as TicketForm, useTicket } from "./useTicket";

const PARTS = [25, 50, 75, 100] as const;

/** Places orders of all types; the first one opens and funds the lane on the way. */
export function Ticket({ pair }: { pair: MarketPair }) {
  const ticket = useTicket(pair);
  const { base, quote } = pair;
  const { side, type } = ticket;
  const numeric = (set: (text: string) => void) => (text: string) => {
    const next = sanitizeAmountInput(text);
    if (next !== null) {
      set(next);
    }
  };
  const submit = useSubmit(pair, ticket);
  return (
    <form
      className="flex flex-col gap-2.5"
      onSubmit={(event) => {
        event.preventDefault();
        void submit.send();
      }}
    >
      <SideTabs ticket={ticket} />
      <SelectField
        label="Order type"
        value={type}
        onChange={ticket.setType}
        options={ORDER_TYPES}
        hint={ORDER_TYPES.find((choice) => choice.value === type)?.help}
      />
      <TextField
        label={type === "market" ? "Worst price" : "Price"}
        inputMode="decimal"
        autoComplete="off"
        disabled={type === "market"}
        value={
          type === "market"
            ? ticket.draft
              ? priceOfTicks(ticket.draft.ticks, pair.market)
              : ""
            : ticket.price
        }
        placeholder={type === "market" ? "From your slippage" : "0"}
        suffix={quote.symbol}
        error={ticket.priceError}
        onChange={numeric(ticket.setPrice)}
      />
      <TextField
        label="Size"
        inputMode="decimal"
        autoComplete="off"
        value={ticket.size}
        placeholder="0"
        suffix={base.symbol}
        aside={`Lot ${pair.market.lotSize}`}
        error={ticket.sizeError}
        onChange={numeric(ticket.setSize)}
        className="-mt-2"
      />
      <fieldset className="-mt-2 grid grid-cols-4 gap-1">
        <legend className="sr-only">Part of what you can pay for</legend>
        {PARTS.map((part) => (
          <Button
            key={part}
            size="xs"
            disabled={ticket.available === undefined}
            onClick={() => ticket.setPart(part)}
          >
            {part}%
          </Button>
        ))}
      </fieldset>
      {isTaker(type) ? (
        <Segmented
          label="Pay from"
          value={ticket.from}
          onChange={ticket.setFrom}
          options={[
            { value: "wallet", label: "From wallet" },
            { value: "lane", label: "From lane" },
          ]}
        />
      ) : (
        <SelectField
          label="Expires"
          value={ticket.expiry}
          onChange={ticket.setExpiry}
          options={EXPIRIES}
        />
      )}
      <Summary pair={pair} ticket={ticket} />
      <SubmitButton side={side} submit={submit} baseSymbol={base.symbol} />
    </form>
  );
}

function SideTabs({ ticket }: { ticket: TicketForm }) {
  return (
    <div
      role="radiogroup"
      aria-label="Buy or sell"
      className="grid grid-cols-2 gap-1 rounded-lg bg-raised p-1"
    >
      {(["buy", "sell"] as const).map((side) => (
        <label
          key={side}
          className={cx(
            "flex h-9 cursor-pointer items-center justify-center rounded-md font-semibold text-sm has-focus-visible:outline-2 has-focus-visible:outline-accent",
            ticket.side === side
              ? side === "buy"
                ? "bg-up-fill text-on-side"
                : "bg-down-fill text-on-side"
              : "text-muted hover:text-text",
          )}
        >
          <input
            type="radio"
            name="side"
            value={side}
            checked={ticket.side === side}
            onChange={() => ticket.setSide(side)}
            className="sr-only"
          />
          {side === "buy" ? "Buy" : "Sell"}
        </label>
      ))}
    </div>
  );
}

/** Always the same lines, so that nothing moves under the button. */
function Summary({ pair, ticket }: { pair: MarketPair; ticket: TicketForm }) {
  const { plan, available, fill, side } = ticket;
  const paying = side === "buy" ? pair.quote : pair.base;
  const nothing = <span className="text-faint">–</span>;
  const amount = (units: bigint, token = paying) =>
    `${shortAmount(units, token.decimals, 8)} ${token.symbol}`;
  return (
    <dl className="flex flex-col">
      <Fact name="Available">{available === undefined ? nothing : amount(available)}</Fact>
      <Fact name="Value">{plan ? amount(plan.value, pair.quote) : nothing}</Fact>
      <Fact name="Fee, at most">
        {plan ? (plan.fee === 0n ? "None" : amount(plan.fee, pair.quote)) : nothing}
      </Fact>
      <Fact name="Trades at once, about">
        {fill
          ? `${priceText(fill.filled, lotPlaces(pair.market))} at ${priceText(fill.average, tickPlaces(pair.market) + 1)}`
          : nothing}
      </Fact>
      <Fact name="Moved to your lane">
        {plan && plan.deposited > 0n ? amount(plan.deposited) : nothing}
      </Fact>
    </dl>
  );
}

interface Submit {
  /** Why it cannot be sent; null if it can. */
  obstacle: string | null;
  isBusy: boolean;
  opensLane: boolean;
  send: () => Promise<void>;
}

function useSubmit(pair: MarketPair, ticket: TicketForm): Submit {
  const wallet = useWallet();
  const openWallets = useWalletStore((state) => state.setDialogOpen);
  const { run, stage } = useTransact();
  const prepare = usePrepare();
  const { plan, draft } = ticket;
  const obstacle = !wallet
    ? null
    : !plan || !draft
      ? (ticket.priceError ?? ticket.sizeError ?? "Enter price and size")
      : plan.missing > 0n
        ? `Not enough ${plan.pays === "base" ? pair.base.symbol : pair.quote.symbol}`
        : null;
  return {
    obstacle,
    isBusy: stage !== null,
    opensLane: plan?.opensLane ?? false,
    send: async () => {
      if (!wallet) {
        openWallets(true);
        return;
      }
      if (!plan || !draft || obstacle) {
        return;
      }
      const size = `${sizeOfLots(draft.lots, pair.market)} ${pair.base.symbol}`;
      const price = priceOfTicks(draft.ticks, pair.market);
      const verb = draft.side === "buy" ? "Buy" : "Sell";
      const title =
        draft.type === "market"
          ? `${verb} ${size} at the market`
          : `${verb} ${size} at ${price} ${pair.quote.symbol}`;
      if (await run({ title, prepare: () => prepare([plan.operation]) })) {
        ticket.reset();
      }
    },
  };
}

function SubmitButton({
  side,
  submit,
  baseSymbol,
}: {
  side: "buy" | "sell";
  submit: Submit;
  baseSymbol: string;
}) {
  const wallet = useWallet();
  const verb = side === "buy" ? "Buy" : "Sell";
  const words = !wallet ? "Connect a wallet" : (submit.obstacle ?? `${verb} ${baseSymbol}`);
  return (
    <div>
      <Button
        type="submit"
        size="lg"
        tone={wallet ? (side === "buy" ? "buy" : "sell") : "primary"}
        className="w-full"
        disabled={submit.obstacle !== null}
        busy={submit.isBusy}
      >
        {words}
      </Button>
      <p className="min-h-8 pt-1.5 text-2xs text-faint">{wallet ? submitNote(submit) : ""}</p>
    </div>
  );
}

function submitNote({ opensLane }: Submit): string {
  return opensLane
    ? "Your first order here opens your lane in the same transaction. Its rent, about 0.013 SOL, comes back when you close it."
    : "";
}
