import { LoaderCircle } from "lucide-react";
import { Dialog } from "@/ui/Dialog";
import { describeError, EmptyState, Notice } from "@/ui/State";
import { useWalletOptions, useWalletStore } from "./store";

/** The wallets in this browser. */
export function ConnectDialog() {
  const isOpen = useWalletStore((state) => state.isDialogOpen);
  const setOpen = useWalletStore((state) => state.setDialogOpen);
  const connecting = useWalletStore((state) => state.connecting);
  const connect = useWalletStore((state) => state.connect);
  const error = useWalletStore((state) => state.error);
  const options = useWalletOptions();
  return (
    <Dialog
      open={isOpen}
      onOpenChange={setOpen}
      title="Connect a wallet"
      description="Connecting shares your address. Nothing is signed by it."
    >
      {error && (
        <Notice tone="danger" className="mb-3">
          {describeError(error).message}. {describeError(error).hint}
        </Notice>
      )}
      {options.length === 0 ? (
        <EmptyState title="No wallet found in this browser">
          Install a Solana wallet that supports the wallet standard, then reload this page.
        </EmptyState>
      ) : (
        <ul className="flex flex-col gap-2">
          {options.map((option) => (
            <li key={option.name}>
              <button
                type="button"
                disabled={connecting !== null}
                onClick={() => void connect(option.name)}
                className="flex min-h-14 w-full items-center gap-3 rounded-lg border border-line bg-raised px-3 py-2 text-left hover:bg-hover disabled:opacity-70"
              >
                <img src={option.icon} alt="" className="size-8 rounded-lg" />
                <span className="min-w-0 flex-1">
                  <span className="block font-medium">{option.name}</span>
                  {option.isBurner && (
                    <span className="block text-warn text-xs">
                      For test tokens only: its key lies unprotected in this browser
                    </span>
                  )}
                </span>
                {connecting === option.name && (
                  <LoaderCircle aria-hidden className="size-4 animate-spin text-muted" />
                )}
              </button>
            </li>
          ))}
        </ul>
      )}
    </Dialog>
  );
}
