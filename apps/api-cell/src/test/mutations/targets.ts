import fc from 'fast-check';
import type { Api, Endpoint } from './endpoint.js';
import type { Heard, Sent } from './judge.js';

/** Something that is not there. */
export const NOBODY = '12345678-1234-4234-8234-123456789012';

/** Bodies that a schema calls valid are refused now and then: they name zones or devices that are not there. */
const ATTEMPTS = 40;

/**
 * Turns `/servers/:id/tags` into the path of something that is there: what `POST /servers` makes of a valid body. Where nothing can be
 * made so, the API's own table of parameters tells, and else it is something that is not there: bodies and queries are checked all the same.
 */
export class Targets {
  private readonly made = new Map<string, string>();
  private count = 0;

  constructor(
    private readonly api: Api,
    private readonly ask: (sent: Sent) => Promise<Heard>,
  ) {}

  async pathOf({ path }: Endpoint): Promise<string> {
    let done = '';
    let pattern = '';
    for (const part of path.split('/').slice(1)) {
      const segment = part.startsWith(':') ? await this.found(pattern, done, part.slice(1)) : part;
      pattern += `/${part}`;
      done += `/${segment}`;
    }
    return done;
  }

  /** After a change, because what was there may be gone or in another state. */
  forget(): void {
    this.made.clear();
  }

  private async found(collection: string, path: string, parameter: string): Promise<string> {
    const { parameters } = this.api;
    const told = parameters[`${collection}/:${parameter}`] ?? parameters[parameter];
    if (told !== undefined) return told;
    const known = this.made.get(path);
    if (known !== undefined) return known;
    const maker = this.api.endpoints.find(
      ({ method, path: made, action }) => method === 'POST' && made === collection && action === undefined,
    );
    const found = maker?.bodyAt ? await this.make(maker, path) : NOBODY;
    this.made.set(path, found);
    return found;
  }

  private async make(maker: Endpoint, path: string): Promise<string> {
    const minor = maker.versions?.[1];
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      this.count += 1;
      // The same bodies in every run: one that is refused by chance is refused always, and the next is tried.
      const [sample] = fc.sample(maker.bodyAt!(minor ?? 0), { numRuns: 1, seed: this.count });
      const body = named(sample, `sample-${this.count}`);
      const headers = { ...this.api.headersAt(minor), 'content-type': maker.contentType ?? 'application/json' };
      const heard = await this.ask({ method: 'POST', path: this.api.prefixes[0]! + path, headers, text: JSON.stringify(body) });
      if (heard.status < 300) return encodeURIComponent(idIn(JSON.parse(heard.text)));
    }
    return NOBODY;
  }
}

/** The same with names that nobody has yet. */
const named = (value: unknown, name: string): unknown =>
  typeof value !== 'object' || value === null || Array.isArray(value)
    ? value
    : Object.fromEntries(Object.entries(value).map(([key, item]) => [key, key === 'name' ? name : named(item, name)]));

/** What a created thing is called in paths: of `{server: {id}}`, `{keypair: {name}}` or `{member_id}`. */
const idIn = (body: unknown): string => {
  const inner = isObject(body) && !('id' in body) ? (Object.values(body).find(isObject) ?? body) : body;
  if (!isObject(inner)) return NOBODY;
  const { fingerprint, name, access, member_id, id } = inner;
  return String((fingerprint === undefined ? (access ?? member_id ?? id) : name) ?? NOBODY);
};

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value);
