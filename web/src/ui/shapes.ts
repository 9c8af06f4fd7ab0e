/** What a sign can be drawn as, and in which ink. */
export type Tone = "cyan" | "magenta" | "yellow" | "green" | "key";
export type Shape = "ring" | "half" | "disc" | "bar" | "cross" | "tick";
