import { expect, test } from 'vitest';
import { carryOut } from '../../src/cli/carry-out.ts';
import { HarnessBoundError, RunError } from '../../src/result/run-error.ts';
import type { Runner } from '../../src/runner/runner.ts';
import { planOf } from '../plans.ts';

/** A runner that ends at once with this error. */
function failing(error: Error): Runner {
  return { name: 'loopback', refusals: () => [], run: () => Promise.reject(error) };
}

async function resultOf(error: Error): Promise<object> {
  const { signal } = new AbortController();
  const options = { quiet: true, color: false };
  const { result } = await carryOut(planOf({}), failing(error), options, signal, 0);
  return { verdict: result.verdict, reasons: result.reasons, bounds: result.harness.bounds };
}

test('a run that could not be carried out is an error', async () => {
  expect(await resultOf(new RunError('No port.'))).toEqual({
    verdict: 'error',
    reasons: ['No port.'],
    bounds: [],
  });
});

test('a run that came to a bound of the lab has no verdict, and says which', async () => {
  expect(await resultOf(new HarnessBoundError('Too many.'))).toEqual({
    verdict: 'harness-bound',
    reasons: ['Too many.'],
    bounds: [{ kind: 'requests', phase: null, text: 'Too many' }],
  });
});

test('a bug of the lab is no verdict at all', async () => {
  await expect(resultOf(new Error('a bug'))).rejects.toThrow('a bug');
});
