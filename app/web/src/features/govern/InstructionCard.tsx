import type { ReactNode } from "react";
import type { DecodedInstruction } from "@/api/governance/model";
import { useTokenMap } from "@/api/queries";
import { useVenueNames } from "@/features/portfolio/venues";
import { CopyableAddress } from "@/ui/Copy";

/** A name as a program writes it, as words. */
function words(name: string): string {
  const spaced = name.replaceAll(/[_-]/g, " ");
  return spaced.charAt(0).toUpperCase() + spaced.slice(1);
}

function hex(data: Uint8Array): string {
  return [...data].map((byte) => byte.toString(16).padStart(2, "0")).join(" ");
}

/** An instruction as a person reads it; what no one here can read is shown as it is. */
export function InstructionCard({
  place,
  instruction,
  aside,
}: {
  place: number;
  instruction: DecodedInstruction;
  aside?: ReactNode;
}) {
  const { program, programName, name, arguments: given, accounts, data } = instruction;
  return (
    <article className="flex flex-col gap-2 rounded-xl border border-line p-3 text-xs">
      <header className="flex items-baseline justify-between gap-3">
        <h3 className="min-w-0 font-medium text-sm">
          {place}. {name ? words(name) : "An instruction that cannot be read here"}
        </h3>
        {aside}
      </header>
      <p className="text-muted">
        {programName ?? "Program"} · <CopyableAddress address={program} label="program" />
      </p>
      {given.length > 0 && (
        <dl className="grid grid-cols-[auto_minmax(0,1fr)] gap-x-4 gap-y-1">
          {given.map(({ name: argument, value }) => (
            <div key={argument} className="contents">
              <dt className="text-muted">{words(argument)}</dt>
              <dd className="num break-words text-right">{value}</dd>
            </div>
          ))}
        </dl>
      )}
      <details>
        <summary className="text-muted hover:text-text">
          {accounts.length} accounts{name ? "" : `, ${data.length} bytes`}
        </summary>
        <ul className="mt-2 flex flex-col gap-1">
          {accounts.map((account, at) => (
            <AccountLine
              // biome-ignore lint/suspicious/noArrayIndexKey: an account may be named twice
              key={at}
              account={account}
            />
          ))}
        </ul>
        <p className="num mt-2 break-all text-faint">{hex(data)}</p>
      </details>
    </article>
  );
}

function AccountLine({ account }: { account: DecodedInstruction["accounts"][number] }) {
  const venues = useVenueNames();
  const tokens = useTokenMap();
  const { address, name, isSigner, isWritable } = account;
  const known = venues.of(address)?.name ?? tokens.get(address)?.symbol;
  return (
    <li className="flex flex-wrap items-baseline justify-between gap-x-3">
      <span className="text-muted">
        {name ? words(name) : "Account"}
        {known && <span className="text-text"> · {known}</span>}
      </span>
      <span className="flex items-baseline gap-2">
        {(isSigner || isWritable) && (
          <span className="text-2xs text-faint">
            {[isSigner && "signs", isWritable && "written"].filter(Boolean).join(", ")}
          </span>
        )}
        <CopyableAddress address={address} label={name ? words(name) : "account"} />
      </span>
    </li>
  );
}
