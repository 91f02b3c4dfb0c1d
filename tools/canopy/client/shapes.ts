import { z } from 'zod';
import { CloudNo } from '../errors.js';

/**
 * What the tool reads of the answers. Whatever else is there is kept for `-o json`; what is missing is shown as unknown: a tool of one
 * release reads the cells of the next.
 */
const count = z.number().nullish();
const Quota = z.looseObject({ instances: count, cores: count, ram: count }).nullish();

export const TreeCell = z.looseObject({
  path: z.string(),
  health: z.string(),
  enabled: z.boolean().nullish(),
  draining: count,
  drained_percent: count,
  age_seconds: count,
  lag_seconds: count,
  versions: z.looseObject({ software: z.string().nullish(), protocol: z.array(z.number()).nullish(), globals: count }).nullish(),
  hosts_up: count,
  hosts_down: count,
  refused_hosts: z.array(z.looseObject({ host: z.string(), reason: z.string() })).nullish(),
  instances: count,
  queues: z.record(z.string(), z.unknown()).nullish(),
  weight_offset: count,
  quota: z.looseObject({ limit: Quota, used: Quota }).nullish(),
  get children() {
    return z.array(TreeCell).default([]);
  },
});
export type TreeCell = z.infer<typeof TreeCell>;
export const Tree = z.object({ cell: TreeCell });

export const Cell = z.looseObject({ name: z.string(), draining: count });
export type Cell = z.infer<typeof Cell>;
export const OneCell = z.object({ cell: Cell });
export const Cells = z.object({ cells: z.array(Cell) });
export const Created = z.looseObject({ cell: Cell, join_token: z.string(), expires_at: z.string() });
export const Removed = z.looseObject({ removed: z.string(), servers: z.number(), left: z.string().nullish() });

export const Host = z.looseObject({
  name: z.string(),
  zone: z.string().nullish(),
  enabled: z.boolean().nullish(),
  disabled_reason: z.string().nullish(),
  forced_down: z.boolean().nullish(),
  up: z.boolean().nullish(),
  servers: count,
  vcpus: count,
  vcpus_used: count,
  memory_mb: count,
  memory_mb_used: count,
});
export type Host = z.infer<typeof Host>;
export const Hosts = z.object({ hosts: z.array(Host) });
export const OneHost = z.object({ host: Host });

const Units = z.looseObject({ total_mb: count, units_by_mb: z.record(z.string(), z.number()).default({}) });
const Amount = z.looseObject({ vcpus: count, ram_mb: count, disk_gb: count });
const Pool = z.looseObject({
  availability_zone: z.string().nullish(),
  hypervisor_type: z.string().nullish(),
  hosts: count,
  total: Amount,
  used: Amount,
});
export type Pool = z.infer<typeof Pool>;
export const Capacities = z.object({
  cell: z.looseObject({
    capacities: z.looseObject({ ram_free: Units.nullish(), disk_free: Units.nullish() }),
    hosts_up: z.number().optional(),
    hosts_down: z.number().optional(),
    flavors: z.array(z.looseObject({ name: z.string(), fits: z.number() })).default([]),
    pools: z.array(Pool).default([]),
  }),
});
export type Capacities = z.infer<typeof Capacities>['cell'];

const Verdict = z.looseObject({ filter: z.string(), passed: z.boolean(), reason: z.string().nullish() });
const Candidate = z.looseObject({
  name: z.string(),
  verdicts: z.array(Verdict).default([]),
  weights: z.array(z.looseObject({ weigher: z.string(), raw: count, normalised: count, multiplier: count, weight: count })).default([]),
  weight: count,
  chosen: z.boolean().default(false),
});
export type Candidate = z.infer<typeof Candidate>;
export const Level = z.looseObject({
  cell: z.string(),
  among: z.string(),
  asked: z.string().nullish(),
  at: z.unknown().optional(),
  candidates: z.array(Candidate).default([]),
  chosen: z.string().nullish(),
  tie_break_seed: z.unknown().optional(),
  nearest_miss: z.looseObject({ name: z.string(), text: z.string().nullish() }).nullish(),
});
export type Level = z.infer<typeof Level>;
/** Of a request that asked for many servers: each of them, a page at a time. */
export const Explanation = z.looseObject({
  instance: z.string().nullish(),
  request_id: z.string().nullish(),
  levels: z.array(Level).default([]),
  unreachable: z.array(z.string()).default([]),
  get servers() {
    return z.array(Explanation).default([]);
  },
  next: z.string().nullish(),
  placed: count,
  /** Of one that found no place: what its order would meet now. */
  get now() {
    return Explanation.nullish();
  },
  place: z.string().nullish(),
});
export type Explanation = z.infer<typeof Explanation>;
export const Explained = z.object({ explain: Explanation });

export const Fit = z.object({
  fit: z.looseObject({
    flavor: z.unknown().optional(),
    total: z.number(),
    cells: z
      .array(z.looseObject({ path: z.string(), fits: z.number(), reserved: count, age_seconds: count, health: z.string().nullish() }))
      .default([]),
  }),
});

export const Queue = z.looseObject({
  cell: z.string().nullish(),
  name: z.string(),
  messages: count,
  consumers: count,
  oldest_seconds: count,
});
export type Queue = z.infer<typeof Queue>;
export const Queues = z.object({ queues: z.array(Queue) });

export const ParkedMessage = z.looseObject({
  id: z.string(),
  cell: z.string().nullish(),
  method: z.string().nullish(),
  source: z.string().nullish(),
  request_id: z.string().nullish(),
  reason: z.string().nullish(),
  parked_at: z.union([z.string(), z.number()]).nullish(),
});
export type ParkedMessage = z.infer<typeof ParkedMessage>;
export const Parked = z.object({ parked: z.array(ParkedMessage) });

export const Flavor = z.object({ flavor: z.object({ id: z.string() }) });
export const Flavors = z.object({ flavors: z.array(z.object({ id: z.string(), name: z.string() })) });

/** @throws CloudNo when the answer is not what it should be. */
export const read = <S extends z.ZodType>(schema: S, body: unknown, what: string): z.output<S> => {
  const result = schema.safeParse(body);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  throw new CloudNo(
    `${what} came in a form that this tool does not know (${issue?.path.join('.')}: ${issue?.message}): is it as old as the cell?`,
  );
};
