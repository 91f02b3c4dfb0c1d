import { type RawJson, rawJson } from '#microversion';
import type { Link } from './links.js';

/** `{"servers":[…],"servers_links":[…]}` of items that are JSON text already. */
export const jsonList = (name: string, items: readonly string[], next?: readonly Link[]): RawJson =>
  rawJson(`{"${name}":[${items.join(',')}]${linksOf(name, next)}}`);

/** The same of items that are bytes of JSON: one copy of each, no encoding. */
export const jsonListOfBytes = (name: string, items: readonly Uint8Array[], next?: readonly Link[]): Uint8Array =>
  jsonBytes(`{"${name}":[`, items, `]${linksOf(name, next)}}`);

const COMMA = 0x2c;

/** Items between a head and a tail, separated by commas. */
export const jsonBytes = (head: string, items: readonly Uint8Array[], tail: string): Uint8Array => {
  const [before, after] = [Buffer.from(head), Buffer.from(tail)];
  let length = before.length + after.length + Math.max(0, items.length - 1);
  for (const item of items) length += item.length;

  const all = Buffer.allocUnsafe(length);
  all.set(before);
  let at = before.length;
  for (const item of items) {
    if (at > before.length) all[at++] = COMMA;
    all.set(item, at);
    at += item.length;
  }
  all.set(after, at);
  return all;
};

const linksOf = (name: string, next: readonly Link[] | undefined): string => (next ? `,"${name}_links":${JSON.stringify(next)}` : '');
