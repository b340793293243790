import { expect, test } from 'vitest';
import { LogicError } from '../../src/virtual/logic-error.ts';
import { VirtualRun } from '../../src/virtual/virtual-run.ts';
import { phaseOf, planOf } from '../plans.ts';

test('a bug in a handler ends the run, and says in which event and where', () => {
  const plan = planOf({ scenario: { phases: [phaseOf({ forUs: 5_000_000 })] } });
  const run = new VirtualRun(plan, { write: () => {} });
  run.start();
  run.world.at(1_500_000, () => {
    throw new TypeError('no such thing');
  });
  let problem: unknown = null;
  try {
    while (!run.isOver) run.advance(100);
  } catch (error) {
    problem = error;
  }
  expect(problem).toBeInstanceOf(LogicError);
  expect((problem as LogicError).message).toMatch(
    /^A bug in a peer or in the lab: TypeError: no such thing \(\S+:\d+\) in event [\d,]+, at 1\.5 s$/,
  );
});
