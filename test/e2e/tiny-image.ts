import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { makeImage } from '../../tools/stack/demo/image.js';
import { layoutOf } from '../../tools/stack/layout.js';
import { sources } from './e2e-stack.js';

/** Kept between runs on one machine: it holds nothing but Debian's packages. */
const directory = join(sources, 'node_modules/.cache/canopy');

/** @returns the file of an image that boots on a real hypervisor */
export const tinyImage = (): Promise<string> => {
  mkdirSync(directory, { recursive: true });
  return makeImage({ layout: layoutOf(directory), sources, given: undefined, real: true, say: () => {} });
};
