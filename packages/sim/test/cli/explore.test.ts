import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { LabFolder, sim } from '../lab.ts';
import { temporaryFolder } from '../temporary-folder.ts';

const lab = new LabFolder(temporaryFolder());

/** Holds as it is; larger or with a fault more it does not. */
const CLOSE = {
  peers: { count: 4 },
  images: { generate: { count: 2, size: '2KiB' } },
  network: { latency: '10ms' },
  phases: [
    { name: 'meet', until: 'discovered', within: '30s' },
    { name: 'steady', for: '2s', requests: { rate: '10/s' } },
  ],
  expect: ['steady.latency.max <= 150ms'],
};

describe('sim explore', () => {
  test('of seeds in which nothing fails says so, with what it has seen, and ends with 0', async () => {
    const { code, stdout, stderr } = await sim(['explore', '--seed', '1', '--runs', '3']);
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(
      /^Nothing was found: 3 scenarios, [\d,]+ events, 3 kinds of behaviour, from seed 1\n$/,
    );
  });

  test('varies a scenario, whose own expectations judge, and keeps what fails by a name of its own', async () => {
    const file = lab.write(CLOSE, 'close.yaml');
    const into = join(lab.root, 'kept');
    const words = ['explore', file, '--seed', '1', '--runs', '20', '--save', into];
    const { code, stdout } = await sim(words);
    expect(code).toBe(1);
    expect(stdout).toMatch(/^seed \d+ fails: expectation steady\.latency\.max <= 150ms/);
    expect(stdout).toMatch(/npm run sim -- explore \S*close\.yaml --seed \d+ --runs 1\n/);
    const [diagram, kept, ...others] = readdirSync(into).sort() as [string, string];
    expect(diagram).toBe(kept.replace(/yaml$/, 'mmd'));
    expect([kept, others]).toEqual([
      expect.stringMatching(/^steady-latency-max-150ms-[0-9a-f]{6}\.yaml$/),
      [],
    ]);
    const text = readFileSync(join(into, kept), 'utf8');
    expect(text).toMatch(/^# Fails: expectation steady\.latency\.max <= 150ms\n# Found by: sim /);
    const run = await sim(['run', join(into, kept), '--runner', 'virtual', '--quiet']);
    expect(run.code).toBe(1);
  });

  test('refuses a scenario that fails as it is, and says how it is made smaller', async () => {
    const file = lab.write({ ...CLOSE, expect: ['requests.due > 1000'] }, 'failing.yaml');
    const { code, stdout, stderr } = await sim(['explore', file, '--runs', '2']);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(
      /failing\.yaml fails as it is: .*Make it smaller with sim shrink \S+\.\n$/,
    );
  });

  test('climbs to the worst of a figure, and hands it over with the faults that make it so', async () => {
    const file = lab.write(CLOSE, 'climbed.yaml');
    const words = ['explore', file, '--maximize', 'steady.latency.max', '--seed', '1'];
    const { code, stdout, stderr } = await sim([...words, '--runs', '40', '--jobs', '2']);
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(/^The worst steady\.latency\.max of 40 scenarios: [\d.]+ m?s\n/);
    expect(stdout).toMatch(
      /\n {2}the worst of the \d+ random ones: [\d.]+ m?s; it is \d+\.\d times as bad\n/,
    );
    const { expect: lines, faults } = parse(stdout.slice(stdout.indexOf('# The worst'))) as {
      readonly expect: readonly string[];
      readonly faults: readonly object[];
    };
    expect(lines).toEqual(CLOSE.expect);
    expect(faults.length).toBeGreaterThan(0);
  });

  test('refuses a figure that there is none of', async () => {
    const { code, stderr } = await sim(['explore', '--maximize', 'mend.tim', '--runs', '2']);
    expect([code, stderr]).toEqual([
      2,
      'sim: --maximize mend.tim: unknown figure "tim", did you mean "mend.time"?\n',
    ]);
  });
});
