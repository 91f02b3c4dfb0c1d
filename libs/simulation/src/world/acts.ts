import type { Deed, DeedOf } from './plan.js';
import type { SimulatedHost } from './simulated-host.js';
import type { SimulatedProcess } from './simulated-process.js';
import type { World } from './world.js';

type Acting = { readonly [D in Deed['does']]: (world: World, deed: DeedOf<D>) => void | Promise<void> };

/** How each deed of a plan is done. One whose object is gone (the plan was cut down, the process is dead) does nothing. */
const acting: Acting = {
  create: (world, { servers, ...order }) => void world.users.create(servers, order),
  delete: (world, { server }) => world.users.delete(server),
  power: (world, { server, action }) => world.users.power(server, action),
  lock: (world, { server }) => world.users.lock(server),
  unlock: (world, { server }) => world.users.unlock(server),
  'reset state': (world, { server, state }) => world.users.resetState(server, state),
  move: (world, { server, flavor }) => world.users.move(server, flavor),
  evacuate: (world, { server }) => world.users.evacuate(server),
  'evacuate host': (world, { host }) => world.users.evacuateHost(host),
  'migrate live': (world, { server }) => world.users.migrateLive(server),
  'steer migration': (world, { server, action }) => world.users.steer(server, action),
  'end move': (world, { server, action }) => world.users.endMove(server, action),
  'read console': (world, { server }) => world.users.readConsole(server),

  'disable host': (world, { host, seconds, locally = false }) => {
    world.later(seconds, () => void world.operators.changeHost(host, { enabled: true }, { locally }));
    return world.operators.changeHost(host, { enabled: false, disabledReason: 'maintenance' }, { locally });
  },

  'force host down': (world, { host, seconds }) => {
    world.later(seconds, () => void world.operators.changeHost(host, { forcedDown: false }));
    return world.operators.changeHost(host, { forcedDown: true });
  },

  'disable cell': (world, { cell, seconds }) => {
    world.later(seconds, () => void world.operators.steer(cell, { enabled: true }));
    return world.operators.steer(cell, { enabled: false });
  },

  'drain cell': (world, { cell, percent, seconds }) => {
    world.later(seconds, () => void world.operators.steer(cell, { draining: 0 }));
    return world.operators.steer(cell, { draining: percent });
  },

  'limit cell': ({ operators }, { cell, instances, cores, ramMb = null }) => operators.steer(cell, { quota: { instances, cores, ramMb } }),

  'cut link': (world, { link: name, seconds }) => {
    const link = world.links().find(one => one.name === name);
    if (!link?.up) return;
    link.set(false);
    world.later(seconds, () => link.set(true));
  },

  'kill process': (world, { cell, index, seconds }) => {
    const process = world.cells.get(cell)?.processes[index];
    if (process) kill(world, process, seconds);
  },

  'kill agent': (world, { host: name, seconds }) => {
    const host = world.findHost(name);
    if (!host?.isAlive) return;
    host.die();
    world.later(seconds, () => revive(host));
  },

  'stop guest': async (world, { host: name, index }) => {
    const driver = world.findHost(name)?.driver;
    const guest = (await driver?.list())?.[index];
    if (guest) driver?.stopFromInside(guest.instanceUuid);
  },

  'set clock': (world, { machine, milliseconds }) => world.clockOf(machine)?.jump(milliseconds),
};

export const act = (world: World, deed: Deed): void => void (acting[deed.does] as (world: World, deed: Deed) => void)(world, deed);

/** Nothing that it has begun goes on; another takes its place after a while. */
export const kill = (world: World, process: SimulatedProcess, seconds: number): void => {
  const { cell } = process;
  if (!cell.processes.includes(process)) return;
  cell.kill(process);
  world.later(seconds, () => {
    if (cell.processes.length < world.plan.weather.processes) cell.startProcess();
  });
};

/** Everything comes back that a plan took away; the quotas of cells stay. */
export const mend = (world: World): void => {
  world.operators.rest();
  for (const link of world.links()) link.set(true);
  for (const host of world.hosts) revive(host);
  for (const cell of world.cells.values()) {
    while (cell.processes.length < world.plan.weather.processes) cell.startProcess();
    for (const row of cell.database.children.all())
      if (!row.enabled || row.draining) cell.database.children.put(row.name, { ...row, enabled: true, draining: 0, drainFrom: null });
    for (const { host, enabled, forcedDown } of cell.database.hosts.all())
      if (!enabled || forcedDown) void world.operators.changeHost(host, { enabled: true, forcedDown: false }, { locally: true });
  }
};

const revive = (host: SimulatedHost): void => {
  if (!host.isAlive) host.start();
};
