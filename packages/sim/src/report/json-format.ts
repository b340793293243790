import type { SeparateFormat, Subject } from './format.ts';
import { jsonPieces } from './json.ts';

/** `--json`: a result for programs. Its shape is published, in docs/result.schema.json and beside it. */
export const JSON_FORMAT: SeparateFormat = {
  option: 'json',
  help: 'write the result for programs; of several runs x.json is x.NAME.json',
  contents: 'the result',
  of: ['run', 'repeats', 'seeds', 'parity', 'comparison'],
  isJoined: false,
  pieces: (subject) => jsonPieces(documentOf(subject)),
};

function documentOf(subject: Subject): object {
  if (subject.kind === 'run') return subject.result;
  return subject.kind === 'comparison' ? subject.report.comparison : subject.report;
}
