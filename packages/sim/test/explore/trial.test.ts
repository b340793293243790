import { expect, test } from 'vitest';
import { environment } from '../../src/cli/environment.ts';
import { drawScenario } from '../../src/explore/draw/scenario.ts';
import { tryScenario } from '../../src/explore/trial.ts';

test('a run that is given up has failed, and says why', () => {
  const document = drawScenario(7);
  const whole = tryScenario(document, environment);
  expect(whole.failures).toEqual([]);
  expect(tryScenario(document, environment, whole.events + 1).failures).toEqual([]);
  const cut = tryScenario(document, environment, 100);
  expect(cut.events).toBe(100);
  expect(cut.failures).toEqual(['always the run comes to its end: peers talk on and on']);
});

test('whoever looks from outside is told while it goes on', () => {
  let turns = 0;
  const document = drawScenario(7);
  const { events } = tryScenario(document, environment, undefined, { onTurn: () => turns++ });
  expect(turns).toBe(1 + Math.ceil(events / 10_000));
});
