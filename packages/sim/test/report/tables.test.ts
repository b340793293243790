import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { ExpectationResult, PhaseResult, Result } from '../../src/result/result.ts';
import { columnsOf } from '../../src/report/screen-text.ts';
import { renderTables } from '../../src/report/tables.ts';
import { arbitraryResult } from './arbitrary-result.ts';
import { ERROR, FAILING, PASSING, VIRTUAL } from './results.ts';

const ESCAPE = '\u001b';
const PLAIN = { color: false, width: 80 };

/** Lines but those to paste, which must stay whole. */
function linesOf(text: string): string[] {
  return text.split('\n').filter((line) => !line.startsWith('  npm run sim -- '));
}

test('a passing run is told in tables and a verdict', () => {
  expect(renderTables(PASSING, PLAIN)).toMatchInlineSnapshot(`
    "mesh-10 on loopback, 10 peers, seed 42, 6.31 s

    Correctness            due  correct  wrong  excused  failed  success
    ────────────────────────────────────────────────────────────────────
    discover                 –        –      –        –       –        –
    warm-up *               52       52      0        0       0     100%
    steady               1,040    1,040      0        0       0     100%
    ────────────────────────────────────────────────────────────────────
    all                  1,040    1,040      0        0       0     100%

    Throughput, latency    time  requests/s  MB/s     p50     p90    p99    max
    ───────────────────────────────────────────────────────────────────────────
    discover             312 ms           –     –       –       –      –      –
    warm-up *            1.00 s        52.0   3.4  2.4 ms  7.2 ms  18 ms  53 ms
    steady               5.00 s       208.0  13.7  2.4 ms  7.2 ms  18 ms  53 ms
    ───────────────────────────────────────────────────────────────────────────
    all                               208.0  13.7  2.4 ms  7.2 ms  18 ms  53 ms
    * not measured, so not counted in all

    Correct answers over 6.31 s  at most 240.0/s, taken over 500 ms
    ▁▂▂▄▇▇██▇▇▇█▇▃

    Discovery            complete    time  messages  pairs reached
    ──────────────────────────────────────────────────────────────
    all peers                 yes  312 ms       184       90 of 90

    Knowledge              50%     90%     99%    100%  parts  stale
    ────────────────────────────────────────────────────────────────
    of what can be       80 ms  200 ms  312 ms  312 ms      1      0

    Expectations                                measured  line
    ──────────────────────────────────────────────────────────
    ✓ ok          discover.time <= 5s             312 ms    27
    ✓ ok          requests.success >= 99%           100%    28
    ✓ ok          requests.wrong == 0                  0    29
    ✓ ok          steady.latency.p99 <= 250ms      18 ms    30
    ✓ ok          steady.throughput >= 10MB/s  13.7 MB/s    31

    1,300 peers asked (1.25 a request), 10 in vain, 104 images came again (6.9 MB)
    7.13 s with setting up and clearing away, 212.4 MB of memory at most
    timers of the lab 3.2 ms late at most, 12 requests under way at once

    PASS mesh-10 on loopback, seed 42:
         1,040 requests, all correct, 13.7 MB/s, p99 18 ms"
  `);
});

test('a run that could not begin shows only why', () => {
  const reasons = ['no engine of Docker answers'];
  const text = renderTables({ ...FAILING, verdict: 'error', reasons, runSeconds: 0 }, PLAIN);
  expect(text).toContain('no engine of Docker answers');
  expect(text).not.toMatch(/Not as expected|Correctness|Discovery|0 s/);
});

