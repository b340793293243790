import { between, pick, type Random, randomFor } from './random.ts';
import { gradient, short, svg } from './svg.ts';

type Tint = (typeof TINTS)[number];

interface Dot {
  readonly x: number;
  readonly y: number;
  readonly radius: number;
  readonly tint: Tint;
}

const WIDTH = 1280;
const HEIGHT = 800;
const TINTS = ['teal', 'sky', 'violet', 'amber'] as const;

const CODES = { teal: '#4fe3c1', sky: '#5fb4ff', violet: '#b58cff', amber: '#ffc46b' };

/** Random places, none nearer than 42 to another: clumps would hide the threads. */
function scatter(random: Random): Dot[] {
  const dots: Dot[] = [];
  for (let tries = 0; tries < 4000 && dots.length < 190; tries++) {
    const x = between(random, 20, WIDTH - 20);
    const y = between(random, 20, HEIGHT - 20);
    if (dots.some((dot) => Math.hypot(dot.x - x, dot.y - y) < 42)) continue;
    const radius = random() < 0.08 ? between(random, 8, 12) : between(random, 2, 5);
    dots.push({ x, y, radius, tint: pick(random, TINTS) });
  }
  return dots;
}

function threads(dots: readonly Dot[]): string[] {
  const lines: string[] = [];
  dots.forEach((from, index) => {
    for (const to of dots.slice(index + 1)) {
      const length = Math.hypot(from.x - to.x, from.y - to.y);
      const reach = from.radius > 7 || to.radius > 7 ? 170 : 92;
      if (length > reach) continue;
      const ends = `M${short(from.x)} ${short(from.y)}L${short(to.x)} ${short(to.y)}`;
      const faint = short(0.15 + 0.75 * (1 - length / reach));
      lines.push(`<path d="${ends}" stroke="${CODES[from.tint]}" opacity="${faint}"/>`);
    }
  });
  return lines;
}

function lamp(dot: Dot): string {
  const place = `cx="${short(dot.x)}" cy="${short(dot.y)}"`;
  const halo = `<circle ${place} r="${short(dot.radius * 5)}" fill="url(#${dot.tint})"/>`;
  return `${halo}<circle ${place} r="${short(dot.radius)}" fill="#f4fbff"/>`;
}

/** A mesh of glowing points, as SVG text. */
export function drawMesh(): string {
  const dots = scatter(randomFor('mesh'));
  const halos = TINTS.map((tint) =>
    gradient('radial', tint, [
      [0, CODES[tint], 0.9],
      [0.3, CODES[tint], 0.35],
      [1, CODES[tint], 0],
    ]),
  );
  const night = gradient('radial', 'night', [
    [0, '#1b2a5a'],
    [0.7, '#0c1433'],
    [1, '#060a1c'],
  ]);
  return svg(WIDTH, HEIGHT, [
    `<defs>${night}${halos.join('')}</defs>`,
    `<rect width="${WIDTH}" height="${HEIGHT}" fill="url(#night)"/>`,
    `<g fill="none" stroke-width="1.3">`,
    ...threads(dots),
    '</g>',
    ...dots.map(lamp),
  ]);
}
