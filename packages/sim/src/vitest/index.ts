/**
 * Scenarios as tests of vitest: `import { scenario } from '@imagemesh/sim/vitest'`. Importing it also teaches `expect`
 * the matchers for results.
 */
export { scenario, type ScenarioBody, type ScenarioOptions } from './scenario.ts';
export type { ResultMatchers, ToHoldOptions } from './matchers.ts';
export type { Result } from '../result/result.ts';
export type { Scenario } from '../scenario/scenario.ts';
