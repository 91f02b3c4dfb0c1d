import { type Behaviour, behaviourSince } from './behaviours.js';
import { type Microversion, minorOf, NEWEST_MINOR, OLDEST_MINOR } from './microversions.js';

/** The version that one request speaks. There is one object per version, so views and schemas look themselves up by `minor`. */
export class ApiVersion {
  readonly text: Microversion;
  private constructor(readonly minor: number) {
    this.text = `2.${minor}`;
  }

  /** @throws Error for a version that is not known. */
  static of(version: Microversion): ApiVersion {
    return ApiVersion.all[minorOf(version) - OLDEST_MINOR]!;
  }

  allows(behaviour: Behaviour): boolean {
    return this.minor >= behaviourSince[behaviour];
  }

  /** Whether it lies in the range, both ends included. */
  within(since: Microversion, until?: Microversion): boolean {
    return this.minor >= minorOf(since) && (until === undefined || this.minor <= minorOf(until));
  }

  private static readonly all = Array.from({ length: NEWEST_MINOR - OLDEST_MINOR + 1 }, (_, index) => new ApiVersion(OLDEST_MINOR + index));
}
