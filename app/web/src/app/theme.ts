import { useEffect, useSyncExternalStore } from "react";
import { type ThemeChoice, useSettings } from "./settings";

const DARK = "(prefers-color-scheme: dark)";

function onSystemChange(changed: () => void): () => void {
  const query = matchMedia(DARK);
  query.addEventListener("change", changed);
  return () => query.removeEventListener("change", changed);
}

/** The theme that is shown. */
export function useTheme(): "light" | "dark" {
  const choice = useSettings((settings) => settings.theme);
  const isSystemDark = useSyncExternalStore(onSystemChange, () => matchMedia(DARK).matches);
  if (choice === "system") {
    return isSystemDark ? "dark" : "light";
  }
  return choice;
}

/** Puts the theme on the page; `theme.js` has done so before the first paint. */
export function useApplyTheme(): void {
  const theme = useTheme();
  const choice: ThemeChoice = useSettings((settings) => settings.theme);
  useEffect(() => {
    document.documentElement.dataset.theme = theme;
    localStorage.setItem("sealane.theme", choice);
  }, [theme, choice]);
}
