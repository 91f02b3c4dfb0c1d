import { type DynamicModule, RequestMethod } from '@nestjs/common';
import { METHOD_METADATA, PATH_METADATA, ROUTE_ARGS_METADATA } from '@nestjs/common/constants.js';
import { RouteParamtypes } from '@nestjs/common/enums/route-paramtypes.enum.js';
import fc from 'fast-check';
import type { Endpoint } from './endpoint.js';

/** What Nest cannot tell of an endpoint. */
export interface Sample {
  /** Valid bodies; asked for when all that they may name is there. */
  bodies(): readonly unknown[];
  /** `application/json` unless said. */
  readonly contentType?: string;
}

/**
 * Every route of a module's controllers.
 * @param samples by `POST /v3/users`
 * @param query the parameters that lists take, by path
 * @throws Error for want of a sample: a route that takes a body and is not among them
 */
export const nestEndpoints = (
  { controllers = [] }: DynamicModule,
  samples: Readonly<Record<string, Sample>>,
  query: Readonly<Record<string, readonly string[]>>,
): Endpoint[] =>
  controllers.flatMap(controller =>
    Object.getOwnPropertyNames(controller.prototype).flatMap(name => {
      const handler: unknown = Reflect.get(controller.prototype, name);
      if (typeof handler !== 'function' || !Reflect.hasMetadata(METHOD_METADATA, handler)) return [];
      const method = RequestMethod[Reflect.getMetadata(METHOD_METADATA, handler) as number]!;
      const takesBody = Object.keys(Reflect.getMetadata(ROUTE_ARGS_METADATA, controller, name) ?? {}).some(key =>
        key.startsWith(`${RouteParamtypes.BODY}:`),
      );
      return pathsOf(controller).flatMap(base =>
        pathsOf(handler).map(path => {
          const whole = joined(base, path);
          return {
            method,
            path: whole,
            query: Object.fromEntries((query[whole] ?? []).map(parameter => [parameter, fc.constantFrom('sample', '1', 'true')])),
            ...(takesBody && withSample(`${method} ${whole}`, samples)),
          };
        }),
      );
    }),
  );

const withSample = (name: string, samples: Readonly<Record<string, Sample>>): Pick<Endpoint, 'bodyAt' | 'contentType'> => {
  const sample = samples[name];
  if (!sample) throw new Error(`want of a sample: ${name} takes a body, give a valid one`);
  return {
    bodyAt: () => fc.constantFrom(...sample.bodies()),
    ...(sample.contentType !== undefined && { contentType: sample.contentType }),
  };
};

const pathsOf = (target: object): string[] => [Reflect.getMetadata(PATH_METADATA, target) as string | string[]].flat();

const joined = (...parts: readonly string[]): string => `/${parts.flatMap(part => part.split('/').filter(Boolean)).join('/')}`;
