import { basename, dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { textOf, trackedFiles } from './tracked-files.ts';

const files = trackedFiles();
const sources = files.filter((path) => /\.(ts|mjs|js|py)$/.test(path));

/** What each part may import of its own package. A part that is not named may not exist. */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  'peer/protocol': [],
  'peer/core': ['protocol'],
  'peer/storage': ['core', 'protocol'],
  'peer/transport': ['core', 'protocol', 'storage'],
  'peer/threads': ['core', 'protocol', 'storage', 'transport'],
  'peer/operation': ['core', 'protocol', 'storage'],
  'peer/cli': ['core', 'operation', 'protocol', 'storage', 'transport'],
  'sim/random': [],
  'sim/picture': ['random'],
  'sim/journal': [],
  'sim/behavior': [],
  'sim/scenario': ['behavior', 'picture', 'random'],
  'sim/result': ['scenario'],
  'sim/plan': ['behavior', 'picture', 'random', 'scenario'],
  'sim/workload': ['journal', 'plan', 'random', 'scenario'],
  'sim/fault': ['journal', 'plan', 'random', 'scenario', 'workload'],
  'sim/relay': ['fault', 'plan', 'random', 'result', 'scenario'],
  'sim/virtual': ['behavior', 'fault', 'journal', 'plan', 'random', 'scenario', 'workload'],
  'sim/runner': [
    ...['behavior', 'fault', 'journal', 'plan', 'random', 'relay', 'result'],
    ...['scenario', 'virtual', 'workload'],
  ],
  'sim/docker': ['plan', 'relay', 'result', 'runner', 'scenario'],
  'sim/swarm': ['docker', 'journal', 'plan', 'result', 'runner', 'scenario'],
  'sim/stats': ['check', 'journal', 'plan', 'random', 'result', 'scenario'],
  'sim/check': ['journal', 'plan', 'result', 'scenario', 'stats'],
  'sim/report': ['check', 'journal', 'result', 'scenario', 'stats'],
  'sim/compare': ['check', 'report', 'result', 'scenario', 'stats'],
  'sim/page': ['check', 'journal', 'plan', 'report', 'result', 'scenario', 'stats'],
  'sim/viewer': ['page', 'result'],
  'sim/replay': ['journal', 'picture', 'plan', 'report', 'result', 'scenario'],
  'sim/mutate': ['check', 'fuzz', 'journal', 'plan', 'result', 'scenario', 'stats', 'virtual'],
  'sim/explore': [
    ...['bundle', 'journal', 'mutate', 'plan', 'random', 'replay', 'result', 'scenario'],
    'virtual',
  ],
  'sim/fuzz': ['picture', 'result', 'runner', 'virtual'],
  'sim/vitest': ['check', 'cli', 'plan', 'report', 'result', 'runner', 'scenario'],
  'sim/bundle': ['plan', 'report', 'result', 'scenario'],
  'sim/cli': [
    ...[
      'explore',
      'bundle',
      'check',
      'compare',
      'docker',
      'fuzz',
      'journal',
      'mutate',
      'page',
      'plan',
      'replay',
      'report',
    ],
    ...['result', 'runner', 'swarm'],
    ...['scenario', 'stats', 'virtual', 'workload'],
  ],
};

/** The same for types alone, which are gone when the program runs. */
const MAY_NAME: Readonly<Record<string, readonly string[]>> = {
  'sim/journal': ['plan'],
  'sim/report': ['plan'],
};

const imports = files.filter((path) => /^packages\/.*\.ts$/.test(path)).flatMap(importsOf);

describe('imports', () => {
  test('are found at all', () => {
    expect(imports.length).toBeGreaterThan(300);
  });

  test.each(Object.entries(MAY_IMPORT))('%s imports %j at most', (part, allowed) => {
    const mine = imports.filter((one) => partOf(one.file) === part && isWithin(one));
    const types = MAY_NAME[part] ?? [];
    expect(
      mine.filter(({ to, isType }) => {
        const other = partOf(to).split('/')[1]!;
        return !allowed.includes(other) && !(isType && types.includes(other));
      }),
    ).toEqual([]);
  });

  test('come from parts that are all known', () => {
    const parts = new Set(sources.map(partOf).filter((part) => part !== ''));
    expect([...parts].filter((part) => !(part in MAY_IMPORT))).toEqual([]);
  });

  test('of protocol and core come from the project alone', () => {
    const mine = imports.filter(({ file }) => /^peer\/(protocol|core)$/.test(partOf(file)));
    expect(mine.filter(({ to }) => !to.startsWith('packages/'))).toEqual([]);
  });

  test('of the peer never come from the lab', () => {
    const mine = imports.filter(({ file }) => file.startsWith('packages/peer/'));
    expect(mine.filter(({ to }) => /^packages\/sim|^@imagemesh\/sim/.test(to))).toEqual([]);
  });

  test('of the lab come from the peer by its public doors alone', () => {
    const mine = imports.filter(({ file }) => file.startsWith('packages/sim/src/'));
    const ofPeer = mine.filter(({ to }) => /^packages\/peer|^@imagemesh\/peer/.test(to));
    expect(ofPeer.length).toBeGreaterThan(5);
    const doors = ['@imagemesh/peer', '@imagemesh/peer/compile-cache'];
    expect(ofPeer.filter(({ to }) => !doors.includes(to))).toEqual([]);
  });

  test('of sources never come from tests', () => {
    const mine = imports.filter(({ file }) => file.includes('/src/'));
    expect(mine.filter(({ to }) => to.includes('/test/'))).toEqual([]);
  });
});

