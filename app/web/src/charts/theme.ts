/** The page's colours, for what is drawn on a canvas. */
export interface ChartColors {
  text: string;
  line: string;
  up: string;
  down: string;
  accent: string;
  surface: string;
}

export function chartColors(): ChartColors {
  const style = getComputedStyle(document.documentElement);
  const color = (name: string) => style.getPropertyValue(name).trim();
  return {
    text: color("--muted"),
    line: color("--line"),
    up: color("--up"),
    down: color("--down"),
    accent: color("--accent"),
    surface: color("--surface"),
  };
}
