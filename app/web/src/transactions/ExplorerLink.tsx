import { ExternalLink } from "lucide-react";
import type { Config } from "@/api/model";
import { shortAddress } from "@/lib/format";
import { CopyableAddress } from "@/ui/Copy";

/** A transaction's page, or its signature to copy where no explorer knows the network. */
export function ExplorerLink({
  config,
  signature,
}: {
  config: Config | undefined;
  signature: string;
}) {
  if (!config?.explorer) {
    return <CopyableAddress address={signature} label="signature" />;
  }
  return (
    <a
      href={config.explorer.replace("{signature}", signature)}
      target="_blank"
      rel="noreferrer"
      className="num inline-flex items-center gap-1 text-accent hover:underline"
    >
      {shortAddress(signature)}
      <ExternalLink aria-hidden className="size-3" />
      <span className="sr-only">, transaction in the explorer, opens in a new tab</span>
    </a>
  );
}
