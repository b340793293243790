import { expect, test } from 'vitest';
import { OPENMETRICS_FORMAT } from '../../src/report/openmetrics-format.ts';
import type { Result } from '../../src/result/result.ts';
import { FAILING, PASSING } from './results.ts';

interface Read {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** Reads OpenMetrics text strictly: families in one piece, described first, no sample twice, an end. */
function read(text: string): Read[] {
  const samples: Read[] = [];
  const seen = new Set<string>();
  const families: string[] = [];
  expect(text).toMatch(/\n# EOF\n$/);
  for (const line of text.slice(0, -'# EOF\n'.length).trimEnd().split('\n')) {
    const [, type] = /^# TYPE (\w+) gauge$/.exec(line) ?? [];
    if (type !== undefined) {
      expect(families).not.toContain(type);
      families.push(type);
    }
    if (line.startsWith('# ')) continue;
    const [all, name, labels, value] = /^(\w+)\{(.*)\} (-?[\d.e+-]+)$/.exec(line)!;
    expect(name).toBe(families.at(-1));
    const identity = all!.slice(0, all!.lastIndexOf(' '));
    expect(seen.has(identity)).toBe(false);
    seen.add(identity);
    const pairs = [...labels!.matchAll(/(\w+)="((?:[^"\\\n]|\\["\\n])*)"(?:,|$)/g)];
    expect(pairs.map(([pair]) => pair).join('')).toBe(labels);
    const plain = pairs.map(([, key, text]) => [key, JSON.parse(`"${text}"`)]);
    samples.push({ name: name!, labels: Object.fromEntries(plain), value: Number(value) });
  }
  return samples;
}

async function write(...results: readonly Result[]): Promise<string> {
  const gathering = OPENMETRICS_FORMAT.gather();
  for (const result of results) gathering.add({ kind: 'run', result });
  return [...(await gathering.pieces())].join('');
}

test('the same run twice, and the cells of a matrix, are samples of their own', async () => {
  const cell = { number: 2, of: 3, values: { seed: '1' } };
  const samples = read(await write(PASSING, PASSING, { ...PASSING, cell }));
  const told = samples.filter(({ name }) => name === 'imagemesh_run_passed');
  expect(told.map(({ labels }) => [labels['cell'], labels['run']])).toEqual([
    ['', '1'],
    ['', '2'],
    ['2', '1'],
  ]);
});

test('runs are in one text, told apart by their labels, in base units', async () => {
  const samples = read(await write(PASSING, { ...FAILING, scenario: 'other' }));
  const of = (name: string): Read[] => samples.filter((one) => one.name === name);
  expect(of('imagemesh_run_passed')).toEqual([
    expect.objectContaining({ value: 1 }),
    {
      name: 'imagemesh_run_passed',
      labels: {
        ...{ scenario: 'other', file: 'scenarios/mesh-10.yaml', cell: '' },
        ...{ runner: 'loopback', seed: '42', run: '1' },
      },
      value: 0,
    },
  ]);
  const [p99] = of('imagemesh_run_latency_seconds').filter(
    ({ labels }) => labels['phase'] === 'steady' && labels['quantile'] === '0.99',
  );
  expect(p99!.value).toBeCloseTo(0.018);
  // What was not measured has no sample.
  expect(of('imagemesh_run_discovery_seconds').length).toBe(1);
});

test('text from outside is a label that no terminal obeys, whatever is in it', async () => {
  const escape = String.fromCharCode(27);
  const scenario = `a"} 1\n# EOF\\${escape}[31m`;
  const samples = read(await write({ ...PASSING, scenario }));
  expect(new Set(samples.map(({ labels }) => labels['scenario']))).toEqual(
    new Set([scenario.replace(escape, '\\u{1b}')]),
  );
});
