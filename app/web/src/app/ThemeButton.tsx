import { Monitor, Moon, Sun } from "lucide-react";
import { IconButton } from "@/ui/Button";
import { type ThemeChoice, useSettings } from "./settings";

const NEXT: Record<ThemeChoice, ThemeChoice> = { system: "light", light: "dark", dark: "system" };
const ICONS = { system: Monitor, light: Sun, dark: Moon };

/** Goes through the three choices. */
export function ThemeButton() {
  const theme = useSettings((settings) => settings.theme);
  const set = useSettings((settings) => settings.set);
  const Icon = ICONS[theme];
  return (
    <IconButton
      label={`Theme: ${theme}. Switch to ${NEXT[theme]}`}
      className="max-sm:hidden"
      onClick={() => set({ theme: NEXT[theme] })}
    >
      <Icon aria-hidden className="size-[1.125rem]" />
    </IconButton>
  );
}
