/** What another site sent one back with. It is out of the address at once: it works once, and no history needs it. */
export function takeAnswer(): Record<string, string> {
  const all = Object.fromEntries(new URLSearchParams(location.search));
  history.replaceState(null, "", location.pathname);
  return all;
}
