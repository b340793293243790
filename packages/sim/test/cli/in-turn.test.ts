/** `sim run --in-turn`: two checkouts, one run of each in turn. */
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { LabFolder, sim, type Ended } from '../lab.ts';
import { temporaryFolder } from '../temporary-folder.ts';

const lab = new LabFolder(temporaryFolder());
const other = join(temporaryFolder(), 'other');
const SHORT = {
  phases: [
    { name: 'discover', until: 'discovered', within: '20s' },
    { name: 'steady', for: '100ms', requests: { rate: '20/s' } },
  ],
};
const file = 'scenarios/short.yaml';
const inTurn = ['--repeat', '2', '--in-turn', other];

function run(...args: string[]): Promise<Ended> {
  return sim(['run', file, ...args], { cwd: lab.root });
}

beforeAll(() => {
  lab.write(SHORT, 'short.yaml');
  cpSync(lab.root, other, { recursive: true });
});

describe('sim run --in-turn', () => {
  test('runs both in turn, compares, and keeps what each has measured', async () => {
    const out = join(lab.root, 'out.json');
    const markdown = join(lab.root, 'out.md');
    const reports = ['--json', out, '--markdown', markdown];
    const { code, stdout, stderr } = await run(...inTurn, ...reports, '--fail-on', 'worse');
    expect(code, stderr).toBe(0);
    const sides = [...stdout.matchAll(/^\d of 2 {2}(base|new) {2}PASS/gm)].map(([, side]) => side);
    expect(sides).toEqual(['base', 'new', 'new', 'base']);
    expect(stdout).toMatch(/^base: 2 of 2 runs pass\nnew: 2 of 2 runs pass$/m);
    expect(stdout).toMatch(/\n(CANNOT TELL|SAME) tiny on loopback: .*\n$/);
    // The base is not what is judged.
    const sections = readFileSync(markdown, 'utf8').match(/^### .*/gm);
    expect(sections).toEqual([
      expect.stringMatching(/PASS tiny on loopback, 2 runs$/),
      expect.stringMatching(/tiny on loopback, compared with /),
    ]);
    const read = (name: string): unknown =>
      JSON.parse(readFileSync(join(lab.root, `out.${name}.json`), 'utf8'));
    expect(read('base')).toMatchObject({ runs: { passed: 2 }, file });
    expect(read('new')).toMatchObject({ runs: { passed: 2 }, file });
    expect(read('comparison')).toMatchObject({
      method: 'statistical',
      base: { runs: { done: 2 } },
    });
  });

  test('takes the program of the other checkout, and tells why that has no result', async () => {
    const theirs = join(other, 'packages/sim/src/cli');
    mkdirSync(theirs, { recursive: true });
    writeFileSync(join(theirs, 'main.ts'), `console.error('it has its reasons'); process.exit(3);`);
    const { code, stdout, stderr } = await run(...inTurn);
    rmSync(join(other, 'packages'), { recursive: true });
    expect(stderr).toBe('sim: --in-turn: the base run has no result (it has its reasons).\n');
    expect([code, stdout]).toEqual([2, '']);
  });

  test('says after the first run of each that they are of two scenarios', async () => {
    const changed = join(lab.root, '..', 'changed');
    cpSync(lab.root, changed, { recursive: true });
    const text = readFileSync(join(changed, file), 'utf8');
    writeFileSync(join(changed, file), text.replace('20/s', '30/s'));
    const { code, stderr } = await run('--repeat', '9', '--in-turn', changed, '--quiet');
    rmSync(changed, { recursive: true });
    expect(stderr).toMatch(
      /the scenario or its pictures are not the same in \S+changed, so nothing/,
    );
    expect(code).toBe(2);
  });

  test.each([
    [['--in-turn', other], /compares several runs of each: give --repeat 10, too\.\n$/],
    [['--repeat', '2', '--in-turn', 'none'], /--in-turn none: there is no such folder\.\n$/],
    [['--repeat', '2', '--in-turn', '.'], /--in-turn names this checkout itself\.\n$/],
    [
      ['--repeat', '2', '--in-turn', 'images'],
      /images: there is no scenario scenarios\/short\.yaml\.\n$/,
    ],
    [[...inTurn, '--against', 'base.json'], /--in-turn makes the base: leave --against out\.\n$/],
    [[...inTurn, '--bundle', 'kept'], /--in-turn keeps no bundles: leave --bundle out\.\n$/],
    [[...inTurn, '--runner', 'virtual'], /--in-turn is for real sockets; .*: use --against\.\n$/],
  ])('%j is refused in one sentence', async (args, sentence) => {
    const { code, stdout, stderr } = await run(...args);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(sentence);
    expect(stderr.trim().split('\n')).toHaveLength(1);
  });
});
