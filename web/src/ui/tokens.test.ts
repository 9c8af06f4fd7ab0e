import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { type Rgb, contrast, ink, over } from "./contrast.ts";

const source = readFileSync(new URL("./tokens.css", import.meta.url), "utf8");
const PAIR = /--([\w-]+): light-dark\((#\w+), (#\w+)\)/g;
const GLOWS = ["glow-cyan", "glow-magenta", "glow-yellow"];

function tokensOf(theme: "light" | "dark"): ReadonlyMap<string, string> {
  const root = source.slice(0, source.indexOf("@media"));
  return new Map([...root.matchAll(PAIR)].map(([, name, light, dark]) => [name ?? "", (theme === "light" ? light : dark) ?? ""]));
}

/** Every place of the ground that can lie under a sheet: bare, or in the middle of one glow, or of two at once. */
function grounds(tokens: ReadonlyMap<string, string>): readonly Rgb[] {
  const color = (name: string) => ink(tokens.get(name) ?? "");
  const bare = color("ground").rgb;
  const one = GLOWS.map((glow) => over(color(glow), bare));
  const two = GLOWS.flatMap((glow) => one.map((under) => over(color(glow), under)));
  return [bare, ...one, ...two];
}

describe.each(["light", "dark"] as const)("in %s", (theme) => {
  const tokens = tokensOf(theme);
  const color = (name: string) => {
    const hex = tokens.get(name);
    if (!hex) throw new Error(`there is no token ${name}`);
    return ink(hex);
  };
  const sheets = grounds(tokens).flatMap((ground) => {
    const sheet = over(color("sheet"), ground);
    return [sheet, over(color("sheet-over"), ground), over(color("tint"), sheet), over(color("tint-strong"), sheet)];
  });
  const least = (name: string) => Math.min(...sheets.map((under) => contrast(color(name).rgb, under)));

  it.each(["key", "key-soft", "cyan-text", "magenta-text", "yellow-text", "green-text"])("%s can be read everywhere", (name) => {
    expect(least(name)).toBeGreaterThanOrEqual(4.5);
  });

  it.each(["rule-strong", "cyan-line", "magenta-line", "yellow-line", "green-line"])("%s can be seen everywhere", (name) => {
    expect(least(name)).toBeGreaterThanOrEqual(3);
  });

  it.each(["cyan", "magenta", "yellow", "green"])("what is written on a %s fill can be read", (name) => {
    expect(contrast(color(`${name}-on`).rgb, color(`${name}-fill`).rgb)).toBeGreaterThanOrEqual(4.5);
  });

  it("glass is thick enough for text", () => {
    expect(color("sheet").alpha).toBeGreaterThanOrEqual(0.82);
  });
});

it("white on black is 21, and a grey that is known fails on white glass", () => {
  expect(contrast([255, 255, 255], [0, 0, 0])).toBeCloseTo(21);
  expect(contrast(ink("#6b7280").rgb, over(ink("#ffffffd1"), ink("#8fd3ec").rgb))).toBeLessThan(4.5);
});
