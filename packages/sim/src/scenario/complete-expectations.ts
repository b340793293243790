import { parseExpectation } from './expectation.ts';
import type { Located } from './extends.ts';
import type { NamedCount } from './peer-names.ts';
import type { Expectation } from './scenario.ts';
import type { ScenarioFile } from './scenario-file.ts';

/** The lines of `expect`, which were checked before. */
export function completeExpectations(
  source: Located,
  { expect, phases }: ScenarioFile,
  groups: readonly NamedCount[],
): Expectation[] {
  const subjects = { phases: phases.map((phase) => phase.name), groups };
  return expect.map((text, index) => {
    const parsed = parseExpectation(text, subjects);
    if ('problem' in parsed) throw new Error(`an expectation was not checked: ${text}`);
    const { line, column, file } = source.locate({ path: ['expect', index], message: '' });
    return { ...parsed.expectation, line, column, ...(file !== undefined && { file }) };
  });
}
