import type { Sharp } from 'sharp';
import { along, css, ramp } from './colour.ts';
import { disc, render, short, svg } from './svg.ts';

const SIZE = 480;
const CENTRE = SIZE / 2;
const SEEDS = 620;
/** The golden angle: the turn from seed to seed that leaves no gaps. */
const TURN = Math.PI * (3 - Math.sqrt(5));
const SEED_TINTS = ramp([0, '#8fae3a'], [0.25, '#7a5a20'], [0.6, '#3f2412'], [1, '#9a5a1c']);

function petals(count: number, reach: number, turn: number, fill: string): string[] {
  const leaf = `M0 -95C34 -130 30 -${reach - 40} 0 -${reach}C-30 -${reach - 40} -34 -130 0 -95Z`;
  return Array.from({ length: count }, (_, i) => {
    const degrees = short((i / count) * 360 + turn);
    const place = `translate(${CENTRE} ${CENTRE}) rotate(${degrees})`;
    return `<path d="${leaf}" transform="${place}" fill="${fill}" stroke="#b86a10"/>`;
  });
}

function seeds(): string[] {
  return Array.from({ length: SEEDS }, (_, i) => {
    const radius = Math.sqrt((i + 0.5) / SEEDS) * 112;
    const x = CENTRE + Math.cos(i * TURN) * radius;
    const y = CENTRE + Math.sin(i * TURN) * radius;
    const fill = css(along(SEED_TINTS, radius / 112));
    return disc(x, y, 1.6 + radius / 56, fill);
  });
}

/** A sunflower, its seeds placed as real ones are. */
export function drawSunflower(): Sharp {
  const text = svg(SIZE, SIZE, [
    `<rect width="${SIZE}" height="${SIZE}" fill="#8cc6d8"/>`,
    ...petals(21, 226, 0, '#e8951c'),
    ...petals(21, 208, 8.6, '#f9bd2c'),
    ...petals(13, 176, 3, '#ffd554'),
    `<circle cx="${CENTRE}" cy="${CENTRE}" r="116" fill="#2a160a"/>`,
    ...seeds(),
  ]);
  return render(text).flatten();
}
