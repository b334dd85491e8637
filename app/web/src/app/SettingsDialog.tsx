import { Settings as SettingsIcon } from "lucide-react";
import { useState } from "react";
import { amountText, parseAmount } from "@/lib/amount";
import { bpsText } from "@/lib/format";
import { IconButton } from "@/ui/Button";
import { Dialog } from "@/ui/Dialog";
import { Segmented } from "@/ui/Segmented";
import { Notice } from "@/ui/State";
import { TextField } from "@/ui/TextField";
import { HIGH_SLIPPAGE_BPS, MAX_SLIPPAGE_BPS, SLIPPAGE_PRESETS_BPS, useSettings } from "./settings";

/** Opens the settings: slippage, priority fee, theme. */
export function SettingsButton({ className }: { className?: string }) {
  const [open, setOpen] = useState(false);
  return (
    <>
      <IconButton
        label="Settings"
        {...(className ? { className } : {})}
        onClick={() => setOpen(true)}
      >
        <SettingsIcon aria-hidden className="size-[1.125rem]" />
      </IconButton>
      <Dialog open={open} onOpenChange={setOpen} title="Settings">
        <div className="flex flex-col gap-5">
          <SlippageSetting />
          <PrioritySetting />
          <ThemeSetting />
        </div>
      </Dialog>
    </>
  );
}

function Group({
  title,
  children,
  help,
}: {
  title: string;
  help: string;
  children: React.ReactNode;
}) {
  return (
    <fieldset className="flex flex-col gap-2">
      <legend className="mb-1 font-medium text-sm">{title}</legend>
      <p className="-mt-1 text-muted text-xs">{help}</p>
      {children}
    </fieldset>
  );
}

export function SlippageSetting() {
  const bps = useSettings((settings) => settings.slippageBps);
  const set = useSettings((settings) => settings.set);
  const isPreset = SLIPPAGE_PRESETS_BPS.some((preset) => preset === bps);
  const [custom, setCustom] = useState(isPreset ? "" : amountText(BigInt(bps), 2));
  const parsed = parseAmount(custom, 2);
  const tooHigh = parsed.ok && parsed.amount > BigInt(MAX_SLIPPAGE_BPS);
  const error =
    custom === ""
      ? null
      : parsed.ok
        ? tooHigh
          ? `At most ${bpsText(MAX_SLIPPAGE_BPS)}`
          : null
        : parsed.message;
  return (
    <Group
      title="Slippage tolerance"
      help="How much worse than the quote a trade may be before it is called off."
    >
      <Segmented
        label="Slippage tolerance"
        size="md"
        value={isPreset && custom === "" ? String(bps) : "custom"}
        onChange={(value) => {
          setCustom("");
          set({ slippageBps: Number(value) });
        }}
        options={SLIPPAGE_PRESETS_BPS.map((preset) => ({
          value: String(preset),
          label: bpsText(preset),
        }))}
      />
      <TextField
        label="Custom"
        inputMode="decimal"
        placeholder="0.5"
        suffix="%"
        value={custom}
        error={error}
        onChange={(text) => {
          setCustom(text);
          const next = parseAmount(text, 2);
          if (next.ok && next.amount <= BigInt(MAX_SLIPPAGE_BPS)) {
            set({ slippageBps: Number(next.amount) });
          }
        }}
      />
      {bps >= HIGH_SLIPPAGE_BPS && (
        <Notice tone="warn">
          With {bpsText(bps)}, others may trade ahead of you at your cost.
        </Notice>
      )}
    </Group>
  );
}

function lamportsField(lamports: number): string {
  return amountText(BigInt(lamports), 9);
}

function PrioritySetting() {
  const mode = useSettings((settings) => settings.priorityMode);
  const lamports = useSettings((settings) => settings.priorityLamports);
  const cap = useSettings((settings) => settings.priorityCapLamports);
  const set = useSettings((settings) => settings.set);
  const isAuto = mode === "auto";
  const [text, setText] = useState({ auto: lamportsField(cap), custom: lamportsField(lamports) });
  const shown = isAuto ? text.auto : text.custom;
  const parsed = parseAmount(shown, 9);
  return (
    <Group
      title="Priority fee"
      help="Paid to validators so that a transaction goes ahead of others."
    >
      <Segmented
        label="Priority fee"
        size="md"
        value={mode}
        onChange={(priorityMode) => set({ priorityMode })}
        options={[
          { value: "off", label: "None" },
          { value: "auto", label: "Automatic" },
          { value: "custom", label: "Fixed" },
        ]}
      />
      <TextField
        label={isAuto ? "At most, for a transaction" : "For a transaction"}
        inputMode="decimal"
        suffix="SOL"
        disabled={mode === "off"}
        value={mode === "off" ? "0" : shown}
        error={mode !== "off" && !parsed.ok ? parsed.message : null}
        onChange={(next) => {
          setText(isAuto ? { ...text, auto: next } : { ...text, custom: next });
          const read = parseAmount(next, 9);
          if (read.ok && read.amount <= 1_000_000_000n) {
            set(
              isAuto
                ? { priorityCapLamports: Number(read.amount) }
                : { priorityLamports: Number(read.amount) },
            );
          }
        }}
      />
    </Group>
  );
}

function ThemeSetting() {
  const theme = useSettings((settings) => settings.theme);
  const set = useSettings((settings) => settings.set);
  return (
    <Group title="Appearance" help="System follows the setting of your device.">
      <Segmented
        label="Theme"
        size="md"
        value={theme}
        onChange={(next) => set({ theme: next })}
        options={[
          { value: "system", label: "System" },
          { value: "light", label: "Light" },
          { value: "dark", label: "Dark" },
        ]}
      />
    </Group>
  );
}
