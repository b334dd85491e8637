import { type ReactNode, useId } from "react";

interface SliderProps {
  label: string;
  min: number;
  max: number;
  value: number;
  onChange: (value: number) => void;
  /** What the position of the slider means, shown and read aloud. */
  meaning: string;
  children?: ReactNode;
}

/** A number of a range: the browser's own slider, which keyboards and screen readers know. */
export function Slider({ label, min, max, value, onChange, meaning, children }: SliderProps) {
  const id = useId();
  return (
    <div>
      <label htmlFor={id} className="flex items-baseline justify-between gap-3 text-muted text-xs">
        {label} <span className="num font-medium text-text">{meaning}</span>
      </label>
      <input
        id={id}
        type="range"
        min={min}
        max={max}
        value={value}
        aria-valuetext={meaning}
        onChange={(event) => onChange(Number(event.target.value))}
        className="h-6 w-full accent-(--accent)"
      />
      {children}
    </div>
  );
}
