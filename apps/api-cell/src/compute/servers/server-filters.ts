import { CloudError, statesOfStatus } from '#domain';
import type { ApiVersion, Microversion } from '#microversion';
import { parseTime, types } from '../api/index.js';

/** A condition in SQL and the values of its placeholders. */
export interface Condition {
  readonly sql: string;
  readonly values: readonly unknown[];
}

export interface FilterContext {
  readonly admin: boolean;
  readonly at: ApiVersion;
}

interface Filter {
  /** The version from which everybody may use it; undefined: administrators only, at every version. */
  readonly everyone?: Microversion;
  /** The version that brought it; before it the parameter means nothing. */
  readonly since?: Microversion;
  /** All values of the parameter, at least one. */
  condition(values: readonly string[], context: FilterContext): Condition;
}

const last = (values: readonly string[]): string => values.at(-1) ?? '';
const sql = (text: string, ...values: unknown[]): Condition => ({ sql: text, values });
const NOTHING = sql('FALSE');
const EVERYTHING = sql('TRUE');

const equals =
  (column: string): Filter['condition'] =>
  values =>
    sql(`${column} = ?`, last(values));
const matches =
  (column: string): Filter['condition'] =>
  values =>
    sql(`${column} REGEXP ?`, last(values));
const orNull =
  (column: string): Filter['condition'] =>
  values =>
    last(values) === 'None' || last(values) === '' ? sql(`${column} IS NULL`) : sql(`${column} = ?`, last(values));
const number =
  (name: string, column: string): Filter['condition'] =>
  values => {
    if (!/^-?\d{1,9}$/.test(last(values))) throw invalidFilter(name);
    return sql(`${column} = ?`, Number(last(values)));
  };
const truth = (name: string, values: readonly string[]): boolean => {
  const parsed = types.boolean.safeParse(last(values));
  if (!parsed.success) throw invalidFilter(name);
  return parsed.data;
};
const time =
  (name: string, column: string, operator: '=' | '>=' | '<='): Filter['condition'] =>
  values => {
    const moment = parseTime(last(values));
    if (moment === undefined) throw invalidFilter(name);
    // Times are shown in seconds: a server that shows the asked second must be found by it.
    return operator === '='
      ? sql(`${column} DIV 1000 = ?`, Math.floor(moment / 1000))
      : sql(`${column} ${operator} ?`, operator === '<=' ? moment + 999 : moment);
  };

const tagsOf = (values: readonly string[]): string[] => last(values).split(',');
const HAS_TAG = "JSON_CONTAINS(COALESCE(tags, '[]'), ?)";
const allTags = (values: readonly string[]): Condition =>
  sql(
    tagsOf(values)
      .map(() => HAS_TAG)
      .join(' AND '),
    ...tagsOf(values).map(tag => JSON.stringify(tag)),
  );
const anyTag = (values: readonly string[]): Condition =>
  sql(
    `(${tagsOf(values)
      .map(() => HAS_TAG)
      .join(' OR ')})`,
    ...tagsOf(values).map(tag => JSON.stringify(tag)),
  );
const not = (condition: Condition): Condition => ({ sql: `NOT (${condition.sql})`, values: condition.values });

/** Deleted servers keep the state they had; `DELETED` is told from the time of deletion. */
const status: Filter['condition'] = (values, { admin, at }) => {
  const parts = values.map(value => {
    if (value.toUpperCase() === 'DELETED') {
      if (!admin) throw new CloudError('forbidden', 'Only administrators may list deleted instances');
      return sql('deleted_at IS NOT NULL');
    }
    const states = statesOfStatus(value);
    if (states.length === 0) {
      if (at.allows('unknown-status-refused')) throw new CloudError('invalid', 'Invalid status value');
      return NOTHING;
    }
    return either(
      states.map(({ vmState, taskStates }) =>
        taskStates
          ? sql('(vm_state = ? AND task_state IN (?))', vmState, taskStates)
          : sql(`(vm_state = ?${otherTasks(vmState, value)})`, vmState, ...otherTaskValues(vmState, value)),
      ),
    );
  });
  return either(parts);
};

const either = (parts: readonly Condition[]): Condition => ({
  sql: `(${parts.map(part => part.sql).join(' OR ')})`,
  values: parts.flatMap(part => part.values),
});

