/**
 * The page as HTML. Everything that comes from outside goes into the data, which is base64 and so can end
 * nothing; only the title is text, and escaped. A policy lets nothing run but the script in the page itself.
 */
import { hash } from 'node:crypto';
import { viewerBundle, type Bundle } from './bundle.ts';

/** What the shell of a page needs to know. */
export interface PageShell {
  readonly title: string;
  /** The encoded data; null: it comes as events while a run goes on, from `events` beside the page. */
  readonly data: Uint8Array | null;
}

/** A whole page. */
export async function renderPage({ title, data }: PageShell): Promise<string> {
  const bundle = await viewerBundle();
  // An end tag in the script would end it; within its texts a backslash changes nothing.
  const script = bundle.script.replaceAll('</script', '<\\/script');
  const { style } = bundle;
  return [
    '<!doctype html>',
    '<html lang="en">',
    '<head>',
    '<meta charset="utf-8">',
    `<meta http-equiv="Content-Security-Policy" content="${policy(script, style, data === null)}">`,
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    '<meta name="color-scheme" content="light dark">',
    `<title>${escapeHtml(title)}</title>`,
    `<style>${style}</style>`,
    '</head>',
    '<body>',
    '<noscript>This page draws itself with the script in it. Let scripts run to see it.</noscript>',
    '<div id="page"></div>',
    licences(bundle),
    ...(data === null ? [] : [dataBlock(data)]),
    `<script>${script}</script>`,
    '</body>',
    '</html>',
    '',
  ].join('\n');
}

function dataBlock(data: Uint8Array): string {
  const text = Buffer.from(data.buffer, data.byteOffset, data.byteLength).toString('base64');
  return `<script type="application/octet-stream" id="data">${text}</script>`;
}

/** Nothing from elsewhere, no form; a live page may ask who served it. */
function policy(script: string, style: string, isLive: boolean): string {
  return [
    "default-src 'none'",
    `script-src '${digest(script)}'`,
    `style-src '${digest(style)}'`,
    ...(isLive ? ["connect-src 'self'"] : []),
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
}

function digest(text: string): string {
  return `sha256-${hash('sha256', text, 'base64')}`;
}

function licences({ licences: all }: Bundle): string {
  const texts = all.map(([name, text]) => `${name}\n\n${text}`).join('\n\n\n');
  return `<details class="licences"><summary>Licences of the libraries in this page</summary><pre>${escapeHtml(texts)}</pre></details>`;
}

/** Text for HTML, also within quotes. */
export function escapeHtml(text: string): string {
  const names: Record<string, string> = {
    '&': 'amp',
    '<': 'lt',
    '>': 'gt',
    '"': 'quot',
    "'": '#39',
  };
  return text.replaceAll(/[&<>"']/g, (character) => `&${names[character]};`);
}
