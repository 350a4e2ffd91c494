import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { ModesChange } from '../support/kona-simulator/modes.ts';
import { createPlainClient, jsonOf, plainCorporation, plainPar } from '../support/kona-simulator/plain-client.ts';
import { type KonaSimulator, startKonaSimulator } from '../support/kona-simulator/server.ts';

// A corporation that is refused whatever it sends, as by a firewall that dislikes its name.

let simulator: KonaSimulator;
let client: ReturnType<typeof createPlainClient>;

beforeAll(async () => {
  simulator = await startKonaSimulator();
});
afterAll(() => simulator.close());
beforeEach(() => {
  simulator.forget();
  client = createPlainClient(simulator.url);
});

const par = plainPar(1);
const { bizLicenseNo } = plainCorporation;
const another = { ...plainCorporation, bizLicenseNo: '1348672683' };

type Refused = NonNullable<ModesChange['refusedCorporations']>[number];

const callRefused = (how: Omit<Refused, 'bizLicenseNo'>) => {
  simulator.setModes({ refusedCorporations: [{ bizLicenseNo, ...how }] });
  return client.name([par]);
};

describe('a refused corporation', () => {
  it('is answered 400 with a code and a description by default', async () => {
    const seen = await callRefused({});
    expect(seen).toMatchObject({ status: 400, headers: { 'content-type': 'application/json;charset=UTF-8' } });
    expect(jsonOf(seen)).toEqual({ response: { code: '999_999', description: 'Unknown error' } });
  });

  it.each([401, 403] as const)('is answered %i with the code that the mode gives', async (status) => {
    const seen = await callRefused({ status, code: '009_001', description: 'Not allowed' });
    expect(seen).toMatchObject({ status });
    expect(jsonOf(seen)).toEqual({ response: { code: '009_001', description: 'Not allowed' } });
  });

  it('is answered with an HTML page without a code or a correlation ID', async () => {
    const seen = await callRefused({ status: 403, body: 'html' });
    expect(seen).toMatchObject({ status: 403, headers: { 'content-type': 'text/html' } });
    expect(seen.end === 'whole' && seen.body.toString()).toMatch(/^<html>/);
    expect(seen).not.toHaveProperty('headers.x-km-correlation-id');
    expect(simulator.requests()[0]?.answered).toEqual({ status: 403, code: undefined, how: 'whole' });
  });

  it('is answered with an empty body', async () => {
    const seen = await callRefused({ status: 403, body: 'empty' });
    expect(seen).toMatchObject({ end: 'whole', status: 403, body: Buffer.alloc(0) });
  });

  it('is refused every time and names nothing, while others are answered', async () => {
    await callRefused({ status: 403, body: 'html' });
    expect(await client.name([par])).toMatchObject({ status: 403 });
    expect(simulator.namedCards()).toEqual([]);
    expect(await client.name([par], undefined, another)).toMatchObject({ status: 200 });
  });
});
