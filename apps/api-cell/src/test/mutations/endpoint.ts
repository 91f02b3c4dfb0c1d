import type fc from 'fast-check';

/** What is tried, whatever API it belongs to. */
export interface Endpoint {
  readonly method: string;
  /** `/servers/:id/tags/:tag` */
  readonly path: string;
  /** Tells endpoints of one method and path apart. */
  readonly action?: string | undefined;
  /** Minor numbers of the first and last microversion that has it; undefined: the API has none. */
  readonly versions?: readonly [first: number, last: number];
  /** Valid bodies at a version; undefined: it takes none. @throws Error for want of a sample */
  readonly bodyAt?: (minor: number) => fc.Arbitrary<unknown>;
  /** Parameters of the query that it knows, with their valid values. */
  readonly query: Readonly<Record<string, fc.Arbitrary<unknown>>>;
  /** `application/json` unless said. */
  readonly contentType?: string;
}

export const nameOf = ({ method, path, action }: Endpoint): string => `${method} ${path}${action === undefined ? '' : ` ${action}`}`;

/** What an API is made of, and how a client reaches it. */
export interface Api {
  readonly endpoints: readonly Endpoint[];
  /** Before every path: `/v2.1`. */
  readonly prefixes: readonly string[];
  headersAt(minor: number | undefined): Record<string, string>;
  /** Faults of the service that are right, by the name of the endpoint: what no hypervisor can do, what this API stands without. */
  readonly unable?: Readonly<Record<string, number>>;
  /** Values of path parameters, by the path up to them, or by their name. */
  readonly parameters: Readonly<Record<string, string>>;
}
