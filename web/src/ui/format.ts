/** Words for amounts, times and places. Made for the reader's language; the exact value is always beside the short one. */
export interface Amount {
  readonly amount_minor: number;
  readonly currency: string;
}

const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const amounts = new Map<string, Intl.NumberFormat>();

export function money({ amount_minor, currency }: Amount, locale?: string): string {
  const key = `${locale}/${currency}`;
  let format = amounts.get(key);
  if (!format) {
    format = new Intl.NumberFormat(locale, { style: "currency", currency, currencyDisplay: "code" });
    amounts.set(key, format);
  }
  const places = format.resolvedOptions().maximumFractionDigits ?? 2;
  return format.format(amount_minor / 10 ** places);
}

/** How long ago, in one unit: `now`, `4 min`, `3 h`, `12 d`. */
export function age(at: string, now: number): string {
  const seconds = Math.max(0, (now - Date.parse(at)) / 1000);
  if (seconds < MINUTE) return "now";
  if (seconds < HOUR) return `${Math.floor(seconds / MINUTE)} min`;
  if (seconds < DAY) return `${Math.floor(seconds / HOUR)} h`;
  return `${Math.floor(seconds / DAY)} d`;
}

const EXACT: Intl.DateTimeFormatOptions = { dateStyle: "medium", timeStyle: "medium", hourCycle: "h23" };
const exactly = new Intl.DateTimeFormat(undefined, EXACT);
const clock = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23" });

export const exact = (at: string): string => exactly.format(new Date(at));
export const clockTime = (at: string): string => clock.format(new Date(at));

const countries = new Intl.DisplayNames(undefined, { type: "region", fallback: "code" });

export function country(code: string): string {
  try {
    return countries.of(code) ?? code;
  } catch {
    return code; // a shop may send any word
  }
}

/** `printful` → `Printful`, `not_printable` → `Not printable`. */
export function words(key: string): string {
  const spaced = key.replaceAll(/[_-]/g, " ");
  return spaced.charAt(0).toUpperCase() + spaced.slice(1);
}

export const plural = (count: number, one: string, more = `${one}s`): string => `${count} ${count === 1 ? one : more}`;
