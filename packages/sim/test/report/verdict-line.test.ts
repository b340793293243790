import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Result } from '../../src/result/result.ts';
import { lookCommands, renderVerdict, repeatCommand } from '../../src/report/verdict-line.ts';
import { counts, ERROR, FAILING, PASSING } from './results.ts';

function verdictOf(changes: Partial<Result>): string {
  return renderVerdict({ ...PASSING, ...changes }, { color: false });
}

test('the verdict is one line with what matters most', () => {
  expect([PASSING, FAILING, ERROR].map((each) => renderVerdict(each, { color: false })))
    .toMatchInlineSnapshot(`
    [
      "PASS mesh-10 on loopback, seed 42: 1,040 requests, all correct, 13.7 MB/s, p99 18 ms",
      "FAIL mesh-10 on loopback, seed 42: 1,040 requests, 3 wrong, 4 failed, 40 excused, 2 of 4 expectations not met, 13.1 MB/s, p99 18 ms",
      "ERROR mesh-10 on loopback, seed 42: peer-3 did not start: port 5003 is in use",
    ]
  `);
});

test('only the word of the verdict is painted', () => {
  const painted = renderVerdict(PASSING, { color: true });
  expect(painted.lastIndexOf('\u001b')).toBeLessThan(painted.indexOf(' mesh-10'));
  expect(painted.startsWith('\u001b')).toBe(true);
});

test('a failure that no figure tells gives its reason', () => {
  expect(verdictOf({ verdict: 'fail', reasons: ['The run was cut by its timeout of 60s.'] })).toBe(
    'FAIL mesh-10 on loopback, seed 42: The run was cut by its timeout of 60s; 1,040 requests, all correct, 13.7 MB/s, p99 18 ms',
  );
});

test('a run that measured the lab itself says so instead of giving figures', () => {
  expect(verdictOf({ verdict: 'harness-bound', reasons: ['The event loop lagged.'] })).toBe(
    'HARNESS-BOUND mesh-10 on loopback, seed 42: The event loop lagged',
  );
});

test('excused requests are told apart from correct ones', () => {
  expect(verdictOf({ requests: counts(50, { excused: 4 }) })).toContain(
    '50 requests, 4 excused, all others correct,',
  );
  expect(verdictOf({ requests: counts(50, { excused: 50 }) })).toContain(
    '50 requests, 50 excused, 13.7',
  );
});

test('a run without requests has no figures of them', () => {
  const throughput = { requestsPerSecond: 0, bytesPerSecond: 0 };
  expect(verdictOf({ requests: counts(0), latencyMs: null, throughput })).toBe(
    'PASS mesh-10 on loopback, seed 42: no requests',
  );
});

test('the command to repeat a run is plain for a plain path', () => {
  expect(repeatCommand(PASSING)).toBe(
    'npm run sim -- run scenarios/mesh-10.yaml --runner loopback --seed 42',
  );
});

test('a shell reads any path back as it was, and a terminal is not moved by it', () => {
  const unit = fc.constantFrom('a', ' ', "'", '\\', '"', '$', '!', '猫', '\n', '\u001b', '\u202e');
  const files = fc.array(fc.string({ unit, minLength: 1, maxLength: 12 }), {
    minLength: 50,
    maxLength: 50,
  });
  const [names = []] = fc.sample(files, 1);
  const commands = names.map((file) => repeatCommand({ ...PASSING, file }));
  // oxlint-disable-next-line no-control-regex -- finding these is the purpose
  expect(commands.filter((command) => /[\u0000-\u001f\u202e]/.test(command))).toEqual([]);
  const script = commands
    .join('\n')
    .replaceAll(/^npm run sim -- run /gm, String.raw`printf '%s\0' `);
  const env = { ...process.env, LC_ALL: 'C.UTF-8' };
  const words = execFileSync('bash', ['-c', script], { encoding: 'utf8', env }).split('\0');
  expect(words.filter((_, index) => index % 5 === 0 && index < 250)).toEqual(names);
});

test('a virtual run with a bad request says how to look at it', () => {
  expect(lookCommands(FAILING)).toEqual([]);
  expect(lookCommands({ ...PASSING, runner: 'virtual' })).toEqual([]);
  expect(lookCommands({ ...FAILING, runner: 'virtual' })).toEqual([
    'npm run sim -- run scenarios/mesh-10.yaml --runner virtual --seed 42 --trace mesh-10.trace',
    'npm run sim -- replay mesh-10.trace --request 311',
  ]);
  // What is there need not be recorded once more.
  expect(lookCommands(FAILING, 'my runs/a.trace')).toEqual([
    "npm run sim -- replay 'my runs/a.trace' --request 311",
  ]);
});
