import type { Style } from './screen-text.ts';

const BLOCKS = '▁▂▃▄▅▆▇█';
const IDLE = '·';
const DOWN = '×';

/** More rows would be more than a glance takes in. */
const MOST_ROWS = 3;

/** A run of blocks that look alike. */
interface Blocks {
  readonly text: string;
  readonly style?: Style;
}

/**
 * Peers as blocks, the busiest as the highest one, in rows of at most `columns`. Of many peers several share
 * a block, which shows their mean.
 * @param activity of each peer; −1: it is down, which a block is when all of its peers are
 */
export function heatRows(
  activity: ArrayLike<number>,
  columns: number,
): { readonly rows: readonly (readonly Blocks[])[]; readonly peersEach: number } {
  const width = Math.max(1, columns);
  const peersEach = Math.max(1, Math.ceil(activity.length / (width * MOST_ROWS)));
  const values = means(activity, peersEach);
  const most = values.reduce((sum, one) => Math.max(sum, one), 0);
  const text = values.map((value) => blockOf(value, most)).join('');
  const rows = Array.from({ length: Math.ceil(text.length / width) }, (_, row) =>
    painted(text.slice(row * width, (row + 1) * width)),
  );
  return { rows, peersEach };
}

function means(activity: ArrayLike<number>, size: number): number[] {
  return Array.from({ length: Math.ceil(activity.length / size) }, (_, block) => {
    const end = Math.min(activity.length, (block + 1) * size);
    let sum = 0;
    let up = 0;
    for (let peer = block * size; peer < end; peer++) {
      if (activity[peer]! < 0) continue;
      sum += activity[peer]!;
      up++;
    }
    return up === 0 ? -1 : sum / up;
  });
}

function blockOf(value: number, most: number): string {
  if (value < 0) return DOWN;
  if (value === 0) return IDLE;
  return BLOCKS[Math.ceil((value / most) * BLOCKS.length) - 1]!;
}

function painted(text: string): Blocks[] {
  return text
    .split(/(×+|·+)/)
    .filter((part) => part !== '')
    .map((part) => ({ text: part, ...(styleOf(part) && { style: styleOf(part)! }) }));
}

function styleOf(part: string): Style | null {
  if (part.startsWith(DOWN)) return 'red';
  return part.startsWith(IDLE) ? 'dim' : null;
}
