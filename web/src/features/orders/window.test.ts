import { expect, it } from "vitest";
import { shown } from "./window.ts";

it("draws some fifty of ten thousand rows, wherever one is", () => {
  for (const top of [0, 1, 7_777, 200_000, 399_100, 400_000]) {
    const { first, last, before, after } = shown(top, 900, 40, 10_000);

    expect(last - first).toBeLessThanOrEqual(60);
    expect(before + (last - first) * 40 + after).toBe(400_000);
    expect(first * 40).toBeLessThanOrEqual(top);
    expect(last * 40).toBeGreaterThanOrEqual(Math.min(400_000, top + 900));
  }
});

it("draws all of a short list, and nothing of none", () => {
  expect(shown(0, 900, 40, 3)).toEqual({ first: 0, last: 3, before: 0, after: 0 });
  expect(shown(0, 900, 40, 0)).toEqual({ first: 0, last: 0, before: 0, after: 0 });
});
