import type { Sharp } from 'sharp';
import { add, type Colour, hex, mix, scale } from './colour.ts';
import { noise, speck } from './noise.ts';
import { between, pick, type Random, randomFor, seedOf } from './random.ts';
import { open, pixels, type Raster, sample, shade } from './raster.ts';
import { disc, gradient, group, short, svg } from './svg.ts';

const WIDTH = 1600;
const HEIGHT = 1000;
const WATER = 600;
const SEED = seedOf('night harbour');
const WINDOWS = ['#ffd27a', '#ffbf5e', '#ffe9b0', '#ff9f52', '#bfe3ff'];
const LAMPS = ['#ffcf7a', '#ffb75a', '#ffe3b0', '#ff8f6b'];

function rect(x: number, y: number, width: number, height: number, fill: string): string {
  const place = `x="${short(x)}" y="${short(y)}"`;
  return `<rect ${place} width="${short(width)}" height="${short(height)}" fill="${fill}"/>`;
}

function stars(random: Random): string[] {
  return Array.from({ length: 260 }, () => {
    const place = `cx="${short(random() * WIDTH)}" cy="${short(random() ** 1.4 * WATER * 0.8)}"`;
    const size = `r="${short(between(random, 0.4, 1.5))}"`;
    return `<circle ${place} ${size} fill="#fff" opacity="${short(between(random, 0.2, 0.9))}"/>`;
  });
}

function house(random: Random, x: number, width: number, height: number, wall: string): string[] {
  const top = WATER - 14 - height;
  const parts = [rect(x, top, width, height + 14, wall)];
  if (random() < 0.5) {
    const peak = `${short(x + width / 2)},${short(top - between(random, 12, 34))}`;
    const eaves = `${short(x)},${short(top)} ${peak} ${short(x + width)},${short(top)}`;
    parts.push(`<polygon points="${eaves}" fill="${wall}"/>`);
  }
  for (let y = top + 10; y < WATER - 34; y += 17) {
    for (let column = x + 7; column < x + width - 10; column += 13) {
      if (random() < 0.38) parts.push(rect(column, y, 6, 9, pick(random, WINDOWS)));
    }
  }
  return parts;
}

function street(random: Random, low: number, high: number, walls: readonly string[]): string[] {
  const parts: string[] = [];
  for (let x = -20; x < 1330;) {
    const width = between(random, 46, 104);
    const middle = 1 - Math.abs(x - 560) / 1100;
    parts.push(
      ...house(random, x, width, between(random, low, high) * middle, pick(random, walls)),
    );
    x += width + (random() < 0.2 ? between(random, 4, 22) : 0);
  }
  return parts;
}

function quay(random: Random): string[] {
  const parts = [rect(0, WATER - 14, 1380, 14, '#0d0f1c')];
  for (let x = 40; x < 1370; x += 74) {
    const lamp = Math.floor(random() * LAMPS.length);
    parts.push(
      rect(x - 1.5, WATER - 48, 3, 36, '#080914'),
      disc(x, WATER - 50, 34, `url(#lamp${lamp})`),
    );
    parts.push(disc(x, WATER - 50, 4, '#fff6dc'));
  }
  return parts;
}

function lighthouse(): string[] {
  const x = 1470;
  const tower = `${x - 26},${WATER - 30} ${x - 15},330 ${x + 15},330 ${x + 26},${WATER - 30}`;
  const beam = (tip: number, spread: number): string =>
    `<polygon points="${x},312 ${tip},${250 - spread} ${tip},${270 + spread}" fill="url(#beam)"/>`;
  return [
    `<path d="M1360 ${WATER} Q1400 555 1450 566 Q1500 548 1600 562 V${WATER} Z" fill="#0a0c18"/>`,
    beam(560, 60),
    `<polygon points="${tower}" fill="#d7d3cf"/>`,
    ...[372, 446, 520].map((y, i) => rect(x - 19 - i * 3, y, 38 + i * 6, 36, '#a3333d')),
    rect(x - 21, 324, 42, 8, '#15182b'),
    rect(x - 11, 300, 22, 24, '#fff4c8'),
    `<polygon points="${x - 16},300 ${x},280 ${x + 16},300" fill="#15182b"/>`,
    disc(x, 312, 95, 'url(#lamp2)'),
  ];
}

