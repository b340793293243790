import fc from 'fast-check';
import { lexer, type Token, type Tokens } from 'marked';
import { describe, expect, test } from 'vitest';
import type { Subject } from '../../src/report/format.ts';
import { Summary } from '../../src/report/markdown-format.ts';
import { code, table, words } from '../../src/report/markdown-text.ts';
import { RepeatTally } from '../../src/report/repeat-report.ts';
import { safe } from '../../src/report/screen-text.ts';
import type { Result } from '../../src/result/result.ts';
import { FAILING, PASSING } from './results.ts';

function ofRun(result: Result): Subject {
  return { kind: 'run', result };
}

function summary(subjects: readonly Subject[], limitBytes?: number): string {
  const gathering = new Summary();
  for (const subject of subjects) gathering.add(subject);
  return gathering.pieces(limitBytes).join('');
}

/** What is left of tokens for a reader: the text, without marks. */
function plain(tokens: readonly Token[]): string {
  return tokens
    .map((token) => ('tokens' in token && token.tokens ? plain(token.tokens) : textOf(token)))
    .join('');
}

function textOf(token: Token): string {
  const text = 'text' in token ? String(token.text) : token.raw;
  // The reader leaves these to whoever writes HTML.
  return text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');
}

function tablesOf(markdown: string): Tokens.Table[] {
  return lexer(markdown).filter((token): token is Tokens.Table => token.type === 'table');
}

describe('text from outside', () => {
  const hostile = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 30 });
  const marks = fc.string({
    unit: fc.constantFrom(...'\\`*_{}[]<>()#+-.!|~&:@=1aw/ '),
    minLength: 1,
    maxLength: 30,
  });

  test('is read as it is, as words and as code, in a table', () => {
    fc.assert(
      fc.property(fc.oneof(hostile, marks), (text) => {
        const [read] = tablesOf(table(['a', 'b', 'c'], [[words(text), code(text), 'end']]));
        const cells = read!.rows[0]!;
        expect(cells.length).toBe(3);
        expect(plain(cells[0]!.tokens).trim()).toBe(safe(text).trim());
        expect(cells[2]!.text).toBe('end');
        expect(cells[0]!.tokens.filter(({ type }) => !/^(text|escape)$/.test(type))).toEqual([]);
      }),
      { numRuns: 500, seed: 1 },
    );
  });

  test('makes no link, mark or element', () => {
    const text = '<img src=x> [a](http://b) www.c.de *d* _e_ http://f @g `h` | i';
    const [paragraph] = lexer(words(text)) as Tokens.Paragraph[];
    expect(paragraph!.tokens.filter(({ type }) => !/^(text|escape)$/.test(type))).toEqual([]);
    expect(plain(paragraph!.tokens)).toBe(text);
  });
});

describe('a run', () => {
  test('that fails has its reasons, what does not hold first, and the command to repeat it', () => {
    const markdown = summary([ofRun(FAILING)]);
    expect(markdown).toMatch(/^### ❌ FAIL mesh-10 on loopback, seed 42\n/);
    const [expected] = tablesOf(markdown);
    expect(expected!.rows.slice(0, 2).map((row) => row.map(({ text }) => text))).toEqual([
      ['❌', '`discover.time <= 5s`', 'not measured'],
      ['❌', '`requests.success >= 99.5%`', '99.3%'],
    ]);
    expect(expected!.rows.at(-1)![0]!.text).toBe('✅');
    const blocks = lexer(markdown).filter(({ type }) => type === 'code');
    expect(blocks.map((block) => (block as Tokens.Code).text)).toEqual([
      'npm run sim -- run scenarios/mesh-10.yaml --runner loopback --seed 42',
    ]);
  });

  test('that passes can be unfolded, and has its phases', () => {
    const markdown = summary([ofRun(PASSING)]);
    expect(markdown).toMatch(/^### ✅ PASS .*\n\n<details>/);
    const [, phases] = tablesOf(markdown);
    expect(phases!.rows.map(([name]) => name!.text)).toEqual(['warm-up', 'steady']);
  });
});

test('of repetitions it has how many pass, those that do not, and the spread', () => {
  const tally = new RepeatTally(3, true);
  for (const [i, result] of [PASSING, FAILING, PASSING].entries()) {
    const figures = { 'latency.p99': 18_000 + i };
    tally.add({ ...result, run: i + 1, figures, traceHash: null });
  }
  const { scenario, scenarioDigest, file, cell, runner, peers, environment } = PASSING;
  const told = { scenario, scenarioDigest, file, cell, runner, peers, environment };
  const seeds = { first: 42, last: 42 };
  const report = tally.report({ ...told, seeds, events: null, wallSeconds: 9 });
  const markdown = summary([{ kind: 'repeats', report }]);
  expect(markdown).toMatch(/^### ❌ FAIL mesh-10 on loopback, 3 runs\n\n2 of 3 runs pass\n/);
  expect(tablesOf(markdown)[0]!.rows[0]!.map(({ text }) => text)).toEqual([
    ...['latency.p99', '18 ms', '', '18 ms', '18 ms'],
  ]);
});

describe('many runs', () => {
  const many = Array.from({ length: 2_000 }, (_, i) => ofRun(i === 1_999 ? FAILING : PASSING));

  test('have a head, and those that fail come first', () => {
    const markdown = summary([ofRun(PASSING), ofRun(FAILING)]);
    expect(markdown).toMatch(
      /^## 1 of 2 pass\n\n\|.*\n\|.*\n\| ❌ FAIL \|.* 3 wrong.*\n\| ✅ PASS \|.*\n\n### ❌ FAIL /,
    );
  });

  test('fit in what GitHub takes, and what is left out is said', () => {
    const markdown = summary(many);
    expect(Buffer.byteLength(markdown)).toBeLessThanOrEqual(1_048_576);
    expect(Buffer.byteLength(markdown)).toBeGreaterThan(1_000_000);
    expect(markdown).toMatch(/### ❌ FAIL [^]*_\d+ more of 2000 do not fit in here\._\n$/);
  });

  test('say nothing where there is no room left', () => {
    expect(summary(many.slice(0, 2), 100)).toBe('');
  });
});
