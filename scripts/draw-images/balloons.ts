import type { Sharp } from 'sharp';
import { gradient, group, render, svg } from './svg.ts';

const WIDTH = 480;
const HEIGHT = 320;

function balloon(x: number, y: number, size: number, cloth: string, stripe: string): string {
  const hull =
    'M0 -50C44 -50 58 -8 40 20C30 36 16 48 10 56H-10C-16 48 -30 36 -40 20C-58 -8 -44 -50 0 -50Z';
  const inner =
    'M0 -50C20 -50 26 -8 19 20C14 38 8 48 5 56H-5C-8 48 -14 38 -19 20C-26 -8 -20 -50 0 -50Z';
  const shine = `<path d="${hull}" fill="url(#shine)"/>`;
  const ropes = `<path d="M-9 57L-6 72M9 57L6 72" stroke="#4a3626" stroke-width="1.2"/>`;
  const basket = `<rect x="-8" y="71" width="16" height="11" rx="2" fill="#8a5a2f"/>`;
  const envelope = `<path d="${hull}" fill="${cloth}"/><path d="${inner}" fill="${stripe}"/>
    <path d="M-5 -49Q0 0 -2 56H2Q0 0 5 -49Z" fill="${cloth}"/>`;
  return group(`translate(${x} ${y}) scale(${size})`, [ropes, basket, envelope, shine]);
}

function cloud(x: number, y: number, size: number): string {
  const puffs = `<circle r="16"/><circle cx="18" cy="4" r="12"/><circle cx="-20" cy="4" r="12"/>
    <rect x="-32" y="2" width="62" height="14" rx="7"/>`;
  const white = `<g fill="#fff" opacity=".85">${puffs}</g>`;
  return group(`translate(${x} ${y}) scale(${size})`, [white]);
}

/** Hot-air balloons over morning hills. */
export function drawBalloons(): Sharp {
  const sky = gradient('linear', 'sky', [
    [0, '#6fb7e0'],
    [0.6, '#cfe9ef'],
    [1, '#ffe6bf'],
  ]);
  const shine = gradient('radial', 'shine', [
    [0, '#fff', 0.28],
    [0.7, '#fff', 0],
    [1, '#321', 0.28],
  ]);
  const text = svg(WIDTH, HEIGHT, [
    `<defs>${sky}${shine}</defs><rect width="${WIDTH}" height="${HEIGHT}" fill="url(#sky)"/>`,
    cloud(90, 60, 1),
    cloud(390, 44, 0.8),
    cloud(300, 150, 0.6),
    `<path d="M0 250C70 196 130 210 210 240S380 190 480 222V320H0Z" fill="#9cc0a8"/>`,
    balloon(252, 88, 0.5, '#2a6f97', '#8fd0e0'),
    balloon(400, 128, 0.75, '#7d4f8f', '#f4b6c2'),
    `<path d="M0 276Q120 226 250 268T480 250V320H0Z" fill="#6a9f78"/>`,
    balloon(140, 142, 1.2, '#d1495b', '#ffd166'),
    `<path d="M0 306Q140 262 280 300T480 286V320H0Z" fill="#3f7257"/>`,
  ]);
  return render(text).flatten();
}