function town(): string {
  const random = randomFor('night harbour');
  const lamps = LAMPS.map((colour, i) =>
    gradient('radial', `lamp${i}`, [
      [0, colour, 0.75],
      [0.35, colour, 0.25],
      [1, colour, 0],
    ]),
  );
  const beam = `<linearGradient id="beam" x1="1" x2="0"><stop offset="0" stop-color="#fff2c0"
    stop-opacity=".55"/><stop offset="1" stop-color="#fff2c0" stop-opacity="0"/></linearGradient>`;
  const sky = gradient('linear', 'sky', [
    [0, '#070b22'],
    [0.55, '#16224d'],
    [1, '#4a3d70'],
  ]);
  const moon = gradient('radial', 'moon', [
    [0, '#f4f0dc', 0.5],
    [1, '#f4f0dc', 0],
  ]);
  return svg(WIDTH, WATER, [
    `<defs>${sky}${moon}${lamps.join('')}${beam}</defs>`,
    rect(0, 0, WIDTH, WATER, 'url(#sky)'),
    ...stars(random),
    disc(300, 130, 170, 'url(#moon)'),
    disc(300, 130, 42, '#f6f1dd'),
    disc(286, 120, 9, '#e2dcc4'),
    disc(313, 142, 12, '#e4dec8'),
    `<path d="M0 520 Q220 400 520 470 T1050 440 T1600 520 V${WATER} H0 Z" fill="#1b2146"/>`,
    ...street(random, 150, 300, ['#191d3d', '#1c2145', '#171a38']),
    ...street(random, 60, 165, ['#10132a', '#131631', '#0e1024']),
    ...quay(random),
    ...lighthouse(),
  ]);
}

/** The mirror image, drawn out downwards as ripples do with lights. */
function water(above: Raster, x: number, y: number): Colour {
  const depth = y - WATER;
  const wave = noise(SEED, x / (16 + depth * 0.25), (depth / (2.2 + depth * 0.03)) * 0.9);
  let sum: Colour = [0, 0, 0];
  const taps = 9;
  for (let tap = 0; tap < taps; tap++) {
    const stretch = 0.55 + tap * 0.13 + wave * 0.28;
    const sway = wave * (2 + depth * 0.045) + (speck(SEED + tap, x >> 2, y >> 1) - 0.5) * 3;
    sum = add(sum, sample(above, x + sway, WATER - 2 - depth * stretch), 1 / taps);
  }
  const glint = Math.max(0, wave - 0.35) * 0.22;
  return add(mix(scale(sum, 1.15), hex('#0a1230'), 0.16 + depth / 1400), hex('#6a78b8'), glint);
}

function boat(x: number, y: number, size: number, hull: string): string {
  const mast = `<path d="M0 -4 V-150" stroke="#cfc8bd" stroke-width="3"/>`;
  const sails = `<path d="M5 -142 Q52 -80 62 -20 H5 Z" fill="#3a4370"/>
    <path d="M-5 -130 Q-36 -70 -44 -20 H-5 Z" fill="#2c3460"/>`;
  const body = `<path d="M-66 -8 H78 Q66 24 44 26 H-44 Q-60 18 -66 -8 Z" fill="${hull}"/>
    <path d="M-66 -8 H78 L75 0 H-63 Z" fill="#d9d2c4"/>`;
  const light = disc(0, -152, 22, 'url(#lamp)') + disc(0, -152, 3.5, '#fff4d6');
  const mirror = `<g transform="translate(0 50) scale(1 -.55)" opacity=".4">${sails}${body}</g>`;
  const cabin = disc(20, 8, 4, '#ffd27a') + disc(0, 8, 4, '#ffd27a');
  return group(`translate(${x} ${y}) scale(${size})`, [mirror, mast, sails, body, cabin, light]);
}

/** A harbour town under the moon, its lights drawn out on the water. */
export async function drawNightHarbour(): Promise<Sharp> {
  const above = await pixels(town());
  const raster = shade(WIDTH, HEIGHT, 4, (x, y) =>
    y < WATER ? sample(above, x, y) : water(above, x, y),
  );
  const lamp = gradient('radial', 'lamp', [
    [0, '#ffe3a0', 0.8],
    [1, '#ffe3a0', 0],
  ]);
  const boats = svg(WIDTH, HEIGHT, [
    `<defs>${lamp}</defs>`,
    boat(1180, 690, 0.7, '#3c1f2b'),
    boat(820, 742, 1, '#20304f'),
    boat(330, 850, 1.6, '#5a2230'),
  ]);
  return open(raster).composite([{ input: Buffer.from(boats) }]);
}
