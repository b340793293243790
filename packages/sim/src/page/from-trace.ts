import type { JournalReader } from '../journal/reader.ts';
import { makePage } from './page.ts';
import { namesOfTrace } from './run-names.ts';
import { PageRecorder } from './recorder.ts';
import { TraceTruth } from './trace-truth.ts';

/** What every page that was made from a trace says of itself. */
const FROM_A_TRACE =
  'This page was made from a trace, which has neither the text of the scenario nor a verdict: right and wrong are told by the hashes of images alone, and nothing is excused.';

/**
 * Makes a page of a whole trace, in memory that does not grow with it. Rejects with a `JournalError` when the
 * trace is damaged.
 */
export async function pageOfTrace(reader: JournalReader): Promise<string> {
  const recorder = new PageRecorder(namesOfTrace(reader.head));
  const truth = new TraceTruth(reader.head, (judgement) => recorder.judged(judgement));
  for await (const events of reader.batches()) {
    for (const event of events) {
      recorder.write(event);
      truth.write(event);
    }
  }
  truth.finish();
  const notes = [FROM_A_TRACE, ...endNotes(reader)];
  return await makePage(recorder, { runner: null, result: null, sources: [], notes });
}

function endNotes({ cutLine, end }: JournalReader): string[] {
  if (cutLine !== null) return [`The last line of the trace, ${cutLine}, is cut off.`];
  if (end === null) return ['The end of the trace is missing.'];
  return end.problem === null ? [] : [`The run did not come to its end: ${end.problem}.`];
}
