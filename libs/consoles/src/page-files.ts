import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, extname, join } from 'node:path';
import { CONSOLE_CSS, SCREEN_PAGE, SCREEN_SCRIPT, SERIAL_PAGE, SERIAL_SCRIPT } from './console-pages.js';

export interface PageFile {
  readonly type: string;
  readonly body: string | Buffer;
}

const HTML = 'text/html; charset=utf-8';
const TYPES: Readonly<Record<string, string>> = { '.js': 'text/javascript', '.mjs': 'text/javascript', '.css': 'text/css' };

const OWN: Readonly<Record<string, PageFile>> = {
  // Both names are Nova's, of different times.
  '/vnc_lite.html': { type: HTML, body: SCREEN_PAGE },
  '/vnc_auto.html': { type: HTML, body: SCREEN_PAGE },
  '/serial.html': { type: HTML, body: SERIAL_PAGE },
  '/screen.js': { type: 'text/javascript', body: SCREEN_SCRIPT },
  '/serial.js': { type: 'text/javascript', body: SERIAL_SCRIPT },
  '/console.css': { type: 'text/css', body: CONSOLE_CSS },
};

/** What browsers may have of the packages: scripts and styles, by names without any way upwards. */
const SERVED = [
  { prefix: '/novnc/', module: '@novnc/novnc', names: /^(core|vendor)(\/[a-z0-9_-]+)+\.js$/i },
  { prefix: '/xterm/', module: '@xterm/xterm', names: /^(lib\/xterm\.mjs|css\/xterm\.css)$/ },
] as const;

/** The file of a path, or undefined where there is none. */
export const pageFile = async (path: string): Promise<PageFile | undefined> => {
  if (Object.hasOwn(OWN, path)) return OWN[path];
  for (const { prefix, module, names } of SERVED) {
    const name = path.startsWith(prefix) ? path.slice(prefix.length) : '';
    const type = TYPES[extname(name)];
    if (type === undefined || !names.test(name)) continue;
    const body = await readFile(join(packageRoot(module), name)).catch(() => undefined);
    return body && { type, body };
  }
  return undefined;
};

const require = createRequire(import.meta.url);
/** What each is entered through lies one folder below its root. */
const packageRoot = (module: string): string => dirname(dirname(require.resolve(module)));
