/** What runs in the browser: reads the data of the page, or what a run tells of itself, and shows it. */
import { aboutSection } from './about.ts';
import { el } from './element.ts';
import { latencySection } from './latency-chart.ts';
import { bytesOf, follow, type LiveView } from './live.ts';
import { NetworkSection } from './network.ts';
import { PeerSection } from './peers.ts';
import { RequestSection } from './requests.ts';
import { decodeRun, type Run } from './run.ts';
import { scenarioSection } from './scenario.ts';
import { outcomeSection, summary, titleOf } from './summary.ts';
import { timeSection } from './time-charts.ts';

/** Builds the page, still empty; what is returned shows a run in it, also again and again. */
function buildPage(root: HTMLElement): LiveView {
  const top = summary();
  const status = el('p', { role: 'status', class: 'status' });
  const parts = [
    ...[outcomeSection(), timeSection(), latencySection()],
    new NetworkSection(),
    ...[new PeerSection(), new RequestSection(), scenarioSection(), aboutSection()],
  ];
  const links = parts.map(({ id, title }) => el('li', {}, el('a', { href: `#${id}` }, title)));
  root.append(
    top.root,
    status,
    el('nav', { 'aria-label': 'Parts of this page' }, el('ul', {}, ...links)),
    el('main', {}, ...parts.map((part) => part.root)),
  );
  const show = (run: Run): void => {
    top.update(run);
    for (const part of parts) part.update(run);
    document.title = titleOf(run);
    // Whoever waits for the page to show something looks for this.
    document.documentElement.dataset['ready'] = run.head.isRunning ? 'running' : '';
  };
  return { show, tell: (sentence) => (status.textContent = sentence) };
}

/** Shows why there is nothing to see. */
function showProblem(root: HTMLElement, problem: unknown): void {
  const text = problem instanceof Error ? problem.message : String(problem);
  root.replaceChildren(el('p', { role: 'alert' }, `This page cannot be shown: ${text}.`));
}

async function start(root: HTMLElement): Promise<void> {
  const view = buildPage(root);
  const block = document.getElementById('data');
  // A page without data was served by a run that goes on.
  if (block === null) follow(view);
  else view.show(await decodeRun(bytesOf(block.textContent)));
}

const root = document.getElementById('page')!;
start(root).catch((problem: unknown) => showProblem(root, problem));
