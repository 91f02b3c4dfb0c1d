import { type ResourceShape, shapeKey } from '#domain';

/*
 * A slot is room for one guest of some shape on some host. Slots of different shapes are the same memory seen twice (room for one
 * guest of 2 GB is room for two of 1 GB), so what one shape takes must be counted in slots of the other before it is subtracted.
 */

const DIMENSIONS = ['vcpus', 'memoryMb', 'diskGb'] as const;

/**
 * The most slots of `wanted` that one guest of `taken` uses up, on whatever host it lands.
 * In each dimension d, floor((free - taken)/wanted) >= floor(free/wanted) - ceil(taken/wanted); a host's slots are the least of its
 * dimensions, so they shrink by no more than the greatest of the ceilings.
 */
export const slotsTaken = (taken: ResourceShape, wanted: ResourceShape): number => {
  let slots = 0;
  for (const d of DIMENSIONS) if (wanted[d] > 0) slots = Math.max(slots, Math.ceil(taken[d] / wanted[d]));
  return slots;
};

/** How many slots of `known` on one host make one of `wanted`, or Infinity when `known` says nothing of a dimension that is wanted. */
export const slotsNeeded = (wanted: ResourceShape, known: ResourceShape): number => {
  let slots = 1;
  for (const d of DIMENSIONS) {
    if (wanted[d] > 0) slots = Math.max(slots, known[d] > 0 ? Math.ceil(wanted[d] / known[d]) : Number.POSITIVE_INFINITY);
  }
  return slots;
};

const KEY = /^(\d+)v(\d+)m(\d+)d$/;

/** Reads `shapeKey` back; undefined for a key of a notation that this build does not know. */
export const shapeOfKey = (key: string): ResourceShape | undefined => {
  const parts = KEY.exec(key);
  return parts ? { vcpus: Number(parts[1]), memoryMb: Number(parts[2]), diskGb: Number(parts[3]) } : undefined;
};

/** One shape per key, for flavors that ask for the same. */
export const distinctShapes = (shapes: readonly ResourceShape[]): Map<string, ResourceShape> =>
  new Map(shapes.map(shape => [shapeKey(shape), shape]));
