import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { GroundTruth } from '../../src/check/ground-truth.ts';
import { judge } from '../../src/check/judge.ts';
import { environment } from '../../src/cli/environment.ts';
import { tee } from '../../src/journal/journal.ts';
import { makePlan } from '../../src/plan/plan.ts';
import type { Result } from '../../src/result/result.ts';
import { virtual } from '../../src/runner/virtual.ts';
import { loadCells } from '../../src/scenario/load.ts';
import type { Scenario } from '../../src/scenario/scenario.ts';
import { Figures } from '../../src/stats/figures.ts';

const SCENARIOS = join(import.meta.dirname, '../../../../scenarios');

/** Larger ones take minutes; `npm run bench -- virtual` runs them. */
const MOST_PEERS = 20_000;

async function run(scenario: Scenario): Promise<Result> {
  const plan = makePlan(scenario, scenario.seed);
  const figures = new Figures(plan);
  const truth = new GroundTruth(plan, (judgement) => figures.judged(judgement));
  const signal = new AbortController().signal;
  const outcome = await virtual.run(plan, tee([figures, truth]), { signal });
  truth.finish();
  const facts = { runner: 'virtual', wallSeconds: 0, error: null, ...outcome, environment };
  return judge(plan, figures, truth, facts);
}

const scenarios = readdirSync(SCENARIOS)
  .filter((file) => file.endsWith('.yaml'))
  .flatMap((name) => loadCells(join(SCENARIOS, name)));

describe('on the virtual runner', () => {
  for (const scenario of scenarios) {
    const peers = scenario.groups.reduce((sum, group) => sum + group.count, 0);
    const needsProcesses = virtual.refusals(scenario).length > 0;
    const title = `${scenario.name} passes`;
    if (needsProcesses) test.skip(`${title} (it needs real processes)`, () => {});
    else if (peers > MOST_PEERS) test.skip(`${title} (${peers} peers take minutes)`, () => {});
    else {
      test(title, { timeout: 240_000 }, async () => {
        const { verdict, reasons } = await run(scenario);
        expect({ verdict, reasons }).toEqual({ verdict: 'pass', reasons: [] });
      });
    }
  }
});
