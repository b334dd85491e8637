import { ToggleGroup } from "radix-ui";
import type { ReactNode } from "react";
import { cx } from "./cx";

interface SegmentedProps<T extends string> {
  label: string;
  value: T;
  onChange: (value: T) => void;
  options: readonly { value: T; label: ReactNode; name?: string }[];
  size?: "xs" | "sm" | "md";
  className?: string;
}

const HEIGHTS = { xs: "h-6 px-2 text-2xs", sm: "h-7 px-2.5 text-xs", md: "h-9 px-3 text-sm" };

/** One of a few choices, all visible. */
export function Segmented<T extends string>({
  label,
  value,
  onChange,
  options,
  size = "sm",
  className,
}: SegmentedProps<T>) {
  return (
    <ToggleGroup.Root
      type="single"
      aria-label={label}
      value={value}
      onValueChange={(next) => {
        const chosen = options.find((option) => option.value === next);
        if (chosen) {
          onChange(chosen.value);
        }
      }}
      className={cx("inline-flex gap-0.5 rounded-lg bg-raised p-0.5", className)}
    >
      {options.map((option) => (
        <ToggleGroup.Item
          key={option.value}
          value={option.value}
          aria-label={option.name}
          className={cx(
            "flex-1 whitespace-nowrap rounded-md font-medium text-muted transition-colors hover:text-text",
            "data-[state=on]:bg-surface data-[state=on]:text-text data-[state=on]:shadow-sm",
            HEIGHTS[size],
          )}
        >
          {option.label}
        </ToggleGroup.Item>
      ))}
    </ToggleGroup.Root>
  );
}
