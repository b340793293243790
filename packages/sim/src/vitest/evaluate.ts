import { checkExpectations } from '../check/expectations.ts';
import type { ExpectationResult, Result } from '../result/result.ts';
import { parseExpectation } from '../scenario/expectation.ts';

/**
 * Holds one more expectation against a result. Requests of single peers are counted in the whole run only, so
 * those in a phase cannot be measured.
 * @throws {TypeError} when it is written wrongly
 */
export function evaluate(result: Result, text: string): ExpectationResult {
  const parsed = parseExpectation(text, subjectsOf(result));
  if ('problem' in parsed)
    throw new TypeError(
      `toHold(${JSON.stringify(text)}): ${parsed.problem.endsWith('?') ? parsed.problem : `${parsed.problem}.`}`,
    );
  const expectation = { ...parsed.expectation, line: 0, column: 0 };
  return checkExpectations({ expect: [expectation] }, result)[0]!;
}

function subjectsOf({ phases, groups, perPeer }: Result): Parameters<typeof parseExpectation>[1] {
  return {
    phases: phases.map(({ name }) => name),
    groups: groups.map(({ name }) => ({
      name,
      count: perPeer.filter(({ group }) => group === name).length,
    })),
  };
}
