import { stripVTControlCharacters } from 'node:util';
import { expect, test } from 'vitest';
import { renderMatrix, type MatrixRow } from '../../src/report/matrix-table.ts';
import { counts, ERROR, FAILING, PASSING } from './results.ts';

const PLAIN = { color: false, width: 80 };

function row(number: number, values: Record<string, string>, part: MatrixRow = PASSING): MatrixRow {
  return { ...part, cell: { number, of: 4, values } };
}

const rows = [
  row(1, { 'peers.count': '10', 'network.loss': '0' }),
  row(2, { 'peers.count': '10', 'network.loss': '2%' }, FAILING),
  row(3, { 'peers.count': '50', 'network.loss': '0' }, { ...PASSING, verdict: 'harness-bound' }),
  row(4, { 'peers.count': '50', 'network.loss': '2%' }, { ...ERROR, discovery: FAILING.discovery }),
];

test('each cell has a row with its values, its verdict and its figures', () => {
  expect(renderMatrix(rows, PLAIN)).toMatchInlineSnapshot(`
    "Cell  count  loss  verdict    due  success     rate     p50    p99  discovery
    ─────────────────────────────────────────────────────────────────────────────
       1  10     0     pass     1,040     100%  208.0/s  2.4 ms  18 ms     312 ms
       2  10     2%    FAIL     1,040    99.3%  199.2/s  2.4 ms  18 ms          –
       3  50     0     unclear  1,040     100%  208.0/s  2.4 ms  18 ms     312 ms
       4  50     2%    ERROR        0        –        –       –      –          –"
  `);
});

test('parameters have the shortest names that tell them apart', () => {
  const values = {
    'peers.count': '1',
    'images.generate.count': '2',
    'phases.a.requests.rate': '3',
  };
  const [head] = renderMatrix([row(1, values)], { ...PLAIN, width: 120 }).split('\n');
  expect(head).toMatch(/^Cell {2}peers\.count {2}generate\.count {2}rate {2}verdict/);
});

test('no row is wider than the screen: the parameter with the longest value gives way', () => {
  const long = row(1, { seed: '4', topology: '{ edges: [[peer-1, peer-2], [peer-2, pe…' });
  const lines = renderMatrix([long], { ...PLAIN, width: 90 }).split('\n');
  expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(90);
  expect(lines.at(-1)).toMatch(/ 4 {5}\{ edges: .*… {2}pass/);
});

test('two parameters of the network and slow answers fit into 80 columns', () => {
  const slow: MatrixRow = {
    ...PASSING,
    latencyMs: { ...PASSING.latencyMs!, p50: 2_420, p99: 15_000 },
  };
  const table = renderMatrix(
    [row(1, { 'network.latency': '200ms', 'network.loss': '5%' }, slow)],
    PLAIN,
  );
  expect(Math.max(...table.split('\n').map((line) => line.length))).toBeLessThanOrEqual(80);
});

test('on a narrow screen names and values are not clipped to nothing', () => {
  const long = row(1, { 'peers.count': '5', topology: '{ kind: random, degree: 3 }' });
  const lines = renderMatrix([long], { ...PLAIN, width: 40 }).split('\n');
  expect(lines[0]).toMatch(/^Cell {2}count {2}topology {6}verdict/);
  expect(lines.at(-1)).toMatch(/ 5 {6}\{ kind: ran… {2}pass/);
});

test('where no request could succeed there is no share of success', () => {
  const none = row(1, { seed: '1' }, { ...PASSING, requests: counts(3, { excused: 3 }) });
  expect(renderMatrix([none], PLAIN)).toMatch(/pass +3 +– /);
});

test('with colours the text is the same', () => {
  const colored = renderMatrix(rows, { ...PLAIN, color: true });
  expect(colored).toContain('\u001b[');
  expect(stripVTControlCharacters(colored)).toBe(renderMatrix(rows, PLAIN));
});
