import { type GuestActionName, guestActions } from '#domain';
import { Dice } from './dice.js';
import { drawLayout } from './draw-layout.js';
import { flavorsAskedFor } from './flavors.js';
import type { Act, Deed, Plan } from './plan.js';
import { cellsOf, type HostPlan, hostsOf, type Layout } from './tree.js';
import { CALM, drawWeather, type Weather } from './weather.js';

/** Seconds, on average, between two disasters of a kind in the whole tree; 0: never. */
export interface Troubles {
  readonly secondsBetweenCuts: number;
  readonly secondsBetweenKills: number;
  readonly secondsBetweenHostDeaths: number;
  readonly secondsBetweenOperators: number;
  readonly secondsBetweenClockJumps: number;
}

export const NO_TROUBLES: Troubles = {
  secondsBetweenCuts: 0,
  secondsBetweenKills: 0,
  secondsBetweenHostDeaths: 0,
  secondsBetweenOperators: 0,
  secondsBetweenClockJumps: 0,
};

export interface DrawOptions {
  /** Instead of what the seed would draw. */
  readonly layout?: Layout | undefined;
  /** The same; what is left out is calm. */
  readonly weather?: Partial<Weather> | undefined;
  readonly troubles?: Partial<Troubles> | undefined;
  readonly seconds?: number | undefined;
}

const ACTIONS = Object.keys(guestActions) as GuestActionName[];

/** The plan that belongs to a seed. */
export const drawPlan = (
  seed: number,
  { layout = drawLayout(new Dice(`layout ${seed}`)), weather, troubles, seconds }: DrawOptions = {},
): Plan => {
  const dice = new Dice(`plan ${seed}`);
  const drawnWeather = drawWeather(dice);
  const drawnTroubles = drawTroubles(dice);
  const drawnSeconds = dice.whole(10, 40);
  const ms = (seconds ?? drawnSeconds) * 1000;
  const sky = weather ? { ...CALM, ...weather } : drawnWeather;
  const trouble = troubles || weather ? { ...NO_TROUBLES, ...troubles } : drawnTroubles;
  const acts = [...userActs(new Dice(`users ${seed}`), layout, ms), ...disasters(new Dice(`disasters ${seed}`), layout, trouble, sky, ms)];
  return { seed, layout, weather: sky, seconds: ms / 1000, acts: acts.sort((a, b) => a.at - b.at) };
};

const drawTroubles = (dice: Dice): Troubles => {
  const sometimes = (least: number, most: number) => (dice.chance(0.4) ? 0 : dice.between(least, most));
  return {
    secondsBetweenCuts: sometimes(3, 30),
    secondsBetweenKills: sometimes(2, 20),
    secondsBetweenHostDeaths: sometimes(5, 40),
    secondsBetweenOperators: sometimes(5, 40),
    secondsBetweenClockJumps: sometimes(5, 40),
  };
};

const userActs = (dice: Dice, layout: Layout, ms: number): Act[] => {
  const hosts = allHosts(layout);
  const zones = [...new Set(hosts.map(host => host.zone))];
  const flavors = flavorsAskedFor(hosts.flatMap(host => host.traits).length);
  const acts: Act[] = [];
  const alive: number[] = [];
  let servers = 0;
  for (let at = 0; at < ms; at += dice.whole(100, 4000)) acts.push({ at, ...userDeed() });
  return acts;

  function userDeed(): Deed {
    const server = dice.pick(alive);
    const what = dice.random.fraction();
    if (server === undefined || what < 0.45) return creation();
    if (what < 0.7) return deletion(server);
    if (what < 0.8) return { does: 'power', server, action: dice.pick(ACTIONS)! };
    if (what < 0.82) return { does: 'steer migration', server, action: dice.chance(0.6) ? 'abortLive' : 'completeLive' };
    if (what < 0.88) return dice.chance(0.3) ? { does: 'evacuate', server } : move(server);
    if (what < 0.94) return { does: dice.chance(0.5) ? 'lock' : 'unlock', server };
    if (what < 0.97) return { does: 'reset state', server, state: dice.chance(0.5) ? 'active' : 'error' };
    return { does: 'read console', server };
  }

  function creation(): Deed {
    const count = dice.chance(0.3) ? dice.whole(2, 4) : 1;
    const made = Array.from({ length: count }, () => ++servers);
    alive.push(...made);
    const zone = zones.length > 1 && dice.chance(0.3) ? dice.pick(zones)! : null;
    return { does: 'create', servers: made, flavor: dice.pick(flavors)!.name, zone, unlucky: dice.chance(0.3) };
  }

  /** What is confirmed or reverted is mostly there to be: a move is over within seconds. */
  function move(server: number): Deed {
    if (dice.chance(0.4)) return { does: 'end move', server, action: dice.chance(0.5) ? 'confirm' : 'revert' };
    if (dice.chance(0.4)) return { does: 'migrate live', server };
    return { does: 'move', server, flavor: maybe(dice, dice.pick(flavors)!.name) };
  }

  /** Some users ask twice. */
  function deletion(server: number): Deed {
    if (!dice.chance(0.15)) alive.splice(alive.indexOf(server), 1);
    return { does: 'delete', server };
  }
};