describe('files', () => {
  test('of sources have 600 lines at most', () => {
    const long = sources
      .filter((path) => !path.includes('/test/'))
      .filter((path) => textOf(path)!.split('\n').length > 601);
    expect(long).toEqual([]);
  });

  test('are called after what is in them', () => {
    const vague = /^(utils?|helpers?|common|types|misc|shared)\.\w+$/;
    expect(sources.filter((path) => vague.test(basename(path)))).toEqual([]);
  });

  test('have kebab-case names', () => {
    expect(sources.filter((path) => !/^[a-z0-9]+([-.][a-z0-9]+)*$/.test(basename(path)))).toEqual(
      [],
    );
  });

  test('export nothing by default, configuration apart', () => {
    const plain = sources.filter((path) => !/(^|\/)vitest\.workspace\.ts$|\.config\./.test(path));
    expect(plain.filter((path) => /^export default\b/m.test(textOf(path)!))).toEqual([]);
  });

  test('leave nothing to be done later', () => {
    // In pieces, for this file is looked at too.
    const word = new RegExp(`\\b(${['TO', 'FIX'].join('DO|')}ME)\\b`);
    expect(withText(word)).toEqual([]);
  });

  test('name no path of the machine that they were written on', () => {
    const path = new RegExp(`(^|[^\\w.~}/-])/(${['work', 'root', 'tmp', 'home'].join('|')})/`, 'm');
    expect(withText(path)).toEqual([]);
  });
});

test('the lock file names no host', () => {
  expect(textOf('pnpm-lock.yaml')).not.toMatch(/https?:/);
});

interface Import {
  readonly file: string;
  /** A path from the root, or the name of a package. */
  readonly to: string;
  readonly isType: boolean;
}

function importsOf(file: string): Import[] {
  const text = textOf(file)!;
  const found: Import[] = [];
  for (const match of text.matchAll(/^(?:import|export)\s([^'"`;]*?)\bfrom\s+'([^']+)'/gm)) {
    found.push({ file, to: resolve(file, match[2]!), isType: isTypesOnly(match[1]!) });
  }
  for (const match of text.matchAll(/^import\s+'([^']+)'|\bimport\('([^']+)'\)/gm)) {
    found.push({ file, to: resolve(file, match[1] ?? match[2]!), isType: false });
  }
  return found;
}

function isTypesOnly(what: string): boolean {
  if (/^type\b/.test(what)) return true;
  const names = /^\{([^}]*)\}\s*$/
    .exec(what)?.[1]
    ?.split(',')
    .map((name) => name.trim());
  return names?.every((name) => name === '' || name.startsWith('type ')) ?? false;
}

function resolve(file: string, to: string): string {
  return to.startsWith('.') ? join(dirname(file), to) : to;
}

/** `peer/core` for `packages/peer/src/core/peer.ts`; empty outside the sources of a package. */
function partOf(path: string): string {
  const [, name, part] = /^packages\/(\w+)\/src\/(\w+)\//.exec(path) ?? [];
  return part === undefined ? '' : `${name}/${part}`;
}

/** Whether an import goes from one part of a package's sources into another. */
function isWithin({ file, to }: Import): boolean {
  return partOf(to) !== '' && partOf(file) !== partOf(to);
}

/** `path:line` of every place in a text file of ours that matches. */
function withText(pattern: RegExp): string[] {
  return files.flatMap((path) => {
    const lines = textOf(path)?.split('\n') ?? [];
    return lines.flatMap((line, i) => (pattern.test(line) ? [`${path}:${i + 1}  ${line}`] : []));
  });
}
