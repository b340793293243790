import { describe, expect, test } from 'vitest';
import { scenario, type ScenarioOptions } from '../../src/vitest/index.ts';

/** What is said of options that no compiler has looked at. */
function complaintAbout(options: object, files: readonly string[] = ['mesh.yaml']): string {
  try {
    scenario(files, options as ScenarioOptions);
  } catch (error) {
    return (error as Error).message;
  }
  return 'nothing is said';
}

describe('a mistake where a scenario is made a test is told at once', () => {
  test.each([
    [{ seed: -1 }, 'scenario(): the seed -1 is not a whole number from 0 to 9007199254740991.'],
    [{ seed: 1.5 }, 'scenario(): the seed 1.5 is not a whole number from 0 to 9007199254740991.'],
    [{ sede: 3 }, 'scenario(): unknown option "sede", did you mean "seed"?'],
    [{ runner: 'virtul' }, 'scenario(): unknown runner "virtul", did you mean "virtual"?'],
  ])('%j', (options, told) => {
    expect(complaintAbout(options)).toBe(told);
  });

  test('a list of no files', () => {
    expect(complaintAbout({}, [])).toBe(
      'scenario(): no file is named; does the pattern match nothing?',
    );
  });
});
