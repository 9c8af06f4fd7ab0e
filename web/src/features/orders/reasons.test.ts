import { expect, it } from "vitest";
import { emptyWords, whyOf } from "./reasons.ts";

it("says what a reason means, and what to do where there is something", () => {
  expect(whyOf("voided")).toEqual({
    word: "Voided",
    means: "Its payment was voided or has expired, so nobody pays for the printing.",
    todo: "Should the shop say that it is paid after all, it goes on by itself.",
  });
  expect(whyOf("gift-card")).toEqual({ word: "Gift card", means: "A gift card is not printed." });
});

it("leaves what a person wrote as it is, and reads a word it does not know", () => {
  expect(whyOf("asked for A-1, see_mail")).toEqual({ word: "asked for A-1, see_mail" });
  expect(whyOf("constructor")).toEqual({ word: "Constructor" });
  expect(whyOf("out-of-ink")).toEqual({ word: "Out of ink" });
});

it("does not promise what will not come", () => {
  const never = { decision: "It is not printed, so no provider was chosen.", parcels: "Nothing is sent." };

  expect(emptyWords("not_printable")).toEqual(never);
  expect(emptyWords("cancelled")).toEqual(never);
  expect(emptyWords("checked").decision).toBe("It was not routed yet.");
});
