/** The public door of the lab. */
export { loadScenario, loadCells, checkScenario } from './scenario/load.ts';
export { formatScenarioError, ScenarioError, type Problem } from './scenario/located-error.ts';
export type { Scenario } from './scenario/scenario.ts';
export { makePlan, type Plan } from './plan/plan.ts';
export type { Result } from './result/result.ts';
