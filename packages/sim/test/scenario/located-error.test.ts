import { join } from 'node:path';
import { expect, test } from 'vitest';
import { wrap } from '../../src/report/screen-text.ts';
import { formatScenarioError, ScenarioError } from '../../src/scenario/located-error.ts';
import { ScenarioFolder } from './folder.ts';

const folder = new ScenarioFolder();
const file = join(process.cwd(), 'scenarios', 'x.yaml');

function format(sourceLine: string, column: number, message = 'wrong', color = false): string {
  return formatScenarioError(new ScenarioError(file, [{ line: 3, column, message, sourceLine }]), {
    color,
  });
}

test('a mistake is shown with its place, its line and a caret', () => {
  expect(format('topology: { kind: rng }', 19, 'unknown topology "rng"')).toBe(
    'scenarios/x.yaml:3:19  unknown topology "rng"\n  topology: { kind: rng }\n                    ^\n',
  );
});

test('a whole file at fault has no line to show', () => {
  expect(format('', 1, 'the file is empty')).toBe('scenarios/x.yaml:3:1  the file is empty\n');
});

test('nothing in a file reaches the terminal as a control character', () => {
  const text = format('a\x1b[2J\u202e\t\u0007: b', 11, 'bad \x1b]0;x\x07 \u200b');
  expect(text).toBe(
    'scenarios/x.yaml:3:11  bad \\x1b]0;x\\x07 \\u{200b}\n  a\\x1b[2J\\u{202e} \\x07: b\n                         ^\n',
  );
});

test.each([
  ['an emoji of two columns', 'a: 😀 b', 7, 7],
  ['letters of two columns', 'a: 日本 b', 7, 9],
  ['a letter outside the first plane', 'a: 𝐚 b', 7, 6],
  ['an accent on the letter before', 'a: e\u0301 b', 7, 6],
  ['a tab', 'a:\tb', 4, 4],
])('the caret stands below its character behind %s', (_what, line, column, shownColumn) => {
  const caret = format(line, column).split('\n')[2]!;
  expect(caret).toBe(`  ${' '.repeat(shownColumn - 1)}^`);
});

test('a long line of wide characters is cut to 100 columns', () => {
  const [, source = '', caret = ''] = format('日'.repeat(500), 300).split('\n');
  expect(source).toHaveLength(2 + 2 + 49);
  expect(caret.indexOf('^')).toBe(2 + 1 + 24 * 2);
});

test.each([1, 50, 99, 100, 150, 901, 1000])(
  'a long line is cut around column %d to 100 columns',
  (column) => {
    const line = Array.from({ length: 1000 }, (_, i) => (i === column - 1 ? '#' : 'x')).join('');
    const [, source = '', caret = ''] = format(line, column)
      .split('\n')
      .map((each) => each.slice(2));
    expect(source.length).toBeLessThanOrEqual(100);
    expect(source.length).toBeGreaterThan(45);
    expect(source.indexOf('#')).toBe(caret.indexOf('^'));
  },
);

test('a long line of escapes is cut to 100 columns too', () => {
  const [, source = ''] = format('\x1b'.repeat(1000), 500).split('\n');
  expect(source.length).toBeLessThanOrEqual(102);
});

test('colour is added only when asked for', () => {
  expect(format('a', 1, 'wrong', true)).toBe(
    '\x1b[1mscenarios/x.yaml:3:1\x1b[22m  wrong\n  a\n  \x1b[31m^\x1b[39m\n',
  );
});

test('the error itself names the first mistake and counts the others', () => {
  const problem = { line: 2, column: 5, message: 'wrong', sourceLine: '' };
  const error = new ScenarioError('/a.yaml', [problem, problem]);
  expect(error.message).toBe('/a.yaml:2:5  wrong (and 1 more)');
  expect(error.code).toBe('scenario-invalid');
});

