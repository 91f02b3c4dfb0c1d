import type { CellsApi } from '../client/cells-api.js';
import type { Candidate, Explanation, Level } from '../client/shapes.js';
import type { Context } from '../context.js';
import { UsageError } from '../errors.js';
import type { Action } from '../program.js';
import { time } from '../show/units.js';

const FEW = 10;

export const explain: Action = async (context, id) => {
  if ((id === undefined) === (context.text('flavor') === undefined))
    throw new UsageError('name a server or a request (canopy explain ID), or else a flavor (canopy explain --flavor m1.small)');
  const api = await context.api();
  const found = id === undefined ? await api.explainDryRun(await orderOf(context)) : await whole(api, id);
  context.show(found, () => drawAll(found, context.flag('all')));
  return 0;
};

/** Every server of a request, however many pages they take. */
const whole = async (api: CellsApi, id: string): Promise<Explanation> => {
  const first = await api.explain(id);
  const servers = [...first.servers];
  for (let next = first.next; next != null; ) {
    const page = await api.explain(id, next);
    servers.push(...(page.servers.length ? page.servers : [page]));
    next = page.next;
  }
  return { ...first, servers, next: null };
};

const orderOf = async (context: Context): Promise<object> => {
  const image = context.text('image');
  const zone = context.text('zone');
  const host = context.text('host');
  const hints = hintsOf(context.options.hint);
  return {
    server: {
      flavorRef: await (await context.api()).flavor(context.text('flavor')!),
      ...(image === undefined ? {} : { imageRef: image }),
      ...(zone === undefined ? {} : { availability_zone: zone }),
      ...(host === undefined ? {} : { host }),
      ...(hints ? { 'os:scheduler_hints': hints } : {}),
    },
    count: context.number('count') ?? 1,
  };
};

const hintsOf = (given: unknown): Record<string, string> | undefined => {
  if (!Array.isArray(given)) return undefined;
  return Object.fromEntries(
    given.map(text => {
      const [key, ...value] = String(text).split('=');
      if (!key || value.length === 0) throw new UsageError(`--hint must be like group=UUID, not '${text}'`);
      return [key, value.join('=')];
    }),
  );
};

const drawAll = (explanation: Explanation, all: boolean): string[] =>
  explanation.servers.length
    ? explanation.servers.flatMap((server, index) => [...(index > 0 ? [''] : []), ...draw(server, all)])
    : draw(explanation, all);

const draw = (explanation: Explanation, all: boolean): string[] => [
  `${explanation.instance ? `server ${explanation.instance}` : 'a server'}${explanation.request_id ? `, ${explanation.request_id}` : ''}`,
  ...explanation.levels.flatMap(level => ['', ...drawLevel(level, all)]),
  ...(explanation.levels.length ? [] : ['  no decision is kept about it (they are kept for 3 days)']),
  ...explanation.unreachable.map(path => `${path} did not answer: what it decided is not shown`),
  ...(explanation.now ? drawNow(explanation.now, all) : []),
];

/** What is missing now, where nobody was asked when it was ordered. */
const drawNow = ({ levels, unreachable, place }: Explanation, all: boolean): string[] => [
  '',
  place ? `asked for now, it would go to ${place}` : 'asked for now, it would find no place either:',
  ...(place ? [] : levels.flatMap(level => ['', ...drawLevel(level, all)])),
  ...unreachable.map(path => `${path} does not answer: nobody knows what it would say`),
];

const drawLevel = (level: Level, all: boolean): string[] => {
  const shown = all ? level.candidates : level.candidates.slice(0, FEW);
  const hidden = level.candidates.length - shown.length;
  const when = typeof level.at === 'string' || typeof level.at === 'number' ? ` at ${time(level.at)}` : '';
  return [
    `${level.cell} chose ${level.chosen ?? 'none'} among ${level.candidates.length} ${level.among}${when}${askedFor(level)}`,
    ...shown.flatMap(drawCandidate),
    ...(hidden > 0 ? [`  … and ${hidden} more (--all)`] : []),
    ...(level.nearest_miss ? [`  nearest miss: ${level.nearest_miss.text ?? level.nearest_miss.name}`] : []),
  ];
};

const askedFor = ({ among, asked }: Level): string => {
  if (asked == null) return '';
  return among === 'hosts' ? `: the host was ${asked} by an administrator` : `: for a host ${asked} by an administrator`;
};

const drawCandidate = ({ name, verdicts, weights, weight, chosen }: Candidate): string[] => {
  const failed = verdicts.filter(verdict => !verdict.passed);
  if (failed.length) return [`  ✗ ${name}`, ...failed.map(({ filter, reason }) => `      ${filter}: ${reason ?? 'no'}`)];
  const parts = weights.map(one => `${one.weigher} ${rounded(one.weight)}`).join(', ');
  return [`  ${chosen ? '→' : ' '} ${name}${weight == null ? '' : `  weight ${rounded(weight)}`}${parts ? ` (${parts})` : ''}`];
};

const rounded = (value: number | null | undefined): string => (value == null ? '-' : String(Math.round(value * 1000) / 1000));
