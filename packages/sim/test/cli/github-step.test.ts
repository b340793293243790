import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test, vi } from 'vitest';
import { GitHubStep } from '../../src/cli/github-step.ts';
import type { Result } from '../../src/result/result.ts';
import { LabFolder, sim } from '../lab.ts';
import { ERROR, FAILING, PASSING } from '../report/results.ts';
import { temporaryFolder } from '../temporary-folder.ts';

afterEach(() => void vi.restoreAllMocks());

/** What is printed about these runs in a step whose repository is at `/r`. */
function notes(...results: readonly Result[]): string[] {
  const said = vi.spyOn(console, 'log').mockImplementation(() => {});
  const step = new GitHubStep(null, '/r');
  for (const result of results) step.add({ kind: 'run', result });
  return said.mock.calls.map(([line]) => String(line));
}

/** The same as GitHub reads it. */
function read(note: string): { properties: Record<string, string>; message: string } {
  const [, list, message] = /^::\w+ ([^:]*)::(.*)$/s.exec(note)!;
  const text = (escaped: string): string => decodeURIComponent(escaped);
  const pairs = list!.split(',').map((pair) => {
    const at = pair.indexOf('=');
    return [pair.slice(0, at), text(pair.slice(at + 1))] as const;
  });
  return { properties: Object.fromEntries(pairs), message: text(message!) };
}

test('each expectation that does not hold is noted at its line, all else at the head', () => {
  const file = '/r/scenarios/a.yaml';
  const found = notes({ ...FAILING, file }).map(read);
  expect(found.map(({ properties }) => [properties['file'], properties['line']])).toEqual([
    ['scenarios/a.yaml', '27'],
    ['scenarios/a.yaml', '28'],
    ['scenarios/a.yaml', '1'],
  ]);
  expect(found[1]!.message).toMatch(
    /^expected requests\.success >= 99\.5%, measured 99\.3%, broken since 11\.3 s \(under-partition-long \+ 306 ms\)\nwrong request 311: [^\n]+\nfailed request 400: [^\n]+\nrepeat: npm run sim -- run /,
  );
});

test('an expectation of a file that the scenario extends is noted there', () => {
  const [expectation] = FAILING.expectations;
  const result = { ...FAILING, expectations: [{ ...expectation!, file: '/r/base.yaml' }] };
  expect(read(notes(result)[0]!).properties['file']).toBe('base.yaml');
});

test('nothing from outside ends a note or begins one', () => {
  const scenario = 'a::b,c=d%0A\n::error::x';
  const [note, ...others] = notes({ ...ERROR, scenario, reasons: ['50%\r\n::stop'] });
  expect(others).toEqual([]);
  expect(note).not.toMatch(/[\r\n]/);
  expect(read(note!).properties['title']).toMatch(/^a::b,c=d%0A.*::error::x on loopback$/);
  expect(read(note!).message).toMatch(/^50%.*::stop\nrepeat: /);
});

test('a run that passes is not noted, and ten notes are all that GitHub shows', () => {
  expect(notes(PASSING)).toEqual([]);
  expect(notes(FAILING, FAILING, FAILING, FAILING).length).toBe(10);
});

test('there is no step elsewhere', () => {
  expect(GitHubStep.current({})).toBeNull();
  expect(GitHubStep.current({ GITHUB_ACTIONS: 'false', GITHUB_STEP_SUMMARY: '' })).toBeNull();
});

test('a summary that has no room left is not written to', async () => {
  const file = join(temporaryFolder(), 'summary');
  writeFileSync(file, '-'.repeat(1_048_000));
  const step = new GitHubStep(file, null);
  step.add({ kind: 'run', result: FAILING });
  expect(await step.finish()).toBe(true);
  expect(readFileSync(file, 'utf8').length).toBe(1_048_000);
});

test('a summary that cannot be written is one sentence', async () => {
  const said = vi.spyOn(console, 'error').mockImplementation(() => {});
  const step = new GitHubStep(join(temporaryFolder(), 'nowhere', 'summary'), null);
  expect(await step.finish()).toBe(false);
  expect(said.mock.calls.flat().join()).toMatch(/^sim: cannot write the summary to .*no folder/);
});

test('a summary is written to no device and no pipe', async () => {
  const said = vi.spyOn(console, 'error').mockImplementation(() => {});
  expect(await new GitHubStep('/dev/null', null).finish()).toBe(false);
  expect(said.mock.calls.flat().join()).toMatch(/that is no file\.$/);
});

test('a run in a step notes what failed and appends to the summary, unasked', async () => {
  const lab = new LabFolder(temporaryFolder());
  const file = lab.write({ expect: ['discovery.messages >= 999'] });
  const summary = join(lab.root, 'summary.md');
  writeFileSync(summary, 'before\n');
  const env = {
    GITHUB_ACTIONS: 'true',
    GITHUB_WORKSPACE: lab.root,
    GITHUB_STEP_SUMMARY: summary,
  };
  const { code, stdout } = await sim(['run', file, '--runner', 'virtual', '--quiet'], { env });
  expect(code).toBe(1);
  expect(stdout).toMatch(/^::error file=scenarios\/tiny\.yaml,line=1,title=tiny on virtual::exp/m);
  expect(readFileSync(summary, 'utf8')).toMatch(/^before\n### ❌ FAIL tiny on virtual, seed 1\n/);
});
