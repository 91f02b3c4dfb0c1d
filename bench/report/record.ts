import { appendFileSync, existsSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Figures } from './figures.js';

const HEAD =
  '# Measurements\n\nOne section for each run of `npm run bench`, the newest last; docs/operations/benchmarks.md tells how to read them.\n';

/** @param title of the section; holds the date and the machine */
export const appendResults = (file: string, title: string, lines: readonly string[]): void => {
  if (!existsSync(file)) writeFileSync(file, HEAD);
  appendFileSync(file, `\n## ${title}\n\n${lines.join('\n')}\n`);
};

/** @param file relative to the current directory */
export const writeJson = (file: string, figures: Figures): void => {
  const rounded = Object.fromEntries(
    Object.entries(figures).map(([key, value]) => [key, typeof value === 'number' ? Math.round(value * 100) / 100 : null]),
  );
  writeFileSync(resolve(file), `${JSON.stringify(rounded, null, 2)}\n`);
};
