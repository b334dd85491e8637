import { useConnection } from "@/api/connection";
import { useConfig } from "@/api/queries";
import { cx } from "@/ui/cx";

const NAMES: Record<string, string> = { localnet: "Local", devnet: "Devnet", testnet: "Testnet" };

/** Which network this is, unless it is the main one, and whether what is shown is live. */
export function NetworkStatus() {
  const config = useConfig();
  const connection = useConnection();
  const network = config.data ? (NAMES[config.data.cluster] ?? null) : null;
  const isLive = connection === "open";
  const sentence = isLive
    ? "Live prices"
    : connection === "connecting"
      ? "Connecting"
      : "Connection lost, trying again";
  return (
    <span
      role="status"
      title={sentence}
      className="flex h-7 items-center gap-1.5 rounded-full border border-line px-2.5 text-muted text-xs max-sm:border-0 max-sm:px-1"
    >
      <span
        aria-hidden
        className={cx(
          "size-2 rounded-full",
          isLive ? "bg-up" : connection === "connecting" ? "bg-warn" : "bg-down",
        )}
      />
      <span className="sr-only">{sentence}</span>
      {network && <span className="max-sm:sr-only">{network}</span>}
    </span>
  );
}
