import { type HostRow, type InstanceRow, isHere } from '#cell';
import { addShapes, type CellName, type CellPath, childPath, isAtOrBelow, NO_RESOURCES, shapeKey, shapeOf } from '#domain';
import type { SimulatedCell } from './simulated-cell.js';
import type { World } from './world.js';

/** Looked at all the while: the claims on a host never exceed what it has, whoever claims. */
export const capacityViolations = (world: World): string[] =>
  [...world.cells.values()].flatMap(cell => cell.database.hosts.all().flatMap(host => overfull(cell, host)));

const overfull = (cell: SimulatedCell, { host, used, total, claims }: HostRow): string[] => {
  const over = used.vcpus > total.vcpus || used.memoryMb > total.memoryMb || used.diskGb > total.diskGb;
  const under = used.vcpus < 0 || used.memoryMb < 0 || used.diskGb < 0 || claims < 0;
  return over || under ? [`host ${host} of ${cell.path} has ${shapeKey(used)} claimed of ${shapeKey(total)} by ${claims}`] : [];
};

/** What is wrong with a world in which nothing happens any more. Empty when all is well. */
export const violationsAtRest = (world: World): string[] => [
  ...world.broker.waiting().map(({ queue, messages }) => `queue '${queue}' holds ${messages}`),
  ...[...world.cells.values()].flatMap(leftOver),
  ...[...world.cells.values()].flatMap(cell => cell.database.hosts.all().flatMap(host => wrongClaims(cell, host))),
  ...world.root.database.instances.all().flatMap(server => wrongServer(world, server)),
  ...[...world.cells.values()].flatMap(cell => strayInstances(world, cell)),
  ...[...world.cells.values()].flatMap(cell => differingEdges(world, cell)),
  ...strayGuests(world),
  ...brokenPromises(world),
  ...wrongQuota(world),
  ...wrongHostMirrors(world),
  ...wrongCellMirrors(world),
  ...wrongRecords(world),
];

/** Work that never ends. */
const leftOver = ({ path, database }: SimulatedCell): string[] => [
  ...(database.outbox.size ? [`outbox of ${path} holds ${database.outbox.size}`] : []),
  ...database.parked.map(({ envelope, reason }) => `${path} parked ${envelope.method}: ${reason}`),
  ...database.workflows.all().map(({ kind, subject, step }) => `${path} is in ${kind} of ${subject} at ${step}`),
  ...database.reservations.all().map(({ instanceUuid, child }) => `${path} reserves room in ${child} for ${instanceUuid}`),
];

const wrongClaims = ({ path, database }: SimulatedCell, host: HostRow): string[] => {
  const claimed = database.instances.all().filter(row => row.host === host.host && row.deletedAt === null && row.claim !== null);
  const sum = claimed.map(row => row.claim!).reduce(addShapes, NO_RESOURCES);
  if (shapeKey(sum) === shapeKey(host.used) && claimed.length === host.claims) return [];
  return [
    `host ${host.host} of ${path} counts ${shapeKey(host.used)} by ${host.claims}, its instances hold ${shapeKey(sum)} by ${claimed.length}`,
  ];
};

/** What a server with a guest may be when nothing is done to it any more. */
const AT_REST: ReadonlySet<string> = new Set(['active', 'stopped', 'paused', 'suspended']);

/** A server ends deleted, in error, or with one guest, exactly where the root says it is. */
const wrongServer = (world: World, server: InstanceRow): string[] => {
  const name = `server ${server.uuid} (${server.vmState})`;
  const guests = world.hosts.filter(host => guestOn(host, server.uuid) !== undefined);
  const places = guests.map(host => host.link.name);
  if (server.taskState !== null) return [`${name} is still ${server.taskState}`];
  if (server.vmState === 'deleted' || server.vmState === 'error') return places.length ? [`${name} left guests on ${places}`] : [];
  if (!AT_REST.has(server.vmState)) return [`${name} never ended`];
  if (places.length !== 1 || places[0] !== `${server.cellPath}@${server.host}`)
    return [`${name} should be on ${server.cellPath}@${server.host} and is on ${places}`];
  if (guestOn(guests[0]!, server.uuid) !== server.powerState)
    return [`${name} has power state ${server.powerState}, its guest has another`];
  return wrongMirror(world, server, name);
};

const guestOn = (host: World['hosts'][number], uuid: string): number | undefined => host.guests.get(uuid);

const wrongMirror = (world: World, server: InstanceRow, name: string): string[] => {
  const owner = world.cells.get(server.cellPath ?? '')?.database.instances.get(server.uuid);
  const said = (row: InstanceRow) =>
    JSON.stringify([row.epoch, row.generation, row.vmState, row.taskState, row.powerState, row.host, row.launchedAt, row.fault]);
  if (!owner) return [`${name} is unknown to ${server.cellPath}`];
  return said(owner) === said(server) ? [] : [`${name} is ${said(server)} at the root and ${said(owner)} where it lives`];
};

/** An instance that a cell believes to have, and that the root does not know to be there: a doubled or a resurrected server. */
const strayInstances = (world: World, cell: SimulatedCell): string[] => {
  if (cell.parent === undefined) return [];
  const alive = cell.database.instances.all().filter(row => row.deletedAt === null && row.vmState !== 'error');
  return alive.filter(row => !isOnItsPath(world, cell.path, row)).map(row => `${cell.path} believes to have ${row.uuid} (${row.vmState})`);
};

