import { Command } from "cmdk";
import { ChevronDown, Search } from "lucide-react";
import { useState } from "react";
import type { Address, Token } from "@/api/model";
import { useTokens } from "@/api/queries";
import { shortAddress, shortAmount } from "@/lib/format";
import { Dialog } from "@/ui/Dialog";
import { ErrorState, Skeleton } from "@/ui/State";
import { TokenIcon } from "@/ui/TokenIcon";
import { type Balances, useBalances } from "./balances";

/** Tokens that are held first, then by name. */
export function sortTokens(tokens: readonly Token[], balances: Balances): Token[] {
  const rank = (token: Token) => ((balances.of(token.mint) ?? 0n) > 0n ? 0 : 1);
  return [...tokens].sort(
    (one, other) => rank(one) - rank(other) || one.symbol.localeCompare(other.symbol),
  );
}

interface TokenPickerProps {
  /** Which of the tokens of a form this is, for screen readers. */
  label: string;
  token: Token | undefined;
  onPick: (mint: Address) => void;
}

/** Shows a token and lets another be searched for. */
export function TokenPicker({ label, token, onPick }: TokenPickerProps) {
  const [open, setOpen] = useState(false);
  return (
    <>
      <button
        type="button"
        aria-label={token ? `${label}: ${token.symbol}. Change` : `${label}: choose a token`}
        onClick={() => setOpen(true)}
        className="inline-flex h-10 shrink-0 items-center gap-2 rounded-full border border-line bg-surface pr-2.5 pl-1.5 font-semibold hover:bg-hover"
      >
        {token ? (
          <>
            <TokenIcon mint={token.mint} symbol={token.symbol} />
            {token.symbol}
          </>
        ) : (
          <span className="pl-2 text-accent">Choose</span>
        )}
        <ChevronDown aria-hidden className="size-4 text-muted" />
      </button>
      <Dialog open={open} onOpenChange={setOpen} title="Choose a token" className="sm:h-[32rem]">
        <TokenList
          onPick={(mint) => {
            onPick(mint);
            setOpen(false);
          }}
        />
      </Dialog>
    </>
  );
}

function TokenList({ onPick }: { onPick: (mint: Address) => void }) {
  const { data, error, isPending, refetch } = useTokens();
  const balances = useBalances();
  if (error) {
    return <ErrorState error={error} retry={() => void refetch()} />;
  }
  return (
    <Command label="Tokens" loop className="flex flex-col gap-2">
      <div className="sticky top-0 z-10 bg-surface pb-2">
        <div className="flex h-10 items-center gap-2 rounded-lg border border-line bg-raised px-3 focus-within:border-accent">
          <Search aria-hidden className="size-4 text-muted" />
          <Command.Input
            autoFocus
            placeholder="Name, symbol or address"
            className="min-w-0 flex-1 bg-transparent outline-none"
          />
        </div>
      </div>
      <Command.List>
        {isPending && <Skeleton className="h-40 w-full" />}
        <Command.Empty className="py-8 text-center text-muted text-sm">
          No token matches
        </Command.Empty>
        {sortTokens(data ?? [], balances).map((token) => {
          const held = balances.of(token.mint);
          return (
            <Command.Item
              key={token.mint}
              value={token.mint}
              keywords={[token.symbol, token.name]}
              onSelect={() => onPick(token.mint)}
              className="flex cursor-pointer items-center gap-3 rounded-lg px-2 py-2 data-[selected=true]:bg-hover"
            >
              <TokenIcon mint={token.mint} symbol={token.symbol} size="lg" />
              <span className="min-w-0 flex-1">
                <span className="flex items-center gap-2 font-medium">
                  {token.symbol}
                  {token.transferFeeBps > 0 && (
                    <span className="rounded bg-warn-soft px-1.5 text-2xs text-warn">
                      transfer fee
                    </span>
                  )}
                </span>
                <span className="block truncate text-muted text-xs">
                  {token.name} · {shortAddress(token.mint)}
                </span>
              </span>
              {held !== undefined && (
                <span className="num text-sm">{shortAmount(held, token.decimals)}</span>
              )}
            </Command.Item>
          );
        })}
      </Command.List>
    </Command>
  );
}
