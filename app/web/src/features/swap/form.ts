/** What is in the swap form, and what follows from it. */

import { useNavigate, useSearch } from "@tanstack/react-router";
import { useEffect, useMemo, useState } from "react";
import type { Address, QuoteRequest, Route, SwapMode, Token } from "@/api/model";
import { usePools, useTokens } from "@/api/queries";
import { useSettings } from "@/app/settings";
import { useQuote } from "@/engine/quote";
import { amountText, parseAmount } from "@/lib/amount";
import { type Balances, useBalances } from "@/tokens/balances";
import { useWallet } from "@/wallet/store";

/** Lets a person finish typing before a quote is asked for. */
const TYPING_MS = 150;

/** The token that a link names, by symbol or by mint. */
export function findToken(tokens: readonly Token[], name: string | undefined): Token | undefined {
  if (name === undefined) {
    return undefined;
  }
  return (
    tokens.find((token) => token.mint === name) ??
    tokens.find((token) => token.symbol.toLowerCase() === name.toLowerCase())
  );
}

/** The name of a token in a link: its symbol, unless several have it. */
export function tokenName(tokens: readonly Token[], token: Token): string {
  const same = tokens.filter((other) => other.symbol.toLowerCase() === token.symbol.toLowerCase());
  return same.length === 1 ? token.symbol : token.mint;
}

export interface SwapForm {
  tokens: readonly Token[];
  input: Token | undefined;
  output: Token | undefined;
  mode: SwapMode;
  inputText: string;
  outputText: string;
  setInputText: (text: string) => void;
  setOutputText: (text: string) => void;
  pickInput: (mint: Address) => void;
  pickOutput: (mint: Address) => void;
  flip: () => void;
  clear: () => void;
  /** Why the amount that was typed is none. */
  amountError: string | null;
  request: QuoteRequest | null;
  /** The quote of what is in the form, not of what was. */
  route: Route | undefined;
  quoteError: Error | null;
  isQuoting: boolean;
  balances: Balances;
  /** There is not enough of the token to send. */
  isShort: boolean;
}

function usePair() {
  const search = useSearch({ from: "/swap" });
  const navigate = useNavigate({ from: "/swap" });
  const { data: tokens = [] } = useTokens();
  const { data: pools } = usePools();
  // The pair of the deepest pool, so that the form is never empty.
  const deepest = useMemo(
    () =>
      pools?.reduce(
        (best, pool) => (best && best.tvlQuote >= pool.tvlQuote ? best : pool),
        pools[0],
      ),
    [pools],
  );
  const [first, second] = [
    findToken(tokens, deepest?.baseMint),
    findToken(tokens, deepest?.quoteMint),
  ];
  const from = findToken(tokens, search.from);
  const to = findToken(tokens, search.to);
  const input = from ?? (to && to === first ? second : first);
  const output = to ?? (input === second ? first : second);
  const set = (nextInput: Token | undefined, nextOutput: Token | undefined) => {
    void navigate({
      replace: true,
      search: {
        ...(nextInput && { from: tokenName(tokens, nextInput) }),
        ...(nextOutput && { to: tokenName(tokens, nextOutput) }),
      },
    });
  };
  return { tokens, input, output, set };
}

function useDebounced<T>(value: T, milliseconds: number): T {
  const [settled, setSettled] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), milliseconds);
    return () => clearTimeout(timer);
  }, [value, milliseconds]);
  return settled;
}

export function useSwapForm(): SwapForm {
  const { tokens, input, output, set } = usePair();
  const balances = useBalances();
  const owner = useWallet()?.address ?? null;
  const slippageBps = useSettings((settings) => settings.slippageBps);
  const [mode, setMode] = useState<SwapMode>("exact_in");
  const [text, setText] = useState("");

  const given = mode === "exact_in" ? input : output;
  const parsed = given ? parseAmount(text, given.decimals) : null;
  const amount = parsed?.ok ? parsed.amount : 0n;
  const settled = useDebounced(amount, TYPING_MS);
  const isPair = input !== undefined && output !== undefined && input !== output;
  const inputMint = input?.mint;
  const outputMint = output?.mint;
  const request = useMemo<QuoteRequest | null>(
    () =>
      isPair && inputMint && outputMint && settled > 0n
        ? { inputMint, outputMint, amount: settled, mode, slippageBps, excluded: [], owner }
        : null,
    [isPair, inputMint, outputMint, settled, mode, slippageBps, owner],
  );
  const quote = useQuote(request);
  const isCurrent = amount > 0n && amount === settled;
  const route = isCurrent && !quote.error ? quote.data : undefined;
  const isQuoting = amount > 0n && isPair && !route && !quote.error;

  const found = route && input && output ? { input, output, route } : null;
  const inputText =
    mode === "exact_in" ? text : found ? amountText(found.route.sent, found.input.decimals) : "";
  const outputText =
    mode === "exact_out"
      ? text
      : found
        ? amountText(found.route.received, found.output.decimals)
        : "";
  const needed = mode === "exact_in" ? amount : route?.maximumSent;
  const held = balances.of(input?.mint);

  const pick = (mint: Address, isInput: boolean) => {
    const token = tokens.find((candidate) => candidate.mint === mint);
    const [kept, other] = isInput ? [output, input] : [input, output];
    // Choosing the other side's token exchanges the two.
    const opposite = token === kept ? other : kept;
    set(isInput ? token : opposite, isInput ? opposite : token);
  };

  return {
    tokens,
    input,
    output,
    mode,
    inputText,
    outputText,
    setInputText: (next) => {
      setMode("exact_in");
      setText(next);
    },
    setOutputText: (next) => {
      setMode("exact_out");
      setText(next);
    },
    pickInput: (mint) => pick(mint, true),
    pickOutput: (mint) => pick(mint, false),
    flip: () => {
      // The amount stays with its token, and so does which of the two is given.
      setMode(mode === "exact_in" ? "exact_out" : "exact_in");
      set(output, input);
    },
    clear: () => setText(""),
    amountError: parsed && !parsed.ok && parsed.reason !== "empty" ? parsed.message : null,
    request: isCurrent ? request : null,
    route,
    quoteError: amount > 0n ? quote.error : null,
    isQuoting,
    balances,
    isShort: needed !== undefined && held !== undefined && needed > held,
  };
}
