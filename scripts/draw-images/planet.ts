import type { Sharp } from 'sharp';
import { add, along, type Colour, hex, mix, ramp, scale, smoothstep } from './colour.ts';
import { fractal, noise, speck } from './noise.ts';
import { seedOf } from './random.ts';
import { open, shade } from './raster.ts';

const SIZE = 640;
const GLOBE = 0.225;
const TILT = 0.28;
const FLAT = 0.24;
const SEED = seedOf('planet');
const BANDS = ramp(
  [0, '#c98f62'],
  [0.25, '#f0d3a2'],
  [0.42, '#d99a6c'],
  [0.55, '#f7e6c4'],
  [0.7, '#b9785a'],
  [1, '#e8c49a'],
);

function space(x: number, y: number): Colour {
  const lot = speck(SEED, Math.floor(x * SIZE), Math.floor(y * SIZE));
  const star = lot > 0.9975 ? ((lot - 0.9975) / 0.0025) ** 2 : 0;
  const mist = smoothstep(0, 0.7, fractal(SEED + 4, x * 2, y * 2, 4));
  return add(mix(hex('#070b1d'), hex('#1f2a55'), mist), [1, 1, 1], star * 0.8);
}

function globe(x: number, y: number): Colour {
  const z = Math.sqrt(Math.max(0, 1 - x * x - y * y));
  const latitude = y * 0.97 + z * 0.22;
  const swirl = fractal(SEED + 1, x * 3 + latitude * 2, latitude * 9, 5) * 0.16;
  const stripes = noise(SEED + 2, 0.5, (latitude + swirl * 0.4) * 5) * 0.5 + 0.5;
  const light = Math.max(0, x * -0.62 + y * -0.35 + z * 0.7);
  return scale(along(BANDS, stripes), 0.06 + light * 1.05);
}

/** How much light the rings throw back at a distance from the centre, in globe radii. */
function ringDensity(radius: number): number {
  const inside = smoothstep(1.32, 1.4, radius) * smoothstep(2.15, 2.08, radius);
  const gap = 1 - 0.9 * smoothstep(0.045, 0.025, Math.abs(radius - 1.83));
  return inside * gap * (0.62 + 0.38 * noise(SEED + 3, radius * 22, 0.5));
}

function colourAt(px: number, py: number): Colour {
  const u = px / SIZE - 0.5;
  const v = py / SIZE - 0.5;
  const x = (u * Math.cos(TILT) - v * Math.sin(TILT)) / GLOBE;
  const y = (u * Math.sin(TILT) + v * Math.cos(TILT)) / GLOBE;
  const away = Math.hypot(x, y);
  const body = smoothstep(1.006, 0.994, away);
  let colour = mix(space(u, v), globe(x, y), body);
  const inFront = y > 0 || body < 0.5;
  // The globe throws its shadow on the rings behind it, away from the light.
  const shadow =
    x > 0 && y < 0 ? smoothstep(1.15, 0.85, Math.abs(y * 2.3 + x * 0.15 + 0.6) * 1.4) : 0;
  const ring = inFront ? ringDensity(Math.hypot(x, y / FLAT)) : 0;
  colour = mix(colour, scale(hex('#ecd9b8'), 1 - shadow * 0.8), ring * 0.85);
  return colour;
}

/** A banded planet with rings. */
export function drawPlanet(): Sharp {
  return open(shade(SIZE, SIZE, 1, colourAt));
}
