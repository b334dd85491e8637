import { Tabs as Primitive } from "radix-ui";
import type { ReactNode } from "react";
import { cx } from "./cx";

interface TabsProps<T extends string> {
  label: string;
  value: T;
  onChange: (value: T) => void;
  tabs: readonly { value: T; label: ReactNode; content: ReactNode }[];
  actions?: ReactNode;
  className?: string;
  contentClassName?: string;
}

/** Contents of which one is shown. */
export function Tabs<T extends string>({
  label,
  value,
  onChange,
  tabs,
  actions,
  className,
  contentClassName,
}: TabsProps<T>) {
  return (
    <Primitive.Root
      value={value}
      onValueChange={(next) => {
        const chosen = tabs.find((tab) => tab.value === next);
        if (chosen) {
          onChange(chosen.value);
        }
      }}
      className={cx("flex min-w-0 flex-col", className)}
    >
      <div className="flex min-h-11 items-stretch justify-between gap-2 border-line border-b px-1 sm:px-2">
        <Primitive.List
          aria-label={label}
          className="scroll-thin flex min-w-0 overflow-x-auto overflow-y-hidden"
        >
          {tabs.map((tab) => (
            <Primitive.Trigger
              key={tab.value}
              value={tab.value}
              className={cx(
                "-mb-px whitespace-nowrap border-transparent border-b-2 px-2.5 font-medium text-muted text-xs hover:text-text sm:px-3 sm:text-sm",
                "data-[state=active]:border-accent data-[state=active]:text-text",
                "focus-visible:-outline-offset-2",
              )}
            >
              {tab.label}
            </Primitive.Trigger>
          ))}
        </Primitive.List>
        {actions && <div className="flex shrink-0 items-center gap-1 pr-1">{actions}</div>}
      </div>
      {tabs.map((tab) => (
        <Primitive.Content
          key={tab.value}
          value={tab.value}
          className={cx("min-h-0 flex-1 focus-visible:-outline-offset-2", contentClassName)}
        >
          {tab.content}
        </Primitive.Content>
      ))}
    </Primitive.Root>
  );
}
