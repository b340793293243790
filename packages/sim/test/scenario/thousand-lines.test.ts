import { expect, test } from 'vitest';
import { ScenarioFolder } from './folder.ts';

const folder = new ScenarioFolder();

/** Ten kinds of mistakes in a phase: what its second line is, and what is said of it. */
const MISTAKES: readonly (readonly [line: string, mistake: string])[] = [
  ['requests: { rte: 5/s, users: 2 }', '17 unknown key "rte", did you mean "rate"?'],
  ['requests: { rate: 5 }', '23 5 has no unit, write 5/s or 5/m'],
  ['requests: { rate: 5/s, from: pear }', '34 unknown group "pear", did you mean "peer"?'],
  [
    'requests: { rate: 5/s, missing: 5ms }',
    '37 5ms is a duration, expected a percentage such as 2% or 99.5%',
  ],
  ['requests: { users: none }', '24 expected a whole number, got "none"'],
  [
    'requests: { rate: 5/s, arrivals: posson }',
    '38 unknown arrivals "posson", did you mean "poisson"?',
  ],
  ['within: 5s', '5 "within" needs "until"'],
  ['mesured: true', '5 unknown key "mesured", did you mean "measured"?'],
  ['requests: { rate: 5/s, think: 1s }', '28 "think" needs "users"'],
  ['measured: 1', '15 expected true or false, got 1'],
];

/** A phase on four lines, the third of which may be wrong. */
function phase(number: number, third: string): string[] {
  return [`  - name: phase-${number}`, '    for: 1s', `    ${third}`, '    # and so on'];
}

test('a file of a thousand lines lists all of its fifty mistakes', () => {
  const lines = ['name: many', 'peers: { count: 10 }', 'timeout: 1h', 'phases:'];
  const expected: string[] = [];
  for (let number = 0; lines.length < 980; number++) {
    const [wrong, mistake] = MISTAKES[(number / 5) % MISTAKES.length] ?? [];
    const isWrong = wrong !== undefined && expected.length < 40;
    if (isWrong) expected.push(`${lines.length + 3}:${mistake}`);
    lines.push(...phase(number, isWrong ? wrong : 'requests: { rate: 5/s }'));
  }
  lines.push('expect:');
  for (let number = 0; lines.length < 1_000; number++) {
    const isWrong = number < 10;
    lines.push(`  - phase-${number}.latency.${isWrong ? 'p98' : 'p99'} <= 1s`);
    if (!isWrong) continue;
    const near = `did you mean "phase-${number}.latency.p90" or "phase-${number}.latency.p99"?`;
    expected.push(`${lines.length}:5 unknown figure "latency.p98", ${near}`);
  }
  expect(lines).toHaveLength(1_000);
  expect(expected).toHaveLength(50);
  expect(folder.mistakes(lines.join('\n'))).toEqual(expected);
});
