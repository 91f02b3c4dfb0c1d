import type { Visibility } from './image.js';
import type { MemberStatus } from './image-members.js';

export const IMAGE_SORT_KEYS = ['name', 'status', 'container_format', 'disk_format', 'size', 'id', 'created_at', 'updated_at'] as const;
export type ImageSortKey = (typeof IMAGE_SORT_KEYS)[number];

/** Attributes that are asked for by one value, or by any of several (`in:`). */
export const MATCHED_ATTRIBUTES = [
  'id',
  'name',
  'status',
  'disk_format',
  'container_format',
  'owner',
  'checksum',
  'os_hash_value',
  'size',
  'min_disk',
  'min_ram',
] as const;
export type MatchedAttribute = (typeof MATCHED_ATTRIBUTES)[number];

export const TIME_OPERATORS = { gt: '>', gte: '>=', lt: '<', lte: '<=', eq: '=', neq: '<>' } as const;

export interface TimeCondition {
  readonly attribute: 'created_at' | 'updated_at';
  readonly operator: keyof typeof TIME_OPERATORS;
  /** ms since 1970 */
  readonly at: number;
}

/** What a list is asked for, in Glance's words. */
export interface ImageQuery {
  readonly limit: number;
  /** The id of the last image of the page before. */
  readonly marker?: string;
  readonly sort: readonly { readonly key: ImageSortKey; readonly descending: boolean }[];
  /** One of these values each. */
  readonly attributes: Readonly<Partial<Record<MatchedAttribute, readonly string[]>>>;
  /** Every one of these tags. */
  readonly tags: readonly string[];
  readonly properties: Readonly<Record<string, string>>;
  /** Absent: what the caller has, and what is public. `all` adds what communities offer. */
  readonly visibility?: Visibility | 'all';
  readonly hidden: boolean;
  /** Of images that others share: those whose sharing was accepted, unless told otherwise. */
  readonly memberStatus?: MemberStatus | 'all';
  readonly protected?: boolean;
  readonly sizeMinBytes?: number;
  readonly sizeMaxBytes?: number;
  readonly times: readonly TimeCondition[];
}

/** The first page of everything, newest first. */
export const ALL_IMAGES: ImageQuery = { limit: 25, sort: [], attributes: {}, tags: [], properties: {}, hidden: false, times: [] };
