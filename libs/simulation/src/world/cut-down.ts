import type { Act, Plan } from './plan.js';
import { cellsOf, type HostLayout, hostsOf, type Layout, spelledOut } from './tree.js';
import { CALM, type Weather } from './weather.js';

/** Ways to tell a story with less in it. Each plan is drawn when it is asked for. */
export const CUTS: readonly ((plan: Plan) => Generator<Plan>)[] = [calmer, fewerActs, shorter, smallerTrees, plainerHosts, simplerActs];

/** First all at once, then one thing after the other, then by half. */
function* calmer(plan: Plan): Generator<Plan> {
  const rough = (Object.keys(CALM) as (keyof Weather)[]).filter(key => plan.weather[key] !== CALM[key]);
  if (rough.length > 1) yield { ...plan, weather: CALM };
  for (const key of rough) yield { ...plan, weather: { ...plan.weather, [key]: CALM[key] } };
  for (const key of rough) {
    const value = plan.weather[key];
    if (typeof value === 'number' && value > 0.02 && value < 1)
      yield { ...plan, weather: { ...plan.weather, [key]: Math.round(value * 50) / 100 } };
  }
}

/** Delta debugging: halves, quarters, eighths, and at last one by one. */
function* fewerActs(plan: Plan): Generator<Plan> {
  const { acts } = plan;
  for (let size = Math.ceil(acts.length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
    for (let at = acts.length - size; at > -size; at -= size) {
      const from = Math.max(0, at);
      yield { ...plan, acts: [...acts.slice(0, from), ...acts.slice(at + size)] };
    }
  }
}

function* shorter(plan: Plan): Generator<Plan> {
  const last = Math.ceil((plan.acts.at(-1)?.at ?? 0) / 1000) + 1;
  for (const seconds of [last, Math.ceil(plan.seconds / 2), plan.seconds - 5])
    if (seconds > 0 && seconds < plan.seconds) yield { ...plan, seconds, acts: plan.acts.filter(act => act.at < seconds * 1000) };
  const first = plan.acts[0]?.at ?? 0;
  if (first > 0) yield { ...plan, acts: plan.acts.map(act => ({ ...act, at: act.at - first })) };
}

/** Without one cell and all below it, or without one host. What was to happen there is left out. */
function* smallerTrees(plan: Plan): Generator<Plan> {
  for (const { path } of cellsOf('api', plan.layout).slice(1)) yield inTree(plan, withoutCell(plan.layout, path.split('!').slice(1)));
  for (const cell of cellsOf('api', plan.layout)) {
    for (const host of cell.hosts)
      yield inTree(
        plan,
        withHosts(
          plan.layout,
          cell.path.split('!').slice(1),
          cell.hosts.filter(one => one !== host),
        ),
      );
  }
}

/** Each as they all are where nothing is said. */
function* plainerHosts(plan: Plan): Generator<Plan> {
  for (const cell of cellsOf('api', plan.layout)) {
    for (const [index, host] of cell.hosts.entries()) {
      const { name, zone } = spelledOut(host);
      const plainer: HostLayout[] = [name, ...(zone === undefined ? [] : [`${name}:${zone}`])].filter(one => one !== host);
      for (const one of plainer)
        yield { ...plan, layout: withHosts(plan.layout, cell.path.split('!').slice(1), cell.hosts.with(index, one)) };
    }
  }
}

const inTree = (plan: Plan, layout: Layout): Plan => {
  const cells = cellsOf('api', layout);
  const hosts = cells.flatMap(hostsOf);
  const places = new Set<string>([...cells.map(cell => cell.path), ...hosts.flatMap(host => [host.machine, host.name])]);
  return { ...plan, layout, acts: plan.acts.filter(act => placesOf(act).every(place => places.has(place))) };
};

const placesOf = (act: Act): string[] => [
  ...('host' in act ? [act.host] : []),
  ...('cell' in act ? [act.cell] : []),
  ...('link' in act ? [act.link] : []),
  ...('machine' in act ? [act.machine] : []),
];

const withoutCell = (layout: Layout, [name, ...below]: string[]): Layout => {
  const { [name!]: there, ...others } = layout.cells ?? {};
  if (!there) return layout;
  return { ...layout, cells: below.length ? { ...others, [name!]: withoutCell(there, below) } : others };
};

const withHosts = (layout: Layout, [name, ...below]: string[], hosts: readonly HostLayout[]): Layout => {
  if (name === undefined) return { ...layout, hosts };
  const there = layout.cells?.[name];
  return there ? { ...layout, cells: { ...layout.cells, [name]: withHosts(there, below, hosts) } } : layout;
};

/** One server instead of several, plain ones, shorter faults, rounder times. */
function* simplerActs(plan: Plan): Generator<Plan> {
  for (const [index, act] of plan.acts.entries()) {
    for (const simpler of simplerThan(act)) yield { ...plan, acts: plan.acts.with(index, simpler) };
  }
}

const simplerThan = (act: Act): Act[] => {
  if (act.does === 'create') {
    return [
      ...(act.servers.length > 1 ? act.servers.map(server => ({ ...act, servers: [server] })) : []),
      ...(act.unlucky ? [{ ...act, unlucky: false }] : []),
      ...(act.zone ? [{ ...act, zone: null }] : []),
    ];
  }
  if (!('seconds' in act)) return [];
  const seconds = [1, 20, Math.ceil(act.seconds / 2), Math.ceil(act.seconds)].filter(less => less < act.seconds);
  return seconds.map(less => ({ ...act, seconds: less }));
};
