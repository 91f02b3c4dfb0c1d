import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { CloudError } from '#domain';
import { exists } from '../files.js';
import type { Layout } from '../layout.js';

const LONGEST_SECONDS = 600;

export interface ImageWish {
  readonly layout: Layout;
  readonly sources: string;
  /** The user's own file. */
  readonly given: string | undefined;
  /** Whether anything will really boot from it. */
  readonly real: boolean;
  readonly say: (line: string) => void;
}

/**
 * The file of the demonstration's image: the user's, or the tiny one, made when it is not there yet.
 * @throws CloudError `notFound` when the user's is not there, `unavailable` when it could not be made.
 */
export const makeImage = async ({ layout, sources, given, real, say }: ImageWish): Promise<string> => {
  if (given) {
    if (!exists(given)) throw new CloudError('notFound', `--image ${given}: there is no such file`);
    return resolve(given);
  }
  if (!real) return placeholder(layout);
  if (!exists(layout.image)) say('making a tiny bootable image from Debian packages, beside');
  await runScript(join(sources, 'tools/image/make-image.sh'), layout.image);
  return layout.image;
};

const placeholder = (layout: Layout): string => {
  const path = `${layout.image}.played`;
  if (!exists(path)) writeFileSync(path, Buffer.alloc(4096));
  return path;
};

const runScript = (script: string, output: string): Promise<void> =>
  new Promise((resolvePromise, reject) => {
    const child = spawn(script, [output], { stdio: ['ignore', 'pipe', 'pipe'], timeout: LONGEST_SECONDS * 1000 });
    let last = '';
    for (const stream of [child.stdout, child.stderr]) createInterface(stream).on('line', line => (last = line));
    child.once('error', reject);
    child.once('close', code =>
      code === 0 ? resolvePromise() : reject(new CloudError('unavailable', `the image could not be made: ${last}`)),
    );
  });