/** Task states that make another status of the same vm state: `active` while rebooting is REBOOT, not ACTIVE. */
const OTHER_STATUSES = ['REBOOT', 'HARD_REBOOT', 'PASSWORD', 'REBUILD', 'MIGRATING', 'RESIZE', 'REVERT_RESIZE'];
const otherTaskValues = (vmState: string, value: string): unknown[] => {
  const tasks = OTHER_STATUSES.filter(name => name !== value.toUpperCase())
    .flatMap(name => statesOfStatus(name))
    .filter(state => state.vmState === vmState)
    .flatMap(state => state.taskStates ?? []);
  return tasks.length ? [tasks] : [];
};
const otherTasks = (vmState: string, value: string): string =>
  otherTaskValues(vmState, value).length ? ' AND (task_state IS NULL OR task_state NOT IN (?))' : '';

/**
 * Every filter of `GET /servers`, by parameter. Whose servers and whether deleted ones are listed is decided in server-query.ts.
 * Servers have no addresses or progress yet, so filters on those find what they would find on such servers.
 */
export const SERVER_FILTERS: Readonly<Record<string, Filter>> = {
  reservation_id: { everyone: '2.1', condition: equals('reservation_id') },
  name: { everyone: '2.1', condition: matches('display_name') },
  status: { everyone: '2.1', condition: status },
  image: { everyone: '2.1', condition: equals('image_ref') },
  flavor: { everyone: '2.1', condition: equals('flavor_id') },
  ip: { everyone: '2.1', condition: () => NOTHING },
  ip6: { everyone: '2.5', condition: () => NOTHING },
  'changes-since': { everyone: '2.1', condition: time('changes-since', 'GREATEST(updated_at, created_at)', '>=') },
  'changes-before': { everyone: '2.66', since: '2.66', condition: time('changes-before', 'GREATEST(updated_at, created_at)', '<=') },
  tags: { everyone: '2.26', since: '2.26', condition: allTags },
  'tags-any': { everyone: '2.26', since: '2.26', condition: anyTag },
  'not-tags': { everyone: '2.26', since: '2.26', condition: values => not(allTags(values)) },
  'not-tags-any': { everyone: '2.26', since: '2.26', condition: values => not(anyTag(values)) },
  locked: { everyone: '2.73', since: '2.73', condition: values => sql(`locked_by IS ${truth('locked', values) ? 'NOT ' : ''}NULL`) },
  availability_zone: { everyone: '2.83', condition: equals('availability_zone') },
  config_drive: {
    everyone: '2.83',
    condition: values => sql('config_drive = ?', last(values) === '' ? 0 : Number(truth('config_drive', values))),
  },
  key_name: { everyone: '2.83', condition: equals('key_name') },
  created_at: { everyone: '2.83', condition: time('created_at', 'created_at', '=') },
  launched_at: { everyone: '2.83', condition: time('launched_at', 'launched_at', '=') },
  terminated_at: { everyone: '2.83', condition: time('terminated_at', 'deleted_at', '=') },
  power_state: { everyone: '2.83', condition: number('power_state', 'power_state') },
  task_state: { everyone: '2.83', condition: orNull('task_state') },
  vm_state: { everyone: '2.83', condition: equals('vm_state') },
  progress: { everyone: '2.83', condition: values => (last(values) === '0' ? EVERYTHING : NOTHING) },
  user_id: { everyone: '2.83', condition: equals('user_id') },
  hostname: { everyone: '2.90', condition: matches('hostname') },
  host: { condition: equals('host') },
  node: { condition: equals('node') },
  hypervisor_hostname: { condition: equals('node') },
  uuid: { condition: equals('uuid') },
  launch_index: { condition: number('launch_index', 'launch_index') },
  image_ref: { condition: equals('image_ref') },
  display_name: { condition: matches('display_name') },
  description: { condition: matches('display_description') },
  display_description: { condition: matches('display_description') },
  root_device_name: { condition: orNull('root_device_name') },
  access_ip_v4: { condition: orNull('access_ip_v4') },
  access_ip_v6: { condition: orNull('access_ip_v6') },
  auto_disk_config: { condition: values => sql('disk_config = ?', truth('auto_disk_config', values) ? 'AUTO' : 'MANUAL') },
  kernel_id: { condition: values => (last(values) === '' ? EVERYTHING : NOTHING) },
  ramdisk_id: { condition: values => (last(values) === '' ? EVERYTHING : NOTHING) },
  locked_by: { condition: equals('locked_by') },
};

/** Whether the filter counts for this caller: otherwise the parameter is dropped, as Nova does. */
export const applies = (filter: Filter, { admin, at }: FilterContext): boolean => {
  if (filter.since !== undefined && !at.within(filter.since)) return false;
  return admin || (filter.everyone !== undefined && at.within(filter.everyone));
};

export const invalidFilter = (name: string): CloudError => new CloudError('invalid', `Invalid filter field: ${name}.`);
