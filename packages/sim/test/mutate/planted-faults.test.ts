import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { environment } from '../../src/cli/environment.ts';
import { runMutants, runUnplanted, type Trial } from '../../src/mutate/mutation.ts';
import { patchedModule } from '../../src/mutate/patch.ts';
import type { PlantedFault } from '../../src/mutate/planted-fault.ts';
import { PLANTED_FAULTS } from '../../src/mutate/planted-faults.ts';
import { loadScenario } from '../../src/scenario/load.ts';
import type { Scenario } from '../../src/scenario/scenario.ts';

const SCENARIOS = join(import.meta.dirname, '../../../../scenarios');

const names = [...new Set(PLANTED_FAULTS.flatMap(({ caughtBy }) => caughtBy))];
const caught = PLANTED_FAULTS.filter(({ caughtBy }) => caughtBy.length > 0);
const missed = PLANTED_FAULTS.filter(({ caughtBy }) => caughtBy.length === 0);
const options = { environment, signal: new AbortController().signal };

let scenarios: ReadonlyMap<string, Scenario>;
let unplanted: readonly Trial[];
const trials = new Map<PlantedFault, readonly Trial[]>();

beforeAll(async () => {
  scenarios = new Map(names.map((name) => [name, loadScenario(join(SCENARIOS, `${name}.yaml`))]));
  unplanted = await runUnplanted([...scenarios.values()], options);
  const scenariosOf = ({ caughtBy }: PlantedFault): Scenario[] =>
    caughtBy.map((name) => scenarios.get(name)!);
  const mutants = await runMutants(caught, scenariosOf, unplanted, options);
  for (const mutant of mutants) trials.set(mutant.fault, mutant.trials);
}, 600_000);

describe('the planted faults', () => {
  test('have names and descriptions of their own', () => {
    for (const key of ['name', 'description'] as const) {
      const values = PLANTED_FAULTS.map((fault) => fault[key]);
      expect(new Set(values).size).toBe(values.length);
    }
  });

  test.each(PLANTED_FAULTS.map((fault) => [fault.name, fault] as const))(
    '%s applies to the sources as they are',
    (_, fault) => {
      expect(patchedModule(fault)).toContain(fault.to);
    },
  );

  test('are noticed, but for a few of which it is said why not', () => {
    expect(caught.length).toBeGreaterThanOrEqual(25);
    expect(caught.length / PLANTED_FAULTS.length).toBeGreaterThanOrEqual(0.9);
    expect(missed.filter((fault) => fault.missed === undefined)).toEqual([]);
    expect(caught.filter((fault) => fault.missed !== undefined)).toEqual([]);
  });

  test.each(caught.map((fault) => [fault.name, fault.caughtBy.join(', '), fault] as const))(
    '%s makes %s fail',
    (_name, _scenarios, fault) => {
      const outcomes = trials.get(fault)!.map(({ scenario, verdict, reasons }) => ({
        scenario: scenario.name,
        verdict,
        reasons,
      }));
      expect(outcomes).toEqual(
        fault.caughtBy.map((scenario) => ({
          scenario,
          verdict: 'fail',
          reasons: expect.arrayContaining([expect.any(String)]) as unknown,
        })),
      );
    },
  );
});

describe('the peer as it is', () => {
  test.each(names)('passes %s', (name) => {
    const { verdict, reasons } = unplanted.find(({ scenario }) => scenario.name === name)!;
    expect({ verdict, reasons }).toEqual({ verdict: 'pass', reasons: [] });
  });
});
