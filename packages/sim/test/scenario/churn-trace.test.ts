import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readChurnTrace, type ChurnTrace } from '../../src/scenario/churn-trace.ts';
import { loadScenario } from '../../src/scenario/load.ts';
import { ScenarioFolder } from './folder.ts';

const folder = new ScenarioFolder();
const FILE = join(folder.root, 'scenarios', 'trace.csv');

function read(...lines: string[]): ReturnType<typeof readChurnTrace> {
  writeFileSync(FILE, lines.join('\n'));
  return readChurnTrace(FILE);
}

/** The sessions of each node in seconds. */
function sessions(...lines: string[]): (readonly [number, number])[][] {
  const reading = read(...lines) as { trace: ChurnTrace };
  return reading.trace.map((node) =>
    node.map(({ startUs, endUs }) => [startUs / 1e6, endUs / 1e6] as const),
  );
}

/** `line:column message` of each bad line. */
function problems(...lines: string[]): string[] {
  const reading = read(...lines);
  if (!('problems' in reading)) throw new Error(JSON.stringify(reading));
  return reading.problems.map(({ line, column, message }) => `${line}:${column} ${message}`);
}

describe('a churn trace', () => {
  test('has the sessions of each node, in the order of the first lines of the nodes', () => {
    expect(sessions('b,0,2.5', 'a,1,3', 'b,4,')).toEqual([
      [
        [0, 2.5],
        [4, Infinity],
      ],
      [[1, 3]],
    ]);
  });

  test('may have a head, comments, empty lines, spaces and Windows line ends', () => {
    expect(sessions('# made up', '', 'Node, Start, End\r', ' 7 , 1e1 , 20 \r', '')).toEqual([
      [[10, 20]],
    ]);
  });

  test('may have the sessions of a node in any order; those that touch are one', () => {
    expect(sessions('a,5,6', 'a,3,5', 'a,0,1')).toEqual([
      [
        [0, 1],
        [3, 6],
      ],
    ]);
  });

  test('tells every bad line with its place', () => {
    expect(
      problems('a,0', 'a,1,2,3', ',5,6', 'b, x,6', 'b,-1,6', 'b,7,6', 'b,8,8', 'c,1262304000,'),
    ).toEqual([
      '1:1 expected node,start,end, got "a,0"',
      '2:1 expected node,start,end, got "a,1,2,3"',
      '3:1 the node has no name',
      '4:4 expected seconds such as 12.5, got "x"',
      '5:3 expected seconds such as 12.5, got "-1"',
      '6:5 the end 6 is not after the start 7',
      '7:5 the end 8 is not after the start 8',
      '8:3 1262304000 s is more than three years; times count from the start of the trace',
    ]);
  });

  test('cannot have a node there twice at a time', () => {
    expect(problems('a,0,5', 'b,0,', 'a,4,6')).toEqual([
      '3:3 "a" is there already, from line 1 on',
    ]);
    expect(problems('a,0,9', 'a,1,2', 'a,3,4')).toEqual([
      '2:3 "a" is there already, from line 1 on',
      '3:3 "a" is there already, from line 1 on',
    ]);
  });

  test('in another format is not complained of for ever', () => {
    const found = problems(...Array.from({ length: 1_000 }, (_, i) => `${i}\t0\t5`));
    expect(found).toHaveLength(101);
    expect(found.at(-1)).toBe('101:1 this and more lines after it are wrong');
  });

  test('of one line without an end is told in a short sentence', () => {
    const digits = '9'.repeat(2_000_000);
    for (const line of [`a,${digits},`, `a,1,0.${digits}`, ','.repeat(2_000_000)]) {
      const [problem] = problems(line);
      expect(problem).toMatch(/^1:1 expected node,start,end, got /);
      expect(problem!.length).toBeLessThan(200);
    }
  });

  test.each([
    ['node,start,end', 'it holds no session'],
    [new Uint8Array([0xff, 0xfe]), 'it is not UTF-8 text'],
  ])('%s is refused as a whole', (content, problem) => {
    writeFileSync(FILE, content);
    expect(readChurnTrace(FILE)).toEqual({ ok: false, problem });
  });
});

describe('a scenario with a churn trace', () => {
  const scenario = (trace: string): string => `name: traced
peers: { count: 3 }
images: { from: ../images }
phases: [{ name: rest, for: 1s }]
faults:
  - { at: rest, churn: { of: peer, trace: ${trace} } }
`;

  test('has its sessions, from a file beside it', () => {
    read('a,0,1', 'b,2,');
    const [fault] = loadScenario(folder.write(scenario('trace.csv'))).faults;
    expect(fault).toMatchObject({
      text: 'churn of peer: 2 absences of 2 nodes in 2s (trace.csv)',
      action: {
        pattern: {
          kind: 'trace',
          nodes: [[{ startUs: 0, endUs: 1e6 }], [{ startUs: 2e6, endUs: Infinity }]],
        },
      },
    });
  });

  test('says how much of the trace comes while the fault lasts', () => {
    read('a,0,1', 'a,1.5,3', 'a,4,', 'b,2,7');
    const told = (lasts: string): unknown =>
      loadScenario(folder.write(scenario(`trace.csv }, ${lasts} }`).replace(' } }\n', '\n')))
        .faults[0]?.text;
    expect(told('for: 10s')).toBe('churn of peer: 4 absences of 2 nodes in 7s (trace.csv)');
    expect(told('for: 2s')).toBe('churn of peer: 2 absences of 2 nodes in 2s (trace.csv)');
  });

  test('shows the bad lines of the trace, after its own', () => {
    read('a,0,1', 'b,zero,', 'c,5,4');
    const shown = folder.shown(`${scenario('trace.csv')}  - { at: rst, kill: peer-1 }\n`);
    expect(shown.replaceAll(/^\S*scenarios\/trace\.csv/gm, 'trace.csv')).toBe(
      `test.yaml:7:11  unknown phase "rst", did you mean "rest"?
    - { at: rst, kill: peer-1 }
            ^
trace.csv:2:3  expected seconds such as 12.5, got "zero"
  b,zero,
    ^
trace.csv:3:5  the end 4 is not after the start 5
  c,5,4
      ^
`,
    );
  });

  test('shows where it names a trace that is not there', () => {
    expect(folder.mistakes(scenario('trce.csv'))).toEqual([
      '6:43 the trace "trce.csv" cannot be used: there is no such file',
    ]);
    expect(folder.mistakes(scenario('.'))).toEqual([
      '6:43 the trace "." cannot be used: it is not a regular file',
    ]);
  });
});
