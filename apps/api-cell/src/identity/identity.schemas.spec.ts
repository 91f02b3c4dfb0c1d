import { expect, it } from 'vitest';
import { CreateDomainBody, CreateProjectBody, UpdateDomainBody, UpdateProjectBody } from './identity.schemas.js';

it.each([
  ['project', CreateProjectBody],
  ['project', UpdateProjectBody],
  ['domain', CreateDomainBody],
  ['domain', UpdateDomainBody],
] as const)('the name of a %s has 1 to 64 characters, as in Keystone', (what, schema) => {
  const accepts = (name: string): boolean => schema.safeParse({ [what]: { name } }).success;
  expect(['x', 'x'.repeat(64)].map(accepts)).toEqual([true, true]);
  expect(['', ' ', 'x'.repeat(65)].map(accepts)).toEqual([false, false, false]);
});
