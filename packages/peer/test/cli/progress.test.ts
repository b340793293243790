import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { DRAW_MS, PATIENCE_MS, TransferProgress, watchTransfer } from '../../src/cli/progress.ts';

describe('the progress of a transfer', () => {
  test('is bytes, rate and time so far', () => {
    const progress = new TransferProgress('cat.png', 0);
    expect(progress.text(500, 0, 80)).toBe('cat.png: waiting for an answer, 0:00');
    expect(progress.text(1_000, 1_500_000, 80)).toBe('cat.png: 1.5 MB, 1.5 MB/s, 0:01');
    expect(progress.text(65_000, 65_500_000, 80)).toBe('cat.png: 65.5 MB, 1.0 MB/s, 1:05');
  });

  test('tells the rate of the last seconds, so that one that has stalled shows', () => {
    const progress = new TransferProgress('cat.png', 0);
    progress.text(1_000, 9_000_000, 80);
    for (let ms = 2_000; ms <= 4_000; ms += 200) progress.text(ms, 9_000_000, 80);
    expect(progress.text(4_200, 9_000_000, 80)).toBe('cat.png: 9.0 MB, 0 B/s, 0:04');
  });

  test('begins anew with the next peer', () => {
    const progress = new TransferProgress('cat.png', 0);
    progress.text(1_000, 9_000_000, 80);
    progress.text(2_000, 1_000, 80);
    expect(progress.text(3_000, 2_000, 80)).toBe('cat.png: 2.0 KB, 1.0 KB/s, 0:03');
  });

  test.each([80, 40, 30, 12])('fits into %d columns, whatever the name', (columns) => {
    const progress = new TransferProgress('\u001b[2J'.repeat(40), 0);
    const text = progress.text(1_000, 1_500_000, columns);
    expect(text.length).toBeLessThan(columns);
    expect(text).not.toMatch(/\p{Cc}/u);
  });

  test('is drawn only when a transfer takes its time, then every now and then until it ends', () => {
    vi.useFakeTimers();
    onTestFinished(() => void vi.useRealTimers());
    const drawn: string[] = [];
    const unwatch = watchTransfer(
      'cat.png',
      () => 1_000,
      () => 80,
      (text) => drawn.push(text),
    );
    vi.advanceTimersByTime(PATIENCE_MS - 1);
    expect(drawn).toEqual([]);
    vi.advanceTimersByTime(1 + 2 * DRAW_MS);
    expect(drawn).toHaveLength(3);
    unwatch();
    vi.advanceTimersByTime(10 * DRAW_MS);
    expect(drawn).toHaveLength(3);
  });
});
