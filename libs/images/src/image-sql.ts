import { type RequestContext, readsEverything } from '#domain';
import { type ImageQuery, type ImageSortKey, TIME_OPERATORS } from './image-query.js';

/** A piece of SQL with the values of its question marks. */
interface Sql {
  readonly text: string;
  readonly values: readonly (string | number)[];
}

/** One statement for one page: who may see what, filters, order and marker together. */
export const listStatement = (ctx: RequestContext, query: ImageQuery): Sql => {
  const sort = [...query.sort, { key: 'created_at', descending: true } as const, { key: 'id', descending: true } as const];
  const conditions = [visible(ctx, query), ...filters(query), ...(query.marker === undefined ? [] : [after(query.marker, sort)])];
  const order = sort.map(({ key, descending }) => `${SORT_EXPRESSIONS[key]('i')} ${descending ? 'DESC' : 'ASC'}`).join(', ');
  return {
    text: `SELECT i.* FROM images i WHERE ${conditions.map(({ text }) => `(${text})`).join(' AND ')} ORDER BY ${order} LIMIT ?`,
    values: [...conditions.flatMap(({ values }) => values), query.limit],
  };
};

const visible = (ctx: RequestContext, { visibility, memberStatus = 'accepted' }: ImageQuery): Sql => {
  const chosen: Sql =
    visibility === undefined || visibility === 'all' ? { text: '1 = 1', values: [] } : { text: 'i.visibility = ?', values: [visibility] };
  if (readsEverything(ctx)) return chosen;
  const others = visibility === 'community' || visibility === 'all' ? "'public', 'community'" : "'public'";
  const ofStatus = memberStatus === 'all' ? '' : 'AND s.status = ?';
  const shared = `i.visibility = 'shared' AND EXISTS (SELECT 1 FROM image_members s WHERE s.image_id = i.id AND s.member_id = ? ${ofStatus})`;
  return {
    text: `${chosen.text} AND (i.owner = ? OR i.visibility IN (${others}) OR ${shared})`,
    values: [...chosen.values, ctx.projectId, ctx.projectId, ...(memberStatus === 'all' ? [] : [memberStatus])],
  };
};

const filters = (query: ImageQuery): Sql[] => [
  { text: 'i.hidden = ?', values: [query.hidden ? 1 : 0] },
  ...Object.entries(query.attributes).map(([name, values]) => oneOf(`i.${name}`, values)),
  ...query.tags.map(tag => ({ text: 'JSON_CONTAINS(i.tags, ?)', values: [JSON.stringify(tag)] })),
  ...Object.entries(query.properties).map(([key, value]) => ({
    text: 'JSON_VALUE(i.properties, ?) = ?',
    values: [`$.${JSON.stringify(key)}`, value],
  })),
  ...(query.protected === undefined ? [] : [{ text: 'i.protected = ?', values: [query.protected ? 1 : 0] }]),
  ...(query.sizeMinBytes === undefined ? [] : [{ text: 'i.size >= ?', values: [query.sizeMinBytes] }]),
  ...(query.sizeMaxBytes === undefined ? [] : [{ text: 'i.size <= ?', values: [query.sizeMaxBytes] }]),
  ...query.times.map(({ attribute, operator, at }) => ({ text: `i.${attribute} ${TIME_OPERATORS[operator]} ?`, values: [at] })),
];

const oneOf = (column: string, values: readonly string[]): Sql => ({ text: `${column} IN (${values.map(() => '?').join(', ')})`, values });

/**
 * What comes after the marker in this order: greater in the first key, or equal there and greater in the second, and so on.
 * The marker's values are read from its row, which may have been changed since: pages then follow its new place.
 */
const after = (marker: string, sort: readonly { key: ImageSortKey; descending: boolean }[]): Sql => {
  const alternatives = sort.map(({ key, descending }, position) => {
    const equal = sort.slice(0, position).map(({ key: before }) => `${SORT_EXPRESSIONS[before]('i')} = ${SORT_EXPRESSIONS[before]('m')}`);
    return `(${[...equal, `${SORT_EXPRESSIONS[key]('i')} ${descending ? '<' : '>'} ${SORT_EXPRESSIONS[key]('m')}`].join(' AND ')})`;
  });
  return { text: `EXISTS (SELECT 1 FROM images m WHERE m.id = ? AND (${alternatives.join(' OR ')}))`, values: [marker] };
};

/** Absent values come first, so that every row has its place in every order. */
const SORT_EXPRESSIONS: Readonly<Record<ImageSortKey, (table: 'i' | 'm') => string>> = {
  name: table => `COALESCE(${table}.name, '')`,
  status: table => `${table}.status`,
  container_format: table => `COALESCE(${table}.container_format, '')`,
  disk_format: table => `COALESCE(${table}.disk_format, '')`,
  size: table => `COALESCE(${table}.size, -1)`,
  id: table => `${table}.id`,
  created_at: table => `${table}.created_at`,
  updated_at: table => `${table}.updated_at`,
};
