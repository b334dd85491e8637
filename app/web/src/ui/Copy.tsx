import { Check, Copy as CopyIcon } from "lucide-react";
import { useEffect, useState } from "react";
import { shortAddress } from "@/lib/format";

/** An address, shortened, that can be copied. */
export function CopyableAddress({ address, label }: { address: string; label: string }) {
  const [copied, setCopied] = useState(false);
  useEffect(() => {
    if (!copied) {
      return;
    }
    const timer = setTimeout(() => setCopied(false), 1500);
    return () => clearTimeout(timer);
  }, [copied]);
  return (
    <button
      type="button"
      className="num inline-flex items-center gap-1 rounded text-inherit hover:text-accent"
      title={address}
      onClick={() => {
        void navigator.clipboard?.writeText(address).then(() => setCopied(true));
      }}
    >
      <span className="sr-only">Copy {label} </span>
      {shortAddress(address)}
      <span aria-live="polite" className="sr-only">
        {copied ? ", copied" : ""}
      </span>
      {copied ? (
        <Check aria-hidden className="size-3 text-up" />
      ) : (
        <CopyIcon aria-hidden className="size-3" />
      )}
    </button>
  );
}
