import { expect, it } from "vitest";
import { asInput, readFilters, writeFilters } from "./filters.ts";

it("is read back as it was written", () => {
  const filters = { stage: "printing", held: false, number: "A & B#1" } as const;

  expect(readFilters(writeFilters(filters))).toEqual(filters);
  expect(writeFilters({})).toBe("");
});

it("leaves out what it does not know", () => {
  expect(readFilters("?stage=melted&held=perhaps&number=%20&other=1")).toEqual({});
});

it("is what the list takes", () => {
  expect(asInput({ held: true, number: "7" })).toEqual({ held: true, external_id: "7" });
});
