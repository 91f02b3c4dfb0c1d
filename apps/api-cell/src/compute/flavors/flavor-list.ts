import { readsEverything } from '#domain';
import type { View } from '#microversion';
import {
  type Call,
  checked,
  invalidParameter,
  jsonList,
  type Links,
  nextLinks,
  number,
  type Parameters,
  pageFrom,
  pageOf,
  parameterOf,
  type Query,
  text,
  types,
} from '../api/index.js';
import type { FlavorRecord, FlavorsRepository } from './flavors.repository.js';

export const FLAVOR_LIST: Parameters = {
  limit: number(),
  marker: text(),
  is_public: text(),
  minRam: text(),
  minDisk: text(),
  sort_key: text(),
  sort_dir: checked(types.sortDirection),
};

/** One page of the flavors that the caller may see. Flavors are few: they are sorted here, by Nova's column names. */
export const listFlavors = async (repository: FlavorsRepository, call: Call, of: View<FlavorRecord, Links>, path: string) => {
  const { ctx, query, links, at } = call;
  const flavors = await repository.list(ctx, {
    isPublic: readsEverything(ctx) ? isPublicOf(query) : true,
    minDiskGb: minimum(query, 'minDisk'),
    minMemoryMb: minimum(query, 'minRam'),
  });
  const page = pageOf(query);
  const shown = pageFrom(sorted(flavors, query), page, flavor => flavor.flavorId);
  const compiled = of.at(at, 'everyone');
  return jsonList(
    'flavors',
    shown.map(flavor => compiled.json(flavor, links)),
    nextLinks(page, shown.length, links, path, query, shown.at(-1)?.flavorId),
  );
};

const SORT: Readonly<Record<string, (flavor: FlavorRecord) => string | number>> = {
  flavorid: f => f.flavorId,
  name: f => f.name,
  memory_mb: f => f.memoryMb,
  vcpus: f => f.vcpus,
  root_gb: f => f.rootGb,
  ephemeral_gb: f => f.ephemeralGb,
  swap: f => f.swapMb,
  rxtx_factor: f => f.rxtxFactor,
  id: f => f.id,
  created_at: f => f.createdAt,
  updated_at: f => f.updatedAt ?? 0,
  is_public: f => Number(f.isPublic),
  disabled: f => Number(f.disabled),
  description: f => f.description ?? '',
  vcpu_weight: () => 0,
  deleted: () => 0,
  deleted_at: () => 0,
};

const sorted = (flavors: readonly FlavorRecord[], query: Query): FlavorRecord[] => {
  const key = parameterOf(query, 'sort_key') ?? 'flavorid';
  const read = SORT[key];
  if (!read)
    throw invalidParameter(
      'sort_key',
      key,
      `'${key}' is not one of ${Object.keys(SORT)
        .map(name => `'${name}'`)
        .join(', ')}`,
    );
  const sign = parameterOf(query, 'sort_dir')?.toLowerCase() === 'desc' ? -1 : 1;
  return flavors.toSorted((a, b) => sign * (compare(read(a), read(b)) || a.id - b.id));
};

const compare = (a: string | number, b: string | number): number => (a < b ? -1 : a > b ? 1 : 0);

/** Unset: public ones and those that the project was given. `none`: all. */
const isPublicOf = (query: Query): boolean | null => {
  const value = parameterOf(query, 'is_public');
  if (value === undefined) return true;
  if (value.toLowerCase() === 'none') return null;
  const truth = types.truthOf(value);
  if (truth === undefined) throw invalidParameter('is_public', value, `Invalid is_public filter [${value}]`);
  return truth;
};

const minimum = (query: Query, name: 'minDisk' | 'minRam'): number => {
  const value = parameterOf(query, name);
  if (value === undefined) return 0;
  if (!/^\d{1,9}$/.test(value))
    throw invalidParameter(name, value, `Invalid ${name === 'minDisk' ? 'min_disk' : 'min_ram'} filter [${value}]`);
  return Number(value);
};
