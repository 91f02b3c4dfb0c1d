import { expect, it } from 'vitest';
import type { Frame } from '#contracts';
import type { Tampering } from '../surroundings.js';

/** A build in which one thing is as it was in cells v1. */
export interface BrokenBuild {
  /** Made for each telling: it may remember. */
  readonly by: () => Tampering;
  /** What the story says when it is told of this build. One that failed for another reason would show nothing. */
  readonly says: string;
}

/**
 * A failing of cells v1 that must not happen again. The story is told of this build, where it holds, and of each that is broken on
 * purpose, where it must not: a story that holds of a build with the failing is worth nothing.
 * @param title begins with the number of the failing
 * @param tell gives what is broken to its world, and throws when the failing is there
 */
export const scenario = (
  title: `F${number}: ${string}`,
  brokenBuilds: Readonly<Record<string, BrokenBuild>>,
  tell: (by: Tampering) => Promise<void>,
): void => {
  it(title, () => tell({}));
  const number = title.slice(0, title.indexOf(':'));
  it.each(Object.entries(brokenBuilds))(`${number}: is noticed of %s`, async (_build, { by, says }) => {
    await expect(tell(by())).rejects.toThrow(says);
  });
};

/** What the story itself does to what is received, before a broken build sees it. */
export const meddling = (by: Tampering, change: (received: Frame) => Frame): Tampering => ({
  ...by,
  frame: received => {
    const changed = change(received);
    return by.frame?.(changed) ?? changed;
  },
});
