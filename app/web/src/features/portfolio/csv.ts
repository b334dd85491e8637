/** History as comma-separated values that spreadsheets and tax programs read. */

import type { HistoryEntry } from "@/api/model";
import { amountText } from "@/lib/amount";
import type { HistoryNames } from "./historyNames";

/** A field, quoted where it must be; nothing that a spreadsheet would take for a formula. */
export function csvField(text: string): string {
  const safe = /^[=+@\t\r]/.test(text) || /^-\D/.test(text) ? `'${text}` : text;
  return /[",\n\r]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

const HEADER = [
  "time",
  "slot",
  "kind",
  "side",
  "venue",
  "venue_address",
  "base_amount",
  "base_symbol",
  "quote_amount",
  "quote_symbol",
  "price",
  "signature",
] as const;

export function historyCsv(entries: readonly HistoryEntry[], names: HistoryNames): string {
  const lines = entries.map((entry) => {
    const [base, quote] = [names.amount(entry, "base"), names.amount(entry, "quote")];
    return [
      new Date(entry.time * 1000).toISOString(),
      String(entry.slot),
      entry.kind,
      entry.side ?? "",
      names.venue(entry) ?? "",
      entry.venue ?? "",
      base ? amountText(base.amount, base.decimals) : "",
      base?.symbol ?? "",
      quote ? amountText(quote.amount, quote.decimals) : "",
      quote?.symbol ?? "",
      entry.price === null ? "" : String(entry.price),
      entry.signature,
    ];
  });
  return [HEADER, ...lines].map((line) => line.map(csvField).join(",")).join("\r\n");
}

/** Hands a text to the browser as a file. */
export function download(name: string, type: string, text: string): void {
  const url = URL.createObjectURL(new Blob([text], { type }));
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
  URL.revokeObjectURL(url);
}
