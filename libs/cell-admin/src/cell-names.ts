import { type CellName, type CellPath, CloudError, cellPath, isAtOrBelow, nameOf, parentOf } from '#domain';

/**
 * The cell that a name means, as asked of the cell `here`: a path from the root (`api!west!a`), or one that begins below (`west!a`).
 * @throws CloudError `invalid` for what is no path; `notFound` for one that does not lie at or below `here`.
 */
export const namedCell = (here: CellPath, text: string): CellPath => {
  const given = cellPath(text);
  const [root] = here.split('!', 1);
  const fromRoot = text === root || text.startsWith(`${root}!`);
  const path = fromRoot ? given : cellPath(`${here}!${text}`);
  if (!isAtOrBelow(path, here)) throw new CloudError('notFound', `Cell ${path} could not be found at or below ${here}.`);
  return path;
};

/** What is said of a child is its parent's to say. @throws CloudError `notFound` for `here` itself, whose parent is not asked. */
export const namedChild = (here: CellPath, text: string): { parent: CellPath; name: CellName } => {
  const path = namedCell(here, text);
  const parent = parentOf(path);
  if (path === here || !parent) throw new CloudError('notFound', `Cell ${path} is not below ${here}: its parent keeps what is said of it.`);
  return { parent, name: nameOf(path) };
};
