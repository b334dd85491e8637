import { useMutation } from "@tanstack/react-query";
import { Droplet } from "lucide-react";
import { toast } from "sonner";
import { refreshPortfolio } from "@/api/live";
import type { Address } from "@/api/model";
import { useConfig } from "@/api/queries";
import { Button } from "@/ui/Button";
import { describeError } from "@/ui/State";
import { askFaucet } from "./faucet";

/** On test networks: SOL and tokens for the asking. */
export function FaucetButton({ owner }: { owner: Address }) {
  const config = useConfig().data;
  const path = config?.faucetPath;
  const ask = useMutation({
    mutationFn: async (from: string) => {
      await askFaucet(from, owner);
      await refreshPortfolio(owner);
    },
    onSuccess: () => toast.success("Test tokens are in your wallet"),
    onError: (error) => {
      const { message, hint } = describeError(error);
      toast.error("The faucet did not pay", {
        description: [message, hint].filter(Boolean).join(". "),
      });
    },
  });
  if (!path) {
    return null;
  }
  return (
    <Button tone="primary" busy={ask.isPending} onClick={() => ask.mutate(path)}>
      <Droplet aria-hidden className="size-4" /> Get test tokens
    </Button>
  );
}
