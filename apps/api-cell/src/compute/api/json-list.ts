import { type RawJson, rawJson } from '#microversion';
import type { Link } from './links.js';

/** `{"servers":[…],"servers_links":[…]}` of items that are JSON text already. */
export const jsonList = (name: string, items: readonly string[], next?: readonly Link[]): RawJson => {
  const links = next ? `,"${name}_links":${JSON.stringify(next)}` : '';
  return rawJson(`{"${name}":[${items.join(',')}]${links}}`);
};
