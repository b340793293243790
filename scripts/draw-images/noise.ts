/** Sixteen unit vectors; more directions do not show, fewer leave a visible grid. */
const GRADIENTS = Array.from({ length: 16 }, (_, i) => {
  const angle = ((i + 0.5) * Math.PI) / 8;
  return [Math.cos(angle), Math.sin(angle)] as const;
});

/** 32 well-mixed bits for a lattice point; the same seed and point always give the same bits. */
function hash(seed: number, x: number, y: number): number {
  let bits = Math.imul(x, 0x27d4eb2d) ^ Math.imul(y, 0x165667b1) ^ seed;
  bits = Math.imul(bits ^ (bits >>> 15), 0x85ebca6b);
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35);
  return (bits ^ (bits >>> 16)) >>> 0;
}

/** White noise in [0, 1) for a lattice point. */
export function speck(seed: number, x: number, y: number): number {
  return hash(seed, x, y) / 0x1_0000_0000;
}

function corner(seed: number, cellX: number, cellY: number, dx: number, dy: number): number {
  const [gx, gy] = GRADIENTS[hash(seed, cellX, cellY) & 15]!;
  return gx * dx + gy * dy;
}

function fade(t: number): number {
  return t * t * t * (t * (t * 6 - 15) + 10);
}

/** Gradient noise, about -1 to 1, with features one unit wide. */
export function noise(seed: number, x: number, y: number): number {
  const cellX = Math.floor(x);
  const cellY = Math.floor(y);
  const dx = x - cellX;
  const dy = y - cellY;
  const across = fade(dx);
  const topLeft = corner(seed, cellX, cellY, dx, dy);
  const topRight = corner(seed, cellX + 1, cellY, dx - 1, dy);
  const bottomLeft = corner(seed, cellX, cellY + 1, dx, dy - 1);
  const bottomRight = corner(seed, cellX + 1, cellY + 1, dx - 1, dy - 1);
  const top = topLeft + (topRight - topLeft) * across;
  const bottom = bottomLeft + (bottomRight - bottomLeft) * across;
  return (top + (bottom - top) * fade(dy)) * 1.45;
}

/** Octaves of noise, each half as wide and half as high: clouds, coasts. About -1 to 1. */
export function fractal(seed: number, x: number, y: number, octaves: number): number {
  let sum = 0;
  let height = 0.5;
  let scale = 1;
  for (let octave = 0; octave < octaves; octave++) {
    sum += noise(seed + octave * 7919, x * scale, y * scale) * height;
    height /= 2;
    scale *= 2.03;
  }
  return sum;
}

/** As `fractal`, folded so that it has sharp crests: mountains, dunes. 0 to 1. */
export function ridged(seed: number, x: number, y: number, octaves: number): number {
  let sum = 0;
  let height = 0.5;
  let scale = 1;
  for (let octave = 0; octave < octaves; octave++) {
    const crest = 1 - Math.abs(noise(seed + octave * 7919, x * scale, y * scale));
    sum += crest * crest * height;
    height /= 2;
    scale *= 2.03;
  }
  return sum;
}
