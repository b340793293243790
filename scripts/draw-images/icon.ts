import { gradient, svg } from './svg.ts';

const DOTS = [
  [150, 128],
  [362, 128],
  [256, 212],
] as const;

/** The project's icon: a picture whose sky is a mesh of three peers. As SVG text. */
export function drawIcon(): string {
  const sky = gradient('linear', 'sky', [
    [0, '#28348f'],
    [0.6, '#8a4fb0'],
    [1, '#ff9a76'],
  ]);
  const hill = gradient('linear', 'hill', [
    [0, '#2bb3a3'],
    [1, '#155a73'],
  ]);
  const frame = `<rect x="32" y="32" width="448" height="448" rx="96"/>`;
  const threads = `<path d="M150 128L362 128L256 212Z" fill="#ffffff" fill-opacity=".14"/>`;
  return svg(512, 512, [
    `<defs>${sky}${hill}<clipPath id="frame">${frame}</clipPath></defs>`,
    `<g clip-path="url(#frame)">`,
    `<rect width="512" height="512" fill="url(#sky)"/>`,
    `<path d="M0 512V372L128 268L216 352L330 236L512 404V512Z" fill="url(#hill)"/>`,
    `<path d="M0 512V452L150 372L300 470L400 402L512 470V512Z" fill="#0f3f57"/>`,
    `<g stroke="#ffffff" stroke-width="12" stroke-linejoin="round">${threads}</g>`,
    ...DOTS.map(([x, y]) => `<circle cx="${x}" cy="${y}" r="30" fill="#ffe08a"/>`),
    '</g>',
  ]);
}
