import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { sim, type Ended } from '../lab.ts';
import { temporaryFolder } from '../temporary-folder.ts';

/*
 * The page docs/first-scenario.md, read and done as a new user would: what it has you write is written, what it has you
 * run is run, and what it shows is what comes out.
 */

const PAGE = join(import.meta.dirname, '../../../../docs/first-scenario.md');
const page = readFileSync(PAGE, 'utf8');

const folder = join(temporaryFolder(), 'scenarios');
mkdirSync(folder);

/** Blocks of the page in its order, by their language. */
function blocks(language: string): string[] {
  const fence = new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\`$`, 'gms');
  return [...page.matchAll(fence)].map(([, text = '']) => text);
}

const [smallest = '', asking = '', expectations = '', killed = '', sizes = ''] = blocks('yaml');
const shown = blocks('text');

function write(name: string, text: string): string {
  writeFileSync(join(folder, name), text);
  return name;
}

const run = (name: string, ...more: string[]): Promise<Ended> =>
  sim(['run', name, '--runner', 'virtual', ...more], { cwd: folder });

/** Every line of a block is in what came out; its figures may be others. */
function expectShown(text: string, output: string): void {
  for (const line of text.trimEnd().split('\n')) {
    const pattern = line.split(/\d+/).map(RegExp.escape).join('\\d+');
    expect(output).toMatch(new RegExp(pattern));
  }
}

test('the page has the blocks that are looked at here', () => {
  expect(blocks('yaml')).toHaveLength(5);
  expect(shown).toHaveLength(7);
});

describe('the steps of the page', () => {
  test('1: peers that find one another', async () => {
    const { code, stdout, stderr } = await run(write('first.yaml', smallest));
    expect([code, stderr]).toEqual([0, '']);
    expectShown(shown[0]!, stdout);
  });

  test('2: requests', async () => {
    const { code, stdout, stderr } = await run(write('first.yaml', asking));
    expect([code, stderr]).toEqual([0, '']);
    expectShown(shown[1]!, stdout);
  });

  test('2: mistakes', async () => {
    const wrong = asking.replace('rate: 20/s', 'rate: 20').replace('until:', 'untill:');
    const file = join('scenarios', write('first.yaml', wrong));
    const { code, stderr } = await sim(['check', file], { cwd: dirname(folder) });
    expect(stderr.trimEnd()).toBe(shown[2]!.trimEnd());
    expect(code).toBe(2);
  });

  test('3: what must hold', async () => {
    const { code, stdout, stderr } = await run(write('first.yaml', asking + expectations));
    expect([code, stderr]).toEqual([0, '']);
    expectShown(shown[3]!, stdout);
  });

  test('3: what does not hold', async () => {
    const strict = (asking + expectations).replace('250ms', '1us');
    const { code, stdout, stderr } = await run(write('strict.yaml', strict));
    expect([code, stderr]).toEqual([1, '']);
    expectShown(shown[4]!, stdout);
  });

  test('4: something goes wrong', async () => {
    write('first.yaml', asking + expectations);
    const file = write('first-killed.yaml', killed);
    const { code, stdout, stderr } = await run(file);
    expect([code, stderr]).toEqual([0, '']);
    expectShown(shown[5]!, stdout);
    expect(await run(file, '--seeds', '1..20', '--quiet')).toMatchObject({ code: 0 });
  });

  test('5: one file, many runs', async () => {
    write('first.yaml', asking + expectations);
    const { code, stdout, stderr } = await run(write('first-sizes.yaml', sizes));
    expect([code, stderr]).toEqual([0, '']);
    expectShown(shown[6]!, stdout);
  });
});

test('every link of the page leads somewhere', () => {
  const targets = [...page.matchAll(/\]\(([^)#]+)(?:#[^)]*)?\)/g)].map(([, target = '']) => target);
  expect(targets.length).toBeGreaterThan(3);
  for (const target of targets) {
    expect(() => readFileSync(new URL(target, `file://${PAGE}`))).not.toThrow(/ENOENT/);
  }
});
