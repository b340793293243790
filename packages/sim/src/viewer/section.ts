import { el } from './element.ts';

/** A part of the page. */
export interface Section {
  readonly id: string;
  readonly title: string;
  readonly root: HTMLElement;
}

/** An empty part with its heading. */
export function section(id: string, title: string): Section {
  const heading = el('h2', { id: `${id}-title` }, title);
  const root = el('section', { id, 'aria-labelledby': `${id}-title` }, heading);
  return { id, title, root };
}

/** Puts something into the page in the place of what was there before. */
export function swap(place: HTMLElement, ...children: readonly (Node | string)[]): void {
  place.replaceChildren(...children);
}
