import { comparisonSuite } from './junit-comparison.ts';
import type { Gathering, JoinedFormat, Subject } from './format.ts';
import { repeatSuite } from './junit-repeats.ts';
import { paritySuite } from './junit-parity.ts';
import { runSuite } from './junit-run.ts';
import type { TestCase, TestSuite } from './junit-suite.ts';
import { safe } from './screen-text.ts';

/** The part of the XML writer that is used here. */
type Element = import('xmlbuilder2/lib/interfaces.js').XMLBuilder;

/**
 * `--junit`: a suite for each run, with a case for each expectation, written or not. The shape is that of
 * Jenkins (junit-10.xsd of its xUnit plugin), which GitLab reads as well.
 */
export const JUNIT_FORMAT: JoinedFormat = {
  option: 'junit',
  help: 'write a test case for each expectation, of all runs in one file (Jenkins, GitLab)',
  contents: 'the test report',
  of: ['run', 'repeats', 'seeds', 'parity', 'comparison'],
  isJoined: true,
  gather: () => new Suites(),
};

class Suites implements Gathering {
  readonly #suites: TestSuite[] = [];

  add(subject: Subject): void {
    this.#suites.push(suiteOf(subject));
  }

  async pieces(): Promise<Iterable<string>> {
    return [await junitXml(this.#suites)];
  }
}

function suiteOf(subject: Subject): TestSuite {
  switch (subject.kind) {
    case 'run':
      return runSuite(subject.result);
    case 'parity':
      return paritySuite(subject.report);
    case 'comparison':
      return comparisonSuite(subject.report);
    default:
      return repeatSuite(subject.report, subject.kind === 'seeds' ? 'seed' : 'run');
  }
}

/** Suites as XML. The writer is loaded here, as few commands want it. */
async function junitXml(suites: readonly TestSuite[]): Promise<string> {
  const { create } = await import('xmlbuilder2');
  const options = { encoding: 'UTF-8', invalidCharReplacement: '\uFFFD' };
  const root = create(options).ele('testsuites', { name: 'sim', ...totals(suites) });
  for (const suite of suites) writeSuite(root, suite);
  return `${root.end({ prettyPrint: true })}\n`;
}

function totals(suites: readonly TestSuite[]): Record<string, string> {
  const cases = suites.flatMap((suite) => suite.cases);
  const seconds = suites.reduce((sum, suite) => sum + suite.seconds, 0);
  const { tests, failures, errors } = counts(cases);
  return { tests, failures, errors, time: seconds.toFixed(3) };
}

function counts(cases: readonly TestCase[]): Record<'tests' | TestKind, string> {
  const of = (kind: string): string =>
    String(cases.filter(({ outcome }) => outcome?.kind === kind).length);
  return {
    tests: String(cases.length),
    failures: of('failure'),
    errors: of('error'),
    skipped: of('skipped'),
  };
}

type TestKind = 'failures' | 'errors' | 'skipped';

function writeSuite(root: Element, suite: TestSuite): void {
  const { name, file, seconds, startedAt, properties, cases } = suite;
  const time = seconds.toFixed(3);
  const element = root.ele('testsuite', {
    name: literal(name),
    ...counts(cases),
    time,
    // Readers want it without parts of a second, and without a zone.
    ...(startedAt !== null && { timestamp: startedAt.slice(0, 19) }),
    ...(file !== null && { file: literal(file) }),
  });
  const list = element.ele('properties');
  for (const [key, value] of Object.entries(properties)) {
    list.ele('property', { name: key, value: literal(String(value)) });
  }
  const names = namesOf(cases);
  for (const [i, one] of cases.entries()) writeCase(element, one, names[i]!);
}

function writeCase(suite: Element, { classname, outcome }: TestCase, name: string): void {
  const element = suite.ele('testcase', { classname: literal(classname), name: literal(name) });
  if (outcome === null) return;
  const { kind, type, message, lines } = outcome;
  const told = element.ele(kind, { type, message: literal(message) });
  if (lines.length > 0) told.txt(lines.map(literal).join('\n'));
}

/** Text as it is to be read. The writer takes what looks like an entity for one, so that `&` must be one. */
function literal(text: string): string {
  return safe(text).replaceAll('&', '&amp;');
}

/** Names of cases; readers take two of one name for one, so the later ones are numbered. */
function namesOf(cases: readonly TestCase[]): string[] {
  const seen = new Map<string, number>();
  return cases.map(({ name }) => {
    const times = (seen.get(name) ?? 0) + 1;
    seen.set(name, times);
    return times === 1 ? name : `${name} (${times})`;
  });
}
