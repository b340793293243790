import { expect, test } from 'vitest';
import type { ParityReport } from '../../src/check/parity.ts';
import { renderParityVerdict } from '../../src/report/parity-table.ts';

const PARITY: ParityReport = {
  version: 1,
  scenario: 'mesh-10',
  seed: 42,
  runners: ['virtual', 'loopback'],
  agreement: 'same',
  note: null,
  rows: [{ what: 'wrong', values: [0, 1], unit: 'count', agreement: 'different' }],
};

test('the verdict on runs that agree is that of the worst of them, in words', () => {
  const agree = 'mesh-10 on virtual, loopback: outcomes and knowledge agree';
  expect(renderParityVerdict(PARITY, ['pass', 'pass'])).toBe(`SAME ${agree}`);
  expect(renderParityVerdict(PARITY, ['pass', 'harness-bound'])).toBe(
    `HARNESS-BOUND ${agree}, but loopback: no verdict, the lab measured itself`,
  );
  expect(renderParityVerdict(PARITY, ['fail', 'harness-bound'])).toBe(
    `FAIL ${agree}, but virtual: did not pass, loopback: no verdict, the lab measured itself`,
  );
});

test('the verdict says which messages agree, and which are as close as chance brings them', () => {
  const said = (res: 'same' | 'chance' | 'ratio', req: 'same' | 'chance' | 'ratio'): string => {
    const row = (type: string, agreement: typeof res): ParityReport['rows'][number] => {
      return { what: `sent (${type})`, values: [1, 2], unit: 'count', agreement };
    };
    const rows = [row('RES', res), row('REQ', req)];
    return renderParityVerdict({ ...PARITY, rows }, ['pass', 'pass']).replace(/^[^:]*: /, '');
  };
  const chance = 'as close as chance brings them';
  expect(said('same', 'chance')).toBe(
    `outcomes, images sent and knowledge agree; other messages ${chance}`,
  );
  expect(said('same', 'same')).toBe('outcomes, images sent and knowledge agree');
  expect(said('chance', 'chance')).toBe(`outcomes and knowledge agree; messages ${chance}`);
  expect(said('ratio', 'ratio')).toBe('outcomes and knowledge agree');
});

test('where not all is the same, the verdict does not say so', () => {
  expect(renderParityVerdict({ ...PARITY, agreement: 'close' }, ['pass', 'pass'])).toBe(
    'CLOSE mesh-10 on virtual, loopback: outcomes and knowledge are as close as they need be here',
  );
  expect(renderParityVerdict({ ...PARITY, agreement: 'close' }, ['fail', 'pass'])).toMatch(
    /^FAIL .*, but virtual: did not pass$/,
  );
});

test('what differs is named', () => {
  expect(renderParityVerdict({ ...PARITY, agreement: 'different' }, ['pass', 'pass'])).toBe(
    'DIFFERENT mesh-10 on virtual, loopback: wrong',
  );
});
