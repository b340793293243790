import { copyFileSync, mkdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { comparisonSchema } from '../../src/compare/comparison-schema.ts';
import { LabFolder, sim } from '../lab.ts';
import { temporaryFolder } from '../temporary-folder.ts';

const lab = new LabFolder(temporaryFolder());
const path = (name: string): string => join(lab.root, name);
const SHORT = { phases: [{ name: 'steady', for: '200ms', requests: { rate: '20/s' } }] };

async function record(name: string, sections: object, ...args: string[]): Promise<string> {
  const file = lab.write({ ...SHORT, ...sections }, `${name}.yaml`);
  const json = path(`${name}.json`);
  const virtual = ['--runner', 'virtual', '--quiet', '--json', json];
  const { code, stderr } = await sim(['run', file, ...virtual, ...args]);
  expect([code, stderr]).toEqual([0, '']);
  return json;
}

let base: string;
/** The same scenario in another file. */
let again: string;
/** The same run with one message more, as another version of the peer would give it. */
let worse: string;

beforeAll(async () => {
  base = await record('base', {});
  again = await record('again', {});
  worse = path('worse.json');
  const result = JSON.parse(readFileSync(base, 'utf8')) as { discovery: { messages: number } };
  result.discovery.messages++;
  writeFileSync(worse, JSON.stringify(result));
});

describe('sim diff', () => {
  test('says that two virtual runs of one seed are the same', async () => {
    const { code, stdout } = await sim(['diff', base, again, '--fail-on', 'changed']);
    expect(stdout).toMatch(/^SAME tiny on virtual: \d+ figures same\n$/);
    expect(code).toBe(0);
  });

  test('names the figure with one message more, and ends in 1 only when told to', async () => {
    const json = path('comparison.json');
    const shown = await sim(['diff', base, worse, '--json', json]);
    expect(shown.code).toBe(0);
    expect(shown.stdout).toMatch(/^discovery\.messages +\d+ +\d+ +\+1 +worse$/m);
    expect(shown.stdout).toMatch(/\nWORSE tiny on virtual: 1 figure worse, \d+ same\n$/);
    const comparison = comparisonSchema.parse(JSON.parse(readFileSync(json, 'utf8')));
    expect(comparison).toMatchObject({ change: 'worse', method: 'exact' });
    const gate = await sim(['diff', base, worse, '--fail-on', 'worse', '--quiet']);
    expect(gate.code).toBe(1);
    expect(gate.stdout.split('\n')).toHaveLength(2);
  });

  test('what became better passes a gate against worse, and fails one against changes', async () => {
    expect((await sim(['diff', worse, base, '--fail-on', 'worse'])).code).toBe(0);
    expect((await sim(['diff', worse, base, '--fail-on', 'changed'])).code).toBe(1);
  });

  test('notices another scenario of the same name', async () => {
    const other = await record('other', { network: { latency: '1ms' } });
    const { code, stderr } = await sim(['diff', base, other]);
    expect(code).toBe(2);
    expect(stderr).toMatch(/^sim: nothing can be compared: the scenario tiny or its pictures have/);
  });
});

describe('sim diff of folders', () => {
  const fill = (name: string, files: Readonly<Record<string, string>>): string => {
    mkdirSync(path(name), { recursive: true });
    for (const [to, from] of Object.entries(files)) copyFileSync(from, join(path(name), to));
    return path(name);
  };

  test('compares the results of each scenario, and ends with the worst', async () => {
    const other = await record('other', { name: 'other' });
    const before = fill('before', { 'a.json': base, 'b.json': other });
    const after = fill('after', { 'x.json': worse, 'b.json': other });
    const { code, stdout } = await sim(['diff', before, after, '--fail-on', 'worse']);
    expect(stdout).toMatch(/^discovery\.messages .* worse$/m);
    expect(stdout).toMatch(/^SAME other on virtual: /m);
    expect(stdout).toMatch(/\nWORSE: of 2 results 1 worse, 1 same\n$/);
    expect(code).toBe(1);
    expect((await sim(['diff', before, before, '--fail-on', 'changed'])).code).toBe(0);
  });

  test('says what is in one of them only', async () => {
    const other = await record('other', { name: 'other' });
    const one = fill('one', { 'a.json': base });
    const two = fill('two', { 'a.json': base, 'b.json': other });
    const gone = await sim(['diff', two, one, '--fail-on', 'worse']);
    expect(gone.stdout).toMatch(/^other on virtual is in the base only$/m);
    expect(gone.code).toBe(0);
    expect((await sim(['diff', one, two, '--fail-on', 'changed'])).code).toBe(1);
  });

  test('passes over what is none of the lab, and says so; a broken result it does not', async () => {
    const mixed = fill('mixed', { 'a.json': base });
    writeFileSync(join(mixed, 'note.json'), '{ "note": 1 }');
    const { code, stdout } = await sim(['diff', mixed, mixed]);
    expect(stdout).toMatch(/note\.json is no result, and is passed over$/m);
    expect(stdout).toMatch(/SAME: of 1 results 1 same\n$/);
    expect(code).toBe(0);
    writeFileSync(join(mixed, 'b.json'), '{ "runner": ');
    const broken = await sim(['diff', mixed, mixed]);
    expect(broken.stderr).toMatch(/b\.json is not JSON; /);
    expect(broken.code).toBe(2);
  });

  test('of another version is told so', async () => {
    const later = join(fill('later', {}), 'later.json');
    const { version: _, ...rest } = JSON.parse(readFileSync(base, 'utf8')) as { version: number };
    writeFileSync(later, JSON.stringify({ version: 99, ...rest }));
    expect((await sim(['diff', later, base])).stderr).toMatch(
      /later\.json is of version 99 of results, this sim reads 1; write it again with sim run --json\.\n$/,
    );
  });

  test('wants results there, and one of each', async () => {
    const none = fill('none', {});
    const twins = fill('twins', { 'a.json': base, 'b.json': again });
    expect((await sim(['diff', none, twins])).stderr).toMatch(
      /none has no results \(\*\.json\)\.\n$/,
    );
    expect((await sim(['diff', twins, twins])).stderr).toMatch(
      /a\.json and \S+b\.json are both of tiny on virtual\.\n$/,
    );
  });
});

describe('what sim diff cannot read', () => {
  test.each([
    ['no such file', 'none.json', /none\.json: there is no such file\.\n$/],
    ['a folder', '.', /is no file; name one that sim run --json has written\.\n$/],
    ['no JSON', 'base.yaml', /base\.yaml is not JSON; name a file that sim run --json has written/],
    [
      'another JSON',
      'other.txt',
      /other\.txt is no result that this version of sim reads \(.*\); wr/,
    ],
    ['a file of gigabytes', 'huge.json', /huge\.json is too large to be a result\.\n$/],
  ])('%s is said in one sentence', async (_, name, sentence) => {
    writeFileSync(path('base.yaml'), 'name: tiny');
    writeFileSync(path('other.txt'), '{"version":1}');
    writeFileSync(path('huge.json'), '');
    truncateSync(path('huge.json'), 2 ** 31);
    const { code, stdout, stderr } = await sim(['diff', base, path(name)]);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(sentence);
    expect(stderr.trim().split('\n')).toHaveLength(1);
  });

  test('a comparison is not written over what it compares', async () => {
    const { code, stderr } = await sim(['diff', base, again, '--json', again]);
    expect(code).toBe(2);
    expect(stderr).toMatch(/again\.json would be lost\.\n$/);
  });

  test('a misspelt --fail-on is told with the words that there are', async () => {
    const { code, stderr } = await sim(['diff', base, again, '--fail-on', 'wrse']);
    expect(code).toBe(2);
    expect(stderr).toMatch(/did you mean "worse"\?/);
  });
});
