import type { Result } from '../result/result.ts';

/** What makes two failing runs the same failure, whatever their figures are: `expectation requests.wrong == 0`. */
export type FailureKind = string;

/**
 * What is wrong with a run, the gravest first: an exception of the peer, what is expected of every run, what the
 * scenario expects. An expectation whose figure could not be measured says nothing: every scenario comes to that when
 * enough of it is taken away.
 */
export function failuresOf({ verdict, reasons, always, expectations }: Result): FailureKind[] {
  if (verdict === 'error') return [`error ${withoutNumbers(reasons[0] ?? '')}`];
  return [
    ...always.filter(({ holds }) => !holds).map(({ text }) => `always ${text}`),
    ...expectations
      .filter(({ holds, measured }) => !holds && measured !== null)
      .map(({ text }) => `expectation ${text}`),
  ];
}

/** Addresses, sizes and times of an exception differ from run to run of a smaller scenario. */
function withoutNumbers(text: string): string {
  return text.split('\n', 1)[0]!.replaceAll(/\d+/g, 'n');
}
