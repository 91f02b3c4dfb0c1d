import type { ApiVersion } from '#microversion';
import type { PolicedContext } from '../../http/index.js';
import {
  allows,
  authorize,
  checked,
  innerRules,
  number,
  type Page,
  type Parameters,
  pageOf,
  parameterOf,
  type Query,
  type Row,
  text,
  types,
  valuesOf,
} from '../api/index.js';
import { applies, type Condition, invalidFilter, SERVER_FILTERS } from './server-filters.js';
import { SORT_PARAMETERS, type SortTerm, sortTermsOf } from './server-sort.js';

/** The one statement of a list, but for its select list. */
export interface ServerQuery {
  readonly where: string;
  readonly orderBy: string;
  readonly limit: number;
  readonly values: readonly unknown[];
}

/** A list as asked for. With a marker the values of its row are still missing. */
export interface ServerListPlan {
  readonly page: Page;
  readonly conditions: readonly Condition[];
  readonly terms: readonly SortTerm[];
}

/** Names of Nova's tables beside that of instances: they filter nothing, and Nova takes them all the same. */
const JOINED = ['block_device_mapping', 'services', 'metadata', 'system_metadata', 'info_cache', 'security_groups', 'pci_devices'];

/** What the list knows; the filters check their values themselves. */
export const SERVER_LIST_PARAMETERS: Parameters = {
  ...Object.fromEntries(Object.entries(SERVER_FILTERS).map(([name, filter]) => [name, text(filter.since)])),
  ...Object.fromEntries(JOINED.map(name => [name, text()])),
  ...SORT_PARAMETERS,
  limit: number(),
  marker: text(),
  all_tenants: text(),
  tenant_id: text(),
  project_id: text(),
  deleted: text(),
  soft_deleted: checked(types.boolean),
};

/**
 * Turns a query into conditions. Pure: the same query gives the same SQL.
 * @throws CloudError `forbidden` for what only administrators may ask, `invalid` naming the parameter.
 */
export const planServerList = (ctx: PolicedContext, at: ApiVersion, query: Query): ServerListPlan => {
  const whole = allows(innerRules.allFilters, ctx);
  const conditions = [...ownership(ctx, query), ...deletion(query, whole)];
  for (const [name, filter] of Object.entries(SERVER_FILTERS)) {
    const values = valuesOf(query, name);
    if (values.length > 0 && applies(filter, { admin: whole, at })) conditions.push(filter.condition(values, { admin: whole, at }));
  }
  return { page: pageOf(query), conditions, terms: sortTermsOf(query, { admin: whole, at }) };
};

/** The statement of a plan. @param marker the values of `terms` in the marker's row */
export const serverQuery = (plan: ServerListPlan, marker?: Row): ServerQuery => {
  const conditions = marker ? [...plan.conditions, after(plan.terms, marker)] : plan.conditions;
  return {
    where: conditions.map(condition => condition.sql).join(' AND '),
    values: conditions.flatMap(condition => condition.values),
    orderBy: plan.terms.map(term => `${term.expression} ${term.direction}`).join(', '),
    limit: plan.page.limit,
  };
};

const ownership = (ctx: PolicedContext, query: Query): Condition[] => {
  const all = parameterOf(query, 'all_tenants');
  if (all !== undefined && isTrue('all_tenants', all)) {
    authorize(innerRules.listAllProjects, ctx);
    const project = parameterOf(query, 'tenant_id') ?? parameterOf(query, 'project_id');
    return project === undefined ? [] : [{ sql: 'project_id = ?', values: [project] }];
  }
  // Without all_tenants a project is not asked for but given.
  return [{ sql: 'project_id = ?', values: [ctx.projectId] }];
};

/**
 * Deleted servers are listed when an administrator asks for them, and to everybody who asks what changed since a time. Those that can
 * still be restored are listed with the deleted ones, and with the others only when an administrator asks for them.
 */
const deletion = (query: Query, admin: boolean): Condition[] => {
  const asked = admin ? parameterOf(query, 'deleted') : undefined;
  const soft = admin ? parameterOf(query, 'soft_deleted') : undefined;
  if (asked !== undefined && isTrue('deleted', asked))
    return [soft !== undefined && !isTrue('soft_deleted', soft) ? DELETED : DELETED_SOMEHOW];
  if (asked === undefined && parameterOf(query, 'changes-since') !== undefined) return [];
  const statuses = valuesOf(query, 'status').map(status => status.toUpperCase());
  if (asked === undefined && statuses.includes('DELETED')) return [];
  const withSoft = (soft !== undefined && isTrue('soft_deleted', soft)) || (admin && statuses.includes('SOFT_DELETED'));
  return [withSoft ? LIVE_SOMEHOW : LIVE];
};

const condition = (sql: string): Condition => ({ sql, values: [] });
const SOFT_DELETED = "vm_state = 'soft-delete'";
const DELETED = condition('deleted_at IS NOT NULL');
const DELETED_SOMEHOW = condition(`(deleted_at IS NOT NULL OR ${SOFT_DELETED})`);
const LIVE_SOMEHOW = condition('deleted_at IS NULL');
const LIVE = condition("deleted_at IS NULL AND vm_state <> 'soft-delete'");

const isTrue = (name: string, value: string): boolean => {
  if (value === '') return true;
  const parsed = types.boolean.safeParse(value);
  if (!parsed.success) throw invalidFilter(name);
  return parsed.data;
};

/** Rows that come after the marker: past it in the first term, or equal there and past it in the next, and so on. */
const after = (terms: readonly SortTerm[], marker: Row): Condition => {
  const alternatives = terms.map((term, index) => {
    const equal = terms.slice(0, index).map(({ expression }) => `${expression} = ?`);
    return {
      sql: [...equal, `${term.expression} ${term.direction === 'ASC' ? '>' : '<'} ?`].join(' AND '),
      values: marker.slice(0, index + 1),
    };
  });
  return { sql: `(${alternatives.map(part => `(${part.sql})`).join(' OR ')})`, values: alternatives.flatMap(part => part.values) };
};
