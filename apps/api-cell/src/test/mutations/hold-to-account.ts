import fc from 'fast-check';
import { type Api, type Endpoint, nameOf } from './endpoint.js';
import type { Judge, Sent } from './judge.js';
import { mutated } from './mutated.js';
import { nastyKey, nastyText, RAW_BODIES } from './nasty.js';
import type { Targets } from './targets.js';

/** The same requests every time, unless told: `CANOPY_MUTATION_SEED=7 CANOPY_MUTATION_RUNS=500`. */
const SEED = Number(process.env.CANOPY_MUTATION_SEED ?? 1);
const RUNS = Number(process.env.CANOPY_MUTATION_RUNS ?? 10);

interface Trial {
  readonly prefix: number;
  readonly minor: number | undefined;
  readonly body: unknown;
  readonly query: string;
  /** Instead of the last parameter in the path. */
  readonly parameter: string | undefined;
}

/** Asks an endpoint what nobody would ask; a failure tells the seed, and the request made small. */
export const holdToAccount = async (endpoint: Endpoint, api: Api, judge: Judge, targets: Targets): Promise<void> => {
  const tell = async (sent: Sent): Promise<void> => {
    const heard = await judge.hold(sent, api.unable?.[nameOf(endpoint)]);
    if (heard.status < 300 && endpoint.method !== 'GET') targets.forget();
  };
  await fc.assert(
    fc.asyncProperty(trialsOf(endpoint, api), async trial => {
      await tell(await sentOf(endpoint, api, targets, trial));
    }),
    { seed: SEED, numRuns: RUNS, includeErrorInReport: true },
  );
  if (!endpoint.bodyAt) return;
  for (const text of RAW_BODIES) {
    const minor = endpoint.versions?.[1];
    const sent = await sentOf(endpoint, api, targets, { prefix: 0, minor, body: undefined, query: '', parameter: undefined });
    await tell({ ...sent, text });
  }
};

const trialsOf = ({ versions, bodyAt, query, path }: Endpoint, api: Api): fc.Arbitrary<Trial> => {
  const minors: fc.Arbitrary<number | undefined> = versions ? fc.integer({ min: versions[0], max: versions[1] }) : fc.constant(undefined);
  return minors.chain(minor =>
    fc.record({
      prefix: fc.oneof({ weight: 6, arbitrary: fc.constant(0) }, fc.nat({ max: api.prefixes.length - 1 })),
      minor: fc.constant(minor),
      body: bodyAt ? mutated(bodyAt(minor ?? 0)) : fc.constant(undefined),
      query: queries(query),
      parameter: path.includes(':') ? fc.option(nastyText, { freq: 6, nil: undefined }) : fc.constant(undefined),
    }),
  );
};

const sentOf = async (endpoint: Endpoint, api: Api, targets: Targets, trial: Trial): Promise<Sent> => {
  const found = await targets.pathOf(endpoint);
  const path = trial.parameter === undefined ? found : withParameter(endpoint.path, found, trial.parameter);
  const text = endpoint.bodyAt ? JSON.stringify(trial.body) : undefined;
  const headers = { ...api.headersAt(trial.minor), ...(endpoint.bodyAt && { 'content-type': endpoint.contentType ?? 'application/json' }) };
  return { method: endpoint.method, path: api.prefixes[trial.prefix]! + path + trial.query, headers, ...(text !== undefined && { text }) };
};

const withParameter = (pattern: string, path: string, parameter: string): string => {
  const parts = path.split('/');
  parts[pattern.split('/').findLastIndex(part => part.startsWith(':'))] = encoded(parameter);
  return parts.join('/');
};

/** None, known parameters with valid and with odd values, unknown ones, some twice, and what is no query at all. */
const queries = (known: Endpoint['query']): fc.Arbitrary<string> => {
  const names = Object.keys(known);
  const odd = fc.tuple(names.length === 0 ? nastyKey : fc.oneof({ weight: 4, arbitrary: fc.constantFrom(...names) }, nastyKey), nastyText);
  const valid = names.map(name => known[name]!.map(value => [name, String(value)] as [string, string]));
  const pair = valid.length === 0 ? odd : fc.oneof(odd, ...valid);
  const pairs = fc.array(pair, { maxLength: 3 }).map(list => list.map(([name, value]) => `${encoded(name)}=${encoded(value)}`).join('&'));
  return fc
    .oneof(
      { weight: names.length === 0 ? 1 : 8, arbitrary: pairs },
      fc.constantFrom('', '%', '%ff=%00', 'a[b]=1', '&&=&', '+=+', '=', 'limit', '?'),
    )
    .map(text => (text === '' ? '' : `?${text}`));
};

/** No longer than a request line may be: a longer one is refused before there is anything to judge. */
const encoded = (text: string): string => encodeURIComponent(Buffer.from(text.slice(0, 300)).toString());
