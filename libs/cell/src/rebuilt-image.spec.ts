import { describe, expect, it } from 'vitest';
import type { RequestId } from '#domain';
import { sampleHost } from '#simulation';
import { sampleSpec } from '#testing';
import { ACTIVE, edge, HOUR_MS, OWNED, POINTING, START, UUID } from './comparison/edge.fixture.js';
import { IMAGE } from './shelving/shelved-image.fixture.js';

const SPEC = sampleSpec(UUID);
const CTX = {
  requestId: 'req-1' as RequestId,
  userId: SPEC.userId,
  projectId: SPEC.projectId,
  roles: new Set(['member']),
  deadline: START + HOUR_MS,
};

/** A server on h1, which has these traits, when its cell has heard that it is to be rebuilt of an image with these properties. */
const rebuilt = async (traits: string[], properties: Record<string, string>) => {
  const { above, below } = edge();
  below.database.requestSpecs.put(UUID, { uuid: UUID, spec: SPEC });
  below.database.hosts.put('h1', sampleHost('h1', { lastSeenAt: START, traits }));
  above.holds({ ...POINTING, ...ACTIVE, launchedAt: START, generation: 5 });
  below.holds({ ...OWNED, ...ACTIVE, launchedAt: START, orderEpoch: 1, placedEpoch: 1, highestEpoch: 1, generation: 5 });
  await above.orders.rebuild(CTX, { ...SPEC, image: { ...IMAGE, properties } }, {});
  await below.engine.receive(above.taken('child/west'));
  expect(below.database.parked).toEqual([]);
  const told = below.taken('host/h1').flatMap(({ envelopes }) => envelopes.map(({ method }) => method));
  await above.engine.receive(below.taken('parent'));
  return { told, row: above.row, events: above.database.actionEvents };
};

describe('a server that is rebuilt of an image that asks something of its host', () => {
  it.each([
    [['CUSTOM_SSD'], { 'trait:CUSTOM_SSD': 'required' }],
    [[], { 'trait:CUSTOM_SSD': 'forbidden' }],
    [[], {}],
  ])('is made of it where the host has traits %j and the image asks for %j', async (traits, properties) => {
    const { told, row } = await rebuilt(traits, properties);
    expect(told).toEqual(['guest.act']);
    expect(row).toMatchObject({ vmState: 'active', taskState: 'rebuilding' });
  });

  it.each([
    [[], { 'trait:CUSTOM_SSD': 'required' }, 'lacks trait CUSTOM_SSD'],
    [['CUSTOM_SSD'], { 'trait:CUSTOM_SSD': 'forbidden' }, 'has trait CUSTOM_SSD, which is forbidden'],
    [[], { img_hv_type: 'xen' }, 'the image needs xen'],
  ])('is in error, and its guest left alone, where the host has traits %j and the image asks for %j', async (traits, properties, why) => {
    const { told, row, events } = await rebuilt(traits, properties);
    expect(told).toEqual([]);
    expect(row).toMatchObject({ vmState: 'error', taskState: null, host: 'h1', powerState: 1 });
    expect(row?.fault?.message).toContain('No valid host was found');
    expect(row?.fault?.message).toContain(why);
    expect(events).toMatchObject([{ event: 'conductor_rebuild_server', result: 'Error' }]);
  });
});
