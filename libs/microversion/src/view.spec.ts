import { expect, it } from 'vitest';
import { ApiVersion } from './api-version.js';
import { rawJson } from './raw-json.js';
import { fieldsOf, notBefore, view } from './view.js';

interface Thing {
  readonly name: string;
  readonly hint?: string;
}

const { always, since, until, between } = fieldsOf<Thing, { readonly base: string }>();
const at = ApiVersion.of;
const thing: Thing = { name: 'n' };
const context = { base: 'http://x' };

const fields = {
  name: always((t: Thing) => t.name),
  link: [until('2.9', (_: Thing, c: { base: string }) => c.base), since('2.10', (_: Thing, c: { base: string }) => `${c.base}/new`)],
  hint: always((t: Thing) => t.hint),
  secret: since('2.3', () => 's', 'admin'),
  short: between('2.4', '2.5', () => 1),
  raw: since('2.20', () => rawJson('{"a":1}')),
};
const thingView = view<Thing, { readonly base: string }>(fields);

it('shows each field in its range, both ends included', () => {
  const keys = (version: `2.${number}`) => Object.keys(thingView.at(at(version), 'everyone').object(thing, context));
  expect(keys('2.1')).toEqual(['name', 'link']);
  expect(keys('2.4')).toEqual(['name', 'link', 'short']);
  expect(keys('2.5')).toEqual(['name', 'link', 'short']);
  expect(keys('2.6')).toEqual(['name', 'link']);
  expect(keys('2.20')).toEqual(['name', 'link', 'raw']);
});

it('reads a field by the range that holds', () => {
  const link = (version: `2.${number}`) => thingView.at(at(version), 'everyone').object(thing, context).link;
  expect([link('2.9'), link('2.10')]).toEqual(['http://x', 'http://x/new']);
});

it('shows some fields to administrators only', () => {
  expect(thingView.at(at('2.3'), 'admin').object(thing, context)).toHaveProperty('secret');
  expect(thingView.at(at('2.3'), 'everyone').object(thing, context)).not.toHaveProperty('secret');
  expect(thingView.at(at('2.2'), 'admin').object(thing, context)).not.toHaveProperty('secret');
});

it('writes the same as JSON.stringify of its object, raw text included', () => {
  const compiled = thingView.at(at('2.20'), 'admin');
  const odd = { name: 'quote " and \u2028', hint: 'h' };
  expect(JSON.parse(compiled.json(odd, context))).toEqual(JSON.parse(JSON.stringify(compiled.object(odd, context))));
  expect(compiled.json(thing, context)).toContain('"raw":{"a":1}');
});

it('of nothing is an empty object', () => {
  expect(view<Thing>({}).at(at('2.1'), 'everyone').json(thing)).toBe('{}');
});

it('compiles once per version and audience', () => {
  expect(thingView.at(at('2.20'), 'admin')).toBe(thingView.at(at('2.20'), 'admin'));
});

it('cannot be made with two readings of a field at one version, or with an unknown version', () => {
  expect(() => view<Thing, { readonly base: string }>({ name: [until('2.10', () => 1), since('2.10', () => 2)] })).toThrow(
    'field name has two readings at 2.10',
  );
  expect(() => view<Thing, { readonly base: string }>({ name: since('2.500', () => 1) })).toThrow('2.500 is not in microversions.ts');
});

it('notBefore lifts every field to a version, and drops those that ended before it', () => {
  const lifted = view<Thing, { readonly base: string }>(notBefore('2.15', fields));
  expect(lifted.at(at('2.14'), 'admin').object(thing, context)).toEqual({});
  expect(lifted.at(at('2.15'), 'everyone').object(thing, context)).toEqual({ name: 'n', link: 'http://x/new' });
});
