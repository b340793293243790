import type { Sharp } from 'sharp';
import { along, type Colour, hex, mix, ramp, scale, smoothstep } from './colour.ts';
import { fractal, ridged } from './noise.ts';
import { seedOf } from './random.ts';
import { open, shade } from './raster.ts';

const WIDTH = 1000;
const HEIGHT = 760;
const STEP = 0.05;
const SEED = seedOf('contours');
const LAND = ramp(
  [0, '#b9d7a0'],
  [0.18, '#d8e2a8'],
  [0.36, '#f0dfa4'],
  [0.55, '#e0b67c'],
  [0.75, '#c08f68'],
  [0.95, '#f4efe8'],
);
const SEA = ramp([0, '#bfe3ea'], [0.2, '#93cade'], [0.45, '#6aaecf'], [0.8, '#4c8fbd']);

/** Metres do not matter: 0 is the coast, 1 about the highest peak. */
function ground(x: number, y: number): number {
  const u = x / 315;
  const v = y / 315;
  const island = 0.42 - Math.hypot((x - WIDTH * 0.52) / WIDTH, (y - HEIGHT * 0.5) / HEIGHT) * 1.25;
  const hills = fractal(SEED, u, v, 6) * 0.75;
  const peaks =
    (ridged(SEED + 1, u * 0.9, v * 0.9, 4) - 0.5) * 1.1 * smoothstep(0, 0.4, island + hills);
  return island + hills + peaks;
}

function line(height: number, slope: number, step: number, wide: number): number {
  const off = Math.abs(height / step - Math.round(height / step)) * step;
  return smoothstep(wide * slope, (wide - 0.9) * slope, off);
}

function paper(height: number): Colour {
  // Flat tints between the contours, as printed maps have.
  const tint = Math.floor(Math.abs(height) / STEP) * STEP;
  return height < 0 ? along(SEA, tint) : along(LAND, tint);
}

function colourAt(x: number, y: number): Colour {
  const height = ground(x, y);
  const right = ground(x + 1, y) - height;
  const down = ground(x, y + 1) - height;
  const slope = Math.max(0.0012, Math.hypot(right, down));
  const hill = height > 0 ? 1 - Math.max(-0.12, Math.min(0.2, (right + down) * -9)) : 1;
  let colour = scale(paper(height), hill);
  const ink = height < 0 ? hex('#3f86b5') : hex('#7d5236');
  colour = mix(colour, ink, line(height, slope, STEP, 0.9) * (height < 0 ? 0.35 : 0.6));
  colour = mix(colour, ink, line(height, slope, STEP * 5, 1.4) * 0.7);
  colour = mix(colour, hex('#1d4e73'), smoothstep(1.7 * slope, 0.7 * slope, Math.abs(height)));
  const grid = x % 103 === 51 || y % 103 === 51 ? 0.16 : 0;
  return mix(colour, hex('#2b3d4f'), grid);
}

/** A topographic map of an island nobody has been to. */
export function drawContours(): Sharp {
  return open(shade(WIDTH, HEIGHT, 0, colourAt));
}
