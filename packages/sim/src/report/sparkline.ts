const BARS = '▁▂▃▄▅▆▇█';

/**
 * Values as bars, a character each, the highest value as the highest bar; nothing but zeros are the lowest
 * ones. More values than `columns` are joined in groups of equal size, of which each shows its mean.
 */
export function sparkline(values: readonly number[], columns: number): string {
  const size = Math.max(1, Math.ceil(values.length / columns));
  const means = Array.from({ length: Math.ceil(values.length / size) }, (_, i) =>
    mean(values.slice(i * size, (i + 1) * size)),
  );
  const most = Math.max(...means);
  const bar = (value: number): string => {
    const height = most > 0 ? Math.ceil((value / most) * BARS.length) : 0;
    // Above nothing there is more than the lowest bar, so that little can be told from none.
    return BARS[value > 0 ? Math.max(1, height - 1) : 0]!;
  };
  return means.map(bar).join('');
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
