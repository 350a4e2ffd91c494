import type { RouteSpec } from '../template/stack.ts';

type MatchedRoute = { readonly route: RouteSpec; readonly pathParameters: Readonly<Record<string, string>> };

/** Takes a method and a decoded path. The route without variables wins over one with, that over `$default`. */
export type MatchRoute = (method: string, path: string) => MatchedRoute | undefined;

/** @throws Error for ANY and for `{greedy+}` variables: the stack has none. */
export function createMatchRoute(routes: readonly RouteSpec[]): MatchRoute {
  const fallback = routes.find(({ routeKey }) => routeKey === '$default');
  const patterns = routes
    .filter((route) => route !== fallback)
    .map((route) => {
      const [, method, path] = /^([A-Z]+) (\/(?:[^{}]|\{\w+\})*)$/.exec(route.routeKey) ?? [];
      if (method === undefined || path === undefined || method === 'ANY')
        throw new Error(`The local cloud does not understand the route ${route.routeKey}.`);
      return { route, method, segments: path.split('/') };
    })
    .sort((a, b) => variablesOf(a.segments) - variablesOf(b.segments));

  return (method, path) => {
    const segments = path.split('/');
    for (const pattern of patterns) {
      const pathParameters = pattern.method === method ? match(pattern.segments, segments) : undefined;
      if (pathParameters !== undefined) return { route: pattern.route, pathParameters };
    }
    return fallback && { route: fallback, pathParameters: {} };
  };
}

function match(pattern: readonly string[], path: readonly string[]): Record<string, string> | undefined {
  if (pattern.length !== path.length) return undefined;
  const parameters: Record<string, string> = {};
  for (const [index, wanted] of pattern.entries()) {
    const given = path[index] ?? '';
    const variable = variableOf(wanted);
    if (variable === undefined ? given !== wanted : given === '') return undefined;
    if (variable !== undefined) parameters[variable] = given;
  }
  return parameters;
}

function variableOf(segment: string): string | undefined {
  return /^\{(\w+)\}$/.exec(segment)?.[1];
}

function variablesOf(segments: readonly string[]): number {
  return segments.filter((segment) => variableOf(segment) !== undefined).length;
}
