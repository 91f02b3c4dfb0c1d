import { CloudError } from './errors.js';
import { type CellName, cellName } from './ids.js';

declare const pathBrand: unique symbol;
/** Names a cell from the root: `api!west!a`. */
export type CellPath = string & { readonly [pathBrand]: 'CellPath' };

const SEPARATOR = '!';

/** @throws CloudError `invalid` naming the part that is no cell name. */
export const cellPath = (text: string): CellPath => {
  for (const part of text.split(SEPARATOR)) cellName(part);
  return text as CellPath;
};

export const childPath = (parent: CellPath, child: CellName): CellPath => `${parent}${SEPARATOR}${child}` as CellPath;

/** The name of the cell itself: `a` of `api!west!a`. */
export const nameOf = (path: CellPath): CellName => path.slice(path.lastIndexOf(SEPARATOR) + 1) as CellName;

export const parentOf = (path: CellPath): CellPath | undefined => {
  const at = path.lastIndexOf(SEPARATOR);
  return at < 0 ? undefined : (path.slice(0, at) as CellPath);
};

/** How many cells lie above it: 0 for the root. */
export const depthOf = (path: CellPath): number => path.split(SEPARATOR).length - 1;

export const isAtOrBelow = (path: CellPath, ancestor: CellPath): boolean => path === ancestor || path.startsWith(ancestor + SEPARATOR);

/**
 * The child of `here` through which `target` is reached.
 * @throws CloudError `invalid` when the target does not lie below.
 */
export const nextHop = (here: CellPath, target: CellPath): CellName => {
  if (target === here || !isAtOrBelow(target, here)) throw new CloudError('invalid', `cell ${target} does not lie below ${here}`);
  return target.slice(here.length + 1).split(SEPARATOR)[0] as CellName;
};
