import { post } from "./calls.ts";

/** Finishes what was begun at a provider or a shop, by what it sent the browser back with. */
export function finishConnecting(whom: string, query: Record<string, string>): Promise<{ readonly name: string }> {
  return whom === "shopify"
    ? post("/shops/authorize/finish", { query })
    : post("/connections/authorize/finish", { provider: whom, query });
}
