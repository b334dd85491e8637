import { ChevronDown, LogOut, Wallet as WalletIcon } from "lucide-react";
import { DropdownMenu } from "radix-ui";
import { shortAddress } from "@/lib/format";
import { Button } from "@/ui/Button";
import { useWallet, useWalletStore } from "./store";

const ITEM =
  "flex cursor-pointer select-none items-center gap-2 rounded-md px-2.5 py-2 text-sm outline-none data-[highlighted]:bg-hover";

/** Connects a wallet, or shows which one is connected. */
export function WalletButton() {
  const wallet = useWallet();
  const connecting = useWalletStore((state) => state.connecting);
  const setDialogOpen = useWalletStore((state) => state.setDialogOpen);
  const disconnect = useWalletStore((state) => state.disconnect);
  if (!wallet) {
    return (
      <Button
        tone="primary"
        size="sm"
        className="ml-1 h-9"
        busy={connecting !== null}
        onClick={() => setDialogOpen(true)}
      >
        Connect
      </Button>
    );
  }
  return (
    <DropdownMenu.Root modal={false}>
      <DropdownMenu.Trigger className="ml-1 inline-flex h-9 items-center gap-2 rounded-lg border border-line bg-raised px-2.5 font-medium text-sm hover:bg-hover">
        <img src={wallet.icon} alt="" className="size-4 rounded" />
        <span className="num whitespace-nowrap">{shortAddress(wallet.address)}</span>
        <span className="sr-only">{wallet.name}, menu</span>
        <ChevronDown aria-hidden className="size-3.5 text-muted max-sm:hidden" />
      </DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        <DropdownMenu.Content
          align="end"
          sideOffset={6}
          className="z-50 min-w-56 rounded-xl border border-line bg-surface p-1.5 shadow-panel"
        >
          <DropdownMenu.Label className="px-2.5 py-1.5 text-muted text-xs">
            {wallet.name}
            {wallet.isBurner && (
              <span className="block text-warn">
                For test tokens only: its key lies in this browser
              </span>
            )}
          </DropdownMenu.Label>
          <DropdownMenu.Item
            className={ITEM}
            onSelect={() => {
              void navigator.clipboard?.writeText(wallet.address);
            }}
          >
            <WalletIcon aria-hidden className="size-4 text-muted" /> Copy address
          </DropdownMenu.Item>
          <DropdownMenu.Item className={ITEM} onSelect={() => void disconnect()}>
            <LogOut aria-hidden className="size-4 text-muted" /> Disconnect
          </DropdownMenu.Item>
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  );
}
