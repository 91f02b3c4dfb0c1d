import type { AdminResult, ChildQuota, ChildShown, Neighbour } from '#contracts';

/** Nova's shape of a neighbour. */
export const neighbourOf = (cell: Neighbour) => ({
  name: cell.name,
  type: cell.type,
  username: cell.username,
  rpc_host: cell.brokerHost,
  rpc_port: cell.brokerPort,
});

/** The same with what Canopy knows besides. */
export const detailOf = (cell: Neighbour) => ({
  ...neighbourOf(cell),
  capabilities: joined(cell.capabilities),
  path: cell.path,
  health: cell.health,
  enabled: cell.enabled,
  disabled_reason: cell.disabledReason,
  draining: cell.draining,
  weight_offset: cell.weightOffset,
  weight_scale: cell.weightScale,
  quota: { limit: quotaOf(cell.quota), used: quotaOf(cell.used) },
  last_report_age_seconds: cell.lastSeenAt === null ? null : rounded(cell.silentSeconds ?? 0),
});

/** One child, with what is in it. */
export const childOf = (cell: ChildShown) => ({
  ...detailOf(cell),
  servers: cell.servers,
  drained_percent: cell.drainedPercent,
  ...(cell.draining > 0 && { remaining_servers: cell.remaining }),
});

/** `ram` in MB, as Nova's quotas have it. */
export const quotaOf = (quota: ChildQuota | null) => quota && { instances: quota.instances, cores: quota.cores, ram: quota.ramMb };

export const infoOf = ({ name, path, capabilities }: AdminResult<'cell.info'>) => ({
  name,
  type: 'self',
  rpc_host: null,
  rpc_port: 0,
  username: null,
  capabilities: joined(capabilities),
  path,
});

/** As Nova's cells told it: the values of one key in one text. */
const joined = (capabilities: Readonly<Record<string, readonly string[]>>): Record<string, string> =>
  Object.fromEntries(Object.entries(capabilities).map(([name, values]) => [name, values.join(';')]));

export const rounded = (seconds: number): number => Math.round(seconds * 10) / 10;
