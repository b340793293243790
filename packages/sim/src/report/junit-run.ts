import type { AlwaysResult, ExpectationResult, Result } from '../result/result.ts';
import type { TestCase, TestOutcome, TestSuite } from './junit-suite.ts';
import { tellingSentences } from './telling-text.ts';
import { lookCommands, repeatCommand } from './verdict-line.ts';

/** One run: a case for the run itself, one for each expectation, and one for each that nobody has to write. */
export function runSuite(result: Result): TestSuite {
  const { scenario, runner, seed, file, wallSeconds, peers, environment } = result;
  const classname = `${scenario} on ${runner}`;
  const named = (name: string, outcome: TestOutcome | null): TestCase => ({
    classname,
    name,
    outcome,
  });
  return {
    name: `${classname}, seed ${seed}`,
    file,
    seconds: wallSeconds,
    startedAt: environment.startedAt,
    properties: { scenario, runner, seed, peers, ...environment },
    cases: [
      named('the run is carried out', outcomeOfRun(result)),
      ...result.expectations.map((one) => named(one.text, outcomeOfExpectation(one, result))),
      ...result.always.map((one) => named(one.text, outcomeOfAlways(one, result))),
    ],
  };
}

function outcomeOfRun(result: Result): TestOutcome | null {
  const { verdict, reasons } = result;
  if (verdict === 'pass' || verdict === 'fail') return null;
  const message = reasons[0] ?? 'there is no verdict on the peers';
  return { kind: 'error', type: verdict, message, lines: [...reasons, ...repeatLines(result)] };
}

function outcomeOfExpectation(one: ExpectationResult, result: Result): TestOutcome | null {
  if (result.verdict === 'error') return unjudged(result);
  if (one.holds) return null;
  if (result.verdict === 'harness-bound') return unjudged(result);
  const found = one.measured === null ? 'which could not be measured' : `measured ${one.shown}`;
  const message = `expected ${one.text}, ${found}`;
  const since = one.broken === null ? '' : `, ${one.broken.text}`;
  const place = `at ${one.file ?? result.file}:${one.line}`;
  const lines = [`${message}${since}`, place, ...detailLines(result)];
  return { kind: 'failure', type: 'expectation', message, lines };
}

function outcomeOfAlways(one: AlwaysResult, result: Result): TestOutcome | null {
  if (one.holds) return null;
  if (result.verdict === 'harness-bound') return unjudged(result);
  const message = one.reasons.join('; ');
  const lines = [...one.reasons, ...detailLines(result)];
  return { kind: 'failure', type: 'always', message, lines };
}

/** What is no failure, as the run says nothing about the peers. */
function unjudged({ verdict, reasons }: Result): TestOutcome {
  const why = verdict === 'error' ? 'the run was not carried out' : 'the lab measured itself';
  return { kind: 'skipped', type: verdict, message: `${why}: ${reasons[0] ?? ''}`, lines: [] };
}

/** What may have caused a failure, and how to see it again. */
function detailLines(result: Result): string[] {
  return [...tellingSentences(result), ...repeatLines(result)];
}

function repeatLines(result: Result): string[] {
  return [
    `repeat: ${repeatCommand(result)}`,
    ...lookCommands(result).map((command) => `look: ${command}`),
  ];
}