test('a failing run tells what failed first, what went wrong, and how to repeat it', () => {
  expect(renderTables(FAILING, PLAIN)).toMatchInlineSnapshot(`
    "mesh-10 on loopback, 10 peers, seed 42, 6.31 s

    Not as expected
    ✗ discover.time <= 5s
      could not be measured, not reached by 5 s (discover + 5 s)
    ✗ requests.success >= 99.5%
      measured 99.3%, broken since 11.3 s (under-partition-long + 306 ms)

    Requests that tell most, of 7 wrong or failed
    wrong   request 311: peer-4 asked for evil\\u{1b}[31m\\u{202e}gnp.jpg at 11.2 s
            (under-partition-long): the bytes that peer-7 sent are not those of the
            image; ended after 102 ms; asked peer-2 (not-found), peer-7 (found)
    failed  request 400: peer-1 asked for 猫の写真.png at 12.5 s
            (under-partition-long): no answer within 5s, although peer-2, which was
            known and up, has the image

    To repeat it:
      npm run sim -- run scenarios/mesh-10.yaml --runner loopback --seed 42

    Correctness             due  correct  wrong  excused  failed  success
    ─────────────────────────────────────────────────────────────────────
    discover !                –        –      –        –       –        –
    warm-up *                52       52      0        0       0     100%
    under-partition-long  1,040      993      3       40       4    99.3%
    cool-down *!              –        –      –        –       –        –
    ─────────────────────────────────────────────────────────────────────
    all                   1,040      993      3       40       4    99.3%

    Throughput, latency     time  requests/s  MB/s     p50     p90    p99    max
    ────────────────────────────────────────────────────────────────────────────
    discover !            10.0 s           –     –       –       –      –      –
    warm-up *             1.00 s        52.0   3.4  2.4 ms  7.2 ms  18 ms  53 ms
    under-partition-long  5.00 s       199.2  13.1  2.4 ms  7.2 ms  18 ms  53 ms
    cool-down *!             0 s           –     –       –       –      –      –
    ────────────────────────────────────────────────────────────────────────────
    all                                199.2  13.1  2.4 ms  7.2 ms  18 ms  53 ms
    * not measured, so not counted in all
    ! did not come to its end

    Correct answers over 6.31 s  at most 240.0/s, taken over 500 ms
    ▁▂▂▄▇▇██▇▇▇█▇▃

    Discovery            complete  time  messages  pairs reached
    ────────────────────────────────────────────────────────────
    all peers                  no     –     2,184       88 of 90

    Knowledge              50%     90%  99%  100%  parts  stale
    ───────────────────────────────────────────────────────────
    of what can be       80 ms  200 ms    –     –      2      4

    Expectations                                   measured  line
    ─────────────────────────────────────────────────────────────
    ✗ FAILS       discover.time <= 5s          not measured    27
    ✗ FAILS       requests.success >= 99.5%           99.3%    28
    ✓ ok          steady.latency.p99 <= 250ms         18 ms    30
    ✓ ok          steady.throughput >= 10MB/s     13.7 MB/s    31

    1,300 peers asked (1.25 a request), 10 in vain, 104 images came again (6.9 MB)
    7.13 s with setting up and clearing away, 212.4 MB of memory at most
    timers of the lab 3.2 ms late at most, 12 requests under way at once

    Why it failed
    - 3 requests got wrong answers.
    - The phase cool-down was cut by the timeout of 60s before 4 peers had been
      reached again.
    - 2 expectations are not met.

    FAIL mesh-10 on loopback, seed 42:
         1,040 requests, 3 wrong, 4 failed, 40 excused, 2 of 4 expectations not met,
         13.1 MB/s, p99 18 ms"
  `);
});

test('how long the peers took to find one another again is told where faults were over', () => {
  const fault = { text: 'kill peer-3', startSeconds: 1, endSeconds: 2 };
  const shown = (healedSeconds: number | null, faults: Result['faults']): string | undefined => {
    const discovery = { ...PASSING.discovery, healedSeconds };
    const lines = renderTables({ ...PASSING, discovery, faults }, PLAIN).split('\n');
    const at = lines.findIndex((line) => line.startsWith('Discovery'));
    return `${lines[at]?.includes('healed in')} ${lines[at + 2]?.replace(/ +/g, ' ')}`;
  };
  expect(shown(1.5, [fault])).toBe('true all peers yes 312 ms 1.50 s 184 90 of 90');
  expect(shown(null, [fault])).toBe('true all peers yes 312 ms – 184 90 of 90');
  expect(shown(null, [])).toMatch(/^false /);
  expect(shown(null, [fault, { ...fault, endSeconds: null }])).toMatch(/^false /);
});

test('a run that never began has its reasons instead of tables', () => {
  expect(renderTables(ERROR, PLAIN)).toMatchInlineSnapshot(`
    "mesh-10 on loopback, 10 peers, seed 42

    Why the run could not be carried out
    - peer-3 did not start: port 5003 is in use.

    ERROR mesh-10 on loopback, seed 42: peer-3 did not start: port 5003 is in use

    To repeat it:
      npm run sim -- run scenarios/mesh-10.yaml --runner loopback --seed 42"
  `);
});

test('a virtual run tells both of its times and its trace hash', () => {
  const text = renderTables(VIRTUAL, PLAIN);
  expect(text).toContain('seed 42, 6.31 s simulated in 483 ms');
  expect(text).toContain('210,432 events, 488,372/s, trace hash 9f86d081884c7d65');
  // Its clock is never late.
  expect(text).not.toContain('timers');
});

