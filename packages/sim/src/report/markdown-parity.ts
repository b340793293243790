import type { ParityReport } from '../check/parity.ts';
import type { Section } from './markdown-format.ts';
import { table, words } from './markdown-text.ts';

/** A comparison of runners. */
export function paritySection({ scenario, seed, runners, rows, ...report }: ParityReport): Section {
  const { agreement, note } = report;
  const lines = rows.map(({ what, values, agreement: word }) => [
    words(what),
    ...values.map((value) => (value === null ? '' : words(String(Number(value.toPrecision(4)))))),
    word === 'different' ? '❌ different' : word,
  ]);
  const compared = table(['', ...runners.map(words), ''], lines);
  return {
    title: `${scenario} on ${runners.join(', ')}, seed ${seed}: ${agreement}`,
    verdict: agreement === 'different' ? 'fail' : 'pass',
    body: note === null ? compared : `${words(note)}\n\n${compared}`,
  };
}
