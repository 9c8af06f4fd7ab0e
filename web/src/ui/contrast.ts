/** Colours as they are seen: laid over one another, and how well one can be read on the other (WCAG 2.2, 1.4.3). */
export type Rgb = readonly [red: number, green: number, blue: number];
export interface Ink {
  readonly rgb: Rgb;
  readonly alpha: number;
}

/** `#rgb`, `#rrggbb` or `#rrggbbaa`. */
export function ink(hex: string): Ink {
  const short = hex.length === 4;
  const parts = [...(hex.slice(1).match(short ? /./g : /../g) ?? [])].map((part) =>
    Number.parseInt(short ? part + part : part, 16),
  );
  const [red = 0, green = 0, blue = 0, alpha = 255] = parts;
  return { rgb: [red, green, blue], alpha: alpha / 255 };
}

export function over(top: Ink, under: Rgb): Rgb {
  const mix = (index: 0 | 1 | 2) => top.rgb[index] * top.alpha + under[index] * (1 - top.alpha);
  return [mix(0), mix(1), mix(2)];
}

function luminance(rgb: Rgb): number {
  const [red, green, blue] = rgb.map((value) => {
    const part = value / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  }) as [number, number, number];
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

/** 1 to 21. */
export function contrast(one: Rgb, other: Rgb): number {
  const [dark, light] = [luminance(one), luminance(other)].sort((a, b) => a - b) as [number, number];
  return (light + 0.05) / (dark + 0.05);
}