/** What a cell has of its parent, and its parent of what is there: the same instances in the same version. */
const differingEdges = (world: World, { path, parent, database, plan }: SimulatedCell): string[] => {
  if (!parent) return [];
  const name = plan.path.slice(parent.length + 1);
  const said = ({ uuid, epoch, generation, taskState }: InstanceRow) => `${uuid} ${epoch}.${generation} ${taskState}`;
  const pointing = (row: InstanceRow) => row.deletedAt === null && row.nextHop === name;
  const above = new Set(world.cell(parent).database.instances.all().filter(pointing).map(said));
  const here = new Set(database.instances.all().filter(isHere).map(said));
  return [
    ...[...above].filter(row => !here.has(row)).map(row => `${parent} has ${row}, and ${path} does not`),
    ...[...here].filter(row => !above.has(row)).map(row => `${path} has ${row}, and ${parent} does not`),
  ];
};

/** Whether each cell from the root down to this one points to the next. */
const isOnItsPath = (world: World, path: string, { uuid }: InstanceRow): boolean => {
  let cell: SimulatedCell | undefined = world.root;
  while (cell && cell.path !== path) {
    const row: InstanceRow | undefined = cell.database.instances.get(uuid);
    if (!row || row.deletedAt !== null || !row.nextHop) return false;
    cell = world.cells.get(childPath(cell.path as CellPath, row.nextHop as CellName));
  }
  return cell !== undefined;
};

const strayGuests = (world: World): string[] =>
  world.hosts.flatMap(host => {
    const strangers = [...host.guests.keys()].filter(uuid => !world.root.database.instances.get(uuid));
    return strangers.map(uuid => `guest ${uuid} on ${host.name} is nobody's`);
  });

/** What the API has accepted is done. */
const brokenPromises = (world: World): string[] => {
  const { accepted, deleted } = world.users;
  const row = (uuid: string) => world.root.database.instances.get(uuid);
  return [
    ...[...accepted].filter(uuid => !row(uuid)).map(uuid => `server ${uuid} was accepted and is lost`),
    ...[...deleted].filter(uuid => row(uuid)?.vmState !== 'deleted').map(uuid => `server ${uuid} was deleted and is ${row(uuid)?.vmState}`),
    ...[...accepted]
      .filter(uuid => !deleted.has(uuid) && row(uuid)?.vmState === 'deleted' && !world.users.triedToDelete.has(uuid))
      .map(uuid => `server ${uuid} is deleted, and nobody wanted it`),
  ];
};

/** A server counts from its creation to its deletion, once. */
const wrongQuota = ({ root }: World): string[] => {
  const { instances, requestSpecs, quotaUsages } = root.database;
  const servers = instances.all().filter(row => row.deletedAt === null);
  const lost = servers.filter(row => !requestSpecs.get(row.uuid)).map(row => `the order of ${row.uuid} is lost`);
  const shapes = servers.flatMap(row => requestSpecs.get(row.uuid) ?? []).map(({ spec }) => shapeOf(spec.flavor));
  const sum = shapes.reduce(addShapes, NO_RESOURCES);
  const used = quotaUsages.get('project') ?? { instances: 0, cores: 0, ramMb: 0 };
  const right = used.instances === servers.length && used.cores === sum.vcpus && used.ramMb === sum.memoryMb;
  return right ? lost : [...lost, `quota says ${JSON.stringify(used)}, ${servers.length} servers use ${shapeKey(sum)}`];
};

/** The root sees each host as its cell does. */
const wrongHostMirrors = (world: World): string[] =>
  world.hosts.flatMap(({ cellPath, name }) => {
    const host = world.cell(cellPath).database.hosts.get(name);
    const mirror = world.root.database.hostMirrors.get(`${cellPath}@${name}`);
    if (!host || !mirror) return [`host ${name} is not known`];
    const right = mirror.up && shapeKey(mirror.used) === shapeKey(host.used) && mirror.runningGuests === host.runningGuests;
    return right
      ? []
      : [
          `host ${name} is ${shapeKey(mirror.used)} with ${mirror.runningGuests} guests at the root, ${shapeKey(host.used)} with ${host.runningGuests} in its cell`,
        ];
  });

/** The log of actions tells what happened: each power action once, and of each server that runs, that it was built. */
const wrongRecords = ({ root }: World): string[] => {
  const { actionEvents, instances } = root.database;
  const powered = actionEvents
    .filter(({ event }) => event !== BUILD_EVENT && event !== 'compute_terminate_instance')
    .map(({ instanceUuid, requestId, event }) => `${event} of ${instanceUuid} for ${requestId}`);
  const twice = powered.filter((record, index) => powered.indexOf(record) !== index);
  const built = new Set(
    actionEvents.filter(({ event, result }) => event === BUILD_EVENT && result === 'Success').map(event => event.instanceUuid),
  );
  const untold = instances.all().filter(row => row.vmState === 'active' && !built.has(row.uuid));
  return [...twice.map(record => `${record} is recorded twice`), ...untold.map(row => `nothing tells that server ${row.uuid} was built`)];
};

const BUILD_EVENT = 'compute__do_build_and_run_instance';

/** Every cell above knows how each cell below it stands. */
const wrongCellMirrors = (world: World): string[] => {
  const cells = [...world.cells.values()];
  return cells.flatMap(cell => {
    const hosts = cell.database.hosts.all();
    const own = `${hosts.length} hosts, ${hosts.reduce((sum, host) => sum + host.claims, 0)} instances`;
    const above = cells.filter(other => other !== cell && isAtOrBelow(cell.path, other.path));
    return above.flatMap(({ path, database }) => {
      const status = database.cellMirrors.get(cell.path)?.status;
      const kept = status && `${status.hostsUp + status.hostsDown} hosts, ${status.instances} instances`;
      return kept === own ? [] : [`${path} believes that ${cell.path} has ${kept ?? 'nothing'}, and it has ${own}`];
    });
  });
};