test('a file of many mistakes is shown whole', () => {
  expect(
    folder.shown(`name: Mesh 10
seeds: 4
peers: { groups: [{ name: a, count: 2 }, { name: a, count: 2, knwon: 3 }] }
topology: { kind: rng }
images: { from: ../imgs }
network: { latency: 20, bandwidth: 100mbit }
phases:
  - { name: discover, until: discoverd, within: 5 }
  - name: steady
    for: 90s
    requests: { rate: 50, users: 3, from: b }
expect:
  - discovr.time <= 5s
  - "requests.wrong == 5ms"
  - requests.success => 99%
`),
  ).toMatchInlineSnapshot(`
    "test.yaml:1:7  bad name "Mesh 10", a name has lower-case letters, digits and single dashes, and at most 64 of them
      name: Mesh 10
            ^
    test.yaml:2:1  unknown key "seeds", did you mean "seed"?
      seeds: 4
      ^
    test.yaml:3:50  a second group is called "a"
      peers: { groups: [{ name: a, count: 2 }, { name: a, count: 2, knwon: 3 }] }
                                                       ^
    test.yaml:3:63  unknown key "knwon", did you mean "known"?
      peers: { groups: [{ name: a, count: 2 }, { name: a, count: 2, knwon: 3 }] }
                                                                    ^
    test.yaml:4:19  unknown topology "rng", did you mean "ring"?
      topology: { kind: rng }
                        ^
    test.yaml:5:17  the images folder "../imgs" cannot be read: there is no such folder
      images: { from: ../imgs }
                      ^
    test.yaml:6:21  20 has no unit, write 20ms or 20s
      network: { latency: 20, bandwidth: 100mbit }
                          ^
    test.yaml:6:36  unknown unit "mbit" in "100mbit", did you mean "Mbit"?
      network: { latency: 20, bandwidth: 100mbit }
                                         ^
    test.yaml:7:1  the default timeout 60s is shorter than the phases, which last 90s
      phases:
      ^
    test.yaml:8:30  unknown condition "discoverd", did you mean "discovered"?
        - { name: discover, until: discoverd, within: 5 }
                                   ^
    test.yaml:8:49  5 has no unit, write 5ms or 5s
        - { name: discover, until: discoverd, within: 5 }
                                                      ^
    test.yaml:11:23  50 has no unit, write 50/s or 50/m
          requests: { rate: 50, users: 3, from: b }
                            ^
    test.yaml:11:27  "rate" and "users" exclude each other
          requests: { rate: 50, users: 3, from: b }
                                ^
    test.yaml:11:43  unknown group "b", expected all or a
          requests: { rate: 50, users: 3, from: b }
                                                ^
    test.yaml:13:5  unknown phase "discovr", did you mean "discover"?
        - discovr.time <= 5s
          ^
    test.yaml:14:24  requests.wrong is a count, expected a whole number such as 0, got "5ms"
        - "requests.wrong == 5ms"
                             ^
    test.yaml:15:22  unknown comparison "=>", did you mean ">="?
        - requests.success => 99%
                           ^
    "
  `);
});

test('on a terminal neither the sentence nor the line is broken within a word, and the caret stays below', () => {
  const message = 'nothing says the latency between "europe" and "america"; add it, or "otherwise"';
  const sourceLine = `${'x'.repeat(70)}#${'y'.repeat(70)}`;
  const error = new ScenarioError(file, [{ line: 3, column: 71, message, sourceLine }]);
  const lines = formatScenarioError(error, {
    color: false,
    terminal: { columns: 60, wrap },
  }).split('\n');
  expect(lines.slice(0, 2)).toEqual([
    'scenarios/x.yaml:3:71  nothing says the latency between',
    '  "europe" and "america"; add it, or "otherwise"',
  ]);
  const [source = '', caret = ''] = lines.slice(2);
  expect(source.length).toBeLessThanOrEqual(60);
  expect(source.indexOf('#')).toBe(caret.indexOf('^'));
});

test('on a terminal a place that is longer than a line is in one piece', () => {
  const error = new ScenarioError(file, [
    { line: 3, column: 1, message: 'wrong as can be', sourceLine: '' },
  ]);
  const text = formatScenarioError(error, { color: false, terminal: { columns: 12, wrap } });
  expect(text).toBe('scenarios/x.yaml:3:1\n  wrong as\n  can be\n');
});
