import { describe, expect, it } from 'vitest';
import { sampleSpec } from '#testing';
import { orderedInstance, tombstoneOf } from '../instances.js';
import { ACTIVE, edge, HOUR_MS, OWNED, POINTING, START } from './edge.fixture.js';

const uuidOf = (n: number): string => `${n}${n}${n}${n}0000-0000-4000-8000-000000000001`;
const [OLD, NEW, THEIRS, DELETED, UNKNOWN] = [uuidOf(1), uuidOf(2), uuidOf(3), uuidOf(4), uuidOf(5)] as const;

/**
 * Five that differ. All changed two hours ago but NEW, half an hour ago above, and THEIRS, half an hour ago below. DELETED is so above
 * only, and UNKNOWN was never heard of there.
 */
const differing = () => {
  const sides = edge();
  const { above, below } = sides;
  const [late, early] = [START - HOUR_MS / 2, START - 2 * HOUR_MS];
  for (const uuid of [OLD, NEW, THEIRS, DELETED, UNKNOWN]) {
    const row = { ...orderedInstance(uuid, 1, early), ...OWNED, ...ACTIVE };
    below.database.instances.put(uuid, { ...row, generation: 5, updatedAt: uuid === THEIRS ? late : early });
    const known = { ...row, ...POINTING, generation: 4, updatedAt: uuid === NEW ? late : early };
    if (uuid !== UNKNOWN) above.database.instances.put(uuid, uuid === DELETED ? tombstoneOf(known, early) : known);
    if (uuid === OLD || uuid === NEW) above.database.requestSpecs.put(uuid, { uuid, spec: sampleSpec(uuid, { projectId: uuid }) });
  }
  return sides;
};
const SINCE = START - HOUR_MS;

describe('a comparison that is asked about some instances', () => {
  it.each([
    ['nothing', {}, [OLD, NEW, THEIRS, DELETED, UNKNOWN]],
    ['a project', { projectId: OLD }, [OLD]],
    ['a project that has none', { projectId: 'nobody' }, []],
    ['a time, by the change on either side', { updatedSince: SINCE }, [NEW, THEIRS]],
    ['a time and a project', { updatedSince: SINCE, projectId: NEW }, [NEW]],
    ['a time and another project', { updatedSince: SINCE, projectId: OLD }, []],
    ['what is not deleted', { deleted: false }, [OLD, NEW, THEIRS, UNKNOWN]],
    ['what is deleted, too', { deleted: true }, [OLD, NEW, THEIRS, DELETED, UNKNOWN]],
  ])('tells what differs of these, and how many others do: by %s', async (_by, only, expected) => {
    const { differences, outside } = await differing().compare(true, only);
    expect(differences.map(one => one.instanceUuid).sort()).toEqual(expected);
    expect(outside).toBe(5 - expected.length);
  });

  it('mends these, and leaves the others as they are', async () => {
    const { above, compare } = differing();
    expect(await compare(false, { projectId: OLD })).toMatchObject({ repaired: 1, outside: 4 });
    const told = above.taken('child/west').flatMap(frame => frame.envelopes);
    expect(told.map(({ method, payload }) => [method, Object(payload).instanceUuid])).toEqual([['instance.retell', OLD]]);
  });

  it('takes for recent what a child does not date', async () => {
    const { below, compare } = differing();
    const digests = below.engine.comparison.answer.bind(below.engine.comparison);
    below.engine.comparison.answer = async ranges => {
      const answer = await digests(ranges);
      return { ...answer, rows: answer.rows.map(row => ({ ...row, updatedAt: null })) };
    };
    expect((await compare(true, { updatedSince: SINCE })).outside).toBe(0);
  });
});
