import { el } from './element.ts';
import { decodeRun, type Run } from './run.ts';

/** Shows each state of a run that the server has; asks for the next one only when one has been shown. */
export function followRun(show: (run: Run) => void): void {
  const events = new EventSource('events');
  const note = el('p', { class: 'lost', role: 'status', hidden: true });
  document.body.prepend(note);
  let isBusy = false;
  let isStale = false;
  const refresh = async (): Promise<void> => {
    isStale = true;
    if (isBusy) return;
    isBusy = true;
    while (isStale) {
      isStale = false;
      const run = await fetchRun();
      show(run);
      document.documentElement.dataset['ready'] = '';
      if (!run.head.isLive) events.close();
    }
    isBusy = false;
  };
  const lose = (): void => {
    isBusy = false;
    note.hidden = false;
    note.textContent = 'The run is out of reach: what is shown is the last that was heard of it.';
  };
  events.addEventListener('state', () => {
    note.hidden = true;
    refresh().catch(lose);
  });
  events.addEventListener('error', lose);
}

async function fetchRun(): Promise<Run> {
  const response = await fetch('data', { cache: 'no-store' });
  if (!response.ok) throw new Error(`the server answered ${response.status}`);
  return await decodeRun(new Uint8Array(await response.arrayBuffer()));
}
