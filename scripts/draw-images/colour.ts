/** Red, green, blue, 0 to 1, in sRGB; values outside are clipped when a pixel is written. */
export type Colour = readonly [number, number, number];

/** Colours at places in rising order. */
export type Ramp = readonly (readonly [at: number, colour: Colour])[];

/** The value held to 0 to 1. */
export function clamp(value: number): number {
  return Math.min(1, Math.max(0, value));
}

/** 0 below `low`, 1 above `high`, a smooth rise between; `low` may be the larger: then it falls. */
export function smoothstep(low: number, high: number, value: number): number {
  const t = clamp((value - low) / (high - low));
  return t * t * (3 - 2 * t);
}

/** `#rrggbb` as a colour. */
export function hex(code: string): Colour {
  const bits = Number.parseInt(code.slice(1), 16);
  return [(bits >> 16) / 255, ((bits >> 8) & 255) / 255, (bits & 255) / 255];
}

/** A colour as `#rrggbb`, for SVG. */
export function css(colour: Colour): string {
  const digits = colour.map((part) =>
    Math.round(clamp(part) * 255)
      .toString(16)
      .padStart(2, '0'),
  );
  return `#${digits.join('')}`;
}

/** `from` at 0, `to` at 1; `t` is clipped. */
export function mix(from: Colour, to: Colour, t: number): Colour {
  const share = clamp(t);
  return [
    from[0] + (to[0] - from[0]) * share,
    from[1] + (to[1] - from[1]) * share,
    from[2] + (to[2] - from[2]) * share,
  ];
}

/** `light` laid over `under`, `amount` times: glows. */
export function add(under: Colour, light: Colour, amount: number): Colour {
  return [under[0] + light[0] * amount, under[1] + light[1] * amount, under[2] + light[2] * amount];
}

/** All three parts times `factor`: shadow and sun. */
export function scale(colour: Colour, factor: number): Colour {
  return [colour[0] * factor, colour[1] * factor, colour[2] * factor];
}

/** The ramp's colour at `at`, blended between its two neighbours. */
export function along(ramp: Ramp, at: number): Colour {
  let before = ramp[0]!;
  for (const stop of ramp) {
    if (at < stop[0]) {
      const gap = stop[0] - before[0];
      return gap > 0 ? mix(before[1], stop[1], (at - before[0]) / gap) : stop[1];
    }
    before = stop;
  }
  return before[1];
}

/** A ramp from `#rrggbb` codes at places. */
export function ramp(...stops: readonly (readonly [at: number, code: string])[]): Ramp {
  return stops.map(([at, code]) => [at, hex(code)] as const);
}
