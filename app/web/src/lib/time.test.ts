import { act, render, screen } from "@testing-library/react";
import { createElement } from "react";
import { afterEach, describe, expect, it, vi } from "vitest";
import { durationText, useNow } from "./time";

function Clock() {
  return createElement("p", null, useNow());
}

afterEach(() => vi.useRealTimers());

describe("durationText", () => {
  it("says the two largest units that follow each other", () => {
    expect(durationText(0)).toBe("0s");
    expect(durationText(-5)).toBe("0s");
    expect(durationText(65)).toBe("1m 5s");
    expect(durationText(3_600)).toBe("1h");
    expect(durationText(3_605)).toBe("1h");
    expect(durationText(2 * 86_400 + 3 * 3_600 + 59)).toBe("2d 3h");
  });
});

describe("useNow", () => {
  it("goes on by itself", () => {
    vi.useFakeTimers({ now: 1_700_000_000_000 });
    render(createElement(Clock));
    screen.getByText("1700000000");
    act(() => vi.advanceTimersByTime(3_000));
    screen.getByText("1700000003");
  });
});
