import type { ApiVersion } from './api-version.js';
import { type Microversion, minorOf, NEWEST_MINOR, OLDEST_MINOR } from './microversions.js';
import { RawJson } from './raw-json.js';

/** Who is shown a field: all, or those to whom the rules of the policy open it. */
export type Audience = 'everyone' | 'admin' | 'host-status';

type Read<S, C> = (source: S, context: C) => unknown;

/** One field over a range of versions, both ends included. A field that reads as undefined is left out. */
export interface Field<S, C> {
  readonly since: Microversion;
  readonly until?: Microversion;
  readonly audience: Audience;
  readonly read: Read<S, C>;
}

/** What a resource looks like, as a table: each field, or the list of its ranges. */
export type Fields<S, C> = Readonly<Record<string, Field<S, C> | readonly Field<S, C>[]>>;

/** A view at one version for some audiences: a flat list of fields, nothing left to decide per request but the values. */
export interface CompiledView<S, C> {
  /** The JSON text. RawJson values are embedded, not parsed. */
  json(source: S, context: C): string;
  object(source: S, context: C): Record<string, unknown>;
}

export interface View<S, C> {
  /** The table that it was made of, for what tells of it. */
  readonly fields: Fields<S, C>;
  /** With the fields for everyone, and for each of these audiences. */
  at(version: ApiVersion, ...audiences: readonly Audience[]): CompiledView<S, C>;
}

/** The words of a view's table. `audience` is 'everyone' unless said. */
export const fieldsOf = <S, C = void>() => ({
  always: (read: Read<S, C>, audience: Audience = 'everyone'): Field<S, C> => ({ since: '2.1', audience, read }),
  since: (since: Microversion, read: Read<S, C>, audience: Audience = 'everyone'): Field<S, C> => ({ since, audience, read }),
  until: (until: Microversion, read: Read<S, C>, audience: Audience = 'everyone'): Field<S, C> => ({ since: '2.1', until, audience, read }),
  between: (since: Microversion, until: Microversion, read: Read<S, C>, audience: Audience = 'everyone'): Field<S, C> => ({
    since,
    until,
    audience,
    read,
  }),
});

/** The same fields, none of them before `version`. */
export const notBefore = <S, C>(version: Microversion, fields: Fields<S, C>): Fields<S, C> =>
  Object.fromEntries(
    Object.entries(fields).map(([name, spec]) => [
      name,
      [spec]
        .flat()
        .filter(field => field.until === undefined || minorOf(field.until) >= minorOf(version))
        .map(field => ({ ...field, since: minorOf(field.since) < minorOf(version) ? version : field.since })),
    ]),
  );

/** @throws Error at load when ranges of one field overlap or a version is not known. */
export const view = <S, C = void>(fields: Fields<S, C>): View<S, C> => {
  for (const [name, spec] of Object.entries(fields)) checkRanges(name, [spec].flat());
  const compiled = new Map<string, CompiledView<S, C>>();
  return {
    fields,
    at: (version, ...audiences) => {
      const key = `${version.minor}${audiences.join()}`;
      const known = compiled.get(key);
      if (known) return known;
      const made = compile(fieldsAt(fields, version.minor, audiences));
      compiled.set(key, made);
      return made;
    },
  };
};

type NamedRead<S, C> = readonly [name: string, read: Read<S, C>];

const fieldsAt = <S, C>(fields: Fields<S, C>, minor: number, audiences: readonly Audience[]): NamedRead<S, C>[] =>
  Object.entries(fields).flatMap(([name, spec]) =>
    [spec]
      .flat()
      .filter(field => covers(field, minor) && (field.audience === 'everyone' || audiences.includes(field.audience)))
      .map((field): NamedRead<S, C> => [name, field.read]),
  );

const compile = <S, C>(reads: readonly NamedRead<S, C>[]): CompiledView<S, C> => {
  const keyed = reads.map(([name, read]) => ({ key: `${JSON.stringify(name)}:`, read }));
  return {
    json: (source, context) => {
      let text = '';
      for (const { key, read } of keyed) {
        const value = read(source, context);
        if (value === undefined) continue;
        text += (text === '' ? '{' : ',') + key + (value instanceof RawJson ? value.text : JSON.stringify(value));
      }
      return text === '' ? '{}' : text + '}';
    },
    object: (source, context) => {
      const out: Record<string, unknown> = {};
      for (const [name, read] of reads) {
        const value = read(source, context);
        if (value !== undefined) out[name] = value;
      }
      return out;
    },
  };
};

const covers = (field: { since: Microversion; until?: Microversion }, minor: number): boolean =>
  minor >= minorOf(field.since) && (field.until === undefined || minor <= minorOf(field.until));

const checkRanges = (name: string, ranges: readonly { since: Microversion; until?: Microversion }[]): void => {
  for (let minor = OLDEST_MINOR; minor <= NEWEST_MINOR; minor++) {
    if (ranges.filter(range => covers(range, minor)).length > 1) throw new Error(`field ${name} has two readings at 2.${minor}`);
  }
};
