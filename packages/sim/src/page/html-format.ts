import type { SeparateFormat } from '../report/format.ts';
import { makePage } from './page.ts';
import { PageRecorder } from './recorder.ts';
import { namesOfPlan } from './run-names.ts';
import { readSources } from './sources.ts';

/** `--html`: a run as one page for a browser, with all that it needs in it. */
export const HTML_FORMAT: SeparateFormat = {
  option: 'html',
  help: 'write a page for a browser: charts, network, peers, requests; likewise',
  contents: 'the page',
  of: ['run'],
  isJoined: false,
  listen(plan) {
    const recorder = new PageRecorder(namesOfPlan(plan));
    const sources = readSources(plan.scenario);
    return {
      journal: recorder,
      judged: (judgement) => recorder.judged(judgement),
      pieces: async (result) => [
        await makePage(recorder, { runner: result.runner, result, sources }),
      ],
    };
  },
};
