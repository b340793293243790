import type { Sharp } from 'sharp';
import { between, pick, type Random, randomFor } from './random.ts';
import { disc, gradient, render, short, svg } from './svg.ts';

const WIDTH = 1000;
const HEIGHT = 680;
/** A koi from above, its nose to the right. */
const KOI = [
  'M70 0C60 -24 10 -30 -60 -6C-84 -30 -100 -28 -104 -22C-96 -10 -92 -4 -90 2',
  'C-96 12 -100 22 -106 30C-96 32 -82 22 -62 8C0 30 58 24 70 0Z',
].join('');
const LEAVES = ['#3f8f5a', '#4fa565', '#2f7a4f', '#6ab56a'];

function at(x: number, y: number, turn: number, size: number): string {
  const place = `translate(${short(x)} ${short(y)})`;
  return `transform="${place} rotate(${short(turn)}) scale(${short(size)})"`;
}

function pad(random: Random, x: number, y: number, size: number): string {
  const veins = Array.from({ length: 9 }, (_, i) => {
    const angle = ((i + 1) / 10) * Math.PI * 1.8 + 0.32;
    return `M0 0L${short(Math.cos(angle) * 44)} ${short(Math.sin(angle) * 44)}`;
  });
  const leaf = 'M0 0L47 16A50 50 0 1 1 47 -16Z';
  const turn = at(x, y, random() * 360, size);
  return `<path d="${leaf}" ${at(x + 8, y + 14, 0, size)} fill="#052f3a" opacity=".25"/>
    <g ${turn}><path d="${leaf}" fill="${pick(random, LEAVES)}"/>
    <path d="${veins.join('')}" stroke="#bfe3a8" stroke-opacity=".45" stroke-width="1.5"/></g>`;
}

function lotus(x: number, y: number, size: number): string {
  const ring = (count: number, reach: number, turn: number, fill: string): string[] =>
    Array.from({ length: count }, (_, i) => {
      const [third, quarter] = [reach / 3, reach / 4];
      const right = `M0 0C${third} ${-third} ${quarter} ${-reach} 0 ${-reach}`;
      const path = `${right}C${-quarter} ${-reach} ${-third} ${-third} 0 0Z`;
      const angle = short((i * 360) / count + turn);
      return `<path d="${path}" transform="rotate(${angle})" fill="${fill}"/>`;
    });
  const petals = [
    ...ring(9, 36, 0, '#e98fb0'),
    ...ring(9, 30, 20, '#f7bcd0'),
    ...ring(6, 20, 5, '#fde3ea'),
  ];
  return `<g ${at(x, y, 0, size)}>${petals.join('')}<circle r="6" fill="#f6c945"/></g>`;
}

function koi(x: number, y: number, turn: number, body: string, spots: string): string {
  const fins = `<path d="M22 -18C14 -44 -4 -46 -10 -42C-6 -32 2 -22 6 -18Z
    M22 18C14 44 -4 46 -10 42C-6 32 2 22 6 18Z" fill="${body}" opacity=".7"/>`;
  const patches = `<ellipse cx="26" cy="-5" rx="20" ry="13" fill="${spots}"/>
    <ellipse cx="-22" cy="5" rx="18" ry="9" fill="${spots}"/>
    <ellipse cx="-50" cy="-1" rx="8" ry="4" fill="${spots}"/>`;
  const eyes = disc(56, -9, 2.4, '#222') + disc(56, 9, 2.4, '#222');
  const shade = `<path d="${KOI}" ${at(x + 16, y + 24, turn, 1)} fill="#042a36" opacity=".3"/>`;
  const back = `<path d="${KOI}" fill="${body}"/>`;
  return `${shade}<g ${at(x, y, turn, 1)}>${fins}${back}${patches}${eyes}</g>`;
}

function ripples(random: Random): string[] {
  return Array.from({ length: 9 }, () => {
    const place = `cx="${short(random() * WIDTH)}" cy="${short(random() * HEIGHT)}"`;
    const rings = [1, 2, 3].map((ring) => {
      const radius = short(ring * between(random, 15, 26));
      return `<circle ${place} r="${radius}" opacity="${short(0.5 - ring * 0.1)}"/>`;
    });
    return `<g fill="none" stroke="#d6f4f0" stroke-width="1.6">${rings.join('')}</g>`;
  });
}

function pads(random: Random): string[] {
  const clumps = [
    [110, 110],
    [880, 560],
    [860, 90],
    [180, 600],
  ] as const;
  return clumps.flatMap(([x, y]) =>
    Array.from({ length: 7 }, () =>
      pad(
        random,
        x + between(random, -150, 150),
        y + between(random, -95, 95),
        between(random, 0.8, 1.5),
      ),
    ),
  );
}

/** Koi among water lilies, from above. */
export function drawPond(): Sharp {
  const random = randomFor('pond');
  const water = gradient('radial', 'water', [
    [0, '#3fa7a0'],
    [0.6, '#1f7a86'],
    [1, '#0f4f63'],
  ]);
  const text = svg(WIDTH, HEIGHT, [
    `<defs>${water}</defs><rect width="${WIDTH}" height="${HEIGHT}" fill="url(#water)"/>`,
    koi(430, 250, 20, '#fff4e6', '#e8552d'),
    koi(600, 400, 205, '#f28c2f', '#fff1dc'),
    koi(380, 470, -55, '#fff8ee', '#2a2f3a'),
    koi(660, 190, 130, '#f6c04a', '#e06a2a'),
    ...ripples(random),
    ...pads(random),
    lotus(150, 130, 1.5),
    lotus(860, 540, 1.8),
    lotus(830, 110, 1.2),
  ]);
  return render(text).flatten();
}
