import type { Sharp } from 'sharp';
import { add, along, type Colour, hex, mix, ramp, scale, smoothstep } from './colour.ts';
import { fractal } from './noise.ts';
import { between, pick, randomFor, seedOf } from './random.ts';
import { open, shade } from './raster.ts';

const WIDTH = 1150;
const HEIGHT = 820;
const SEED = seedOf('starfield');
const GAS = ramp(
  [0, '#05060f'],
  [0.3, '#1a1440'],
  [0.5, '#5b2a7a'],
  [0.68, '#c8506e'],
  [0.85, '#ffb27a'],
  [1, '#fff0d0'],
);
const STARS: readonly Colour[] = [hex('#ffffff'), hex('#bcd4ff'), hex('#ffe2b8'), hex('#ffc4a8')];

function nebula(u: number, v: number): Colour {
  const bendX = fractal(SEED, u * 1.6, v * 1.6, 4);
  const bendY = fractal(SEED + 1, u * 1.6, v * 1.6, 4);
  const gas = fractal(SEED + 2, u * 2 + bendX * 1.8, v * 2 + bendY * 1.8, 7);
  // The bright band runs along a diagonal, as a galaxy's plane does.
  const band = Math.exp(-(((v - 0.86 + u * 0.52) / 0.34) ** 2));
  const dust = smoothstep(0.05, 0.4, fractal(SEED + 3, u * 3 + bendY, v * 3 - bendX, 6));
  const glow = along(GAS, band * (0.56 + gas * 0.95));
  const blue = scale(hex('#1d4f8c'), smoothstep(0.0, 0.6, bendX) * (1 - band) * 0.5);
  return mix(add(glow, blue, 1), hex('#0b0510'), dust * band * 0.75);
}

/** Light laid over the gas: a small disc with a soft rim, and a cross on the brightest. */
function stars(): Float32Array {
  const random = randomFor('starfield');
  const light = new Float32Array(WIDTH * HEIGHT * 3);
  for (let i = 0; i < 3400; i++) {
    const bright = random() ** 16;
    const reach = 2 + Math.ceil(bright * 26);
    const x = between(random, 0, WIDTH);
    const y = between(random, 0, HEIGHT);
    const colour = pick(random, STARS);
    addStar(light, x, y, reach, 0.25 + bright * 1.1, colour);
  }
  return light;
}

function addStar(
  light: Float32Array,
  x: number,
  y: number,
  reach: number,
  power: number,
  colour: Colour,
): void {
  for (let row = Math.max(0, Math.floor(y - reach)); row < Math.min(HEIGHT, y + reach); row++) {
    for (let col = Math.max(0, Math.floor(x - reach)); col < Math.min(WIDTH, x + reach); col++) {
      const dx = Math.abs(col - x);
      const dy = Math.abs(row - y);
      const core = Math.exp(-(dx * dx + dy * dy) / (0.5 + reach * 0.09));
      const cross =
        reach > 9 ? Math.exp(-Math.min(dx, dy) * 1.6 - (Math.max(dx, dy) * 4) / reach) : 0;
      const amount = power * (core + cross * 0.6);
      for (let part = 0; part < 3; part++) {
        const at = (row * WIDTH + col) * 3 + part;
        light[at] = light[at]! + colour[part]! * amount;
      }
    }
  }
}

/** A nebula with stars and the grain of a long exposure: the grain makes the big PNG. */
export function drawStarfield(): Sharp {
  const light = stars();
  const raster = shade(WIDTH, HEIGHT, 16, (x, y) => {
    const at = (y * WIDTH + x) * 3;
    return add(nebula(x / HEIGHT, y / HEIGHT), [light[at]!, light[at + 1]!, light[at + 2]!], 1);
  });
  return open(raster);
}