test('a run in which nothing was answered has no chart, and one that asked nobody no effort', () => {
  const { series } = PASSING;
  const silent = { ...series, buckets: series.buckets.map((one) => ({ ...one, correct: 0 })) };
  const effort = { ...PASSING.effort, attempts: 0 };
  const text = renderTables({ ...PASSING, series: silent, effort }, PLAIN);
  expect(text).not.toMatch(/Correct answers|[▁▂▃▄▅▆▇█]|peers asked/);
});

test('no line is wider than the screen', () => {
  fc.assert(
    fc.property(arbitraryResult, fc.constantFrom(80, 100, 120), (result, width) => {
      const lines = linesOf(renderTables(result, { color: false, width }));
      expect(lines.filter((line) => columnsOf(line) > width)).toEqual([]);
    }),
  );
});

test('without colour nothing reaches the terminal but text', () => {
  fc.assert(
    fc.property(arbitraryResult, (result) => {
      // oxlint-disable-next-line no-control-regex -- finding these is the purpose
      expect(renderTables(result, PLAIN)).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/);
    }),
  );
});

test('colour changes nothing but colour', () => {
  fc.assert(
    fc.property(arbitraryResult, (result) => {
      const colored = renderTables(result, { color: true, width: 80 });
      expect(colored).toContain(ESCAPE);
      // oxlint-disable-next-line no-control-regex -- what styleText writes
      const bare = colored.replaceAll(/\u001b\[\d+m/g, '');
      const trimmed = (text: string): string => text.replaceAll(/ +$/gm, '');
      expect(trimmed(bare)).toBe(trimmed(renderTables(result, PLAIN)));
    }),
  );
});

test('a long name of a phase is clipped and keeps its marks', () => {
  const phase: PhaseResult = {
    ...PASSING.phases[1]!,
    name: 'a-phase-with-a-name-of-more-than-forty-characters',
  };
  const text = renderTables({ ...PASSING, phases: [phase] }, PLAIN);
  expect(text).toMatch(/^a-phase-\S+… \* {2}/m);
});

test('a long expectation is broken between words, so that all of it is to be read at 80 columns', () => {
  const text =
    'all-phases.all-groups.latency.p99 <= 3 * steady.far-away.latency.p50 + 2 * warm-up.far-away.latency.p90';
  const long = { ...PASSING.expectations[0]!, text, shown: '18 ms (steady)' };
  const table = renderTables({ ...PASSING, expectations: [long] }, PLAIN);
  const words = table.slice(table.indexOf('Expectations')).split(/\s+/);
  for (const word of text.split(' ')) expect(words).toContain(word);
});

test('expectations that fail stand first, others as in the file', () => {
  const made = [true, false, true, false].map((holds, index): ExpectationResult => ({
    text: `requests.due == ${index}`,
    holds,
    measured: 7,
    bound: index,
    shown: '7',
    broken: null,
    line: index + 1,
    file: null,
  }));
  const text = renderTables({ ...PASSING, expectations: made }, PLAIN);
  expect(text.match(/== \d/g)).toEqual(['== 1', '== 3', '== 0', '== 2']);
});

test('an expectation of a file that is extended is placed in that file', () => {
  const [first] = PASSING.expectations;
  const based = { ...first!, file: '/somewhere/with-a-rather-long-name.yaml' };
  const text = renderTables({ ...PASSING, expectations: [based] }, PLAIN);
  expect(text).toMatch(/discover\.time <= 5s +312 ms +with-a-rather-l…:27$/m);
});

test('a success of not quite all is not rounded to all', () => {
  const requests = { due: 1e6, correct: 999_999, wrong: 1, excused: 0, failed: 0 };
  expect(renderTables({ ...PASSING, requests }, PLAIN)).toContain('99.9999%');
});

test('where no request could succeed there is no share of success', () => {
  const requests = { due: 5, correct: 0, wrong: 0, excused: 5, failed: 0 };
  expect(renderTables({ ...PASSING, requests }, PLAIN)).toMatch(/^all .* 5 +0 +– *$/m);
});

test('many reasons are cut', () => {
  const reasons = Array.from({ length: 30 }, (_, index) => `Reason ${index}.`);
  const failing: Result = { ...FAILING, reasons };
  const text = renderTables(failing, PLAIN);
  expect(text).toContain('- Reason 19.\n- and 10 more, see the result of --json\n');
});
