/** What an element has; `class`, `id`, `aria-…` and the like. */
export type Attributes = Readonly<Record<string, string | number | boolean>>;

/** Makes an element. Texts become text, never markup. An attribute that is false is left out. */
export function el<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  attributes: Attributes = {},
  ...children: readonly (Node | string)[]
): HTMLElementTagNameMap[Tag] {
  const element = document.createElement(tag);
  setAttributes(element, attributes);
  element.append(...children);
  return element;
}

/** The same for a drawing. */
export function svg<Tag extends keyof SVGElementTagNameMap>(
  tag: Tag,
  attributes: Attributes = {},
  ...children: readonly (Node | string)[]
): SVGElementTagNameMap[Tag] {
  const element = document.createElementNS('http://www.w3.org/2000/svg', tag);
  setAttributes(element, attributes);
  element.append(...children);
  return element;
}

function setAttributes(element: Element, attributes: Attributes): void {
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== false) element.setAttribute(name, value === true ? '' : String(value));
  }
}

/** A plain table. The first cell of each row is its heading. */
export function table(
  caption: string,
  heads: readonly string[],
  rows: readonly (readonly (Node | string)[])[],
): HTMLTableElement {
  const head = heads.map((text) => el('th', { scope: 'col' }, text));
  const body = rows.map(([first = '', ...cells]) =>
    el('tr', {}, el('th', { scope: 'row' }, first), ...cells.map((cell) => el('td', {}, cell))),
  );
  return el(
    'table',
    {},
    el('caption', {}, caption),
    el('thead', {}, el('tr', {}, ...head)),
    el('tbody', {}, ...body),
  );
}

/** A wide thing in a box that can be scrolled sideways, with the keyboard too. */
export function scrolled(label: string, inner: HTMLElement): HTMLElement {
  return el('div', { class: 'scrolled', tabindex: 0, role: 'region', 'aria-label': label }, inner);
}

/** A field with its label. */
export function field(label: string, input: HTMLElement): HTMLLabelElement {
  return el('label', { class: 'field' }, el('span', {}, label), input);
}

/** A list to choose one of. */
export function choice(
  options: readonly (readonly [value: string, text: string])[],
): HTMLSelectElement {
  return el('select', {}, ...options.map(([value, text]) => el('option', { value }, text)));
}
