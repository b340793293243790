import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { FORMATS } from '../../src/cli/formats.ts';
import { CommandFiles } from '../../src/cli/run-files.ts';
import { fileOf, wantedFiles } from '../../src/cli/wanted-file.ts';
import type { JoinedFormat, SeparateFormat, Subject } from '../../src/report/format.ts';
import { PASSING } from '../report/results.ts';
import { planOf } from '../plans.ts';
import { temporaryFolder } from '../temporary-folder.ts';

const RUN: Subject = { kind: 'run', result: PASSING };

/** Writes the name of each scenario, and how often it was told of an event. */
const NAMES: SeparateFormat = {
  option: 'names',
  help: '',
  contents: 'the names',
  of: ['run'],
  isJoined: false,
  listen() {
    let events = 0;
    const journal = { write: () => void events++ };
    return { journal, pieces: ({ scenario }) => [scenario, ` ${events}`] };
  },
};

/** Counts subjects. */
const COUNT: JoinedFormat = {
  option: 'count',
  help: '',
  contents: 'the count',
  of: ['run', 'parity'],
  isJoined: true,
  gather() {
    let subjects = 0;
    return { add: () => void subjects++, pieces: () => [String(subjects)] };
  },
};

test('options that name a file are found, in the order of the formats', () => {
  const found = wantedFiles({ trace: 'b', quiet: true, json: 'a' });
  expect(found.map(({ format, path }) => [format.option, path])).toEqual([
    ['json', 'a'],
    ['trace', 'b'],
  ]);
});

test('every format has an option, a help text and a name of its own', () => {
  for (const key of ['option', 'help', 'contents'] as const) {
    expect(new Set(FORMATS.map((format) => format[key])).size).toBe(FORMATS.length);
  }
});

test.each([
  ['out.json', 'out.two.json'],
  ['out', 'out.two'],
  ['a.b/out', 'a.b/out.two'],
])('%s of a run called two is %s; one that joins all runs keeps its name', (path, named) => {
  expect(fileOf({ format: NAMES, path }, 'two').path).toBe(named);
  expect(fileOf({ format: COUNT, path }, 'two').path).toBe(path);
});

test('each run has its own file of one format, all of them one of the other', async () => {
  const folder = temporaryFolder();
  const path = join(folder, 'x.txt');
  const files = new CommandFiles({
    files: [
      { format: NAMES, path },
      { format: COUNT, path: join(folder, 'count') },
    ],
    quiet: true,
  });
  for (const name of ['one', 'two']) {
    const ofRun = files.of(name);
    for (const { journal } of ofRun.listen(planOf({}))) {
      journal.write({ kind: 'phase-start', atUs: 0, phase: 0 });
    }
    await ofRun.end(null);
    expect(await ofRun.write(RUN)).toBe(true);
  }
  expect(readdirSync(folder).toSorted()).toEqual(['x.one.txt', 'x.two.txt']);
  expect(await files.finish()).toBe(true);
  expect(readFileSync(join(folder, 'x.two.txt'), 'utf8')).toBe('mesh-10 1');
  expect(readFileSync(join(folder, 'count'), 'utf8')).toBe('2');
});

test('a recording that is not whole is one sentence, and what it made is not kept', async () => {
  const path = join(temporaryFolder(), 'x');
  const said = vi.spyOn(console, 'error').mockImplementation(() => {});
  const broken: SeparateFormat = {
    ...NAMES,
    listen: () => ({
      journal: { write() {} },
      end: () => Promise.reject(new Error('cannot write the names: the disk is full')),
    }),
  };
  const files = new CommandFiles({ files: [{ format: broken, path }] }).of('one');
  files.listen(planOf({}));
  await files.end(null);
  expect(await files.write(RUN)).toBe(false);
  expect(said.mock.calls).toEqual([['sim: cannot write the names: the disk is full.']]);
  said.mockRestore();
});

test('a file that cannot be written is said, and the others are written', async () => {
  const folder = temporaryFolder();
  const said = vi.spyOn(console, 'error').mockImplementation(() => {});
  const [json] = FORMATS;
  const files = new CommandFiles({
    files: [
      { format: json!, path: join(folder, 'nowhere', 'x') },
      { format: json!, path: join(folder, 'y') },
    ],
  });
  expect(await files.of(null).write(RUN)).toBe(false);
  expect(readdirSync(folder)).toEqual(['y']);
  expect(said.mock.calls.flat().join()).toMatch(/^sim: cannot write the result to .*no folder/);
  said.mockRestore();
});
