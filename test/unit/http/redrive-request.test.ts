import { describe, expect, it } from 'vitest';
import { readRedriveRequest } from '../../../shared/http/redrive-request.ts';

const json = { 'content-type': 'application/json' };
const read = (body?: string, headers: Record<string, string> = json, isBase64Encoded = false) =>
  readRedriveRequest({ headers, body, isBase64Encoded });
const base64 = (text: string): string => Buffer.from(text).toString('base64');

const problemOf = (...of: Parameters<typeof read>) => {
  const result = read(...of);
  return 'problem' in result ? result.problem : undefined;
};
const pointersOf = (body: string) =>
  problemOf(body)?.errors?.map((error) => ('pointer' in error ? error.pointer : error));

describe('the body of a redrive', () => {
  it.each([[undefined], [''], [' \n'], ['{}'], [' { } ']])(
    'may be left out or say nothing, of any type: %j',
    (body) => {
      expect(read(body, {})).toEqual({ statuses: ['unresolved'] });
      expect(read(body === undefined ? body : base64(body), {}, true)).toEqual({ statuses: ['unresolved'] });
    },
  );

  it.each([
    [['unresolved'], ['unresolved']],
    [['not_found'], ['not_found']],
    [
      ['not_found', 'rejected'],
      ['rejected', 'not_found'],
    ],
    [
      ['rejected', 'not_found', 'unresolved'],
      ['unresolved', 'rejected', 'not_found'],
    ],
  ])('names the statuses to reopen, in any order: %j', (statuses, expected) => {
    const body = JSON.stringify({ statuses });
    expect(read(body)).toEqual({ statuses: expected });
    expect(read(base64(body), json, true)).toEqual({ statuses: expected });
  });

  it.each([
    ['[]', ['']],
    ['null', ['']],
    ['"unresolved"', ['']],
    ['{"statuses":[]}', ['/statuses']],
    ['{"statuses":"unresolved"}', ['/statuses']],
    ['{"statuses":null}', ['/statuses']],
    ['{"cards":1}', ['/statuses', '/cards']],
    ['{"statuses":["named"]}', ['/statuses/0']],
    ['{"statuses":["unresolved","already_named",null,"open"]}', ['/statuses/1', '/statuses/2', '/statuses/3']],
    ['{"statuses":["rejected","rejected"]}', ['/statuses/1']],
    ['{"statuses":["rejected"],"statuses":["not_found"]}', ['/statuses']],
    ['{"statuses":["x","not_found","not_found"],"a/b~":1}', ['/statuses/0', '/statuses/2', '/a~1b~0']],
    ['{"statuses":["rejected"],"__proto__":1}', ['/__proto__']],
  ])('is refused with every error at once: %s', (body, pointers) => {
    expect(problemOf(body)).toMatchObject({ type: '/problems/invalid-redrive', status: 400 });
    expect(pointersOf(body)).toEqual(pointers);
  });

  it('says what is wanted, and repeats nothing of what was sent', () => {
    expect(problemOf('{"statuses":["Q180BEA3B2F1BBD8410336D66A4"]}')).toMatchObject({
      detail: 'Nothing was reopened. The body has 1 error: see errors.',
      errors: [{ pointer: '/statuses/0', detail: 'must be one of unresolved, rejected, not_found' }],
    });
  });

  it('lists at most a hundred errors', () => {
    const problem = problemOf(JSON.stringify({ statuses: Array.from({ length: 1_000 }, () => 'x') }));
    expect(problem?.errors).toHaveLength(100);
    expect(problem?.detail).toContain('1000 errors');
  });

  it('must be JSON, and say so, as the body of an order', () => {
    const body = '{"statuses":["rejected"]}';
    expect(problemOf(body, {})?.type).toBe('/problems/unsupported-media-type');
    expect(problemOf(body, { 'content-type': 'text/plain' })?.type).toBe('/problems/unsupported-media-type');
    expect(problemOf('{"statuses":')?.type).toBe('/problems/invalid-json');
    expect(problemOf(`{"statuses":["${'x'.repeat(300_000)}"]}`)?.type).toBe('/problems/body-too-large');
  });
});
