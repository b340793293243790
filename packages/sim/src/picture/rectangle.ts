/** Columns and rows of something that is filled with cells. */
export interface Rectangle {
  readonly columns: number;
  readonly rows: number;
}

/** The width of a square is multiplied or divided by so much at most: 16:9 and 9:16. */
const MOST_STRETCH = 4 / 3;

/**
 * The rectangle that is nearly square and uses most of a budget. Each row costs one for each column
 * and `rowOverhead` more; the budget pays for one row of one column at least.
 */
export function fitRectangle(budget: number, rowOverhead: number): Rectangle {
  const side = Math.sqrt(budget);
  const most = Math.max(1, Math.min(Math.floor(side * MOST_STRETCH), budget - rowOverhead));
  const least = Math.min(most, Math.max(1, Math.ceil(side / MOST_STRETCH)));
  let best = { columns: most, rows: 1 };
  let bestRest = Infinity;
  for (let columns = least; columns <= most; columns++) {
    const rest = budget % (columns + rowOverhead);
    if (rest >= bestRest) continue;
    bestRest = rest;
    best = { columns, rows: Math.floor(budget / (columns + rowOverhead)) };
  }
  return best;
}
