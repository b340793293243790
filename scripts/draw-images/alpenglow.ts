import type { Sharp } from 'sharp';
import { add, along, type Colour, hex, mix, ramp, scale, smoothstep } from './colour.ts';
import { fractal, noise, ridged } from './noise.ts';
import { between, randomFor, seedOf } from './random.ts';
import { open, shade } from './raster.ts';
import { fir, svg } from './svg.ts';

const WIDTH = 1800;
const HEIGHT = 1125;
const SHORE = 0.7;
const SUN = { x: 0.98, y: 0.535 };
const SEED = seedOf('alpenglow');
const SKY = ramp(
  [0, '#1d2a5c'],
  [0.22, '#54458c'],
  [0.4, '#c2607f'],
  [0.52, '#f6925f'],
  [0.66, '#ffd796'],
);
const FAR = hex('#d9808a');
const NEAR = hex('#221d3f');
const HAZE = hex('#f7b08a');
const SNOW = hex('#ffc7b0');
const RIDGES = [
  { base: 0.62, rise: 0.42, wide: 1.5 },
  { base: 0.66, rise: 0.28, wide: 1.9 },
  { base: 0.69, rise: 0.17, wide: 2.6 },
  { base: 0.71, rise: 0.1, wide: 3.4 },
];

function sky(u: number, v: number): Colour {
  const away = Math.hypot(u - SUN.x, v - SUN.y);
  let colour = along(SKY, v);
  const cloud = smoothstep(0.02, 0.5, fractal(SEED, u * 1.7 + v, v * 9, 6));
  const lit = mix(hex('#6d4a86'), hex('#ffb48a'), smoothstep(0.05, 0.5, v));
  colour = mix(colour, lit, cloud * 0.75);
  colour = add(colour, hex('#ffb060'), 0.55 * Math.exp(-away * 7));
  return mix(colour, hex('#fff3cf'), smoothstep(0.047, 0.043, away));
}

function crest(layer: number, u: number): number {
  const { base, rise, wide } = RIDGES[layer]!;
  return base - rise * (ridged(SEED + layer * 31, u * wide + layer * 4.7, 0.37, 7) - 0.3);
}

function rock(layer: number, u: number, v: number, below: number): Colour {
  const body = mix(FAR, NEAR, (layer + 0.35) / RIDGES.length);
  const seed = SEED + 500 + layer;
  // The slope towards the sun is lit: a difference of two near heights stands for it.
  const here = ridged(seed, u * 5 + v * 3, v * 2.6 - u * 2, 6);
  const slope = here - ridged(seed, u * 5 + v * 3 + 0.045, v * 2.6 - u * 2 - 0.03, 6);
  const snowline = smoothstep(0.16, 0.02, below + fractal(seed, u * 9, v * 9, 4) * 0.1);
  const snow = layer < 3 ? snowline * (0.85 - layer * 0.2) * smoothstep(-0.02, 0.05, slope) : 0;
  const shaded = scale(mix(body, SNOW, snow), 1 + slope * 1.3);
  return mix(shaded, HAZE, smoothstep(0.02, 0.26, below) * 0.5 * (1 - layer / 5));
}

function land(u: number, v: number): Colour {
  for (let layer = RIDGES.length - 1; layer >= 0; layer--) {
    const below = v - crest(layer, u);
    if (below > 0) return rock(layer, u, v, below);
  }
  return sky(u, v);
}

function lake(u: number, v: number): Colour {
  const depth = v - SHORE;
  const swell = noise(SEED + 9, u * (14 - depth * 20), 30 * Math.sqrt(depth + 0.002) * 4);
  const mirrored = land(u + swell * depth * 0.03, SHORE - depth * 1.25 + swell * depth * 0.2);
  return mix(scale(mirrored, 0.86), hex('#1c2350'), 0.12 + depth * 1.5);
}

function shoreTrees(): string {
  const random = randomFor('alpenglow firs');
  const trees: string[] = [];
  for (let i = 0; i < 95; i++) {
    const share = i / 95;
    const fromEdge = random() ** 1.7 * 620;
    const x = random() < 0.62 ? fromEdge - 20 : WIDTH + 20 - fromEdge * 0.7;
    const height = between(random, 90, 190) * (1.25 - fromEdge / 720) + share * 90;
    trees.push(
      fir(random, x, HEIGHT - 40 + share * 55, height, share < 0.5 ? '#1a1733' : '#0e0c1e'),
    );
  }
  return svg(WIDTH, HEIGHT, trees);
}

/** Mountains behind a lake at sunset, with firs in front. */
export function drawAlpenglow(): Sharp {
  const raster = shade(WIDTH, HEIGHT, 5, (x, y) => {
    const u = x / HEIGHT;
    const v = y / HEIGHT;
    return v < SHORE ? land(u, v) : lake(u, v);
  });
  return open(raster).composite([{ input: Buffer.from(shoreTrees()) }]);
}
