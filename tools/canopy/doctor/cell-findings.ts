import type { TreeCell } from '../client/shapes.js';
import { ownHostsDown } from '../commands/tree.js';
import { age, plural } from '../show/units.js';
import { type Finding, fail, ok, warn } from './finding.js';

/** A cell tells of itself once a minute at least, so an older row means that something on the way stands still. */
const OLD_SECONDS = 90;
const LAG_SECONDS = 30;
/** More than a burst: the neighbour does not take what is sent. */
const OUTBOX_ROWS = 500;

/** What a cell's row in the tree says, first the worst. Nothing to say is one `ok`. */
export const findingsOf = (cell: TreeCell): Finding[] => {
  const check = `cell ${cell.path}`;
  const found = [...healthFindings(check, cell), ...queueFindings(check, cell)];
  if (found.length) return found;
  return [ok(check, `${cell.health}, heard ${age(cell.age_seconds)} ago, ${hostsOf(cell)}, ${plural(cell.instances ?? 0, 'server')}`)];
};

/** Cells that run different releases work together, but not for ever. */
export const versionFindings = (cells: readonly TreeCell[]): Finding[] => {
  const versions = new Map<string, string[]>();
  for (const { versions: told, path } of cells) {
    if (told?.software) versions.set(told.software, [...(versions.get(told.software) ?? []), path]);
  }
  if (versions.size === 0) return [];
  if (versions.size === 1) return [ok('versions', `all cells run ${[...versions.keys()][0]}`)];
  const told = [...versions].map(([version, paths]) => `${version}: ${paths.join(', ')}`).join('; ');
  return [warn('versions', told, 'upgrade the rest: neighbours one release apart work together, two do not')];
};

const healthFindings = (check: string, cell: TreeCell): Finding[] => {
  const { health, age_seconds, lag_seconds } = cell;
  const silent = `not heard for ${age(age_seconds)}`;
  if (health === 'mute')
    return [fail(check, silent, "see whether its machine, its broker and the link to its parent's broker are up; its servers run on")];
  if (health === 'never-seen') return [warn(check, 'never heard', 'run canopy cell join TOKEN on its machine, or canopy cell remove it')];
  return [
    ...(health === 'incompatible'
      ? [fail(check, "it speaks no protocol of its parent's, and is given nothing", 'upgrade the older of the two; its servers run on')]
      : []),
    ...(cell.refused_hosts ?? []).map(({ host, reason }) => warn(check, `refuses ${host}`, reason)),
    ...(health === 'disabled'
      ? [warn(check, 'disabled: it gets no new servers', `canopy cell enable '${cell.path}' when it is meant to`)]
      : []),
    ...((cell.draining ?? 0) > 0 ? [warn(check, `draining ${cell.draining} %`, `canopy cell drain '${cell.path}' 0 takes it back`)] : []),
    ...((age_seconds ?? 0) > OLD_SECONDS ? [warn(check, silent, 'see the log of its cell process')] : []),
    ...((lag_seconds ?? 0) > LAG_SECONDS
      ? [
          warn(
            check,
            `its reports come ${age(lag_seconds)} late`,
            'see whether its clock is right (chronyc tracking) and its broker is busy',
          ),
        ]
      : []),
    ...(ownHostsDown(cell)
      ? [warn(check, `${plural(ownHostsDown(cell), 'host is', 'hosts are')} down`, 'openstack compute service list shows which')]
      : []),
  ];
};

const queueFindings = (check: string, cell: TreeCell): Finding[] => {
  const depth = (name: string): number => Number(cell.queues?.[name] ?? 0);
  return [
    ...(depth('parked') > 0
      ? [
          warn(
            check,
            `${plural(depth('parked'), 'message')} could not be handled`,
            `canopy queue parked --cell '${cell.path}', then replay or drop`,
          ),
        ]
      : []),
    ...(depth('outbox') > OUTBOX_ROWS
      ? [warn(check, `${depth('outbox')} messages wait to be sent`, "see whether the neighbours' brokers are up (canopy queue list)")]
      : []),
  ];
};

const hostsOf = ({ hosts_up, hosts_down }: TreeCell): string =>
  `${hosts_up ?? 0} of ${plural((hosts_up ?? 0) + (hosts_down ?? 0), 'host')} up`;
