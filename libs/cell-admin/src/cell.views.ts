import type { AdminResult, Neighbour } from '#contracts';

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
  weight_offset: cell.weightOffset,
  last_report_age_seconds: cell.lastSeenAt === null ? null : rounded(cell.silentSeconds ?? 0),
});

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
