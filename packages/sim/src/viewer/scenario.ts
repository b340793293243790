import type { PageMark, PageSource } from '../page/page-data.ts';
import { el } from './element.ts';
import type { Run } from './run.ts';
import { section, swap, type Section } from './section.ts';

/** The text of the scenario, with what its expectations came to at their lines. */
export function scenarioSection(): Section & { update(run: Run): void } {
  const part = section('scenario', 'Scenario');
  const place = el('div', {});
  part.root.append(place);
  let shown: readonly PageSource[] | null = null;
  return {
    ...part,
    update({ head }) {
      // A run that goes on says the same again and again; whoever reads shall not lose the place.
      if (head.sources === shown) return;
      shown = head.sources;
      const none = el('p', { class: 'hint' }, 'This page does not have the text of the scenario.');
      swap(place, ...(head.sources.length === 0 ? [none] : head.sources.map(sourceOf)));
    },
  };
}

function sourceOf({ name, text, marks }: PageSource): HTMLElement {
  const byLine = new Map<number, PageMark[]>();
  for (const mark of marks) byLine.set(mark.line, [...(byLine.get(mark.line) ?? []), mark]);
  const lines = text.replace(/\n$/, '').split('\n');
  const list = lines.map((line, i) => lineOf(line, byLine.get(i + 1) ?? []));
  return el(
    'div',
    { class: 'source', tabindex: 0, role: 'region', 'aria-label': name },
    el('h3', {}, name),
    el('ol', {}, ...list),
  );
}

function lineOf(text: string, marks: readonly PageMark[]): HTMLElement {
  const code = el('code', {}, text === '' ? ' ' : text);
  if (marks.length === 0) return el('li', {}, code);
  const isHeld = marks.every(({ holds }) => holds);
  const notes = marks.map(({ holds, shown }) =>
    el('span', { class: holds ? 'holds' : 'fails' }, `${holds ? '✓ held' : '✗ failed'}: ${shown}`),
  );
  return el('li', { class: isHeld ? 'marked' : 'marked bad' }, code, ' ', ...notes);
}
