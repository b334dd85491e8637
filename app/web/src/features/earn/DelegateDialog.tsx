import { useState } from "react";
import type { Address } from "@/api/model";
import type { StakePosition } from "@/api/staking/model";
import { usePlan } from "@/engine/usePlan";
import { isAddress } from "@/lib/address";
import { useTransactAll } from "@/transactions/useTransactAll";
import { Button } from "@/ui/Button";
import { Dialog } from "@/ui/Dialog";
import { FailureNotice } from "@/ui/State";
import { TextField } from "@/ui/TextField";

interface DelegateDialogProps {
  position: StakePosition;
  open: boolean;
  onOpenChange: (open: boolean) => void;
}

/** Lets somebody else vote with a position's weight; its owner can do so all the same. */
export function DelegateDialog({ position, open, onOpenChange }: DelegateDialogProps) {
  return (
    <Dialog
      open={open}
      onOpenChange={onOpenChange}
      title="Delegate your vote"
      description="Your delegate votes with this position's weight, and can do nothing else. Whenever you vote yourself, your vote counts in place of theirs."
    >
      <DelegateForm position={position} onDone={() => onOpenChange(false)} />
    </Dialog>
  );
}

function DelegateForm({ position, onDone }: { position: StakePosition; onDone: () => void }) {
  const [text, setText] = useState<string>(position.delegate ?? "");
  const plan = usePlan();
  const { run, isBusy, failure } = useTransactAll();
  const delegate = text.trim();
  const error = delegate === "" || isAddress(delegate) ? null : "This is no address";
  const name = async (to: Address | null) => {
    const operation = { kind: "delegate", position: position.address, delegate: to } as const;
    const title = to === null ? "Take the delegation back" : "Delegate";
    if (await run({ title, plan: () => plan(operation), isInDialog: true })) {
      onDone();
    }
  };
  return (
    <form
      className="flex flex-col gap-2"
      onSubmit={(event) => {
        event.preventDefault();
        void name(delegate as Address);
      }}
    >
      <TextField
        label="Delegate's address"
        value={text}
        onChange={setText}
        error={error}
        autoComplete="off"
        spellCheck={false}
      />
      <FailureNotice error={failure} />
      <div className="flex gap-2">
        {position.delegate && (
          <Button className="flex-1" busy={isBusy} onClick={() => void name(null)}>
            Take it back
          </Button>
        )}
        <Button
          type="submit"
          tone="primary"
          className="flex-1"
          disabled={delegate === "" || error !== null || delegate === position.delegate}
          busy={isBusy}
        >
          Delegate
        </Button>
      </div>
    </form>
  );
}
