import { symlinkSync, unlinkSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ScenarioError } from '../../src/scenario/located-error.ts';
import { checkScenario, loadScenario } from '../../src/scenario/load.ts';
import { ScenarioFolder } from './folder.ts';

const folder = new ScenarioFolder();

describe('a file that cannot be used at all', () => {
  const only = (file: string): string => {
    const problems = checkScenario(file);
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatchObject({ line: 1, column: 1, sourceLine: '' });
    return problems[0]?.message ?? '';
  };

  test('is missing', () => {
    expect(only(join(folder.root, 'nothing.yaml'))).toBe(
      'the file cannot be read: there is no such file',
    );
  });

  test('is a folder or a device', () => {
    expect(only(folder.root)).toBe('this is a folder, not a scenario file');
    expect(only('/dev/zero')).toBe('this is not a regular file');
  });

  test.each(['', '\n\n', '# only a comment\n', '---\n', '~'])('is empty: %j', (text) => {
    expect(only(folder.write(text))).toBe('the file is empty');
  });

  test('is a link to nothing', () => {
    const link = join(folder.root, 'scenarios', 'link.yaml');
    symlinkSync('nowhere.yaml', link);
    expect(only(link)).toBe('the file cannot be read: there is no such file');
    unlinkSync(link);
  });

  test('has an alias bomb', () => {
    const lines = Array.from(
      { length: 12 },
      (_, i) => `a${i + 1}: &a${i + 1} [${Array(9).fill(`*a${i}`).join(', ')}]`,
    );
    expect(only(folder.write(`a0: &a0 [x]\n${lines.join('\n')}\n`))).toBe(
      'the aliases of the file repeat too much',
    );
  });

  test('has maps that double fifty times', () => {
    const lines = Array.from(
      { length: 50 },
      (_, i) => `a${i + 1}: &a${i + 1} { p: *a${i}, q: *a${i} }`,
    );
    expect(only(folder.write(`a0: &a0 { x: 1 }\n${lines.join('\n')}\n`))).toBe(
      'the aliases of the file repeat too much',
    );
  });

  test.each(['phases: &p [*p]', 'matrix: { seed: &a [[*a]] }', 'a: &a { b: { c: *a } }'])(
    'has an alias without an end: %s',
    (text) => {
      expect(only(folder.write(text))).toBe('an alias of the file contains itself');
    },
  );

  test('is larger than a mebibyte', () => {
    expect(only(folder.write('#'.repeat(2 ** 20 + 1)))).toBe(
      'the file is larger than 1 MiB, no scenario is',
    );
  });

  test('is nested too deep', () => {
    expect(only(folder.write('['.repeat(100_000)))).toBe('the file is nested too deep');
  });

  test('is not text', () => {
    expect(only(folder.write(new Uint8Array([0x6e, 0xff, 0xfe])))).toBe(
      'the file is not UTF-8 text',
    );
  });
});

test('a second document is shown where it begins', () => {
  expect(folder.shown('name: a\n---\nname: b\n')).toBe(
    'test.yaml:2:1  a second YAML document begins here, a scenario is one\n  ---\n  ^\n',
  );
});

test('one part can be repeated by hundreds of aliases', () => {
  const phases = Array.from(
    { length: 300 },
    (_, i) => `  - { name: p-${i}, for: *d, requests: *r }`,
  );
  const first = '  - { name: first, for: &d 100ms, requests: &r { rate: 5/s, from: [peer] } }';
  const lines = ['name: many', 'peers: { count: 3 }', 'phases:', first, ...phases];
  expect(folder.mistakes(lines.join('\n'))).toEqual([]);
});

test('keys that are no words are shown where they stand', () => {
  const mistakes = folder.mistakes('name: a\n5: 1\ntrue: 1\nnull: 1\n');
  expect(
    mistakes.filter((each) => each.includes('unknown key')).map((each) => each.slice(0, 20)),
  ).toEqual(['2:1 unknown key "5",', '3:1 unknown key "tru', '4:1 unknown key "", ']);
});

describe('whatever the file holds', () => {
  const neverThrowsOther = (content: string): void => {
    try {
      loadScenario(folder.write(content, 'fuzz.yaml'));
    } catch (error) {
      expect(error).toBeInstanceOf(ScenarioError);
      for (const problem of (error as ScenarioError).problems) {
        expect(problem.line).toBeGreaterThan(0);
        expect(problem.column).toBeGreaterThan(0);
        expect(problem.message).not.toBe('');
      }
    }
  };

  test('only a ScenarioError is thrown, for random text', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 300 }), neverThrowsOther));
  });

  test('only a ScenarioError is thrown, for random marks of YAML', () => {
    const mark = fc.constantFrom(
      ...'-:?[]{},&*!|>%@`"\'#~ \n\t',
      'a',
      '<<',
      'name',
      'peers',
      'phases',
      '&a ',
      '*a',
      '!!set ',
      '!!binary ',
      '__proto__',
      '- ',
      ': ',
    );
    fc.assert(
      fc.property(
        fc.array(mark, { maxLength: 60 }).map((marks) => marks.join('')),
        neverThrowsOther,
      ),
      { numRuns: 500 },
    );
  });

  test('only a ScenarioError is thrown, for random values under the keys of the language', () => {
    const key = fc.constantFrom(
      'name',
      'seed',
      'timeout',
      'peers',
      'topology',
      'images',
      'network',
      'phases',
      'expect',
      'extends',
      'matrix',
    );
    const inner = fc.constantFrom(
      'count',
      'groups',
      'name',
      'kind',
      'edges',
      'from',
      'copies',
      'place',
      'until',
      'for',
      'requests',
      'zipf',
      'constructor',
      'peers.count',
      'phases.1.for',
      'topology.kind.x',
      'images.place.__proto__',
    );
    const { value } = fc.letrec((tie) => ({
      value: fc.oneof(
        { maxDepth: 4 },
        fc.constantFrom<unknown>(
          null,
          0,
          -1,
          1.5,
          true,
          'all',
          '5s',
          '2%',
          'discovered',
          'ring',
          'peer-1',
          '',
        ),
        fc.array(tie('value'), { maxLength: 3 }),
        fc.dictionary(inner, tie('value'), { maxKeys: 4 }),
      ),
    }));
    // JSON is YAML, so that the shapes are what is random and not the syntax.
    fc.assert(
      fc.property(
        fc.dictionary(key, value).map((each) => JSON.stringify(each)),
        neverThrowsOther,
      ),
      { numRuns: 500 },
    );
  });
});
