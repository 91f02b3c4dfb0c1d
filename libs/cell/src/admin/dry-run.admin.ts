import type { AdminRequest, BuildSpec, Decision, Rehearsed, Wish } from '#contracts';
import { lackingRoomAlone, OWN_HOSTS } from '#scheduling';
import type { Rehearsing } from '../rehearsal.js';
import type { AdminContext, AdminHandlersOf } from './admin-context.js';
import type { AdminParts } from './admin-handlers.js';
import { askChildren, byChild } from './asked-children.js';
import { flavorOf, globalsOf } from './globals-told.js';

/** When no child has room, the nearest of them are asked what is missing there: each may ask as many again. */
const NEAREST_ASKED = 10;

/** Where servers would go that are not asked for yet. Nothing is reserved, here or below. */
export const dryRunHandlers = (parts: AdminParts): AdminHandlersOf<'explain.dryRun' | 'explain.rehearse'> => ({
  'explain.dryRun': async ({ flavorId, count, ...wishes }, context) => {
    const wish = { ...wishes, flavor: flavorOf(await globalsOf(parts), flavorId) };
    const instances = Array.from({ length: count }, () => parts.cell.random.uuid());
    return { servers: await rehearse(parts, { instances, wish }, context) };
  },
  'explain.rehearse': async (request, context) => ({ servers: await rehearse(parts, request, context) }),
});

/** Where a server would go whose order found no place. It is asked for under another id: nothing is known of that one anywhere. */
export const rehearseAgain = async (parts: AdminParts, spec: BuildSpec, context: AdminContext): Promise<Rehearsed> => {
  const request = { instances: [parts.cell.random.uuid()], wish: wishOf(spec) };
  const [rehearsed] = await rehearse(parts, request, context);
  return { ...rehearsed!, instance: spec.instanceUuid };
};

const wishOf = ({ image, flavor, projectId, availabilityZone, group, onHosts, forced, sameHost, differentHost }: BuildSpec): Wish => ({
  flavor,
  projectId,
  imageProperties: { ...image?.properties },
  availabilityZone,
  group: group ?? null,
  ...(onHosts && { onHosts }),
  ...(forced && { forced }),
  ...(sameHost && { sameHost }),
  ...(differentHost && { differentHost }),
});

/** A server on its way through the rehearsal. */
interface Searching extends Rehearsed {
  readonly spec: BuildSpec;
  triedCells: string[];
  settledIn: string | null;
  settledOn: string | null;
  over: boolean;
}

const rehearse = async (parts: AdminParts, request: AdminRequest<'explain.rehearse'>, context: AdminContext): Promise<Rehearsed[]> => {
  const servers = request.instances.map(instance => searchingOf(parts, instance, request.wish, context));
  // As in earnest: a child without room gives it back, and the next is asked. Each round has one child less for whoever is left.
  while (servers.some(server => !server.over)) await askOnce(parts, servers, request.wish, context);
  await askTheNearest(parts, servers, request.wish, context);
  return servers.map(({ instance, requestId, decisions, unreachable, place }) => ({ instance, requestId, decisions, unreachable, place }));
};

const askOnce = async (parts: AdminParts, servers: readonly Searching[], wish: Wish, context: AdminContext): Promise<void> => {
  const taking = servers.filter(server => !server.over || server.settledIn !== null || server.settledOn !== null);
  const proposals = await parts.rehearsal.propose(taking satisfies readonly Rehearsing[]);
  const asking: Searching[] = [];
  for (const { instanceUuid, host, child, passedOver, decisions } of proposals) {
    const server = servers.find(other => other.instance === instanceUuid)!;
    server.decisions.push(...told(parts, decisions));
    server.settledIn = child;
    server.triedCells.push(...passedOver);
    server.settledOn = host;
    if (host !== null) server.place = `${parts.cell.path}@${host}`;
    if (child === null) server.over = true;
    else asking.push(server);
  }
  for (const { path, server, below } of await askedBelow(
    parts,
    byChild(asking, one => [one.settledIn!]),
    wish,
    context,
  )) {
    add(server, path, below);
    // Of one that does not answer nobody knows: in earnest the order would wait there.
    server.over = !below || below.place !== null || below.unreachable.length > 0;
    server.place = below?.place ?? null;
    if (server.over) continue;
    server.triedCells.push(server.settledIn!);
    server.settledIn = null;
  }
};

