import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { compare } from '../../src/compare/compare.ts';
import { comparisonJsonSchema } from '../../src/compare/comparison-schema.ts';
import {
  comparisonNotes,
  renderChange,
  renderComparison,
} from '../../src/report/comparison-table.ts';
import { toldFigures } from '../../src/report/comparison-words.ts';
import type { Comparison, FigureComparison } from '../../src/result/comparison.ts';
import { subjectOf } from '../../src/compare/subject.ts';
import { COMPARISON_SCHEMA_FILE, RENEW } from './renew-schema.ts';
import { VIRTUAL } from './results.ts';
import { samples } from '../compare/subjects.ts';

const PLAIN = { color: false, width: 80 };
const discovery = { ...VIRTUAL.discovery, messages: 185, seconds: 0.3 };
const differing = compare(subjectOf(VIRTUAL, null), subjectOf({ ...VIRTUAL, discovery }, null));

describe('an exact comparison', () => {
  test('shows what differs alone, the worse first, a message more as such', () => {
    expect(renderComparison(differing, PLAIN).split('\n')).toEqual([
      'Figure                 base     new  change',
      '───────────────────────────────────────────────────',
      'discovery.messages      184     185      +1  worse',
      'discovery.time       312 ms  300 ms   -3.8%  better',
    ]);
    expect(renderChange(differing)).toMatch(
      /^WORSE mesh-10 on virtual: 1 figure worse, 1 better, \d+ same$/,
    );
  });

  test('shows what changed most first, and single peers last', () => {
    const figure = (name: string, value: number): FigureComparison => ({
      ...{ name, unit: 'count', base: 100, new: value, change: 'worse', effect: null, why: null },
    });
    const figures = [
      figure('peer-3.messages.sent', 300),
      figure('discovery.messages', 110),
      figure('steady.attempts', 150),
    ];
    const names = toldFigures({ ...differing, figures }).map(({ name }) => name);
    expect(names).toEqual(['steady.attempts', 'discovery.messages', 'peer-3.messages.sent']);
  });

  test('of equals shows nothing but the verdict', () => {
    const same = compare(subjectOf(VIRTUAL, null), subjectOf(VIRTUAL, null));
    expect(renderComparison(same, PLAIN)).toBe('');
    expect(renderChange(same)).toMatch(/^SAME mesh-10 on virtual: \d+ figures same$/);
  });
});

describe('a statistical comparison', () => {
  const values = Array.from({ length: 10 }, (_, i) => 1_000 + i);
  const slower = values.map((value) => value * 1.2);

  test('shows the difference with its interval, and what is the same as well', () => {
    const comparison = compare(samples('latency.p50', values), samples('latency.p50', slower));
    const text = renderComparison(comparison, PLAIN);
    expect(text).toMatch(/^latency\.p50 +1\.0 ms +1\.2 ms +\+20% +\+20% – \+20% +worse$/m);
    expect(text).toMatch(/^passed +100% +100% +– +– +same$/m);
  });

  test('fits into 80 columns where runs differ by factors', () => {
    const wild = values.map((_, i) => 100.5 * 1.4 ** i);
    const comparison = compare(
      samples(
        'memory.peakRss',
        wild.map((one) => one * 1e6),
      ),
      samples(
        'memory.peakRss',
        wild.map((one) => one * 1.1e6),
      ),
    );
    const lines = renderComparison(comparison, PLAIN).split('\n');
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(80);
    expect(renderChange(comparison)).toBe(
      'CANNOT TELL mesh-10 on loopback: 1 figure cannot be told, 1 same',
    );
  });

  test('says each reason once', () => {
    const comparison = compare(
      samples('latency.p50', [1, 2], { 'latency.p90': 5 }),
      samples('latency.p50', [1, 2], { 'latency.p90': 6 }),
    );
    expect(comparisonNotes(comparison)).toEqual([
      'cannot tell (too few runs; take --repeat 10, on a quiet machine): latency.p50, latency.p90',
    ]);
  });
});

test('no line of a table is wider than the screen, and names cannot act on a terminal', () => {
  const name = `\u001B[31mphase-${'x'.repeat(200)}.latency.p99`;
  const figure = { ...differing.figures[0]!, name, change: 'worse' as const };
  const comparison: Comparison = { ...differing, figures: [figure, ...differing.figures] };
  const text = renderComparison(comparison, PLAIN);
  expect(text).not.toContain('\u001B');
  for (const line of text.split('\n')) expect(line.length).toBeLessThanOrEqual(80);
});

test('the published schema is that of the code', () => {
  expect(JSON.parse(readFileSync(COMPARISON_SCHEMA_FILE, 'utf8')), RENEW).toEqual(
    JSON.parse(JSON.stringify(comparisonJsonSchema())),
  );
});
