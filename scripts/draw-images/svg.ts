import sharp, { type Sharp } from 'sharp';
import { between, type Random } from './random.ts';

/** An SVG document with its user units as pixels. */
export function svg(width: number, height: number, body: readonly string[]): string {
  const size = `width="${width}" height="${height}" viewBox="0 0 ${width} ${height}"`;
  return `<svg xmlns="http://www.w3.org/2000/svg" ${size}>\n${body.join('\n')}\n</svg>\n`;
}

/** A sharp pipeline over an SVG text. */
export function render(text: string): Sharp {
  return sharp(Buffer.from(text));
}

/** A number in its shortest form with one decimal: a mesh of them is a third smaller. */
export function short(value: number): string {
  return String(Math.round(value * 10) / 10);
}

/** A disc; `fill` is a colour or `url(#gradient)`. */
export function disc(x: number, y: number, radius: number, fill: string): string {
  return `<circle cx="${short(x)}" cy="${short(y)}" r="${short(radius)}" fill="${fill}"/>`;
}

/** The parts under one transform, which is in SVG's own words. */
export function group(transform: string, parts: readonly string[]): string {
  return `<g transform="${transform}">${parts.join('')}</g>`;
}

/** Points as an SVG points list. */
export function points(list: readonly (readonly [x: number, y: number])[]): string {
  return list.map(([x, y]) => `${short(x)},${short(y)}`).join(' ');
}

/** A gradient definition from the top to the bottom (`linear`) or outwards (`radial`). */
export function gradient(
  kind: 'linear' | 'radial',
  id: string,
  stops: readonly (readonly [at: number, colour: string, opacity?: number])[],
): string {
  const inner = stops.map(
    ([at, colour, opacity = 1]) =>
      `<stop offset="${at}" stop-color="${colour}" stop-opacity="${opacity}"/>`,
  );
  const direction = kind === 'linear' ? ' x1="0" y1="0" x2="0" y2="1"' : '';
  return `<${kind}Gradient id="${id}"${direction}>${inner.join('')}</${kind}Gradient>`;
}

/** A fir as a polygon, its foot at (`x`, `y`); no two have the same branches. */
export function fir(random: Random, x: number, y: number, height: number, fill: string): string {
  const left: [number, number][] = [];
  const right: [number, number][] = [];
  const tiers = 9;
  for (let tier = 1; tier <= tiers; tier++) {
    const down = y - height * (1 - tier / (tiers + 0.5));
    const reach = height * 0.21 * (tier / tiers) ** 0.85;
    left.push([x - reach * between(random, 0.75, 1.1), down], [x - reach * 0.45, down - 1]);
    right.push([x + reach * between(random, 0.75, 1.1), down], [x + reach * 0.45, down - 1]);
  }
  const outline = [[x, y - height] as const, ...left, ...right.reverse()];
  const trunk = height * 0.025;
  const stem = `<rect x="${short(x - trunk)}" y="${short(y - height * 0.1)}" fill="${fill}"
    width="${short(trunk * 2)}" height="${short(height * 0.12)}"/>`;
  return `<polygon points="${points(outline)}" fill="${fill}"/>${stem}`;
}
