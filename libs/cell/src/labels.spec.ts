import { describe, expect, it } from 'vitest';
import type { Envelope } from '#contracts';
import type { RequestId } from '#domain';
import { sampleChild, sampleHost } from '#simulation';
import { sampleSpec } from '#testing';
import { ACTIVE, edge, HOUR_MS, OWNED, POINTING, START, UUID } from './comparison/edge.fixture.js';
import type { InstanceRow } from './rows.js';

const SPEC = sampleSpec(UUID);
const LABELS = { name: 'renamed', hostname: 'renamed.example.org', metadata: { role: 'web' } };
const CTX = {
  requestId: 'req-1' as RequestId,
  userId: SPEC.userId,
  projectId: SPEC.projectId,
  roles: new Set(['admin']),
  deadline: START + HOUR_MS,
};
const NO_LIMITS = { instances: -1, cores: -1, ramMb: -1 };
const IMAGE = {
  id: 'i1',
  name: 'tiny',
  diskFormat: 'qcow2',
  sizeBytes: 7,
  sha512: 'ab',
  minDiskGb: 0,
  minMemoryMb: 0,
  properties: {},
  url: 'http://images/i1',
  headers: {},
};

/** A server that was renamed at the top, whose cell has it under its first name. */
const renamed = (change: Partial<InstanceRow> = {}) => {
  const { above, below } = edge();
  above.database.requestSpecs.put(UUID, { uuid: UUID, spec: { ...SPEC, ...LABELS } });
  below.database.requestSpecs.put(UUID, { uuid: UUID, spec: SPEC });
  below.database.hosts.put('h1', sampleHost('h1', { lastSeenAt: START, ...(change.vmState === 'error' && { lastSeenAt: 0 }) }));
  below.database.hosts.put('h2', sampleHost('h2', { lastSeenAt: START }));
  above.holds({ ...POINTING, ...ACTIVE, launchedAt: START, generation: 5, ...change });
  below.holds({ ...OWNED, ...ACTIVE, launchedAt: START, orderEpoch: 1, placedEpoch: 1, highestEpoch: 1, generation: 5, ...change });
  const takeDown = () => below.engine.receive(above.taken('child/west'));
  const envelopesTo = (destination: string): Envelope[] => below.taken(destination).flatMap(({ envelopes }) => envelopes);
  const kept = () => below.database.requestSpecs.get(UUID)?.spec;
  return { above, below, takeDown, envelopesTo, kept };
};
type Renamed = ReturnType<typeof renamed>;

const OWNER = { projectId: SPEC.projectId, userId: SPEC.userId };
const EVACUATION = { image: IMAGE, adminPassword: null, staysOff: false };
const rescue = ({ above }: Renamed) => above.orders.act(CTX, UUID, { name: 'rescue', image: IMAGE, adminPassword: 'secret' });
const unshelve = ({ above }: Renamed) => above.orders.act(CTX, UUID, { name: 'unshelve', image: IMAGE, discard: null, host: null });
const migrate = ({ above }: Renamed) => above.orders.moves.begin(CTX, UUID, OWNER, { action: 'migrate' }, NO_LIMITS);
const evacuate = ({ above }: Renamed) =>
  above.orders.moves.begin(CTX, UUID, OWNER, { action: 'evacuate', evacuation: EVACUATION }, NO_LIMITS);

const OFFLOADED = { vmState: 'shelved_offloaded', powerState: 4, host: null } as const;
const ORDERS: [string, (tree: Renamed) => Promise<void>, Partial<InstanceRow>][] = [
  ['rescued', rescue, {}],
  ['unshelved', unshelve, OFFLOADED],
  ['moved', migrate, {}],
  ['evacuated', evacuate, { vmState: 'error' }],
];

describe('a server that was renamed', () => {
  it.each(ORDERS)('is told so when it is %s', async (_, order, change) => {
    const tree = renamed(change);
    await order(tree);
    await tree.takeDown();
    expect(tree.below.database.parked).toEqual([]);
    expect(tree.kept()).toMatchObject({ ...LABELS, flavor: SPEC.flavor, userData: SPEC.userData });
    expect(tree.below.row?.taskState).not.toBeNull();
  });

  it('is rescued by a host that hears the new name', async () => {
    const tree = renamed();
    await rescue(tree);
    await tree.takeDown();
    const [order] = tree.envelopesTo('host/h1');
    expect(order).toMatchObject({ method: 'guest.act', payload: { spec: LABELS } });
  });

  it.each(ORDERS)('is kept under its new name by the cells on the way, too, when it is %s', async (_, order, change) => {
    const tree = renamed({ ...change, nextHop: 'west' });
    tree.below.database.children.put('west', sampleChild('west', { lastSeenAt: START }));
    await order(tree);
    await tree.takeDown();
    expect(tree.kept()).toMatchObject(LABELS);
    expect(tree.envelopesTo('child/west')).toMatchObject([{ payload: { labels: LABELS } }]);
  });

  it('says nothing of it with orders that make no guest', async () => {
    const tree = renamed();
    await tree.above.orders.act(CTX, UUID, { name: 'pause' });
    const [frame] = tree.above.taken('child/west');
    expect(frame?.envelopes[0]?.payload).not.toHaveProperty('labels');
  });
});
