import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ApiVersion } from '#microversion';
import { mutated } from '../../../test/mutations/mutated.js';
import { validOf } from '../../../test/mutations/valid.js';
import { jsonSchemaOf } from '../../openapi/json-schema-of.js';
import { routeTable } from '../route-table.fixture.js';
import { type Disagreement, differences, uncompared } from './differences.fixture.js';
import { type NovaBody, novaBodies } from './nova-bodies.fixture.js';

/* What clients may send, by our schemas and by Nova's: on bodies that the one or the other takes, and on what a few changes make of them. */

/** Of each kind, at each version at which a schema begins or ends. */
const RUNS = Number(process.env.CANOPY_NOVA_RUNS ?? 10);
const OPTIONS = { known: {}, always: [] };

interface OwnBody {
  readonly since: number;
  readonly until: number;
  schemaAt(minor: number): ReturnType<typeof jsonSchemaOf> | undefined;
  accepts(minor: number, body: unknown): boolean;
}

const ownBodies = (): Map<string, OwnBody> => {
  const bodies = new Map<string, OwnBody>();
  for (const { method, path, endpoints, choose } of routeTable()) {
    for (const endpoint of endpoints) {
      const { action, since, until, body: schema } = endpoint;
      if (!schema && action === undefined) continue;
      const at = (minor: number) => schema?.(ApiVersion.of(`2.${minor}`));
      bodies.set([method, path.replaceAll(/:\w+/g, ':id'), ...(action === undefined ? [] : [action])].join(' '), {
        since,
        until,
        schemaAt: minor => {
          const found = at(minor);
          return found && jsonSchemaOf(found);
        },
        accepts: (minor, body) => chooses(() => choose(body) === endpoint) && (at(minor)?.safeParse(body).success ?? true),
      });
    }
  }
  return bodies;
};

const chooses = (choice: () => boolean): boolean => {
  try {
    return choice();
  } catch {
    return false;
  }
};

const nova = novaBodies();
const own = ownBodies();

/** First and last version of each stretch in which neither schema changes. */
const minorsToTry = (ours: OwnBody, theirs: NovaBody): number[] => {
  const [first, last] = [Math.max(ours.since, theirs.since), Math.min(ours.until, theirs.until)];
  const at = (minor: number) => JSON.stringify(ours.schemaAt(minor));
  return Array.from({ length: last - first + 1 }, (_, index) => first + index).filter(
    minor => minor === first || minor === last || at(minor) !== at(minor - 1) || at(minor) !== at(minor + 1),
  );
};

const bodiesAt = (ours: OwnBody, { schema }: NovaBody, minor: number): unknown[] => {
  const schemas = [schema, ours.schemaAt(minor)].filter(one => one !== undefined);
  return schemas
    .map(one => validOf(one, OPTIONS))
    .flatMap((valid, index) => fc.sample(fc.oneof(valid, mutated(valid)), { numRuns: RUNS, seed: 100 * minor + index }))
    .filter(body => body !== undefined)
    .map(body => JSON.parse(JSON.stringify(body)));
};

interface Comparison {
  readonly taken: number;
  readonly refused: number;
  readonly disagreements: readonly Disagreement[];
}

const comparisons = new Map<string, Comparison>();
const compared = (name: string): Comparison => {
  const known = comparisons.get(name);
  if (known) return known;
  const ours = own.get(name)!;
  let [taken, refused] = [0, 0];
  const disagreements: Disagreement[] = [];
  for (const theirs of nova.get(name)!) {
    for (const minor of minorsToTry(ours, theirs)) {
      for (const body of bodiesAt(ours, theirs, minor)) {
        const [weTake, novaTakes] = [ours.accepts(minor, body), theirs.accepts(body)];
        if (weTake !== novaTakes) disagreements.push({ minor, body, weTake });
        else if (weTake) taken += 1;
        else refused += 1;
      }
    }
  }
  const comparison = { taken, refused, disagreements };
  comparisons.set(name, comparison);
  return comparison;
};

const told = ({ minor, body, weTake }: Disagreement): string =>
  `2.${minor}: ${weTake ? 'we take' : 'Nova takes'} ${JSON.stringify(body).slice(0, 500)}`;

describe('a body that Nova takes we take, and one that it refuses we refuse', () => {
  it.each([...nova.keys()])('%s', name => {
    const { taken, refused, disagreements } = compared(name);
    const unmeant = disagreements.filter(one => !differences.some(difference => difference.of === name && difference.covers(one)));
    expect(unmeant.slice(0, 5).map(told)).toEqual([]);
    expect(Math.min(taken, refused)).toBeGreaterThan(0);
  });
});

it.each(differences)('it is still so that we differ in $of: $why', ({ of, covers }) => {
  expect(compared(of).disagreements.some(covers)).toBe(true);
});

it('every body that has a schema here is compared, or it is said why not', () => {
  const withSchema = [...own.keys()].filter(name => own.get(name)!.schemaAt(own.get(name)!.until) !== undefined);
  expect(withSchema.filter(name => !nova.has(name)).sort()).toEqual(Object.keys(uncompared).sort());
});