const disasters = (dice: Dice, layout: Layout, troubles: Troubles, weather: Weather, ms: number): Act[] => {
  const cells = cellsOf('api', layout);
  const hosts = allHosts(layout);
  const links = [...cells.slice(1).map(cell => cell.path), ...hosts.map(host => host.machine)];
  const machines = [...cells.map(cell => cell.path), ...hosts.map(host => host.machine)];
  const host = () => dice.pick(hosts)!.name;
  const acts: Act[] = [
    ...every(troubles.secondsBetweenCuts, () => ({ does: 'cut link', link: dice.pick(links)!, seconds: duration(dice) })),
    ...every(troubles.secondsBetweenKills, () => ({
      does: 'kill process',
      cell: dice.pick(cells)!.path,
      index: dice.whole(0, weather.processes - 1),
      seconds: tenths(duration(dice) / 4),
    })),
    ...every(troubles.secondsBetweenHostDeaths, () => ({ does: 'kill agent', host: host(), seconds: duration(dice) })),
    ...every(20, () => ({ does: 'stop guest', host: host(), index: dice.whole(0, 3) })),
    ...every(troubles.secondsBetweenOperators, () => {
      const cell = dice.pick(cells.slice(1))?.path;
      const what = dice.whole(1, 6);
      if (cell && what === 1) return { does: 'disable cell', cell, seconds: duration(dice) };
      if (cell && what === 2) return { does: 'drain cell', cell, percent: dice.pick([30, 50, 90, 100, 100])!, seconds: duration(dice) };
      if (cell && what === 3) return { does: 'limit cell', cell, instances: dice.whole(0, 6), ...limits() };
      if (cell && what === 4) return { does: 'limit cell', cell, instances: null, ...limits() };
      if (what === 5) return { does: 'force host down', host: host(), seconds: duration(dice) };
      return { does: 'disable host', host: host(), seconds: duration(dice), locally: dice.chance(0.4) };
    }),
    ...every(weather.clocksApartMs ? troubles.secondsBetweenClockJumps : 0, () => ({
      does: 'set clock',
      machine: dice.pick(machines)!,
      milliseconds: dice.whole(-weather.clocksApartMs, weather.clocksApartMs),
    })),
  ];
  return [...acts, ...acts.flatMap(evacuation)];

  function limits() {
    return { cores: maybe(dice, dice.whole(2, 12)), ramMb: maybe(dice, 512 * dice.whole(4, 24)) };
  }

  /** A host that is not heard of is down after a while only. */
  function evacuation(one: Act): Act[] {
    const isLost = one.does === 'force host down' || (one.does === 'kill agent' && one.seconds > 18);
    if (!isLost || dice.chance(0.4)) return [];
    return [{ at: one.at + Math.round(1000 * dice.between(1, Math.max(2, one.seconds))), does: 'evacuate host', host: one.host }];
  }

  function every(seconds: number, deed: () => Deed): Act[] {
    const acts: Act[] = [];
    if (seconds === 0) return acts;
    for (let at = dice.between(0, 2000 * seconds); at < ms; at += dice.between(0, 2000 * seconds))
      acts.push({ at: Math.round(at), ...deed() });
    return acts;
  }
};

const allHosts = (layout: Layout): HostPlan[] => cellsOf('api', layout).flatMap(hostsOf);

/** Mostly short; sometimes longer than anybody waits. */
const duration = (dice: Dice): number => tenths(dice.chance(0.25) ? dice.between(20, 100) : dice.between(0.2, 10));
const maybe = <T>(dice: Dice, value: T): T | null => (dice.chance(0.5) ? value : null);
const tenths = (seconds: number): number => Math.max(0.1, Math.round(seconds * 10) / 10);
