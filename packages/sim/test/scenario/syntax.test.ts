import { describe, expect, test } from 'vitest';
import { parseDocument } from 'yaml';
import fc from 'fast-check';
import { explainSyntax } from '../../src/scenario/syntax.ts';
import { ScenarioFolder } from './folder.ts';

const folder = new ScenarioFolder();

/** A mistake of syntax in a few lines, and what is said of it: `line:column sentence`. */
type Case = readonly [text: string, mistake: string];

function explained(cases: readonly Case[]): void {
  test.each(cases)('%j', (text, mistake) => {
    expect(folder.mistakes(text)).toEqual([mistake]);
  });
}

describe('a bracket or a quote that is missing is named where it was opened', () => {
  explained([
    [
      'peers: { count: 3\nphases: []\n',
      '1:8 a "}" is missing for this "{", or line 2 stands too far to the left',
    ],
    ['expect: [a, b', '1:9 a "]" is missing for this "["'],
    [
      'phases:\n  - { name: a, for: 1s\n  - { name: b, for: 1s }\n',
      '2:5 a "}" is missing for this "{", or line 3 stands too far to the left',
    ],
    [
      'images: {\n  place: { peer-1: [a,\n  copies: 2\n}\n',
      '2:20 a "]" is missing for this "[", or line 4 stands too far to the left',
    ],
    ['name: "mesh\npeers: { count: 3 }\n', '1:7 a closing " is missing for this one'],
    ["name: a\ndescription: 'never ends\n", "2:14 a closing ' is missing for this one"],
    ['expect: ]\n', '1:9 this "]" closes nothing'],
    ['peers: { count: 3 }}\n', '1:20 this "}" closes nothing'],
    ["description: 'it's'\n", '1:18 the value ends before this; put the whole of it in quotes'],
  ]);
});

describe('indentation', () => {
  explained([
    ['name: a\n\tseed: 3\n', '2:1 a tab stands here, YAML indents with spaces only'],
    ['name: a\n seed: 3\n', '2:2 this line is indented as if it belonged to the value above'],
    [
      'phases:\n  - name: b\n      for: 1s\n',
      '3:7 this line is indented as if it belonged to the value above',
    ],
    [
      'phases:\n  - name: b\n   for: 1s\n',
      '3:4 this stands neither in the column of the "-" of the list above nor in that of its keys',
    ],
    [
      'peers:\n  count: 3\n known: 2\n',
      '3:2 this stands in another column than what it belongs to',
    ],
    ['- a\nname: b\n', '2:1 this stands in another column than what it belongs to'],
  ]);
});

describe('keys and items', () => {
  explained([
    ['name: a\nseed:3\npeers: { count: 3 }\n', '2:6 a space is missing after the ":"'],
    [
      'phases:\n  - name: a\n    for 1s\n',
      '3:5 expected a key, a ":" with a space behind it, and a value',
    ],
    ['name: a: b\n', '1:7 a value with ": " in it must be in quotes'],
    ['expect: - a\n', '1:9 a list begins on a line of its own, or is written [a, b]'],
    ['name: b\n- c\n', '2:1 an item of a list, where no list can be'],
    [
      'peers: { count: 3 known: 2 }\n',
      '1:17 a "," is missing here; within brackets one stands between two items',
    ],
    ['peers: { count: 3, , known: 2 }\n', '1:20 a "," too many'],
    ['peers: { "count"3 }\n', '1:17 a "," is missing before this'],
  ]);
});

describe('characters that mean something', () => {
  explained([
    ['name: @x\n', '1:7 a text that begins with "@" must be in quotes'],
    ['expect:\n  - > 5\n', '2:5 a text that begins with ">" must be in quotes'],
    ['expect:\n  - |x\n', '2:5 a text that begins with "|" must be in quotes'],
    ['name: *\n', `1:7 "*" begins an alias in YAML, put it in quotes: '*'`],
    ['name: &\n', `1:7 "&" begins an anchor in YAML, put it in quotes: '&'`],
    ['name: !odd x\n', '1:7 a scenario has no tags such as "!odd"; put a text with "!" in quotes'],
    ['name: "\\q"\n', '1:8 unknown escape \\q in a text, write \\\\ for a backslash'],
    ['name: *nothing\n', '1:7 no anchor &nothing stands before this alias'],
    [
      '%FOO\n---\nname: a\n',
      '1:1 a line that begins with "%" is a directive of YAML, a scenario has none',
    ],
    ['name: &x &y a\n', '1:10 a value has one anchor at most'],
  ]);
});

test('mistakes that lead nobody astray are all told', () => {
  expect(folder.mistakes('name: @x\nseed: !odd 3\npeers: { count: *\n')).toEqual([
    '1:7 a text that begins with "@" must be in quotes',
    '2:7 a scenario has no tags such as "!odd"; put a text with "!" in quotes',
    `3:17 "*" begins an alias in YAML, put it in quotes: '*'`,
  ]);
});

test('behind one that does, nothing is guessed', () => {
  const text = 'peers: { count: 3\nphases: [\nexpect: @\nseed:3\n';
  expect(folder.mistakes(text)).toHaveLength(1);
});

test('a mistake is shown with its line', () => {
  expect(folder.shown('name: a\npeers: { count: 3\nphases: []\n')).toBe(
    'test.yaml:2:8  a "}" is missing for this "{", or line 3 stands too far to the left\n' +
      '  peers: { count: 3\n' +
      '         ^\n',
  );
});

test('every text with mistakes has one, within the text, in words of ours', () => {
  const mark = fc.constantFrom(
    ...'-:?[]{},&*!|>%@`"\'#~ \n\t',
    ...['a', ': ', '- ', '\n  ', '&a ', '*a ', '!!set ', '%TAG ', '|\n', '\\q', '---\n'],
  );
  fc.assert(
    fc.property(
      fc.array(mark, { maxLength: 40 }).map((marks) => marks.join('')),
      (text) => {
        const { errors, warnings } = parseDocument(text, { prettyErrors: false });
        const noticed = [...errors, ...warnings];
        const mistakes = explainSyntax(text, noticed);
        expect(mistakes.length > 0).toBe(noticed.length > 0);
        for (const { offset, message } of mistakes) {
          expect(offset).toBeGreaterThanOrEqual(0);
          expect(offset).toBeLessThanOrEqual(text.length);
          expect(message).not.toMatch(/collection|token|implicit|plain|flow/i);
        }
      },
    ),
    { numRuns: 2_000 },
  );
});