/** What would have been enough, where room alone is missing. */
const askTheNearest = async (parts: AdminParts, servers: readonly Searching[], wish: Wish, context: AdminContext): Promise<void> => {
  const lost = servers.filter(({ place, unreachable }) => place === null && unreachable.length === 0);
  const groups = byChild(lost, server => nearestOf(server, parts.cell.path));
  for (const { path, server, below } of await askedBelow(parts, groups, wish, context)) add(server, path, below);
};

const nearestOf = ({ decisions, triedCells }: Searching, path: string): string[] => {
  const last = decisions.findLast(({ cell, decision }) => cell === path && decision.among === 'cells')?.decision;
  const full = last ? lackingRoomAlone(last) : [];
  return full.filter(name => name !== OWN_HOSTS && !triedCells.includes(name)).slice(0, NEAREST_ASKED);
};

interface Below {
  readonly path: string;
  readonly server: Searching;
  /** Undefined when the child does not answer. */
  readonly below: Rehearsed | undefined;
}

const askedBelow = async (
  { cell }: AdminParts,
  groups: ReadonlyMap<string, readonly Searching[]>,
  wish: Wish,
  context: AdminContext,
): Promise<Below[]> => {
  const requests = new Map([...groups].map(([child, group]) => [child, { instances: group.map(server => server.instance), wish }]));
  const answers = await askChildren(cell, context, 'explain.rehearse', requests);
  return answers.flatMap(({ child, path, result }) =>
    (groups.get(child) ?? []).map(server => ({ path, server, below: result?.servers.find(other => other.instance === server.instance) })),
  );
};

const add = (server: Searching, path: string, below: Rehearsed | undefined): void => {
  server.decisions.push(...(below?.decisions ?? []));
  server.unreachable.push(...(below?.unreachable ?? [path]));
};

const told = ({ cell }: AdminParts, decisions: readonly Decision[]) =>
  decisions.map(decision => ({ cell: cell.path, at: cell.clock.now(), decision }));

const searchingOf = ({ cell }: AdminParts, instance: string, wish: Wish, { operator }: AdminContext): Searching => ({
  instance,
  requestId: operator.requestId,
  decisions: [],
  unreachable: [],
  place: null,
  spec: specOf(wish, instance, operator, cell.clock.now()),
  triedCells: [],
  settledIn: null,
  settledOn: null,
  over: false,
});

/** An order as it would come, with nothing in it that no decision goes by. */
const specOf = (wish: Wish, instanceUuid: string, { userId, requestId }: AdminContext['operator'], now: number): BuildSpec => ({
  instanceUuid,
  requestId,
  projectId: wish.projectId,
  userId,
  name: '',
  hostname: '',
  flavor: wish.flavor,
  image: {
    id: '',
    name: '',
    diskFormat: 'raw',
    sizeBytes: 0,
    sha512: '',
    minDiskGb: 0,
    minMemoryMb: 0,
    properties: wish.imageProperties,
    url: '',
    headers: {},
  },
  availabilityZone: wish.availabilityZone,
  metadata: {},
  keyName: null,
  publicKey: null,
  userData: null,
  configDrive: false,
  adminPassword: null,
  networks: 'none',
  launchIndex: 0,
  schedulerHints: {},
  group: wish.group,
  ...(wish.onHosts && { onHosts: wish.onHosts }),
  ...(wish.forced && { forced: true }),
  ...(wish.sameHost && { sameHost: wish.sameHost }),
  ...(wish.differentHost && { differentHost: wish.differentHost }),
  createdAt: now,
});
