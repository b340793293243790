import type { Sharp } from 'sharp';
import { add, along, type Colour, hex, mix, ramp, smoothstep } from './colour.ts';
import { fractal, noise, ridged } from './noise.ts';
import { seedOf } from './random.ts';
import { open, type Raster, shade } from './raster.ts';

const WIDTH = 1500;
const HEIGHT = 900;
const HORIZON = 330;
const FARTHEST = 60;
const SEED = seedOf('dunes');
const SKY = ramp([0, '#2f6f9f'], [0.5, '#8fb9c4'], [0.85, '#f2d3a4'], [1, '#f6c58c']);
const HAZE = hex('#f0c795');

/** The sand's height, in eyes above the plain; the eye is at 1. */
function sand(x: number, z: number): number {
  const bend = noise(SEED + 3, x * 0.11, z * 0.11) * 2.4;
  const crest = ridged(SEED, x * 0.1 + bend * 0.12, z * 0.16 + bend * 0.25, 2);
  return crest * crest * 1.15 + noise(SEED + 5, x * 0.05, z * 0.05) * 0.25;
}

function sunlit(x: number, z: number, height: number): Colour {
  const step = 0.03;
  const slopeX = (sand(x + step, z) - height) / step;
  const slopeZ = (sand(x, z + step) - height) / step;
  // Wind ripples run across the slope; far away they would only flicker.
  const phase = z * 26 + x * 9 + noise(SEED + 8, x * 1.6, z * 1.6) * 5;
  const ripple = Math.sin(phase) * 0.1 * smoothstep(9, 1.5, z);
  const steep = Math.hypot(slopeX, slopeZ, 1);
  const light = (slopeX * -0.86 + slopeZ * 0.1 + 0.36) / steep + ripple;
  const shadow = hex('#6b3b3f');
  const tone = mix(shadow, hex('#f3b36a'), smoothstep(-0.25, 0.75, light));
  const bright = add(tone, hex('#ffd9a0'), Math.max(0, light - 0.6) * 0.5);
  return mix(bright, HAZE, smoothstep(6, FARTHEST, z) * 0.85);
}

function sky(x: number, y: number): Colour {
  const away = Math.hypot(x - 300, y - 150);
  const cloud = smoothstep(0.1, 0.6, fractal(SEED + 20, x / 420, y / 60, 5));
  let colour = mix(along(SKY, y / HORIZON), hex('#fff1dc'), cloud * 0.5);
  colour = add(colour, hex('#ffe0a8'), 0.6 * Math.exp(-away / 130));
  return mix(colour, hex('#fffbe8'), smoothstep(40, 37, away));
}

/** One column of the picture, from near to far: a place shows only above all that lies nearer. */
function column(screen: (Colour | undefined)[], x: number): void {
  let top = HEIGHT;
  for (let z = 0.55; z < FARTHEST && top > 0; z *= 1.0028) {
    const across = ((x - WIDTH / 2) / 900) * z;
    const height = sand(across + 3.1, z);
    const y = Math.max(0, Math.round(HORIZON + ((1.75 - height) * 520) / z));
    if (y >= top) continue;
    const colour = sunlit(across + 3.1, z, height);
    for (let row = y; row < top; row++) screen[row * WIDTH + x] = colour;
    top = y;
  }
}

function land(): Raster {
  const screen = Array.from<Colour | undefined>({ length: WIDTH * HEIGHT });
  for (let x = 0; x < WIDTH; x++) column(screen, x);
  return shade(WIDTH, HEIGHT, 9, (x, y) => screen[y * WIDTH + x] ?? sky(x, y));
}

/** Sand dunes with long shadows, drawn from a height field. */
export function drawDunes(): Sharp {
  return open(land());
}
