import { z } from 'zod';
import { CloudError } from '#domain';
import {
  IMAGE_SORT_KEYS,
  type ImageQuery,
  type ImageSortKey,
  MATCHED_ATTRIBUTES,
  TIME_OPERATORS,
  type TimeCondition,
  VISIBILITIES,
} from '#images';
import { parse } from '../http/index.js';

const DEFAULT_LIMIT = 25;
const MAX_LIMIT = 1000;

/** One or several: a parameter that is repeated comes as an array. */
const many = z.union([z.string(), z.array(z.string())]).transform(value => (Array.isArray(value) ? value : [value]));
const whole = z
  .string()
  .regex(/^\d{1,15}$/, 'must be a whole number, not negative')
  .transform(Number);
const flag = z.enum(['true', 'True', '1', 'false', 'False', '0']).transform(text => ['true', 'True', '1'].includes(text));
const direction = z.enum(['asc', 'desc']);
const sortKey = z.enum(IMAGE_SORT_KEYS);

/** Of an attribute that is matched as it is written. */
const digits = z.string().regex(/^\d{1,18}$/, 'must be a whole number');

const Query = z.looseObject({
  limit: whole.optional(),
  marker: z.string().optional(),
  sort: z.string().optional(),
  sort_key: many.optional(),
  sort_dir: many.optional(),
  visibility: z.enum([...VISIBILITIES, 'all']).optional(),
  os_hidden: flag.default(false),
  protected: flag.optional(),
  tag: many.default([]),
  size: digits.optional(),
  min_disk: digits.optional(),
  min_ram: digits.optional(),
  size_min: whole.optional(),
  size_max: whole.optional(),
  created_at: many.optional(),
  updated_at: many.optional(),
  member_status: z.enum(['pending', 'accepted', 'rejected', 'all']).optional(),
});

/** Reads the query of GET /v2/images. Every name that is none of Glance's own is a property. @throws CloudError `invalid` */
export const parseImageQuery = (input: unknown): ImageQuery => {
  const {
    limit,
    marker,
    sort,
    sort_key,
    sort_dir,
    visibility,
    os_hidden,
    protected: isProtected,
    tag,
    size_min,
    size_max,
    created_at,
    updated_at,
    member_status,
    ...rest
  } = parse(Query, input, 'query');
  const words = parse(z.record(z.string(), z.string()), rest, 'query');
  return {
    limit: Math.min(limit ?? DEFAULT_LIMIT, MAX_LIMIT),
    marker,
    sort: sort === undefined ? sortByKeys(sort_key ?? [], sort_dir ?? []) : sortByList(sort, sort_key ?? sort_dir),
    visibility,
    memberStatus: member_status,
    hidden: os_hidden,
    protected: isProtected,
    tags: tag,
    sizeMinBytes: size_min,
    sizeMaxBytes: size_max,
    times: [...timesOf('created_at', created_at), ...timesOf('updated_at', updated_at)],
    attributes: Object.fromEntries(
      MATCHED_ATTRIBUTES.flatMap(name => (words[name] === undefined ? [] : [[name, alternatives(words[name])]])),
    ),
    properties: Object.fromEntries(Object.entries(words).filter(([name]) => !isMatched(name))),
  };
};

type Sort = ImageQuery['sort'];

const isMatched = (name: string): boolean => (MATCHED_ATTRIBUTES as readonly string[]).includes(name);

/** `sort=name:asc,size`. */
const sortByList = (list: string, others: unknown): Sort => {
  if (others !== undefined) throw new CloudError('invalid', "Invalid input for field 'sort': it does not go with sort_key or sort_dir.");
  return list.split(',').map(item => {
    const [key, order = 'desc'] = item.trim().split(':');
    return { key: parse(sortKey, key, 'sort'), descending: parse(direction, order, 'sort') === 'desc' };
  });
};

/** Each key with its direction; one direction serves all keys, none means descending. */
const sortByKeys = (keys: readonly string[], directions: readonly string[]): Sort => {
  if (directions.length > Math.max(keys.length, 1))
    throw new CloudError('invalid', "Invalid input for field 'sort_dir': there are more of them than sort_keys.");
  const wanted: readonly string[] = keys.length || !directions.length ? keys : ['created_at'];
  return wanted.map((key, index) => {
    const order = directions.length === 1 ? directions[0] : directions[index];
    const parsed: ImageSortKey = parse(sortKey, key, 'sort_key');
    return { key: parsed, descending: parse(direction, order ?? 'desc', 'sort_dir') === 'desc' };
  });
};

/** `x`, or any of `in:x,"y,z"`. */
const alternatives = (text: string): string[] => {
  if (!text.startsWith('in:')) return [text];
  const found = [...text.slice(3).matchAll(/\s*(?:"((?:[^"\\]|\\.)*)"|([^,"]*))\s*(?:,|$)/g)]
    .map(([, quoted, plain]) => quoted?.replace(/\\(.)/g, '$1') ?? plain?.trim() ?? '')
    .filter(value => value !== '');
  if (found.length === 0) throw new CloudError('invalid', `Invalid input for field 'query': '${text}' names no value.`);
  return found;
};

/** `gte:2026-01-02T03:04:05Z`; without an operator it is equality. */
const timesOf = (attribute: TimeCondition['attribute'], values: readonly string[] = []): TimeCondition[] =>
  values.map(value => {
    const [, name = 'eq', time = ''] = /^(?:([a-z]+):)?(.*)$/.exec(value) ?? [];
    const operator = (Object.keys(TIME_OPERATORS) as TimeCondition['operator'][]).find(known => known === name);
    const at = Date.parse(/([zZ]|[+-]\d\d:?\d\d)$/.test(time) ? time : `${time}Z`);
    if (!operator || Number.isNaN(at))
      throw new CloudError('invalid', `Invalid input for field '${attribute}': '${value}' is not an operator and a time.`);
    return { attribute, operator, at };
  });
