import type { ReactNode } from "react";
import { cx } from "./cx";

export interface Column<Row> {
  key: string;
  header: ReactNode;
  cell: (row: Row) => ReactNode;
  /** Numbers stand at the right. */
  numeric?: boolean;
  /** From which width the column is shown. */
  from?: "sm" | "md" | "lg";
}

interface TableProps<Row> {
  label: string;
  columns: readonly Column<Row>[];
  rows: readonly Row[];
  rowKey: (row: Row) => string;
  dense?: boolean;
}

const FROM = { sm: "hidden sm:table-cell", md: "hidden md:table-cell", lg: "hidden lg:table-cell" };

/** A table that drops columns where there is no room for them. */
export function Table<Row>({ label, columns, rows, rowKey, dense = false }: TableProps<Row>) {
  const padding = dense ? "px-2 py-1 sm:px-3" : "px-3 py-2.5 sm:px-4";
  return (
    <section
      aria-label={label}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
      tabIndex={0}
      className="scroll-thin relative overflow-x-auto focus-visible:-outline-offset-2"
    >
      <table className="w-full border-collapse text-xs sm:text-[0.8125rem]">
        <caption className="sr-only">{label}</caption>
        <thead>
          <tr>
            {columns.map((column) => (
              <th
                key={column.key}
                scope="col"
                className={cx(
                  "whitespace-nowrap border-line border-b font-medium text-muted text-xs",
                  padding,
                  column.numeric ? "text-right" : "text-left",
                  column.from && FROM[column.from],
                )}
              >
                {column.header}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr
              key={rowKey(row)}
              className="border-line border-b last:border-b-0 hover:bg-raised/60"
            >
              {columns.map((column) => (
                <td
                  key={column.key}
                  className={cx(
                    "whitespace-nowrap",
                    padding,
                    column.numeric ? "num text-right" : "text-left",
                    column.from && FROM[column.from],
                  )}
                >
                  {column.cell(row)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
