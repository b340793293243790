/** What runs in the browser: reads the data of the page and shows it. */
import { aboutSection } from './about.ts';
import { el } from './element.ts';
import { latencySection } from './latency-chart.ts';
import { NetworkSection } from './network.ts';
import { PeerSection } from './peers.ts';
import { RequestSection } from './requests.ts';
import { decodeRun, type Run } from './run.ts';
import { scenarioSection } from './scenario.ts';
import { outcomeSection, summary } from './summary.ts';
import { timeSection } from './time-charts.ts';

/** Builds the page, still empty; what is returned shows a run in it, once. */
function buildPage(root: HTMLElement): (run: Run) => void {
  const top = summary();
  const parts = [
    ...[outcomeSection(), timeSection(), latencySection()],
    new NetworkSection(),
    ...[new PeerSection(), new RequestSection(), scenarioSection(), aboutSection()],
  ];
  const links = parts.map(({ id, title }) => el('li', {}, el('a', { href: `#${id}` }, title)));
  root.append(
    top.root,
    el('nav', { 'aria-label': 'Parts of this page' }, el('ul', {}, ...links)),
    el('main', {}, ...parts.map((part) => part.root)),
  );
  return (run) => {
    top.update(run);
    for (const part of parts) part.update(run);
  };
}

/** Shows why there is nothing to see. */
function showProblem(root: HTMLElement, problem: unknown): void {
  const text = problem instanceof Error ? problem.message : String(problem);
  root.replaceChildren(el('p', { role: 'alert' }, `This page cannot be shown: ${text}.`));
}

/** Out of base64; browsers of before 2025 know no other way. */
function bytesOf(base64: string): Uint8Array<ArrayBuffer> {
  const text = atob(base64);
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i);
  return bytes;
}

async function start(root: HTMLElement): Promise<void> {
  const show = buildPage(root);
  const block = document.getElementById('data');
  if (block === null) throw new Error('its data is missing');
  show(await decodeRun(bytesOf(block.textContent)));
  // Whoever waits for the page to be whole looks for this.
  document.documentElement.dataset['ready'] = '';
}

const root = document.getElementById('page')!;
start(root).catch((problem: unknown) => showProblem(root, problem));
